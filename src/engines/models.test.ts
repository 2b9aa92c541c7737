import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { readModelCard } from "./gguf.ts";
import { engineModule, engineVersion, gpuPackages } from "./install.ts";
import { listModels } from "./models.ts";

const dataDir = mkdtempSync(join(tmpdir(), "tokenworks-models-"));
after(() => rmSync(dataDir, { recursive: true }));

test("the model that comes with Tokenworks is listed with what its file says of it", async () => {
  const tiny = (await listModels(dataDir)).find(({ reference }) => reference === "builtin:tokenworks-tiny");
  assert.equal(tiny?.architecture, "llama");
  assert.ok((tiny.contextTokens ?? 0) >= 1024);
  assert.ok((tiny.parameters ?? 0) > 1e6 && tiny.bytes <= 8_000_000);
});

test("a file that is no GGUF is refused by name", async () => {
  const file = join(dataDir, "not-a-model.gguf");
  writeFileSync(file, "hello");
  await assert.rejects(readModelCard(file), /not-a-model\.gguf cannot be read as a GGUF/);
});

test("a GPU's packages are of the version that came with us, where there are any", () => {
  const version = engineVersion();
  assert.deepEqual(gpuPackages("cuda", version, "linux", "x64"), [
    `node-llama-cpp@${version}`,
    `@node-llama-cpp/linux-x64-cuda@${version}`,
    `@node-llama-cpp/linux-x64-cuda-ext@${version}`,
  ]);
  assert.throws(() => gpuPackages("cuda", version, "darwin", "arm64"), /no cuda build/);
  assert.equal(engineModule(dataDir, "auto"), "node-llama-cpp");
});

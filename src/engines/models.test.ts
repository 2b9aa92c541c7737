import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { listModels, modelsFolder } from "./models.ts";

const dataDir = mkdtempSync(join(tmpdir(), "tokenworks-models-"));
after(() => rmSync(dataDir, { recursive: true }));

test("the model that comes with Tokenworks is listed with what its file says of it", async () => {
  const tiny = (await listModels(dataDir)).find(({ reference }) => reference === "builtin:tokenworks-tiny");
  assert.equal(tiny?.architecture, "llama");
  assert.ok((tiny.contextTokens ?? 0) >= 1024);
  assert.ok((tiny.parameters ?? 0) > 1e6 && tiny.bytes <= 8_000_000);
  assert.equal(tiny.defect, null);
});

test("a damaged file is listed with its defect, and only the first part of a split one", async () => {
  const folder = modelsFolder(dataDir);
  mkdirSync(folder);
  for (const name of ["bad.gguf", "big-00001-of-00002.gguf", "big-00002-of-00002.gguf", "half.gguf.part"]) {
    writeFileSync(join(folder, name), "hello");
  }
  const pulled = (await listModels(dataDir)).filter(({ reference }) => !reference.startsWith("builtin:"));
  assert.deepEqual(
    pulled.map(({ reference }) => reference),
    ["bad.gguf", "big-00001-of-00002.gguf"],
  );
  assert.match(pulled[0]?.defect ?? "", /is not a GGUF file/);
});

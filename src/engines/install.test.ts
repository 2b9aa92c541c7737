import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { engineVersion, gpuFolder, gpuManifest, installedGpuBuilds } from "./install.ts";

const dataDir = mkdtempSync(join(tmpdir(), "tokenworks-install-"));
after(() => rmSync(dataDir, { recursive: true }));

test("a GPU's build is of the version that came with us, with the processor's beside it", () => {
  const version = engineVersion();
  assert.match(version, /^\d+\.\d+\.\d+$/);
  assert.deepEqual(gpuManifest("cuda", version, "linux", "x64").dependencies, {
    "node-llama-cpp": version,
    "@node-llama-cpp/linux-x64": version,
    "@node-llama-cpp/linux-x64-cuda": version,
    "@node-llama-cpp/linux-x64-cuda-ext": version,
  });
  assert.equal(gpuManifest("vulkan", version, "win32", "x64").dependencies["@node-llama-cpp/win-x64-vulkan"], version);
  assert.throws(() => gpuManifest("cuda", version, "darwin", "arm64"), /no cuda build.*Metal comes with the usual/);
});

test("a build is used when npm has finished it, and while it is of our version", () => {
  const put = (kind: "cuda" | "vulkan", version: string, isFinished: boolean) => {
    const folder = gpuFolder(dataDir, kind);
    const library = join(folder, "node_modules", "node-llama-cpp");
    mkdirSync(library, { recursive: true });
    writeFileSync(join(library, "package.json"), JSON.stringify({ version }));
    if (isFinished) writeFileSync(join(folder, "installed.json"), "{}");
  };
  const kinds = () => installedGpuBuilds(dataDir).map(({ kind }) => kind);
  assert.deepEqual(kinds(), []);
  put("vulkan", engineVersion(), true);
  put("cuda", engineVersion(), false);
  assert.deepEqual(kinds(), ["vulkan"]);
  put("cuda", engineVersion(), true);
  assert.deepEqual(kinds(), ["cuda", "vulkan"]);
  put("cuda", "1.0.0", true);
  assert.deepEqual(kinds(), ["vulkan"]);
});

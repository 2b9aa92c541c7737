/**
 * What `npm install` does after the packages are there: drops what they bring and nobody here can use, builds
 * the console and the library, and says how to get the GPU build of the engine where there is a GPU.
 *
 * Plain JavaScript on purpose: it runs under whichever Node started npm.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const modules = join(root, "node_modules");

/** Paths under node_modules that only a build from source, or another machine, would use. */
function unused() {
  const llama = join(modules, "@node-llama-cpp");
  const foreign = existsSync(llama)
    ? readdirSync(llama).filter((name) => name.startsWith("linux-") && !name.startsWith(`linux-${process.arch}`))
    : [];
  return [
    ...foreign.map((name) => join("@node-llama-cpp", name)),
    "node-llama-cpp/llama/gitRelease.bundle", // llama.cpp's source history
    "echarts/dist", // ready-made bundles; we import its modules
    ...["x64", "arm64"].map((arch) => `node/node_modules/node-linux-${arch}/include`), // C headers
  ];
}

for (const path of unused()) rmSync(join(modules, path), { recursive: true, force: true });

const vite = join(modules, "vite/bin/vite.js");
const ownNode = join(modules, "node/bin/node");
if (existsSync(vite) && existsSync(join(root, "console/index.html"))) {
  const node = existsSync(ownNode) ? ownNode : process.execPath;
  const built = spawnSync(node, [vite, "build", "console", "--logLevel", "warn"], { cwd: root, stdio: "inherit" });
  if (built.status !== 0) process.exit(built.status ?? 1);
}

// The pure rooms as a library: no Node runs TypeScript of an installed package.
const tsc = join(modules, "typescript/bin/tsc");
if (existsSync(tsc)) {
  const node = existsSync(ownNode) ? ownNode : process.execPath;
  const built = spawnSync(node, [tsc, "-p", "tools/tsconfig.library.json"], { cwd: root, stdio: "inherit" });
  if (built.status !== 0) process.exit(built.status ?? 1);
}

if (hasNvidiaGpu() && !existsSync(join(root, ".tokenworks/engines/cuda"))) {
  console.log("An NVIDIA GPU is here. For its build of the engine run: npx tokenworks engines install cuda");
}

function hasNvidiaGpu() {
  try {
    return execFileSync("nvidia-smi", ["-L"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).includes(
      "GPU",
    );
  } catch {
    return false;
  }
}

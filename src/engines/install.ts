/**
 * The engine's builds for GPUs. They are hundreds of megabytes, so they come when asked for, into the data folder:
 * node-llama-cpp once more, of the same version, together with the GPU's packages.
 */
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { Fault } from "../stack/fault.ts";

export type GpuKind = "cuda" | "vulkan";

export const gpuKinds: readonly GpuKind[] = ["cuda", "vulkan"];

/** The version of node-llama-cpp that came with us. */
export function engineVersion(): string {
  const entry = createRequire(import.meta.url).resolve("node-llama-cpp");
  const manifest = join(entry, "..", "..", "package.json");
  return (JSON.parse(readFileSync(manifest, "utf8")) as { version: string }).version;
}

export function gpuFolder(dataDir: string, kind: GpuKind): string {
  return join(dataDir, "engines", kind);
}

/** The module to load the engine from: a GPU's build when one was installed, else ours. */
export function engineModule(dataDir: string | undefined, wish: "auto" | "off"): string {
  if (dataDir === undefined || wish === "off") return "node-llama-cpp";
  const found = gpuKinds
    .map((kind) => join(gpuFolder(dataDir, kind), "node_modules", "node-llama-cpp", "dist", "index.js"))
    .find((path) => existsSync(path));
  return found ?? "node-llama-cpp";
}

/**
 * The packages of a GPU's build on a platform.
 *
 * @throws Fault `invalid_value` where there is none
 */
export function gpuPackages(kind: GpuKind, version: string, platform: NodeJS.Platform, arch: string): string[] {
  const system = platform === "win32" ? "win" : platform;
  if (!["linux", "win"].includes(system) || arch !== "x64") {
    throw new Fault("invalid_value", {
      message: `There is no ${kind} build of the engine for ${platform} on ${arch}.`,
      remedy: platform === "darwin" ? "Metal comes with the usual build." : "Serve it from vLLM or another upstream.",
    });
  }
  const parts = kind === "cuda" ? ["cuda", "cuda-ext"] : ["vulkan"];
  return [`node-llama-cpp@${version}`, ...parts.map((part) => `@node-llama-cpp/${system}-x64-${part}@${version}`)];
}

/** @throws Fault `upstream_error` when npm cannot install it */
export async function installGpuBuild(kind: GpuKind, dataDir: string): Promise<{ folder: string }> {
  const packages = gpuPackages(kind, engineVersion(), process.platform, process.arch);
  const folder = gpuFolder(dataDir, kind);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }));
  const args = ["install", "--prefix", folder, "--omit=optional", "--no-audit", "--no-fund", ...packages];
  const npm = spawn("npm", args, { stdio: ["ignore", "inherit", "inherit"] });
  const code = await new Promise<number | null>((resolve, reject) => {
    npm.once("error", reject);
    npm.once("close", resolve);
  });
  if (code !== 0) {
    throw new Fault("upstream_error", { message: `npm could not install the ${kind} build (exit code ${code}).` });
  }
  return { folder };
}

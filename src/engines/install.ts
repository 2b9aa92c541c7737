/**
 * The engine's builds for GPUs. They are hundreds of megabytes, so they come when asked for, into the data folder:
 * node-llama-cpp once more, of the same version, together with one GPU's packages and those for the processor, to
 * which llama.cpp falls back. A build counts as installed only when npm has finished it.
 */
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Fault } from "../stack/fault.ts";

export type GpuKind = "cuda" | "vulkan";

export const gpuKinds: readonly GpuKind[] = ["cuda", "vulkan"];

/** The version of node-llama-cpp that came with us. */
export function engineVersion(): string {
  const entry = createRequire(import.meta.url).resolve("node-llama-cpp");
  return versionIn(join(entry, "..", "..")) ?? "unknown";
}

export function gpuFolder(dataDir: string, kind: GpuKind): string {
  return join(dataDir, "engines", kind);
}

/** The GPU builds in a data folder that can be used: whole, and of the version that came with us; the best first. */
export function installedGpuBuilds(dataDir: string): { kind: GpuKind; module: string }[] {
  const version = engineVersion();
  return gpuKinds.flatMap((kind) => {
    const folder = gpuFolder(dataDir, kind);
    const library = join(folder, "node_modules", "node-llama-cpp");
    if (!existsSync(finishedMark(folder)) || versionIn(library) !== version) return [];
    return [{ kind, module: pathToFileURL(join(library, "dist", "index.js")).href }];
  });
}

function finishedMark(folder: string): string {
  return join(folder, "installed.json");
}

function versionIn(library: string): string | undefined {
  const manifest = join(library, "package.json");
  if (!existsSync(manifest)) return undefined;
  return (JSON.parse(readFileSync(manifest, "utf8")) as { version: string }).version;
}

/**
 * What npm is to put together for a GPU's build.
 *
 * @throws Fault `invalid_value` where there is no such build
 */
export function gpuManifest(kind: GpuKind, version: string, platform: NodeJS.Platform, arch: string) {
  const system = platform === "win32" ? "win" : platform;
  if (!["linux", "win"].includes(system) || arch !== "x64") {
    throw new Fault("invalid_value", {
      message: `There is no ${kind} build of the engine for ${platform} on ${arch}.`,
      remedy: platform === "darwin" ? "Metal comes with the usual build." : "Serve it from vLLM or another upstream.",
    });
  }
  const parts = kind === "cuda" ? ["cuda", "cuda-ext"] : ["vulkan"];
  const packages = ["", ...parts.map((part) => `-${part}`)].map((part) => `@node-llama-cpp/${system}-x64${part}`);
  return {
    private: true,
    dependencies: Object.fromEntries(["node-llama-cpp", ...packages].map((name) => [name, version])),
  };
}

/** Optional packages are left out: those are the builds for all other platforms and GPUs. */
export const npmArguments = [
  "install",
  "--omit=optional",
  "--ignore-scripts",
  "--no-package-lock",
  "--no-audit",
  "--no-fund",
  "--loglevel=error",
];

/** @throws Fault `upstream_error` when npm cannot install it */
export async function installGpuBuild(kind: GpuKind, dataDir: string): Promise<{ folder: string }> {
  const manifest = gpuManifest(kind, engineVersion(), process.platform, process.arch);
  const folder = gpuFolder(dataDir, kind);
  await rm(finishedMark(folder), { force: true });
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "package.json"), JSON.stringify(manifest, null, 2));
  await npm(folder);
  const missing = Object.keys(manifest.dependencies).find((name) => !existsSync(join(folder, "node_modules", name)));
  if (missing !== undefined) {
    throw new Fault("upstream_error", { message: `npm finished, yet ${missing} is not in ${folder}.` });
  }
  await writeFile(finishedMark(folder), JSON.stringify(manifest.dependencies));
  return { folder };
}

function npm(folder: string): Promise<void> {
  const child = spawn("npm", npmArguments, {
    cwd: folder,
    stdio: ["ignore", "ignore", "inherit"],
    // On Windows npm is a script of the shell.
    shell: process.platform === "win32",
  });
  return new Promise((resolve, reject) => {
    const failed = (why: string) =>
      reject(
        new Fault("upstream_error", {
          message: `npm could not install the engine into ${folder} (${why}).`,
          remedy: "See that the registry can be reached and that the disk has 1.5 GB free.",
        }),
      );
    child.once("error", (error) => failed(error.message));
    child.once("exit", (code, signal) => (code === 0 ? resolve() : failed(signal ?? `exit code ${code}`)));
  });
}

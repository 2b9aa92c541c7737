/**
 * The builds of llama.cpp that the engine can run: the default install has the one for processors; those for GPUs
 * are large and fetched when asked for, from the registry that npm uses, at the version that is installed.
 */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Fault } from "../stack/fault.ts";

export type GpuBuild = "cuda" | "vulkan";

export type EngineBuild = {
  readonly name: "cpu" | "metal" | GpuBuild;
  readonly packages: readonly string[];
  readonly installed: boolean;
};

const nodeModules = fileURLToPath(new URL("../../node_modules", import.meta.url));

/** The builds that this platform can have. */
export function engineBuilds(modules = nodeModules, platform = process.platform, arch = process.arch): EngineBuild[] {
  const system = platform === "win32" ? "win" : platform === "darwin" ? "mac" : platform;
  const own = platform === "darwin" && arch === "arm64" ? "metal" : "cpu";
  const names = { [own]: [own === "metal" ? `${system}-${arch}-metal` : `${system}-${arch}`] };
  // Published for these only.
  const gpu = arch === "x64" && (system === "linux" || system === "win");
  const all: Record<string, string[]> = gpu
    ? { ...names, cuda: [`${system}-x64-cuda`, `${system}-x64-cuda-ext`], vulkan: [`${system}-x64-vulkan`] }
    : names;
  return Object.entries(all).map(([name, parts]) => {
    const packages = parts.map((part) => `@node-llama-cpp/${part}`);
    return {
      name: name as EngineBuild["name"],
      packages,
      installed: packages.every((one) => isInstalled(modules, one)),
    };
  });
}

/** The default install puts an empty package in the place of each GPU build. */
function isInstalled(modules: string, name: string): boolean {
  return existsSync(join(modules, name, "bins"));
}

/**
 * Fetches a GPU build and puts it where the engine looks for it.
 *
 * @throws Fault when there is none for this platform, or npm does not get it.
 */
export async function installEngineBuild(build: GpuBuild, modules = nodeModules): Promise<readonly string[]> {
  const found = engineBuilds(modules).find(({ name }) => name === build);
  if (found === undefined) {
    throw new Fault("invalid_value", {
      message: `There is no ${build} build of the engine for ${process.platform} on ${process.arch}.`,
      remedy: "See `tokenworks engines list`.",
    });
  }
  const manifest = join(nodeModules, "node-llama-cpp", "package.json");
  const { version } = JSON.parse(readFileSync(manifest, "utf8")) as { version: string };
  // Beside its place, so that putting it there is a rename.
  const making = mkdtempSync(join(modules, ".engine-"));
  try {
    await npmInstall(
      making,
      found.packages.map((name) => `${name}@${version}`),
    );
    for (const name of found.packages) {
      if (!isInstalled(join(making, "node_modules"), name)) {
        throw new Fault("upstream_error", { message: `The package ${name}@${version} holds no engine.` });
      }
    }
    mkdirSync(join(modules, "@node-llama-cpp"), { recursive: true });
    for (const name of found.packages) {
      rmSync(join(modules, name), { recursive: true, force: true });
      renameSync(join(making, "node_modules", name), join(modules, name));
    }
  } finally {
    rmSync(making, { recursive: true, force: true });
  }
  return found.packages.map((name) => join(modules, name));
}

function npmInstall(prefix: string, packages: readonly string[]): Promise<void> {
  const quiet = ["--no-save", "--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  const child = spawn("npm", ["install", "--prefix", prefix, ...quiet, ...packages], {
    stdio: ["ignore", "ignore", "inherit"],
    // npm.cmd on Windows is a script of its shell.
    shell: process.platform === "win32",
  });
  return new Promise((resolve, reject) => {
    const failed = (why: string) =>
      reject(
        new Fault("upstream_error", {
          message: `npm could not fetch ${packages.join(" and ")} (${why}).`,
          remedy: "See that the registry can be reached and that the disk has 1 GB free.",
        }),
      );
    child.once("error", (error) => failed(error.message));
    child.once("exit", (code, signal) => (code === 0 ? resolve() : failed(signal ?? `exit ${code}`)));
  });
}

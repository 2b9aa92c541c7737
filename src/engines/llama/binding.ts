/**
 * The door to llama.cpp: node-llama-cpp, of a GPU's build where one was installed into the data folder and works on
 * this machine, else of the build that came with us; and how many threads it is given.
 */
import type { Llama } from "node-llama-cpp";
import { Fault } from "../../stack/fault.ts";
import { installedGpuBuilds } from "../install.ts";

export type Binding = typeof import("node-llama-cpp");

export type BindingOptions = {
  readonly gpu: "auto" | "off";
  readonly dataDir: string | undefined;
};

/** @throws Fault `invalid_value` when no build of llama.cpp runs here. */
export async function openLlama(options: BindingOptions): Promise<{ binding: Binding; llama: Llama }> {
  const wanted = options.gpu === "auto" && options.dataDir !== undefined ? installedGpuBuilds(options.dataDir) : [];
  for (const { kind, module } of wanted) {
    try {
      return await open(module, kind);
    } catch (error) {
      console.error(`The ${kind} build of llama.cpp does not run here (${(error as Error).message}); trying the next.`);
    }
  }
  try {
    return await open("node-llama-cpp", options.gpu === "auto" ? "auto" : false);
  } catch (error) {
    throw new Fault("invalid_value", {
      message: `llama.cpp does not run here: ${(error as Error).message}.`,
      remedy: "See that npm installed its binary for this platform (@node-llama-cpp/…).",
    });
  }
}

async function open(module: string, gpu: "auto" | "cuda" | "vulkan" | false) {
  // The module of a GPU's build is the same package, from another folder.
  const binding = (await import(module)) as Binding;
  const { error } = binding.LlamaLogLevel;
  // Without a limit of its own: under one, a context waits for its threads until no other has anything to do.
  return { binding, llama: await binding.getLlama({ gpu, build: "never", logLevel: error, maxThreads: 0 }) };
}

/** A model of fewer parameters is computed faster than its threads can be brought together. */
const parametersWorthThreads = 50e6;

/**
 * Threads for a model on a machine. llama.cpp's threads wait for each other by spinning, so one that shares its core
 * with somebody else stalls them all: a core stays free for the gateway where there are two or more.
 */
export function threadsFor(cores: number, parameters: number | null): number {
  if (parameters !== null && parameters < parametersWorthThreads) return 1;
  return Math.max(1, cores - 1);
}

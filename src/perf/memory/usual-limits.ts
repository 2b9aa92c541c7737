/**
 * The most tokens and sequences in a step, by the defaults of an engine on a chip.
 *
 * - vLLM's API server has 8,192 tokens and 1,024 sequences on accelerators with 70 GiB and more except A100, and 2,048 and 256
 *   elsewhere; on TPUs fewer (`EngineArgs.get_batch_defaults` and its test, v0.10 to 0.20).
 * - SGLang chooses the chunk of a prompt by the memory (`ServerArgs._handle_gpu_memory_settings`).
 * - TensorRT-LLM has 8,192 tokens (`max_num_tokens`).
 * - ATOM has 16,384 tokens (`max_num_batched_tokens`) and 512 sequences (`max_num_seqs`).
 */
import type { Chip } from "../../catalog/chip.ts";
import { type EngineName, isSince, type Served } from "../deployment.ts";
import type { StepLimits } from "./memory.ts";

type Limits = Pick<StepLimits, "maxStepTokens" | "maxSequences">;

const large: Limits = { maxStepTokens: 8192, maxSequences: 1024 };

/** Limits of a step unless the engine is told otherwise. */
export function usualLimits(engine: EngineName, chip: Chip): Limits {
  if (engine === "vllm") return vllm(chip);
  if (engine === "atom") return { maxStepTokens: 16_384, maxSequences: 512 };
  return engine === "sglang" ? { ...large, maxStepTokens: sglangChunk(gibibytes(chip)) } : large;
}

/**
 * Whether an engine keeps the keys of prompts for later ones unless it is told otherwise, as vLLM does since 0.8 and SGLang
 * always. What a preempted request had computed is then found again. Models with states of fixed size are left out: vLLM
 * turns the cache off for them.
 */
export function cachesPrefixes(served: Served): boolean {
  const { engine, model } = served;
  if (model.attention.type !== "compressed" && model.attention.linear !== undefined) return false;
  return engine === "sglang" || (engine === "vllm" && isSince(served, "0.8"));
}

const tpuTokens: Readonly<Record<string, number>> = { "tpu-v5e": 512, "tpu-v5p": 256, "tpu-v6e": 1024 };

function vllm(chip: Chip): Limits {
  const tokens = tpuTokens[chip.name];
  if (tokens !== undefined) return { maxStepTokens: tokens, maxSequences: 256 };
  return gibibytes(chip) >= 70 && chip.name !== "a100" ? large : { maxStepTokens: 2048, maxSequences: 256 };
}

function sglangChunk(memory: number): number {
  if (memory < 35) return 2048;
  if (memory < 60) return 4096;
  return memory < 160 ? 8192 : 16_384;
}

function gibibytes({ memoryGigabytes }: Chip): number {
  return (memoryGigabytes.value * 1e9) / 2 ** 30;
}

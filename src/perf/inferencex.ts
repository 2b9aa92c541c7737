/**
 * How InferenceX runs what it measures: the load of its client, and what it asks of an engine beyond the defaults
 * (github.com/SemiAnalysisAI/InferenceX, Apache-2.0: benchmarks/*.sh as of 2025-10 to 2026-04).
 */
import type { Served } from "./deployment.ts";
import type { Settings } from "./predict.ts";
import { closedLoop, type Workload } from "./simulate/workload.ts";

/** A closed loop: ten requests to a client, lengths from 80 % of the nominal ones to all of it. */
export function inferenceXLoad(promptTokens: number, outputTokens: number, concurrency: number, seed = 1): Workload {
  return closedLoop({ concurrency, promptTokens, outputTokens, seed });
}

/** `attention_dp_config.timeout_iters`: for so many steps a copy of attention holds its prompts for those of the others. */
const balanceSteps = 60;

/**
 * TensorRT-LLM takes prompts whole, in steps of up to 16,384 tokens; those of a dense model on fewer than eight
 * accelerators wait, with 1k in and 1k out, up to twenty steps for each other. vLLM has 8,192 tokens to a step, its
 * default. No prefix cache anywhere.
 */
export function inferenceXSettings(served: Served, promptTokens: number, outputTokens: number): Settings {
  if (served.engine !== "tensorrt-llm") return {};
  if (served.model.feedForward.type === "moe") {
    const { attentionParallel, speculation } = served;
    if (attentionParallel === 1) return { maxStepTokens: 20_000 };
    // A step with drafts counts for as many of the simulation's as it makes tokens.
    return { maxStepTokens: 20_000, balanceSteps: Math.round(balanceSteps * (1 + (speculation?.accepted ?? 0))) };
  }
  const isShort = promptTokens === 1024 && outputTokens === 1024 && served.tensorParallel < 8;
  return {
    maxStepTokens: 16_384,
    chunkedPrefill: false,
    ...(isShort && { batchWait: { share: 0.9, steps: 20 } }),
  };
}

/**
 * What an accelerator does between two forward passes to choose the next tokens. An engine that prepares a step while another
 * runs hides the host's share of a step. It cannot hide this, since the next pass begins with these tokens.
 *
 * The numbers are those of vLLM's sampler when it takes the likeliest token, as benchmarks ask for. Scores of the vocabulary are
 * gathered from all accelerators in BF16, cast to FP32 (read in two bytes, written in four), and searched for the largest (read in
 * four). Where tokens are drawn, FlashInfer's sampling without sorting reads them two or three times more.
 */
import type { EngineCosts } from "../curves/fitted.ts";
import type { Served } from "../deployment.ts";

const gatheredBytes = 2;
const searchedBytes = 2 + 4 + 4;
/**
 * A dozen small kernels and what copies and launches are in the stream besides: for one sequence 25 µs on an RTX 4090 and
 * an RTX PRO 6000 alike (profiler of casys-kaist/LLMServingSim, vLLM 0.19). For 256 sequences that and ten bytes for each
 * score make 351 and 230 µs; measured are 311 and 164, of which caches serve a part.
 */
const samplerSeconds = 25e-6;

/** What remains of an engine's costs where the host's are hidden. */
export function unhiddenCosts(costs: EngineCosts, { chip, model, tensorParallel: tp }: Served): EngineCosts {
  const link = chip.scaleUp?.gigabytesPerSecond.value;
  const gathered = link === undefined ? 0 : (gatheredBytes * (tp - 1)) / tp / (link * 1e9);
  const searched = searchedBytes / (chip.memoryGigabytesPerSecond.value * 1e9);
  const { stepSeconds, sequenceSeconds } = costs;
  return {
    ...costs,
    stepSeconds: samplerSeconds,
    sequenceSeconds: model.vocabulary * (gathered + searched),
    ahead: { stepSeconds, sequenceSeconds },
  };
}

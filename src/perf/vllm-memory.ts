/**
 * What vLLM sets aside besides weights, by its version. It measures a forward pass of its largest step and then draws a token
 * for as many sequences as it may run, with top-k and top-p (`profile_run`, `_dummy_sampler_run` in `gpu_model_runner.py`).
 *
 * - Scores were sorted to be drawn from, until a Triton kernel took that over (vllm-project/vllm#33538, 0.17). From 0.9 to
 *   0.11.0 FlashInfer did it, where it was installed, as in the published images; 0.11.1 turned that off (#26859).
 * - Since 0.17 what NCCL takes is counted whole; before, the memory was first read when most of it was taken.
 * - Since 0.20 the graphs of decodes are counted, and 0.92 of the memory is used instead of 0.9.
 *
 * The versions and the bytes of buffers and graphs are those of 281 starts of vLLM 0.11.0 to 0.20.2 on H200, B200 and MI300X
 * (ashishkamra/vllm-memory-estimator at 8b0e21d, `test_data/validation_db.json`, Apache-2.0; see vllm-memory.test.ts).
 */
import { isSince, type Served } from "./deployment.ts";

/**
 * Hidden states that a layer holds until the end of the graph, where the whole model is one graph: the outputs of attention and of
 * the feed-forward. vLLM's norms write to them in place (`fused_add_rms_norm`), and the code that PyTorch's Inductor makes of such
 * a graph frees them only when it returns. Where a graph ends at each attention, as by default, it is two at a time.
 * Compiling a stack of 2, 4 and 8 such layers with PyTorch 2.8, that of vLLM 0.10.2, shows it: the highest point grows by exactly
 * two hidden states a layer.
 */
export const heldPerLayer = 2;

export type SetAside = {
  /** Of the accelerator's memory, when the engine is not told. */
  readonly share: number;
  /** Of a score of the vocabulary while its token is drawn. */
  readonly scoreBytes: number;
  /** Of accelerators that share layers: NCCL's buffers and the engine's own for sums. */
  readonly collectiveBytes: number;
  /** Kernels' workspaces, whatever the model. */
  readonly leastBytes: number;
  /** Of a layer, in all the graphs of decodes together. */
  readonly graphBytes: number;
};

/** A score in BF16, in FP32, as a probability and beside random numbers. */
const drawn = 2 + 4 + 4 + 4;
/**
 * In BF16 and FP32, sorted with its index (`torch.sort`: FP32 and INT64), and while they are sorted the indices the other way
 * round and CUB's second buffers of both: 32 bytes for each score, as the table of #33538 measures.
 */
const sorted = 2 + 4 + (4 + 8) + 8 + (4 + 8);

export function vllmSetsAside(served: Served): SetAside {
  const countsAll = isSince(served, "0.17");
  const countsGraphs = isSince(served, "0.20");
  return {
    share: countsGraphs ? 0.92 : 0.9,
    scoreBytes: sortsScores(served) ? sorted : drawn,
    collectiveBytes: countsAll ? 1.95e9 : 0.65e9,
    leastBytes: countsAll ? 0.19e9 : 0,
    graphBytes: countsGraphs ? 12e6 : 0,
  };
}

function sortsScores(served: Served): boolean {
  const { vendor } = served.chip;
  if (isSince(served, "0.17") || (vendor !== "NVIDIA" && vendor !== "AMD")) return false;
  const hasFlashInfer = vendor === "NVIDIA" && isSince(served, "0.9") && !isSince(served, "0.11.1");
  return !hasFlashInfer;
}

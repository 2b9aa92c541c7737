/**
 * What vLLM sets aside besides weights, by its version. At its start it runs a forward pass of its largest step, and then draws a
 * token for as many sequences as it may run, with top-k and top-p (`profile_run`, `_dummy_sampler_run` in `gpu_model_runner.py`).
 *
 * - To draw from scores, vLLM sorted them until 0.17, when a Triton kernel took that over (vllm-project/vllm#33538). From 0.9 to
 *   0.11.0 FlashInfer did it where it was installed, as in the published images; 0.11.1 turned that off (#26859).
 * - Since 0.17 all that NCCL takes is counted. Before, the memory was first read when most of it was taken already.
 * - Since 0.20 the graphs of decodes are counted, and 0.92 of the memory is used instead of 0.9.
 *
 * Versions and bytes meet 281 starts of vLLM 0.11.0 to 0.20.2 on H200, B200 and MI300X (ashishkamra/vllm-memory-estimator at 8b0e21d,
 * `test_data/validation_db.json`, Apache-2.0; see vllm-memory.test.ts).
 */
import { isSince, type Served } from "../deployment.ts";

/**
 * Hidden states that a layer holds until the end of the graph, where the whole model is one graph: the outputs of attention and of
 * the feed-forward. vLLM's norms write to them in place (`fused_add_rms_norm`), and the code that PyTorch's Inductor makes of such
 * a graph frees them only when it returns. Where a graph ends at each attention, as by default, it is two at a time.
 * tools/perf/one-graph.py compiles stacks of 2, 4 and 8 such layers with PyTorch 2.8, that of vLLM 0.10.2: the highest point
 * grows by exactly two hidden states a layer.
 */
export const heldPerLayer = 2;

export type SetAside = {
  /** Share of the accelerator's memory that vLLM uses by default. */
  readonly share: number;
  /** Bytes of a score of the vocabulary while its token is drawn. */
  readonly scoreBytes: number;
  /** Bytes on accelerators that share layers, for NCCL's buffers and the engine's own for sums. */
  readonly collectiveBytes: number;
  /** Bytes of kernels' workspaces, whatever the model. */
  readonly leastBytes: number;
  /** Bytes of a layer in all graphs of decodes together. */
  readonly graphBytes: number;
};

/** Bytes of a score that is not sorted: in BF16, in FP32, as a probability, and a random number. */
const drawn = 2 + 4 + 4 + 4;
/**
 * In BF16 and FP32, sorted with its index (`torch.sort`: FP32 and INT64), and while they are sorted the indices the other way
 * round and CUB's second buffers of both: 32 bytes for each score, as the table of #33538 measures.
 */
const sorted = 2 + 4 + (4 + 8) + 8 + (4 + 8);

/** What the version of vLLM that serves the deployment sets aside. */
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

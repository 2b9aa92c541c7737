/**
 * The share of memory that SGLang gives to weights, keys and values by default (`mem_fraction_static`). It is a share of what is
 * free before it loads them (`ServerArgs._handle_gpu_memory_settings`, `profile_max_num_token`).
 *
 * Since 0.5 it leaves room for forward passes and graphs. Before, the share depended on the accelerators only. The room for copies
 * of attention is counted with their graphs. Sizes are in MiB, as in SGLang.
 */
import { acceleratorsOfStage, isSince, type Served, stagesOf } from "../deployment.ts";

const mebibyte = 2 ** 20;
/** Chips with more than 60 GiB leave at least 10 GiB. */
const leastLeft = 10 * 1024;
const large = 60 * 1024;

/** @param chunkTokens tokens of a prompt in one step, `chunked_prefill_size` */
export function sglangShare(served: Served, chunkTokens: number): number {
  if (!isSince(served, "0.5")) return shareByAccelerators(acceleratorsOfStage(served));
  const memory = (served.chip.memoryGigabytes.value * 1e9) / mebibyte;
  const batch = graphBatch(served, memory);
  const copies = served.attentionParallel === 1 ? 0 : batch * served.attentionParallel * (batch > 300 ? 4.5 : 3);
  const left =
    512 + 1.5 * Math.max(chunkTokens, 2048) + 2 * batch + 128 * acceleratorsOfStage(served) * stagesOf(served) + copies;
  return 1 - (memory > large ? Math.max(left, leastLeft) : left) / memory;
}

/** The largest batch of decodes that is captured as a graph: `cuda_graph_max_bs`. */
function graphBatch(served: Served, memory: number): number {
  const gibibytes = memory / 1024;
  const isSmall = acceleratorsOfStage(served) < 4;
  if (gibibytes < 20) return 8;
  if (gibibytes < 35) return isSmall ? 24 : 80;
  if (gibibytes < 60) return isSmall ? 32 : 160;
  return gibibytes < 160 && isSmall ? 256 : 512;
}

function shareByAccelerators(accelerators: number): number {
  if (accelerators >= 16) return 0.79;
  if (accelerators >= 8) return 0.81;
  if (accelerators >= 4) return 0.85;
  return accelerators >= 2 ? 0.87 : 0.88;
}

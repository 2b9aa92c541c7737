/** What an engine makes of a deployment for the simulator: step tables, room for keys and values, and a scheduler. */
import type { EngineCosts } from "./curves/fitted.ts";
import { calibrationOf } from "./kernels/calibration.ts";
import { paddedTo } from "./steps/captured.ts";
import { compiledStep } from "./steps/compiled.ts";
import { type EngineName, type Served, stagesOf } from "./deployment.ts";
import { kvRoom } from "./memory/kv-room.ts";
import { unhiddenCosts } from "./steps/sampling.ts";
import type { Deployment, Scheduler } from "./simulate/deployment.ts";
import type { Workload } from "./loads/workload.ts";
import type { Provenance } from "./kernels/provenance.ts";
import { usualLimits } from "./memory/usual-limits.ts";
import type { Settings } from "./settings.ts";

/** Tokens of the largest captured step: vLLM's `max_cudagraph_capture_size`. The others capture decodes only, unless told. */
const capturedMost: Readonly<Record<EngineName, number>> = { vllm: 512, sglang: 0, "tensorrt-llm": 0, atom: 0 };

/**
 * A deployment as the simulator runs it.
 *
 * @param longestPrompt tokens of the longest prompt of the load, for which vLLM needs room while it computes it
 * @throws Fault `invalid_value` for a split that cannot be, or weights that do not fit
 */
export function deploymentOf(
  served: Served,
  settings: Settings = {},
  longestPrompt = 0,
): Deployment & { provenance: Provenance } {
  const usual = usualLimits(served.engine, served.chip);
  const { blockTokens = 16, maxStepTokens = usual.maxStepTokens } = settings;
  // A step holds a token of each running sequence, so a small step limits the sequences.
  const { maxSequences = Math.min(usual.maxSequences, maxStepTokens) } = settings;
  const { capturedTokens = capturedMost[served.engine] } = settings;
  const costs = costsOf(served, settings);
  const { table, provenance } = compiledStep(served, maxSequences, maxStepTokens, costs, capturedTokens);
  const { kvBlocks, memoryShare, isOneGraph = false, prefixCache = false } = settings;
  const room = kvRoom(served, blockTokens, {
    maxStepTokens,
    maxSequences,
    isOneGraph,
    prefixCache,
    longestPrompt,
    ...(kvBlocks !== undefined && { blocks: kvBlocks }),
    ...(memoryShare !== undefined && { memoryShare }),
  });
  const atOnce = Math.min(maxSequences, room.sequencesMost ?? maxSequences);
  return {
    table: settings.capturedBatches ? paddedTo(table, settings.capturedBatches, served.attentionParallel) : table,
    provenance,
    scheduler: settings.scheduler ?? schedulerOf(served.engine, maxStepTokens, atOnce, settings),
    kvBlocks: room.blocks,
    blockTokens,
    ...(room.sequenceBlocks && { sequenceBlocks: room.sequenceBlocks }),
    ranks: served.attentionParallel,
    looksAhead: settings.overlapsSteps ?? false,
    // As many batches as stages are under way. Each steps as if one stage had all layers.
    batches: stagesOf(served),
    replicas: settings.replicas ?? 1,
    router: settings.router ?? "round-robin",
    prefixCache,
  };
}

/** The engine's own scheduler. */
function schedulerOf(
  engine: EngineName,
  maxStepTokens: number,
  maxSequences: number,
  { chunkedPrefill = true, batchWait, balanceSteps, receiveSteps }: Settings,
): Scheduler {
  if (engine === "vllm") return { type: "vllm-v1", maxStepTokens, maxSequences };
  // ATOM runs whole prompts first and never with decodes, and preempts the last to come (docs/scheduling_kv_cache_guide.md of
  // ROCm/ATOM). So did vLLM's first engine, which also kept one block in a hundred back: here ATOM does too.
  if (engine === "atom") return { type: "vllm-v0", maxStepTokens, maxSequences };
  if (engine === "sglang") {
    return { type: "sglang", maxStepTokens, maxSequences, ...(receiveSteps && { receiveSteps }) };
  }
  return {
    type: "tensorrt-llm",
    maxStepTokens,
    maxSequences,
    policy: "guaranteed-no-evict",
    chunked: chunkedPrefill,
    ...(batchWait && { batchWait }),
    ...(balanceSteps && { balanceSteps }),
  };
}

/** Tokens of the longest prompt of a load. */
export function longestPromptOf({ promptTokens }: Workload): number {
  return promptTokens.reduce((most, tokens) => Math.max(most, tokens), 0);
}

/** What the engine takes besides kernels, with the settings given. */
export function costsOf(served: Served, { costs, overlapsSteps }: Settings): EngineCosts {
  const all = costs ?? calibrationOf(served.engine, served.chip);
  return overlapsSteps ? overlapped(served, all) : all;
}

/** Kept by deployment, so that step tables compiled with the very same costs are found again (compiled.ts). */
const overlappedCosts = new WeakMap<Served, { readonly of: EngineCosts; readonly costs: EngineCosts }>();

function overlapped(served: Served, of: EngineCosts): EngineCosts {
  const known = overlappedCosts.get(served);
  if (known?.of === of) return known.costs;
  const costs = unhiddenCosts(of, served);
  overlappedCosts.set(served, { of, costs });
  return costs;
}

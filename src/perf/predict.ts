/** What a deployment does under a load: the physics compiled, the load simulated, the result measured. */
import { type Activities, activitiesOf, type Bound, boundOf } from "./activity.ts";
import { askedOf, bandsOf } from "./band.ts";
import type { Band, Bands, EngineCosts } from "./fitted.ts";
import { calibrationOf } from "./calibration.ts";
import { paddedTo } from "./captured.ts";
import { compiledStep } from "./compiled.ts";
import { acceleratorsOf, type EngineName, type Served, stagesOf } from "./deployment.ts";
import { kvRoom } from "./kv-room.ts";
import { type Power, powerOf } from "./power.ts";
import { unhiddenCosts } from "./sampling.ts";
import type { Deployment, Pool, Router, Scheduler } from "./simulate/deployment.ts";
import type { PoolUse, Result, Slo } from "./simulate/result.ts";
import { simulate } from "./simulate/run.ts";
import type { Summary } from "./simulate/summary.ts";
import type { Workload } from "./simulate/workload.ts";
import type { Provenance } from "./transfer.ts";
import { usualLimits } from "./usual-limits.ts";
import { sum } from "./statistics.ts";

export type Settings = {
  /** Blocks of KV cache as the engine reports them, instead of those computed. */
  readonly kvBlocks?: number;
  readonly blockTokens?: number;
  /** The most tokens in a step; the engine's default when absent. */
  readonly maxStepTokens?: number;
  /** The most sequences at once; the engine's default when absent, or what a step has room for. */
  readonly maxSequences?: number;
  /** Of the memory that the engine sets aside; its default when absent. */
  readonly memoryShare?: number;
  /** Whether a long prompt is spread over steps; the engine's default when absent. */
  readonly chunkedPrefill?: boolean;
  /** Steps with prompts of so many tokens at the most are replayed as graphs, piece by piece. */
  readonly capturedTokens?: number;
  /** For TensorRT-LLM: how prompts wait for each other, and for those of other copies of attention, see Scheduler. */
  readonly batchWait?: { readonly share: number; readonly steps: number };
  readonly balanceSteps?: number;
  /** For SGLang: how often it looks for requests, see Scheduler. */
  readonly receiveSteps?: number;
  /** Batches of decodes that were captured as graphs, ascending: others are padded to the next. Those that are, unless given. */
  readonly capturedBatches?: readonly number[];
  /** How the engine schedules, where it is not as its kind does by default. */
  readonly scheduler?: Scheduler;
  readonly costs?: EngineCosts;
  /** Whether the engine prepares a step while the one before runs, so that the host's share of it is hidden. */
  readonly overlapsSteps?: boolean;
  readonly replicas?: number;
  readonly router?: Router;
  readonly prefixCache?: boolean;
  /** Whether nobody describes the load, of which the workload is a guess: bands are then those of such measurements. */
  readonly isUntold?: boolean;
  /** What goodput counts. */
  readonly slo?: Slo;
  /** Power usage effectiveness of the site; 1 counts energy at the server's plug. */
  readonly pue?: number;
};

/** Mean and percentiles, in milliseconds. */
export type Distribution = { readonly mean: number; readonly p50: number; readonly p90: number; readonly p99: number };

/** Within `band`, in milliseconds, eight of ten measured means are to be expected. */
export type Estimate = Distribution & { readonly band: { readonly low: number; readonly high: number } };

/** What clients see. */
export type Times = {
  /** From a request's arrival to its first token. */
  readonly ttftMs: Estimate;
  /** (last token − first token) / (tokens − 1) of each request with two tokens or more. */
  readonly tpotMs: Estimate;
  /** Every gap between two tokens, those of all requests together. */
  readonly itlMs: Distribution;
  readonly e2eMs: Distribution;
  readonly outputTokensPerSecond: number;
  readonly outputTokensPerSecondPerAccelerator: number;
  /** 1 / mean TPOT: what one user sees. */
  readonly tokensPerSecondPerUser: number;
  readonly preemptions: number;
  readonly provenance: Provenance;
  readonly result: Result;
};

/** What the machines do. */
export type PoolPrediction = {
  /** Tokens for which a replica's KV cache has room, and the most that were in it. */
  readonly kvTokens: number;
  readonly kvTokensMost: number;
  /** Share of the time in which an engine was at work. */
  readonly busyShare: number;
  /** How busy tensor cores, memory, links and host were, in steps with prompts and in those without. */
  readonly utilisation: Activities;
  /** What of them is nearest to its limit. */
  readonly boundBy: Bound;
  readonly power: Power;
};

export type Prediction = Times & PoolPrediction;

/** vLLM's `max_cudagraph_capture_size`; the others capture decodes alone unless they are told to. */
const capturedMost: Readonly<Record<EngineName, number>> = { vllm: 512, sglang: 0, "tensorrt-llm": 0, atom: 0 };

/**
 * vLLM and SGLang keep finished prompts for others; what they share is up to the workload.
 *
 * @param longestPrompt in tokens, for which vLLM needs room while it is computed; unknown when absent
 */
export function deploymentOf(
  served: Served,
  settings: Settings = {},
  longestPrompt = 0,
): Deployment & { provenance: Provenance } {
  const usual = usualLimits(served.engine, served.chip);
  const { blockTokens = 16, maxStepTokens = usual.maxStepTokens } = settings;
  // A step has a token of each sequence that runs: a small one has room for so many alone.
  const { maxSequences = Math.min(usual.maxSequences, maxStepTokens) } = settings;
  const { capturedTokens = capturedMost[served.engine] } = settings;
  const costs = costsOf(served, settings);
  const { table, provenance } = compiledStep(served, maxSequences, maxStepTokens, costs, capturedTokens);
  const { kvBlocks, memoryShare, prefixCache = false } = settings;
  const room = kvRoom(served, blockTokens, {
    maxStepTokens,
    maxSequences,
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
    // Each steps as if it were on one stage with all layers.
    batches: stagesOf(served),
    replicas: settings.replicas ?? 1,
    router: settings.router ?? "round-robin",
    prefixCache,
  };
}

function schedulerOf(
  engine: EngineName,
  maxStepTokens: number,
  maxSequences: number,
  { chunkedPrefill = true, batchWait, balanceSteps, receiveSteps }: Settings,
): Scheduler {
  if (engine === "vllm") return { type: "vllm-v1", maxStepTokens, maxSequences };
  // Whole prompts first and never with decodes, the last to come preempted: as vLLM's first engine, but for a block in a
  // hundred that that one keeps back (ROCm/ATOM, docs/scheduling_kv_cache_guide.md).
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

export function longestPromptOf({ promptTokens }: Workload): number {
  return promptTokens.reduce((most, tokens) => Math.max(most, tokens), 0);
}

/**
 * A deployment under a load: what clients see, and what the machines do.
 *
 * @param settings what the engine is told beyond its defaults
 * @throws Fault `invalid_value` where it cannot be: weights or a request that find no room
 */
export function predict(served: Served, workload: Workload, settings: Settings = {}): Prediction {
  const { provenance, ...deployment } = deploymentOf(served, settings, longestPromptOf(workload));
  const result = simulate(workload, deployment, settings.slo === undefined ? {} : { slo: settings.slo });
  const [pool] = result.pools;
  const accelerators = acceleratorsOf(served) * pool!.replicas.length;
  return {
    ...timesOf(result, accelerators, bandsOf(served, provenance, askedOf(served, settings.isUntold)), provenance),
    ...poolOf(served, deployment, pool!, workload, result, settings),
  };
}

/** What clients see of a simulated load, each mean within its band. */
export function timesOf(result: Result, accelerators: number, bands: Bands, provenance: Provenance): Times {
  const tpotMs = estimate(inMilliseconds(result.tpot), bands.tpot);
  return {
    ttftMs: estimate(inMilliseconds(result.ttft), bands.ttft),
    tpotMs,
    itlMs: inMilliseconds(result.itl),
    e2eMs: inMilliseconds(result.e2e),
    outputTokensPerSecond: result.outputTokensPerSecond,
    outputTokensPerSecondPerAccelerator: result.outputTokensPerSecond / accelerators,
    tokensPerSecondPerUser: 1e3 / tpotMs.mean,
    preemptions: result.preemptions,
    provenance,
    result,
  };
}

/** What the machines of a pool do under it. */
export function poolOf(
  served: Served,
  { kvBlocks: blocks, blockTokens }: Pool,
  { replicas }: PoolUse,
  workload: Workload,
  result: Result,
  settings: Settings,
): PoolPrediction {
  const utilisation = activitiesOf(served, costsOf(served, settings), replicas);
  const run = {
    accelerators: acceleratorsOf(served) * replicas.length,
    replicas: replicas.length,
    seconds: result.spanSeconds,
    promptTokens: sum(workload.promptTokens),
    outputTokens: sum(workload.outputTokens),
  };
  const busySeconds = replicas.reduce((sum, one) => sum + one.prefillSeconds + one.decodeSeconds, 0);
  return {
    kvTokens: blocks * blockTokens,
    kvTokensMost: Math.max(...replicas.map(({ kvBlocksMost }) => kvBlocksMost)) * blockTokens,
    busyShare: busySeconds / result.spanSeconds / replicas.length,
    utilisation,
    boundBy: boundOf(utilisation),
    power: powerOf(served.chip, utilisation, run, settings.pue),
  };
}

function costsOf(served: Served, { costs, overlapsSteps }: Settings): EngineCosts {
  const all = costs ?? calibrationOf(served.engine, served.chip);
  return overlapsSteps ? overlapped(served, all) : all;
}

/** The last of each deployment, so that what is compiled with them is found again. */
const overlappedCosts = new WeakMap<Served, { readonly of: EngineCosts; readonly costs: EngineCosts }>();

function overlapped(served: Served, of: EngineCosts): EngineCosts {
  const known = overlappedCosts.get(served);
  if (known?.of === of) return known.costs;
  const costs = unhiddenCosts(of, served);
  overlappedCosts.set(served, { of, costs });
  return costs;
}

/**
 * Between which shares of it a user's wait lies, and with it what tokens cost: that of each token, or of the first where
 * answers have no other.
 */
export function waitBand({ ttftMs, tpotMs }: Pick<Times, "ttftMs" | "tpotMs">): Band {
  const { mean, band } = tpotMs.mean > 0 ? tpotMs : ttftMs;
  return { low: band.low / mean, high: band.high / mean };
}

function estimate(of: Distribution, { low, high }: Band): Estimate {
  return { ...of, band: { low: of.mean * low, high: of.mean * high } };
}

export function inMilliseconds({ mean, p50, p90, p99 }: Omit<Summary, "count">): Distribution {
  return { mean: mean * 1e3, p50: p50 * 1e3, p90: p90 * 1e3, p99: p99 * 1e3 };
}

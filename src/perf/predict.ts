/** What a deployment does under a load: its steps are compiled (engine.ts), the load is simulated, and the result is summed up. */
import { type Activities, activitiesOf, type Bound, boundOf } from "./power/activity.ts";
import { askedOf, bandsOf } from "./accuracy/band.ts";
import type { Band, Bands } from "./curves/fitted.ts";
import { acceleratorsOf, type Served } from "./deployment.ts";
import { type Power, powerOf } from "./power/power.ts";
import type { Pool } from "./simulate/deployment.ts";
import type { PoolUse, Result } from "./simulate/result.ts";
import { simulate } from "./simulate/run.ts";
import type { Summary } from "./simulate/summary.ts";
import type { Workload } from "./loads/workload.ts";
import type { Provenance } from "./kernels/provenance.ts";
import { sum } from "./statistics.ts";
import type { Settings } from "./settings.ts";
import { costsOf, deploymentOf, longestPromptOf } from "./engine.ts";

/** Mean and percentiles, in milliseconds. */
export type Distribution = { readonly mean: number; readonly p50: number; readonly p90: number; readonly p99: number };

/** Eight of ten measured means are expected within `band`, in milliseconds. */
export type Estimate = Distribution & { readonly band: { readonly low: number; readonly high: number } };

/** What clients see: times in milliseconds, rates per second. */
export type Times = {
  /** From a request's arrival to its first token. */
  readonly ttftMs: Estimate;
  /** (last token − first token) / (tokens − 1) of each request with two tokens or more. */
  readonly tpotMs: Estimate;
  /** Gaps between two tokens, of all requests together. */
  readonly itlMs: Distribution;
  /** From a request's arrival to its last token. */
  readonly e2eMs: Distribution;
  readonly outputTokensPerSecond: number;
  readonly outputTokensPerSecondPerAccelerator: number;
  /** 1 / mean TPOT: what one user sees. */
  readonly tokensPerSecondPerUser: number;
  /** How often a running request lost its place in the KV cache. */
  readonly preemptions: number;
  readonly provenance: Provenance;
  readonly result: Result;
};

/** What the machines do. */
export type PoolPrediction = {
  /** Tokens that the KV cache of a replica (of a copy of attention) has room for, and the most that were in it. */
  readonly kvTokens: number;
  readonly kvTokensMost: number;
  /** Share of the time in which an engine was at work. */
  readonly busyShare: number;
  /** How busy tensor cores, memory, links and host were, in steps with prompts and in steps without. */
  readonly utilisation: Activities;
  /** Which of them was nearest to its limit. */
  readonly boundBy: Bound;
  readonly power: Power;
};

export type Prediction = Times & PoolPrediction;

/**
 * Predicts a deployment under a load: what clients see, and what the machines do.
 *
 * @throws Fault `invalid_value` for weights or a request that do not fit, or a split that cannot be
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

/**
 * What clients see of a simulated load.
 *
 * @param accelerators of the whole deployment
 * @param bands how far off the means of TTFT and TPOT may be
 */
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

/** What the machines of one pool did under a simulated load. */
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

/**
 * How far off a prediction may be, as factors on a user's wait, and so on what tokens cost. It is the band of TPOT, or of TTFT
 * where answers have one token only.
 */
export function waitBand({ ttftMs, tpotMs }: Pick<Times, "ttftMs" | "tpotMs">): Band {
  const { mean, band } = tpotMs.mean > 0 ? tpotMs : ttftMs;
  return { low: band.low / mean, high: band.high / mean };
}

function estimate(of: Distribution, { low, high }: Band): Estimate {
  return { ...of, band: { low: of.mean * low, high: of.mean * high } };
}

/** Seconds to milliseconds. */
export function inMilliseconds({ mean, p50, p90, p99 }: Omit<Summary, "count">): Distribution {
  return { mean: mean * 1e3, p50: p50 * 1e3, p90: p90 * 1e3, p99: p99 * 1e3 };
}

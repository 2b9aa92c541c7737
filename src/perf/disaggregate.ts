/**
 * Disaggregated serving: some replicas compute prompts, others answers (Splitwise, DistServe). Each pool has a chip, an engine and a
 * split of its own. Keys and values are sent from one pool to the other between the first token and the second.
 */
import { bandsOf } from "./accuracy/band.ts";
import { acceleratorsOf, type Served } from "./deployment.ts";
import { sequenceBytes } from "./memory/kv-room.ts";
import { kvBytesPerToken } from "./memory/memory.ts";
import { type PoolPrediction, poolOf, type Times, timesOf } from "./predict.ts";
import { deploymentOf, longestPromptOf } from "./engine.ts";
import type { Settings } from "./settings.ts";
import { simulate } from "./simulate/run.ts";
import type { Workload } from "./loads/workload.ts";
import { mixedStepSeconds } from "./simulate/rank/step-seconds.ts";
import { chunkSeconds, type StepTable } from "./simulate/step-table.ts";
import { weaker } from "./kernels/provenance.ts";
import { mean } from "./statistics.ts";

/** Replicas of one kind. */
export type Workers = { readonly served: Served; readonly replicas: number };

export type Disaggregated = { readonly prefill: Workers; readonly decode: Workers };

export type DisaggregatedSettings = {
  readonly prefill?: Settings;
  readonly decode?: Settings;
  readonly transfer?: Partial<Transfer>;
} & Pick<Settings, "slo" | "router" | "pue">;

export type Transfer = {
  /** Seconds from a prompt's end until anything is sent. */
  readonly setupSeconds: number;
  /** Share of a link's bandwidth that is reached. */
  readonly linkShare: number;
  /** Whether each layer is sent while the next is computed, so that only the last one takes time of its own. */
  readonly byLayer: boolean;
};

export type DisaggregatedPrediction = Times & {
  readonly accelerators: number;
  readonly prefill: PoolPrediction;
  readonly decode: PoolPrediction;
  /** In both pools together; absent where the power of one is unavailable. */
  readonly joulesPerOutputToken?: number;
  /** From the end of a prompt of mean length until the decode replica has it. */
  readonly transferMs: number;
};

const sequencesMost = 1024;

/**
 * How an engine sends keys and values. Routers and rendezvous take 0.12 s: so much is left of the first token of Kimi K2.5 on GB200
 * (29 rows of InferenceX). It is too little where a queue forms. 70 % of the link is an estimate: RDMA writes of megabytes reach it.
 * SGLang sends each chunk while the next is computed, the others send when the prompt is done.
 */
export function transferOf({ engine }: Served): Transfer {
  return { setupSeconds: 0.12, linkShare: 0.7, byLayer: engine === "sglang" };
}

/**
 * @param workload arrivals at the prefill pool; a closed loop's client asks again when it has its last token
 * @throws Fault as `predict` does, of either pool
 */
export function predictDisaggregated(
  { prefill, decode }: Disaggregated,
  workload: Workload,
  settings: DisaggregatedSettings = {},
): DisaggregatedPrediction {
  const transfer = { ...transferOf(prefill.served), ...settings.transfer };
  const of = (workers: Workers, own: Settings): Settings => ({
    maxSequences: sequencesFor(workers, workload),
    ...own,
    replicas: workers.replicas,
    ...(settings.router && { router: settings.router }),
    ...(settings.pue !== undefined && { pue: settings.pue }),
  });
  const asked = of(prefill, settings.prefill ?? {});
  const { maxSequences: most = sequencesMost, maxStepTokens: budget = most } = asked;
  // As many sequences as a step has tokens for are enough where each has many.
  const ofPrefill = { ...asked, maxSequences: Math.min(most, budget) };
  // Where no prompt comes in between, engines do (TensorRT-LLM's `disable_overlap_scheduler: false` of generation servers).
  const ofDecode = of(decode, { overlapsSteps: true, ...settings.decode });
  const first = deploymentOf(prefill.served, ofPrefill, longestPromptOf(workload));
  const second = deploymentOf(decode.served, ofDecode);
  const transferSeconds = (tokens: number) => visibleSeconds({ prefill, decode }, first.table, tokens, transfer);
  const result = simulate(
    workload,
    { ...first, disaggregation: { decode: second, transferSeconds, decodeTellsFirst: true } },
    settings.slo === undefined ? {} : { slo: settings.slo },
  );
  const accelerators = acceleratorsIn(prefill) + acceleratorsIn(decode);
  const provenance = weaker(first.provenance, second.provenance);
  const [ofPrompts, ofAnswers] = result.pools;
  const pools = {
    prefill: poolOf(prefill.served, first, ofPrompts!, workload, result, ofPrefill),
    decode: poolOf(decode.served, second, ofAnswers!, workload, result, ofDecode),
  };
  const { power: forPrompts } = pools.prefill;
  const { power: forAnswers } = pools.decode;
  return {
    ...timesOf(result, accelerators, bandsOf(decode.served, provenance, "pools"), provenance),
    accelerators,
    ...pools,
    ...(forPrompts.type === "predicted" &&
      forAnswers.type === "predicted" && {
        joulesPerOutputToken: forPrompts.joulesPerOutputToken + forAnswers.joulesPerOutputToken,
      }),
    transferMs: transferSeconds(Math.round(mean(workload.promptTokens))) * 1e3,
  };
}

/** Accelerators of all replicas. */
export function acceleratorsIn({ served, replicas }: Workers): number {
  return acceleratorsOf(served) * replicas;
}

/**
 * Seconds from a prompt's end until the decode replica has its keys and values. Each prefill accelerator sends its share
 * over a link of its own; a latent, which all of a decode replica's have whole, goes to each of them.
 */
function visibleSeconds(pools: Disaggregated, table: StepTable, tokens: number, transfer: Transfer): number {
  const { served } = pools.prefill;
  const { model, kv, tensorParallel } = served;
  const copies = model.attention.type !== "gqa" ? Math.max(1, pools.decode.served.tensorParallel / tensorParallel) : 1;
  const bytes = (kvBytesPerToken(model, kv, tensorParallel) * tokens + sequenceBytes(served, tokens)) * copies;
  const seconds = bytes / (linkBytesPerSecond(pools) * transfer.linkShare);
  const computing = mixedStepSeconds(table, 0, tokens, 0, chunkSeconds(table.prefillAttention, tokens, 0));
  const hidden = transfer.byLayer ? computing * (1 - 1 / model.layers) : 0;
  return transfer.setupSeconds + Math.max(seconds / model.layers, seconds - hidden);
}

/** Bandwidth between the pools: that of a fast domain with room for both, else of the network between domains. */
function linkBytesPerSecond({ prefill, decode }: Disaggregated): number {
  const { scaleUp, scaleOut } = prefill.served.chip;
  const isOne = prefill.served.chip.name === decode.served.chip.name;
  const all = acceleratorsIn(prefill) + acceleratorsIn(decode);
  const link = isOne && scaleUp !== undefined && all <= scaleUp.accelerators.value ? scaleUp : (scaleOut ?? scaleUp);
  // The slowest network that servers of accelerators have, where the catalog knows of none.
  return (link?.gigabytesPerSecond.value ?? 25) * 1e9;
}

/** The most sequences of a rank: all clients of a closed loop that could ever be on it, or the engines' default. */
function sequencesFor({ served, replicas }: Workers, { arrivals }: Workload): number {
  if (arrivals.type === "open") return sequencesMost;
  const most = Math.ceil((arrivals.concurrency / replicas / served.attentionParallel) * 1.25);
  return Math.max(64, Math.min(4096, most));
}

/**
 * How busy a replica's accelerators were: the work of the simulated steps, over what the datasheet's peaks could have done in
 * their time. It says what bounds a deployment, and power follows from it (power.ts).
 *
 * The simulation counts tokens, contexts and query-key pairs. The work follows from these sums. Each step is taken to read as
 * many experts as the mean step of its phase.
 */
import { elementwisePasses } from "../operations/elementwise.ts";
import { gapSecondsPerLayer } from "../steps/launches.ts";
import type { EngineCosts } from "../curves/fitted.ts";
import { acceleratorsOfStage, type Served, stagesOf } from "../deployment.ts";
import { blockIndexBytes, blockIndexFlops, blockPairs } from "../attention/block-sparse.ts";
import { compressedWork } from "../attention/compressed.ts";
import { kvBytesPerToken } from "../memory/memory.ts";
import { fullHeads, fullLayers } from "../attention/attention-layers.ts";
import { denseBytes, denseWeights } from "../operations/weight-formats.ts";
import { parameterCount } from "../memory/parameters.ts";
import { bytesOf, peakOf } from "../operations/rates.ts";
import type { ReplicaUse } from "../simulate/result.ts";

/** Shares of the time of a phase, from 0 to 1. They overlap, so they need not add up to 1. */
export type Activity = {
  readonly seconds: number;
  /** Arithmetic, over the dense peaks. */
  readonly tensor: number;
  /** Bytes read and written, over the memory's bandwidth. */
  readonly memory: number;
  /** Bytes sent to peers, over the fast domain's bandwidth. */
  readonly link: number;
  /** Time of the engine besides its kernels. */
  readonly host: number;
};

export type Bound = "compute" | "memory" | "link" | "host";

/** In steps with prompts (and decodes beside them), and in steps of decodes alone. */
export type Activities = { readonly prefill: Activity; readonly decode: Activity };

/** @param uses what the replicas of one pool did */
export function activitiesOf(served: Served, costs: EngineCosts, uses: readonly ReplicaUse[]): Activities {
  const sum = (of: (use: ReplicaUse) => number): number => uses.reduce((total, use) => total + of(use), 0);
  // Each stage of a pipeline does its share of the layers for all batches, which is as much as all layers for one batch.
  const ofBatch = (of: (use: ReplicaUse) => number): number => sum(of) / stagesOf(served);
  const prefill: Work = {
    seconds: sum((use) => use.prefillSeconds),
    steps: sum((use) => use.prefillSteps),
    promptTokens: ofBatch((use) => use.prefilledTokens),
    promptPairs: ofBatch((use) => use.promptPairs),
    decodedTokens: ofBatch((use) => use.mixedDecodedTokens),
    contextTokens: ofBatch((use) => use.mixedContextTokens),
  };
  const decode: Work = {
    seconds: sum((use) => use.decodeSeconds),
    steps: sum((use) => use.steps - use.prefillSteps),
    promptTokens: 0,
    promptPairs: 0,
    decodedTokens: ofBatch((use) => use.decodedTokens - use.mixedDecodedTokens),
    contextTokens: ofBatch((use) => use.contextTokens - use.mixedContextTokens),
  };
  return { prefill: activityOf(served, costs, prefill), decode: activityOf(served, costs, asDrafted(served, decode)) };
}

/** With drafted tokens, the engine makes several tokens in a step and checks more. The simulation's steps make one each. */
function asDrafted({ speculation }: Served, work: Work): Work {
  if (speculation === undefined) return work;
  const perStep = 1 + speculation.accepted;
  return {
    ...work,
    steps: work.steps / perStep,
    decodedTokens: (work.decodedTokens * (1 + speculation.drafts)) / perStep,
    contextTokens: work.contextTokens / perStep,
  };
}

/** The resource that was nearest to its limit, in both phases together. */
export function boundOf({ prefill, decode }: Activities): Bound {
  const share = (of: (activity: Activity) => number): number =>
    of(prefill) * prefill.seconds + of(decode) * decode.seconds;
  const shares: readonly [Bound, number][] = [
    ["compute", share(({ tensor }) => tensor)],
    ["memory", share(({ memory }) => memory)],
    ["link", share(({ link }) => link)],
    ["host", share(({ host }) => host)],
  ];
  return shares.reduce((most, one) => (one[1] > most[1] ? one : most))[0];
}

/** What replicas did in a phase, all of them together. */
type Work = {
  readonly seconds: number;
  readonly steps: number;
  readonly promptTokens: number;
  readonly promptPairs: number;
  readonly decodedTokens: number;
  readonly contextTokens: number;
};

function activityOf(served: Served, costs: EngineCosts, work: Work): Activity {
  const { seconds } = work;
  if (seconds === 0) return { seconds, tensor: 0, memory: 0, link: 0, host: 0 };
  const { chip, model } = served;
  const bandwidth = chip.memoryGigabytesPerSecond.value * 1e9;
  const link = (chip.scaleUp?.gigabytesPerSecond.value ?? 0) * 1e9;
  const hostSeconds =
    work.steps * (costs.stepSeconds + model.layers * gapSecondsPerLayer(served)) +
    work.decodedTokens * costs.sequenceSeconds;
  const share = (needed: number): number => Math.min(1, needed / seconds);
  return {
    seconds,
    tensor: share(arithmeticSeconds(served, work)),
    memory: share(memoryBytes(served, work) / bandwidth),
    link: link === 0 ? 0 : share(linkBytes(served, work) / link),
    host: share(hostSeconds),
  };
}

/** Seconds of one accelerator at its dense peaks. */
function arithmeticSeconds(served: Served, work: Work): number {
  const { model, chip, weights } = served;
  const head = model.vocabulary * model.hidden;
  const experts = expertParameters(served).active;
  const dense = parameterCount(model).activePerToken - head - experts;
  const tokens = work.promptTokens + work.decodedTokens;
  const all =
    (2 * tokens * dense) / peakOf(chip, denseWeights(served)) +
    (2 * tokens * experts) / peakOf(chip, weights) +
    (2 * work.decodedTokens * head + attendedFlops(served, work)) / peakOf(chip, "bf16");
  return all / acceleratorsOfStage(served);
}

/** FLOP of attention in BF16. What an indexer does in FP8 counts as if it took as long in BF16. */
function attendedFlops({ model, chip, kv }: Served, work: Work): number {
  const { attention, layers } = model;
  if (attention.type === "compressed") {
    const { attendedFlops: attended, indexedFlops } = compressedWork(attention, layers, kv, work);
    return attended + indexedFlops * Math.min(1, peakOf(chip, "bf16") / peakOf(chip, "fp8"));
  }
  const perPair =
    2 *
    attention.heads *
    (attention.type === "mla"
      ? attention.nopeDim + attention.ropeDim + attention.valueDim
      : 2 * fullHeads(attention).headDim);
  const perContext =
    attention.type === "mla" ? 2 * attention.heads * (2 * attention.kvRank + attention.ropeDim) : perPair;
  const full = fullLayers(attention, layers);
  const inWindow =
    attention.type === "gqa" && attention.window !== undefined
      ? attention.window.layers * Math.min(work.promptPairs, work.promptTokens * attention.window.tokens)
      : 0;
  const narrower = attention.type === "gqa" ? attention.headDim / fullHeads(attention).headDim : 1;
  if (attention.type === "gqa" && attention.sparse) {
    const { sparse } = attention;
    const chosen = blockPairs(sparse, work.promptTokens, work.promptPairs) + work.decodedTokens * sparse.tokens;
    const seen = work.promptPairs + work.contextTokens;
    return (
      perPair * ((full - sparse.layers) * seen + sparse.layers * chosen) +
      blockIndexFlops(sparse) * sparse.layers * seen
    );
  }
  return perPair * (full * work.promptPairs + inWindow * narrower) + perContext * full * work.contextTokens;
}

/** Bytes that one accelerator reads and writes: weights in each step, keys and values, and activations. */
function memoryBytes(served: Served, work: Work): number {
  const { model, tensorParallel, attentionParallel, weights } = served;
  const { total } = parameterCount(model);
  const experts = expertParameters(served);
  const head = model.vocabulary * model.hidden;
  const looked = model.tiedEmbeddings ? 0 : head;
  const dense = (total - experts.all - head - looked) * denseBytes(served) + head * 2;
  const tokens = work.promptTokens + work.decodedTokens;
  const routed = experts.all * experts.readShare(tokens / work.steps) * bytesOf(weights);
  const perStep = dense / tensorParallel + routed / acceleratorsOfStage(served);
  const cached = cachedBytes(served, work) / attentionParallel;
  const perToken = elementwisePasses(model) * model.hidden + productNumbers(served);
  const activations = (perToken * tokens * 2 * model.layers) / attentionParallel;
  return work.steps * perStep + cached + activations;
}

/**
 * Numbers that the products of a layer read and write for a token, besides weights. Each accelerator has the hidden state before
 * and after attention and the feed-forward. It has its share of the queries, of attention's output and of the feed-forward.
 */
function productNumbers({ model, tensorParallel }: Served): number {
  const { hidden, feedForward, layers } = model;
  const width =
    feedForward.type === "dense"
      ? (feedForward.width * (feedForward.layers ?? layers)) / layers
      : feedForward.expertsPerToken * feedForward.expertWidth + feedForward.sharedWidth;
  return 4 * hidden + (2 * hidden + 3 * width) / tensorParallel;
}

/** Bytes of keys and values that decodes read and prompts write, in all copies of attention. */
function cachedBytes({ model, kv, tensorParallel }: Served, work: Work): number {
  const { attention, layers } = model;
  if (attention.type === "compressed") return compressedWork(attention, layers, kv, work).bytes;
  const perToken = kvBytesPerToken(model, kv, tensorParallel);
  if (attention.type === "gqa" && attention.sparse) {
    const { sparse } = attention;
    const index = blockIndexBytes(sparse);
    const ofLayer = (perToken - sparse.layers * index) / fullLayers(attention, layers);
    const read = (fullLayers(attention, layers) - sparse.layers) * ofLayer + sparse.layers * index;
    return (
      perToken * work.promptTokens +
      read * work.contextTokens +
      sparse.layers * ofLayer * sparse.tokens * work.decodedTokens
    );
  }
  return perToken * (work.contextTokens + work.promptTokens);
}

/** Bytes that one accelerator sends: two sums in each layer, and tokens that go to experts of other accelerators. */
function linkBytes(served: Served, work: Work): number {
  const { model, tensorParallel: tp, attentionParallel, expertParallel: ep } = served;
  const moved = ((work.promptTokens + work.decodedTokens) / attentionParallel) * model.hidden * model.layers;
  const reduced = 2 * 2 * ((tp - 1) / tp) * moved * 2;
  const { feedForward } = model;
  if (feedForward.type === "dense" || attentionParallel === 1) return reduced;
  const copies = Math.min(feedForward.expertsPerToken, ep) * ((ep - 1) / ep);
  // A number goes there in one byte, and comes back in two.
  return reduced + (moved * copies * 3) / tp;
}

type Experts = {
  readonly all: number;
  readonly active: number;
  /** Share of all experts that a step of so many tokens reads. */
  readonly readShare: (tokens: number) => number;
};

function expertParameters({ model }: Served): Experts {
  const { feedForward, hidden, layers, feedForwardMatrices: matrices } = model;
  if (feedForward.type === "dense") return { all: 0, active: 0, readShare: () => 0 };
  const { experts, expertsPerToken, expertWidth, denseLayers, latentWidth = hidden } = feedForward;
  const one = (layers - denseLayers) * matrices * latentWidth * expertWidth;
  return {
    all: experts * one,
    active: expertsPerToken * one,
    readShare: (tokens) => 1 - (1 - expertsPerToken / experts) ** tokens,
  };
}

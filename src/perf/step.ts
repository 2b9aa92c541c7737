/**
 * The time of a step: what the operations of its layers take (layer-work.ts), plus what the engine takes besides. Compiled
 * into the tables that the simulator reads.
 */
import type { ModelShape } from "../catalog/model-shape.ts";
import { calibrationOf } from "./calibration.ts";
import type { EngineCosts } from "./fitted.ts";
import { checkSplit, type Served } from "./deployment.ts";
import { kernelsBesideExperts, launchesPerLayer, launchesPerReplay, smallKernelsPerLayer } from "./launches.ts";
import { LayerWork } from "./layer-work.ts";
import { onOutdone } from "./siblings.ts";
import type { StepTable } from "./step-table.ts";
import { isTiled } from "./tiled.ts";
import { tileRows } from "./tiles.ts";
import { isFused, type Provenance } from "./transfer.ts";

export type CompiledStep = {
  readonly table: StepTable;
  /** The weakest of those of its operations. */
  readonly provenance: Provenance;
};

const strideTokens = 64;
/** Between the kernels of a layer in a graph. */
const fusedGapSeconds = 3e-6;
/** A kernel of a graph that does next to nothing. */
const smallSeconds = 2.5e-6;
/** Kernels that fusing does without: a norm after each sum over accelerators, the quantising of attention's output. */
const unfusedKernels = 3;

/**
 * Of the time in which the host launches the kernels of a step with prompts, the share that none of them hides: it gets
 * ahead of them, but waits where accelerators wait for each other. Neither all nor none meets short and long prompts both.
 */
const unhiddenShare = 0.25;

/**
 * From a prompt's text to its tokens, for each of them, before the engine sees it: what Hugging Face's tokenizers take of one
 * processor for InferenceX's prompts (vocabularies of 100,000 and 200,000; 8k tokens of consecutive numbers made to text).
 */
const tokeniseSeconds = 4e-6;

/**
 * @param costs what the engine takes besides its kernels; its calibrated ones when absent
 * @param capturedTokens up to how many tokens a step with prompts is replayed as graphs, piece by piece
 */
export function compileStep(
  served: Served,
  maxSequences: number,
  maxStepTokens: number,
  costs: EngineCosts = calibrationOf(served.engine, served.chip),
  capturedTokens = 0,
): CompiledStep {
  checkSplit(served);
  const kernels = kernelsOf(served, maxSequences, maxStepTokens);
  const { sequenceSeconds, kernelScale = 1 } = costs;
  const decodeScale = costs.decodeScale * kernelScale;
  const prefillScale = costs.prefillScale * kernelScale;
  const overhead = costs.stepSeconds + served.model.layers * (gapSeconds(served) + (costs.gapSeconds ?? 0));
  const launching = served.model.layers * launchesPerLayer(served) * costs.launchSeconds;
  const replaying = served.model.layers * launchesPerReplay * costs.launchSeconds;
  return {
    table: {
      decodeSeconds: costed(
        kernels.decode,
        decodeScale,
        costed(kernels.decodeAlone, kernelScale),
        overhead / tokensPerStep(served),
        sequenceSeconds,
      ),
      contextSeconds: costed(kernels.context, decodeScale),
      mixedSeconds: unhidden(
        costed(kernels.mixed, prefillScale, costed(kernels.mixedAlone, kernelScale), overhead),
        capturedTokens,
        replaying * unhiddenShare,
        launching * unhiddenShare,
      ),
      mixedDecodeSeconds: costed(kernels.mixedDecode, kernelScale, none, 0, sequenceSeconds),
      ...(kernels.mixedContext && { mixedContextSeconds: costed(kernels.mixedContext, prefillScale) }),
      mixedLeastSeconds: launching,
      capturedTokens,
      capturedLeastSeconds: replaying,
      prefillAttention: { strideTokens, seconds: costed(kernels.prefillAttention, prefillScale) },
      ...(kernels.together && { together: scaled(kernels.together, kernelScale) }),
      ingestSeconds: costs.ingestSeconds,
      ingestSecondsPerToken: tokeniseSeconds,
      deliverSeconds: 0,
    },
    provenance: kernels.provenance,
  };
}

/** Of each layer: an estimate, of kernels too small to be measured by themselves. */
export function gapSeconds(served: Served): number {
  const kernels =
    smallKernelsPerLayer(served.model) + kernelsBesideExperts(served) + (isFused(served) ? 0 : unfusedKernels);
  return fusedGapSeconds + kernels * smallSeconds;
}

const none = new Float64Array(0);

/** `seconds · scale + besides + fixed + each · index`; written as a loop, for it runs for every load. */
function costed(seconds: Float64Array, scale: number, besides: Float64Array = none, fixed = 0, each = 0): Float64Array {
  const all = new Float64Array(seconds.length);
  for (let index = 0; index < all.length; index += 1) {
    all[index] = seconds[index]! * scale + (index < besides.length ? besides[index]! : 0) + fixed + each * index;
  }
  return all;
}

type Together = NonNullable<StepTable["together"]>;

function scaled(together: Together, scale: number): Together {
  if (scale === 1) return together;
  const { decodeSeconds, mixedSeconds } = together;
  return { decodeSeconds: costed(decodeSeconds, scale), mixedSeconds: costed(mixedSeconds, scale) };
}

/** Adds what of launching is hidden by nothing, by whether a step of so many tokens is replayed. */
function unhidden(seconds: Float64Array, capturedTokens: number, replaying: number, launching: number): Float64Array {
  for (let tokens = 0; tokens < seconds.length; tokens += 1) {
    seconds[tokens]! += tokens <= capturedTokens ? replaying : launching;
  }
  return seconds;
}

/** Seconds of kernels by sequences or tokens in a step, whatever the engine takes besides; of decodes for each token made. */
type Kernels = {
  readonly decode: Float64Array;
  readonly context: Float64Array;
  readonly mixed: Float64Array;
  readonly mixedDecode: Float64Array;
  /** Where decodes take other kernels beside prompts. */
  readonly mixedContext: Float64Array | undefined;
  readonly prefillAttention: Float64Array;
  /** What copies of attention would do together, where there is but one; empty where there are several. */
  readonly decodeAlone: Float64Array;
  readonly mixedAlone: Float64Array;
  readonly together: StepTable["together"];
  readonly provenance: Provenance;
};

/** Of one deployment asked for under many loads, or calibrated by many costs, once. */
const known = new WeakMap<Served, Map<string, Kernels>>();

function kernelsOf(served: Served, maxSequences: number, maxStepTokens: number): Kernels {
  const ofServed = known.get(served) ?? new Map<string, Kernels>();
  known.set(served, ofServed);
  const key = `${maxSequences} ${maxStepTokens}`;
  const found = ofServed.get(key) ?? neverSlower(served, maxSequences, maxStepTokens);
  ofServed.set(key, found);
  return found;
}

/** Those of the chip; where it outdoes another of the same silicon, each no slower than there. */
function neverSlower(served: Served, maxSequences: number, maxStepTokens: number): Kernels {
  const own = measure(served, maxSequences, maxStepTokens);
  const outdone = onOutdone(served);
  if (outdone === undefined) return own;
  const older = measure(outdone, maxSequences, maxStepTokens);
  const least = (one: Float64Array, other: Float64Array) =>
    one.map((seconds, index) => Math.min(seconds, other[index]!));
  return {
    decode: least(own.decode, older.decode),
    context: least(own.context, older.context),
    mixed: least(own.mixed, older.mixed),
    mixedDecode: least(own.mixedDecode, older.mixedDecode),
    mixedContext: own.mixedContext && older.mixedContext && least(own.mixedContext, older.mixedContext),
    prefillAttention: least(own.prefillAttention, older.prefillAttention),
    decodeAlone: least(own.decodeAlone, older.decodeAlone),
    mixedAlone: least(own.mixedAlone, older.mixedAlone),
    together: own.together &&
      older.together && {
        decodeSeconds: least(own.together.decodeSeconds, older.together.decodeSeconds),
        mixedSeconds: least(own.together.mixedSeconds, older.together.mixedSeconds),
      },
    provenance: own.provenance,
  };
}

function measure(served: Served, maxSequences: number, maxStepTokens: number): Kernels {
  const layers = new LayerWork(served);
  const { model, attentionParallel: copies } = served;
  const of = (most: number, value: (index: number) => number) => tabulated(most, rising(value));
  const drafts = served.speculation?.drafts ?? 0;
  const perStep = tokensPerStep(served);
  // A draft passes one layer more and the head.
  const drafted = drafts / model.layers;
  const isAlone = copies === 1;
  const strides = Math.ceil(model.contextMax / strideTokens);
  const perToken = (value: (sequences: number) => number) =>
    of(maxSequences, (sequences) => value(sequences) * sequences).map((seconds, sequences) =>
      sequences === 0 ? 0 : seconds / sequences,
    );
  const kernels = {
    decode: of(maxSequences, (sequences) => {
      const checked = sequences * (1 + drafts);
      const once = layers.attention.ofDecodes(checked) + layers.tokens(checked) + layers.head(checked);
      const beside = isAlone ? layers.together(sequences) : 0;
      const draft = drafted * (layers.attention.ofDecodes(sequences) + beside) + drafts * layers.head(sequences);
      return (once + draft + layers.handOver(checked)) / perStep;
    }),
    context: perToken((sequences) => (layers.attention.perContextToken(sequences) * (1 + drafted)) / perStep),
    mixed: of(
      maxStepTokens,
      (tokens) => layers.attention.ofPrompts(tokens) + layers.tokens(tokens) + layers.handOver(tokens),
    ),
    mixedDecode: of(
      maxSequences,
      (sequences) => layers.head(sequences + 1) + layers.attention.mixedDecodeFixed(sequences),
    ),
    mixedContext: isTiled(served)
      ? perToken((sequences) => layers.attention.mixedPerContextToken(sequences))
      : undefined,
    prefillAttention: Float64Array.from({ length: Math.min(strides, stridesMost(model)) + 1 }, (_, index) =>
      layers.attention.amongPrompt(index === 0 ? 1 : index * strideTokens),
    ),
    // What copies of attention do together is priced by all their tokens, and else with the rest.
    decodeAlone: isAlone ? of(maxSequences, (sequences) => layers.together(sequences * (1 + drafts)) / perStep) : none,
    mixedAlone: isAlone ? of(maxStepTokens, (tokens) => layers.together(tokens)) : none,
    together: isAlone
      ? undefined
      : {
          decodeSeconds: of(
            maxSequences * copies,
            (tokens) => (layers.together(tokens * (1 + drafts)) + drafted * layers.together(tokens)) / perStep,
          ),
          mixedSeconds: of(maxStepTokens * copies, (tokens) => layers.together(tokens)),
        },
  };
  return { ...kernels, provenance: layers.provenance };
}

/** Whole attention grows by the square from there on; where a token reads but some of the context, not before its end. */
function stridesMost({ attention }: ModelShape): number {
  const isWhole = attention.type !== "compressed" && attention.sparse === undefined;
  return isWhole ? 512 : Number.POSITIVE_INFINITY;
}

function tokensPerStep({ speculation }: Served): number {
  return 1 + (speculation?.accepted ?? 0);
}

/** A function asked at growing numbers: more is never sooner, whatever single measurements say. */
function rising(value: (index: number) => number): (index: number) => number {
  let most = 0;
  return (index) => {
    most = Math.max(most, value(index));
    return most;
  };
}

/**
 * Values at 0 … most, computed at steps that grow with the number and linear between; at the last row of a tile and the
 * first of the next besides, since products compute whole tiles.
 */
function tabulated(most: number, value: (index: number) => number): Float64Array {
  const table = new Float64Array(most + 1);
  table[0] = value(0);
  for (let from = 0; from < most;) {
    const to = Math.min(most, nextNode(from));
    const [before, after] = [table[from]!, value(to)];
    for (let index = from + 1; index <= to; index += 1) {
      table[index] = before + ((after - before) * (index - from)) / (to - from);
    }
    from = to;
  }
  return table;
}

function nextNode(from: number): number {
  const to = from + Math.max(1, Math.floor(from / 16));
  if (from < tileRows) return to;
  if (from % tileRows === 0) return from + 1;
  const end = Math.ceil(from / tileRows) * tileRows;
  return to <= end ? to : Math.max(end, to - (to % tileRows));
}

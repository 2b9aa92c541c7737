/** What the kernels of a step take, by the number of sequences or tokens in it, before the engine adds anything. */
import type { ModelShape } from "../../catalog/model-shape.ts";
import { type Served, stagesOf } from "../deployment.ts";
import { LayerWork } from "./layer-work.ts";
import { onOutdone } from "../kernels/siblings.ts";
import type { SecondsByTokens, StepTable } from "../simulate/step-table.ts";
import { Tabulation } from "./tabulated.ts";
import { isTiled } from "../attention/tiled.ts";
import { type Provenance, weaker } from "../kernels/provenance.ts";

/** Prompt tokens between two rows of the table of a prompt's attention. */
export const strideTokens = 64;

/** Seconds, in new tables with the rows of those of the same names (step-table.ts). With drafted tokens, of decodes for each token made. */
export type Kernels = {
  readonly decode: Float64Array;
  readonly context: Float64Array;
  readonly mixed: Float64Array;
  readonly mixedDecode: Float64Array;
  /** Where decodes take other kernels beside prompts. */
  readonly mixedContext: Float64Array | undefined;
  /** Row i: a prompt of i · `strideTokens` tokens. */
  readonly prefillAttention: Float64Array;
  /** With one copy of attention: what several copies do together (experts, sums). Empty where there are several. */
  readonly decodeAlone: Float64Array;
  readonly mixedAlone: Float64Array;
  /** The same for several copies, by the tokens of all of them. */
  readonly together: StepTable["together"];
  readonly provenance: Provenance;
};

const none = new Float64Array(0);

/** The kernels of steps with at most so many sequences and tokens. */
export function kernelsOf(served: Served, maxSequences: number, maxStepTokens: number): Kernels {
  const found = known.get(served) ?? measuredOf(served);
  known.set(served, found);
  const own = tablesOf(found.own, maxSequences, maxStepTokens);
  return found.older === undefined ? own : neverSlower(own, tablesOf(found.older, maxSequences, maxStepTokens));
}

/** A deployment's kernels and, where its chip outdoes an older one of the same silicon, those of the older chip. */
type Measured = { readonly own: Work; readonly older: Work | undefined };

/** Kept by deployment: a deployment is asked for under many loads, with many steps, and calibrated by many costs. */
const known = new WeakMap<Served, Measured>();

function measuredOf(served: Served): Measured {
  const older = onOutdone(served);
  return { own: workOf(served), older: older && workOf(older) };
}

/** No kernel is slower than on the older chip. */
function neverSlower(own: Kernels, older: Kernels): Kernels {
  const { together, mixedContext } = own;
  return {
    decode: least(own.decode, older.decode),
    context: least(own.context, older.context),
    mixed: least(own.mixed, older.mixed),
    mixedDecode: least(own.mixedDecode, older.mixedDecode),
    mixedContext: mixedContext && older.mixedContext && least(mixedContext, older.mixedContext),
    prefillAttention: least(own.prefillAttention, older.prefillAttention),
    decodeAlone: least(own.decodeAlone, older.decodeAlone),
    mixedAlone: least(own.mixedAlone, older.mixedAlone),
    together: together &&
      older.together && {
        decodeSeconds: leastOf(together.decodeSeconds, older.together.decodeSeconds),
        mixedSeconds: leastOf(together.mixedSeconds, older.together.mixedSeconds),
      },
    provenance: own.provenance,
  };
}

/** Row by row, into the first: it runs for every load. */
function least(one: Float64Array, other: Float64Array): Float64Array {
  for (let index = 0; index < one.length; index += 1) one[index] = Math.min(one[index]!, other[index]!);
  return one;
}

function leastOf(one: SecondsByTokens, other: SecondsByTokens): SecondsByTokens {
  return (tokens) => Math.min(one(tokens), other(tokens));
}

/** The kernels of one chip, to be made into tables of any length. */
type Work = {
  readonly alone: WorkAlone;
  readonly copies: number;
  readonly decodeTogether: Tabulation;
  readonly mixedTogether: Tabulation;
  readonly provenance: Provenance;
};

/** What a copy of attention does by itself. Per token of context times sequences, where the name says so. */
type WorkAlone = {
  readonly layers: LayerWork;
  readonly decode: Tabulation;
  readonly contextTimesSequences: Tabulation;
  readonly mixed: Tabulation;
  readonly mixedDecode: Tabulation;
  readonly mixedContextTimesSequences: Tabulation | undefined;
  readonly prefillAttention: Float64Array;
};

function tablesOf({ alone, copies, ...work }: Work, maxSequences: number, maxStepTokens: number): Kernels {
  const { mixedContextTimesSequences: mixedContext } = alone;
  const isAlone = copies === 1;
  const tables = {
    decode: alone.decode.upTo(maxSequences),
    context: perSequence(alone.contextTimesSequences.upTo(maxSequences)),
    mixed: alone.mixed.upTo(maxStepTokens),
    mixedDecode: alone.mixedDecode.upTo(maxSequences),
    mixedContext: mixedContext && perSequence(mixedContext.upTo(maxSequences)),
    prefillAttention: alone.prefillAttention.slice(),
    decodeAlone: isAlone ? work.decodeTogether.upTo(maxSequences) : none,
    mixedAlone: isAlone ? work.mixedTogether.upTo(maxStepTokens) : none,
    together: isAlone
      ? undefined
      : {
          decodeSeconds: work.decodeTogether.along(maxSequences * copies),
          mixedSeconds: work.mixedTogether.along(maxStepTokens * copies),
        },
  };
  return { ...tables, provenance: weaker(work.provenance, alone.layers.provenance) };
}

/** In place. */
function perSequence(seconds: Float64Array): Float64Array {
  for (let sequences = 1; sequences < seconds.length; sequences += 1) seconds[sequences]! /= sequences;
  seconds[0] = 0;
  return seconds;
}

function workOf(served: Served): Work {
  const layers = new LayerWork(served);
  const { model, attentionParallel: copies } = served;
  const drafts = served.speculation?.drafts ?? 0;
  const perStep = tokensPerStep(served);
  // A draft passes one extra layer, and the head.
  const drafted = drafts / model.layers;
  const decodeTogether = new Tabulation(
    copies === 1
      ? (sequences) => layers.together(sequences * (1 + drafts)) / perStep
      : (tokens) => (layers.together(tokens * (1 + drafts)) + drafted * layers.together(tokens)) / perStep,
  );
  const mixedTogether = new Tabulation((tokens) => layers.together(tokens));
  // What is done together is computed when it is asked for: how it is known is told now.
  layers.together(1);
  return { alone: aloneOf(served), copies, decodeTogether, mixedTogether, provenance: layers.provenance };
}

/** The last few, by all that they depend on: of a search's many splits most have the same copies of attention. */
const lastAlone = new Map<string, { readonly served: Served; readonly work: WorkAlone }>();
const lastAloneMost = 64;

/** The same however many copies there are, and however experts are dealt out, where no layers are left to other stages. */
function aloneOf(served: Served): WorkAlone {
  if (served.speculation !== undefined || stagesOf(served) > 1) return measureAlone(served);
  const { chip, model, attentionParallel: _, expertParallel: __, ...rest } = served;
  const key = JSON.stringify([chip.name, model.name, rest]);
  const found = lastAlone.get(key);
  if (found?.served.chip === chip && found.served.model === model) return found.work;
  const work = measureAlone({ ...served, attentionParallel: 1, expertParallel: 1 });
  lastAlone.delete(key);
  lastAlone.set(key, { served, work });
  for (const oldest of lastAlone.keys()) {
    if (lastAlone.size <= lastAloneMost) break;
    lastAlone.delete(oldest);
  }
  return work;
}

function measureAlone(served: Served): WorkAlone {
  const layers = new LayerWork(served);
  const { model } = served;
  const drafts = served.speculation?.drafts ?? 0;
  const perStep = tokensPerStep(served);
  const drafted = drafts / model.layers;
  const isAlone = served.attentionParallel === 1;
  const strides = Math.ceil(model.contextMax / strideTokens);
  return {
    layers,
    decode: new Tabulation((sequences) => {
      const checked = sequences * (1 + drafts);
      const once = layers.attention.ofDecodes(checked) + layers.tokens(checked) + layers.head(checked);
      const beside = isAlone && drafts > 0 ? layers.together(sequences) : 0;
      const draft = drafted * (layers.attention.ofDecodes(sequences) + beside) + drafts * layers.head(sequences);
      return (once + draft + layers.handOver(checked)) / perStep;
    }),
    contextTimesSequences: new Tabulation(
      (sequences) => ((layers.attention.perContextToken(sequences) * (1 + drafted)) / perStep) * sequences,
    ),
    mixed: new Tabulation(
      (tokens) => layers.attention.ofPrompts(tokens) + layers.tokens(tokens) + layers.handOver(tokens),
    ),
    mixedDecode: new Tabulation(
      (sequences) => layers.head(sequences + 1) + layers.attention.mixedDecodeFixed(sequences),
    ),
    mixedContextTimesSequences: isTiled(served)
      ? new Tabulation((sequences) => layers.attention.mixedPerContextToken(sequences) * sequences)
      : undefined,
    prefillAttention: Float64Array.from({ length: Math.min(strides, stridesMost(model)) + 1 }, (_, index) =>
      layers.attention.amongPrompt(index === 0 ? 1 : index * strideTokens),
    ),
  };
}

/**
 * Rows of a prompt's attention that are computed. From the last on it grows with the square of the tokens, which holds for
 * whole attention at 512 strides. Where a token reads only some of the context it never holds, and all rows are computed.
 */
function stridesMost({ attention }: ModelShape): number {
  const isWhole = attention.type !== "compressed" && attention.sparse === undefined;
  return isWhole ? 512 : Number.POSITIVE_INFINITY;
}

/** Tokens that a sequence gets in a step: more than one with drafted tokens. */
export function tokensPerStep({ speculation }: Served): number {
  return 1 + (speculation?.accepted ?? 0);
}

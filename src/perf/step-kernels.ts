/** What the kernels of a step take, by the number of sequences or tokens in it, before the engine adds anything. */
import type { ModelShape } from "../catalog/model-shape.ts";
import type { Served } from "./deployment.ts";
import { LayerWork } from "./layer-work.ts";
import { onOutdone } from "./siblings.ts";
import type { StepTable } from "./step-table.ts";
import { rising, tabulated } from "./tabulated.ts";
import { isTiled } from "./tiled.ts";
import type { Provenance } from "./provenance.ts";

/** Prompt tokens between two rows of the table of a prompt's attention. */
export const strideTokens = 64;

/** Seconds, with the rows of the tables of the same names (step-table.ts). With drafted tokens, of decodes for each token made. */
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

/** Kept by deployment: a deployment is asked for under many loads, and calibrated by many costs. */
const known = new WeakMap<Served, Map<string, Kernels>>();

/** The kernels of steps with at most so many sequences and tokens. */
export function kernelsOf(served: Served, maxSequences: number, maxStepTokens: number): Kernels {
  const ofServed = known.get(served) ?? new Map<string, Kernels>();
  known.set(served, ofServed);
  const key = `${maxSequences} ${maxStepTokens}`;
  const found = ofServed.get(key) ?? neverSlower(served, maxSequences, maxStepTokens);
  ofServed.set(key, found);
  return found;
}

/** The kernels of the chip itself. If the chip outdoes an older one of the same silicon, no kernel is slower than there. */
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
  // A draft passes one extra layer, and the head.
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

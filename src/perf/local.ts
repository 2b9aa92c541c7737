/**
 * The engine that runs on this computer as a chip: curves fitted to what was measured of it, for the model that was
 * measured and, by its weights, for others.
 *
 * A step of b sequences with c tokens of context takes  step + sequence · b + context · c  seconds; one with n tokens of
 * prompts  step + prompt · n + pair · n²; all coefficients 0 or more.
 */
import { Fault } from "../stack/fault.ts";
import type { Deployment } from "./simulate/deployment.ts";
import type { Result, Slo } from "./simulate/result.ts";
import { simulate } from "./simulate/run.ts";
import type { Workload } from "./simulate/workload.ts";
import type { StepTable } from "./step-table.ts";
import { median } from "./statistics.ts";

export type DecodeSample = {
  readonly sequences: number;
  /** Of each sequence, on average over the measurement. */
  readonly contextTokens: number;
  /** From one token to the next. */
  readonly seconds: number;
};

export type PromptSample = { readonly tokens: number; readonly firstTokenSeconds: number };

export type LocalModel = {
  readonly name: string;
  readonly parameters: number;
  readonly weightBytes: number;
  /** Width of a token's vector. */
  readonly hidden: number;
};

export type LocalCurve = {
  readonly stepSeconds: number;
  readonly sequenceSeconds: number;
  readonly contextSeconds: number;
  readonly promptSeconds: number;
  readonly pairSeconds: number;
  /** From a request's sending to the engine having it, and back. */
  readonly ingestSeconds: number;
};

export type Quality = {
  /** Median of |predicted / measured − 1| of the samples that were fitted. */
  readonly decode: number;
  readonly prompt: number;
};

export type LocalCalibration = {
  readonly version: 1;
  readonly chip: "this-cpu";
  /** As the system names its processor. */
  readonly processor: string;
  readonly threads: number;
  readonly memoryGigabytes: number;
  readonly isOnGpu: boolean;
  readonly model: LocalModel;
  /** Sequences that the engine decodes at once, and tokens that each has room for. */
  readonly parallel: number;
  readonly contextTokens: number;
  /** Tokens of a batch of prompts. */
  readonly batchTokens: number;
  readonly curve: LocalCurve;
  readonly quality: Quality;
  /** A mixed load that was not fitted: predicted over measured, less 1. */
  readonly mixed?: { readonly ttft: number; readonly tpot: number; readonly e2e: number };
  readonly date: string;
};

/**
 * Least squares of relative errors, with coefficients of 0 or more.
 *
 * @throws Fault `invalid_value` where there are too few samples for a curve
 */
export function fitLocal(
  decodes: readonly DecodeSample[],
  prompts: readonly PromptSample[],
): { readonly curve: LocalCurve; readonly quality: Quality } {
  if (decodes.length < 3 || prompts.length < 3) {
    throw new Fault("invalid_value", {
      message: `A curve wants three measurements of decode and three of prefill; there are ${decodes.length} and ${prompts.length}.`,
      remedy: "Give the engine more sequences, or a longer context.",
      param: "parallel",
    });
  }
  const [stepSeconds = 0, sequenceSeconds = 0, contextSeconds = 0] = leastSquares(
    decodes.map(({ sequences, contextTokens }) => [1, sequences, sequences * contextTokens]),
    decodes.map(({ seconds }) => seconds),
  );
  const [fixed = 0, promptSeconds = 0, pairSeconds = 0] = leastSquares(
    prompts.map(({ tokens }) => [1, tokens, tokens * tokens]),
    prompts.map(({ firstTokenSeconds }) => firstTokenSeconds),
  );
  const curve = {
    stepSeconds,
    sequenceSeconds,
    contextSeconds,
    promptSeconds,
    pairSeconds,
    // What a prompt takes besides its tokens and the step that any token takes is the way to the engine and back.
    ingestSeconds: Math.max(0, fixed - stepSeconds),
  };
  return {
    curve,
    quality: {
      decode: median(
        decodes.map(({ sequences, contextTokens, seconds }) =>
          Math.abs(
            (stepSeconds + sequenceSeconds * sequences + contextSeconds * sequences * contextTokens) / seconds - 1,
          ),
        ),
      ),
      prompt: median(
        prompts.map(({ tokens, firstTokenSeconds }) =>
          Math.abs(
            (curve.ingestSeconds + stepSeconds + promptSeconds * tokens + pairSeconds * tokens * tokens) /
              firstTokenSeconds -
              1,
          ),
        ),
      ),
    },
  };
}

/** What a model takes that was not measured, by that which was: weights are read and multiplied in proportion. */
export type LocalScale = {
  readonly weights: number;
  readonly parameters: number;
  /** Attention over the context goes by layers times width: parameters are some 12 · layers · width². */
  readonly attention: number;
};

export const asMeasured: LocalScale = { weights: 1, parameters: 1, attention: 1 };

export function scaleTo(measured: LocalModel, other: LocalModel): LocalScale {
  const parameters = other.parameters / measured.parameters;
  return {
    weights: other.weightBytes / measured.weightBytes,
    parameters,
    attention: (parameters * measured.hidden) / other.hidden,
  };
}

const strideTokens = 64;
const strides = 512;

function localTable({ curve, parallel, batchTokens }: LocalCalibration, scale: LocalScale): StepTable {
  const step = curve.stepSeconds * scale.weights;
  const sequence = curve.sequenceSeconds * scale.parameters;
  const prompt = curve.promptSeconds * scale.parameters;
  const filled = (most: number, of: (at: number) => number) =>
    Float64Array.from({ length: most + 1 }, (_, at) => of(at));
  const most = Math.max(batchTokens, parallel);
  return {
    decodeSeconds: filled(parallel, (sequences) => step + sequence * sequences),
    contextSeconds: filled(parallel, () => curve.contextSeconds * scale.attention),
    mixedSeconds: filled(most, (tokens) => step + prompt * tokens),
    // A decode beside a prompt is one of its tokens; what it takes more than those is its own.
    mixedDecodeSeconds: filled(parallel, (sequences) => Math.max(0, sequence - prompt) * sequences),
    prefillAttention: {
      strideTokens,
      seconds: filled(strides, (at) => curve.pairSeconds * scale.attention * (at * strideTokens) ** 2),
    },
    ingestSeconds: curve.ingestSeconds,
    ingestSecondsPerToken: 0,
    deliverSeconds: 0,
  };
}

const blockTokens = 16;

/** Blocks of 16 tokens in which the engine's sequences have room. */
export function localBlocks({ parallel, contextTokens }: LocalCalibration): number {
  return Math.ceil(contextTokens / blockTokens) * parallel;
}

/** Several computers like this one, behind a router, and what goodput counts. */
export type LocalFleet = Pick<Deployment, "replicas" | "router"> & { readonly slo?: Slo };

/** Requests beyond the engine's sequences wait for one; prompts are computed in batches, decodes with them. */
export function simulateLocal(
  calibration: LocalCalibration,
  workload: Workload,
  scale: LocalScale = asMeasured,
  { slo, ...fleet }: LocalFleet = {},
): Result {
  const { parallel, batchTokens } = calibration;
  return simulate(
    workload,
    {
      table: localTable(calibration, scale),
      scheduler: { type: "vllm-v1", maxStepTokens: Math.max(batchTokens, parallel), maxSequences: parallel },
      kvBlocks: localBlocks(calibration),
      blockTokens,
      ...fleet,
    },
    slo === undefined ? {} : { slo },
  );
}

/** Of three coefficients or fewer: every choice of those that are not 0 is tried, which is no more than eight. */
function leastSquares(rows: readonly (readonly number[])[], targets: readonly number[]): number[] {
  const columns = rows[0]?.length ?? 0;
  let best = Array.from({ length: columns }, () => 0);
  let least = Number.POSITIVE_INFINITY;
  for (let chosen = 1; chosen < 1 << columns; chosen += 1) {
    const used = Array.from({ length: columns }, (_, column) => column).filter((column) => chosen & (1 << column));
    const found = solve(rows, targets, used);
    if (found === undefined || found.some((value) => value < 0)) continue;
    const coefficients = Array.from({ length: columns }, () => 0);
    for (const [at, column] of used.entries()) coefficients[column] = found[at]!;
    const error = rows.reduce((sum, row, at) => {
      const predicted = row.reduce((total, value, column) => total + value * coefficients[column]!, 0);
      return sum + (predicted / targets[at]! - 1) ** 2;
    }, 0);
    if (error < least) [least, best] = [error, coefficients];
  }
  return best;
}

/** The normal equations by elimination; undefined where they tell nothing. Columns are scaled to their own size. */
function solve(
  rows: readonly (readonly number[])[],
  targets: readonly number[],
  used: readonly number[],
): number[] | undefined {
  const sizes = used.map((column) => Math.max(...rows.map((row, at) => row[column]! / targets[at]!)));
  const matrix = used.map((one, at) => [
    ...used.map(
      (other, place) =>
        rows.reduce((sum, row, index) => sum + (row[one]! * row[other]!) / targets[index]! ** 2, 0) /
        sizes[at]! /
        sizes[place]!,
    ),
    rows.reduce((sum, row, index) => sum + row[one]! / targets[index]!, 0) / sizes[at]!,
  ]);
  for (let pivot = 0; pivot < used.length; pivot += 1) {
    const [head] = matrix.slice(pivot).toSorted((one, other) => Math.abs(other[pivot]!) - Math.abs(one[pivot]!));
    if (head === undefined || Math.abs(head[pivot]!) < 1e-9) return undefined;
    const place = matrix.indexOf(head);
    [matrix[pivot], matrix[place]] = [matrix[place]!, matrix[pivot]!];
    for (let row = 0; row < used.length; row += 1) {
      if (row === pivot) continue;
      const factor = matrix[row]![pivot]! / matrix[pivot]![pivot]!;
      for (let column = pivot; column <= used.length; column += 1)
        matrix[row]![column]! -= factor * matrix[pivot]![column]!;
    }
  }
  return used.map((_, at) => matrix[at]![used.length]! / matrix[at]![at]! / sizes[at]!);
}

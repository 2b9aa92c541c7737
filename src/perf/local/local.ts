/**
 * The engine that runs on this computer as a chip: curves fitted to what was measured of it, for the model that was
 * measured and, by its weights, for others.
 *
 * A step of b sequences with c tokens of context takes  step + sequence · b + context · c  seconds; one with n tokens of
 * prompts  step + prompt · n + pair · n²; all coefficients 0 or more.
 */
import type { Deployment } from "../simulate/deployment.ts";
import type { Result, Slo } from "../simulate/result.ts";
import { simulate } from "../simulate/run.ts";
import type { Workload } from "../loads/workload.ts";
import type { StepTable } from "../simulate/step-table.ts";

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

/** What a model takes that was not measured, by that which was: weights are read and multiplied in proportion. */
export type LocalScale = {
  readonly weights: number;
  readonly parameters: number;
  /** Attention over the context goes by layers times width: parameters are some 12 · layers · width². */
  readonly attention: number;
};

export const asMeasured: LocalScale = { weights: 1, parameters: 1, attention: 1 };

/** The scale from the model that was measured to another. */
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

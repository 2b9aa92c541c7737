/**
 * The time of an engine's step, as tables for the simulator (step-table.ts): what its kernels take (step-kernels.ts), scaled
 * as the engine's calibration says, and what the engine takes besides.
 */
import { calibrationOf } from "../kernels/calibration.ts";
import { acceleratorsOf, type Served } from "../deployment.ts";
import { checkSplit } from "../check-split.ts";
import type { EngineCosts } from "../curves/fitted.ts";
import { gapSecondsPerLayer, launchesPerLayer, launchesPerReplay } from "./launches.ts";
import { kernelsOf, strideTokens, tokensPerStep } from "./step-kernels.ts";
import type { SecondsByTokens, StepTable } from "../simulate/step-table.ts";
import type { Provenance } from "../kernels/provenance.ts";

export type CompiledStep = {
  readonly table: StepTable;
  /** How well its operations are known: as well as the least known of them. */
  readonly provenance: Provenance;
};

/**
 * In a step with prompts the host launches kernel by kernel. This is the share of that time which no kernel hides: the host
 * runs ahead of its accelerator, but accelerators also wait for each other. A choice: neither all nor none of it meets both
 * short and long prompts. An accelerator by itself waits for nobody: where its host prepares steps ahead, the host hides
 * all of it behind the step before, unless it is slower than its accelerator (simulate/host.ts). What several accelerators
 * hide then is not known, and taken as if their hosts did not prepare ahead.
 */
const unhiddenShare = 0.25;

/**
 * Seconds to turn the text of a prompt into tokens, for each token, before the engine sees it. Hugging Face's tokenizers take
 * so long on one processor for InferenceX's prompts (8k tokens of consecutive numbers, vocabularies of 100,000 and 200,000).
 */
const tokeniseSeconds = 4e-6;

/**
 * Compiles the step tables of a deployment.
 *
 * @param maxSequences the most sequences that decode at once
 * @param maxStepTokens the most tokens of prompts and decodes in a step
 * @param costs what the engine takes besides its kernels; calibrated costs unless given
 * @param capturedTokens steps with prompts of no more tokens are replayed as graphs, piece by piece
 * @throws Fault `invalid_value` for a split that cannot be
 */
export function compileStep(
  served: Served,
  maxSequences: number,
  maxStepTokens: number,
  costs: EngineCosts = calibrationOf(served.engine, served.chip),
  capturedTokens = 0,
): CompiledStep {
  checkSplit(served);
  const { layers } = served.model;
  const kernels = kernelsOf(served, maxSequences, maxStepTokens);
  const { sequenceSeconds, kernelScale = 1 } = costs;
  const decodeScale = costs.decodeScale * kernelScale;
  const prefillScale = costs.prefillScale * kernelScale;
  const overhead = costs.stepSeconds + layers * (gapSecondsPerLayer(served) + (costs.gapSeconds ?? 0));
  const launching = layers * launchesPerLayer(served) * costs.launchSeconds;
  const replaying = layers * launchesPerReplay * costs.launchSeconds;
  const isAhead = costs.ahead !== undefined && acceleratorsOf(served) === 1;
  return {
    table: {
      decodeSeconds: costed(kernels.decode, decodeScale, {
        besides: kernels.decodeAlone,
        besidesScale: kernelScale,
        fixed: overhead / tokensPerStep(served),
        each: sequenceSeconds,
      }),
      contextSeconds: costed(kernels.context, decodeScale),
      mixedSeconds: unhidden(
        costed(kernels.mixed, prefillScale, {
          besides: kernels.mixedAlone,
          besidesScale: kernelScale,
          fixed: overhead,
        }),
        capturedTokens,
        isAhead ? 0 : replaying * unhiddenShare,
        isAhead ? 0 : launching * unhiddenShare,
      ),
      mixedDecodeSeconds: costed(kernels.mixedDecode, kernelScale, { each: sequenceSeconds }),
      ...(kernels.mixedContext && { mixedContextSeconds: costed(kernels.mixedContext, prefillScale) }),
      capturedTokens,
      ...(isAhead
        ? { ahead: { ...costs.ahead, launchSeconds: launching, replaySeconds: replaying } }
        : { mixedLeastSeconds: launching, capturedLeastSeconds: replaying }),
      prefillAttention: { strideTokens, seconds: costed(kernels.prefillAttention, prefillScale) },
      ...(kernels.together && { together: scaled(kernels.together, kernelScale) }),
      ingestSeconds: costs.ingestSeconds,
      ingestSecondsPerToken: tokeniseSeconds,
      deliverSeconds: 0,
    },
    provenance: kernels.provenance,
  };
}

const none = new Float64Array(0);

/** What comes to each row of a table: a row of another table, a constant, and seconds for each sequence or token. */
type Extra = {
  readonly besides?: Float64Array;
  readonly besidesScale?: number;
  readonly fixed?: number;
  readonly each?: number;
};

/** `seconds · scale + besides · besidesScale + fixed + each · index`, row by row and in place: it runs for every load. */
function costed(
  seconds: Float64Array,
  scale: number,
  { besides = none, besidesScale = 1, fixed = 0, each = 0 }: Extra = {},
): Float64Array {
  for (let index = 0; index < seconds.length; index += 1) {
    const more = index < besides.length ? besides[index]! * besidesScale : 0;
    seconds[index] = seconds[index]! * scale + more + fixed + each * index;
  }
  return seconds;
}

type Together = NonNullable<StepTable["together"]>;

function scaled({ decodeSeconds, mixedSeconds }: Together, scale: number): Together {
  const by = (seconds: SecondsByTokens): SecondsByTokens =>
    scale === 1 ? seconds : (tokens) => seconds(tokens) * scale;
  return { decodeSeconds: by(decodeSeconds), mixedSeconds: by(mixedSeconds) };
}

/** Adds the launch time that nothing hides, in place: less of it for steps that are replayed as graphs. */
function unhidden(seconds: Float64Array, capturedTokens: number, replaying: number, launching: number): Float64Array {
  for (let tokens = 0; tokens < seconds.length; tokens += 1) {
    seconds[tokens]! += tokens <= capturedTokens ? replaying : launching;
  }
  return seconds;
}

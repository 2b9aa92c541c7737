/** Which measured rows are fitted on. What is reported as held out is refitted without it: by chip or by model, never by row. */
import { familyOf, type Fold } from "../../src/perf/calibration.ts";
import { folds } from "../../src/perf/curves/calibrated.ts";
import { type EngineName, engineNames } from "../../src/perf/deployment.ts";
import type { Measured } from "./measured.ts";

export type FitSet = {
  readonly engine: EngineName;
  readonly family: string;
  readonly describes: string;
  readonly has: (row: Measured) => boolean;
};

/** Deployments in one piece that InferenceX measured: of vLLM and TensorRT-LLM the dense ones, of SGLang all, none being dense. */
const ofInferenceX = (engine: EngineName, family: string) => (row: Measured) =>
  row.isInferenceX &&
  row.served.engine === engine &&
  familyOf(row.served.chip) === family &&
  row.served.attentionParallel === 1 &&
  (engine === "sglang" || row.served.model.feedForward.type === "dense");

const families = ["hopper", "blackwell"] as const;
const describes: Readonly<Record<EngineName, Readonly<Record<(typeof families)[number], string>>>> = {
  vllm: { hopper: "Llama 3.1 70B in FP8 on H200", blackwell: "Llama 3.1 70B in FP8 and FP4 on B200" },
  "tensorrt-llm": { hopper: "Llama 3.1 70B in FP8 on H200", blackwell: "Llama 3.1 70B in FP8 and FP4 on B200" },
  sglang: { hopper: "DeepSeek V3, GLM 5 and Qwen3.5 397B on H200", blackwell: "GLM 5 and Qwen3.5 397B on B200" },
};

export const fitSets: readonly FitSet[] = engineNames.flatMap((engine) =>
  families.map((family) => ({
    engine,
    family,
    describes: `InferenceX: ${describes[engine][family]}`,
    has: ofInferenceX(engine, family),
  })),
);

export function isFitted(row: Measured): boolean {
  return fitSets.some(({ has }) => has(row));
}

/** The fit without a row's chip, by which it is predicted as if it had not been measured; none where it was not fitted on. */
export function withoutChipOf(row: Measured): Fold | undefined {
  return foldOf(row, (without) => "chip" in without && without.chip === row.served.chip.name);
}

export function withoutModelOf(row: Measured): Fold | undefined {
  return foldOf(row, (without) => "model" in without && without.model === row.served.model.name);
}

function foldOf(row: Measured, matches: (without: Fold["without"]) => boolean): Fold | undefined {
  if (!isFitted(row)) return undefined;
  return folds.find((fold) => fold.engine === row.served.engine && matches(fold.without));
}

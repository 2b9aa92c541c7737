/** Which measured rows are fitted on. What is reported as held out is refitted without it: by chip or by model, never by row. */
import { familyOf } from "../../src/perf/operations/chip-families.ts";
import type { Fold } from "../../src/perf/curves/fitted.ts";
import { folds } from "../../src/perf/curves/calibrated.ts";
import type { EngineName } from "../../src/perf/deployment.ts";
import type { Measured } from "./measured.ts";

export type FitSet = {
  readonly engine: EngineName;
  readonly family: string;
  readonly describes: string;
  readonly has: (row: Measured) => boolean;
};

/**
 * Deployments in one piece that InferenceX measured: not those that drafted tokens, of which the exports tell neither how many
 * nor how many were right, nor racks, which are pools of prompts and answers (bench/perf/disaggregated.ts).
 */
const ofInferenceX = (engine: EngineName, family: string) => (row: Measured) =>
  row.isInferenceX &&
  row.served.engine === engine &&
  familyOf(row.served.chip) === family &&
  row.served.speculation === undefined &&
  row.served.attentionParallel <= 8;

const families = ["hopper", "blackwell"] as const;
const fitted = ["vllm", "sglang", "tensorrt-llm"] as const;
const describes: Readonly<Record<(typeof fitted)[number], Readonly<Record<(typeof families)[number], string>>>> = {
  vllm: {
    hopper: "Llama 3.1 70B, gpt-oss 120B, MiniMax M2.5 and Kimi K2.5 on H200",
    blackwell: "Llama 3.1 70B and MiniMax M2.5 on B200",
  },
  "tensorrt-llm": {
    hopper: "Llama 3.1 70B, DeepSeek R1 and gpt-oss 120B on H200",
    blackwell: "Llama 3.1 70B and DeepSeek R1 on B200",
  },
  sglang: { hopper: "DeepSeek V3, GLM 5 and Qwen3.5 397B on H200", blackwell: "GLM 5 and Qwen3.5 397B on B200" },
};

export const fitSets: readonly FitSet[] = fitted.flatMap((engine) =>
  families.map((family) => ({
    engine,
    family,
    describes: `InferenceX: ${describes[engine][family]}`,
    has: ofInferenceX(engine, family),
  })),
);

/** The same model under several names: DeepSeek's rows stand in the export twice, as V3 and as R1. */
export function lineageOf({ served: { model } }: Pick<Measured, "served">): string {
  return /^deepseek-(v3|r1)/.test(model.name) ? "deepseek-r1" : model.name;
}

export function isFitted(row: Measured): boolean {
  return fitSets.some(({ has }) => has(row));
}

/** The fit without a row's chip, by which it is predicted as if it had not been measured; none where it was not fitted on. */
export function withoutChipOf(row: Measured): Fold | undefined {
  return foldOf(row, (without) => "chip" in without && without.chip === row.served.chip.name);
}

export function withoutModelOf(row: Measured): Fold | undefined {
  return foldOf(row, (without) => "model" in without && without.model === lineageOf(row));
}

function foldOf(row: Measured, matches: (without: Fold["without"]) => boolean): Fold | undefined {
  if (!isFitted(row)) return undefined;
  return folds.find((fold) => fold.engine === row.served.engine && matches(fold.without));
}

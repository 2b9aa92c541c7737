/** Which measured rows are fitted on. What is reported as held out is refitted without it: by chip or by model, never by row. */
import { familyOf } from "../../src/perf/calibration.ts";
import type { EngineName } from "../../src/perf/deployment.ts";
import type { Measured } from "./measured.ts";

export type FitSet = {
  readonly engine: EngineName;
  readonly family: string;
  readonly describes: string;
  readonly has: (row: Measured) => boolean;
};

/** Deployments that InferenceX measured and whose physics is understood: dense models. */
const ofInferenceX = (engine: EngineName, family: string) => (row: Measured) =>
  row.isInferenceX &&
  row.served.engine === engine &&
  familyOf(row.served.chip) === family &&
  row.served.model.feedForward.type === "dense";

export const fitSets: readonly FitSet[] = [
  ...(["vllm", "tensorrt-llm"] as const).flatMap((engine) => [
    {
      engine,
      family: "hopper",
      describes: "InferenceX: Llama 3.1 70B in FP8 on H200",
      has: ofInferenceX(engine, "hopper"),
    },
    {
      engine,
      family: "blackwell",
      describes: "InferenceX: Llama 3.1 70B in FP8 and FP4 on B200",
      has: ofInferenceX(engine, "blackwell"),
    },
  ]),
  {
    engine: "sglang",
    family: "hopper",
    describes: "a single user's Llama 3.1 8B in FP8 on H200",
    has: ({ served: { engine, chip, model } }) =>
      engine === "sglang" && chip.name === "h200" && model.name === "llama-3.1-8b",
  },
];

export function isFitted(row: Measured): boolean {
  return fitSets.some(({ has }) => has(row));
}

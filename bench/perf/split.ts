/** Which measured rows were fitted on, and which are held out: by chip and by model, never by row. */
import type { EngineName } from "../../src/perf/deployment.ts";
import type { Measured } from "./measured.ts";

export type FitSet = {
  readonly engine: EngineName;
  readonly family: string;
  readonly describes: string;
  readonly has: (row: Measured) => boolean;
};

const of = (engine: EngineName, chip: string, model: string) => (row: Measured) =>
  row.served.engine === engine && row.served.chip.name === chip && row.served.model.name === model;

export const fitSets: readonly FitSet[] = [
  {
    engine: "vllm",
    family: "hopper",
    describes: "Llama 3.1 70B on H200",
    has: of("vllm", "h200", "llama-3.1-70b"),
  },
  {
    engine: "tensorrt-llm",
    family: "hopper",
    describes: "Llama 3.1 70B on H200",
    has: of("tensorrt-llm", "h200", "llama-3.1-70b"),
  },
  {
    engine: "sglang",
    family: "hopper",
    describes: "Llama 3.1 8B on H200",
    has: of("sglang", "h200", "llama-3.1-8b"),
  },
  {
    engine: "vllm",
    family: "blackwell",
    describes: "Llama 3.1 70B in FP8 on B200",
    has: (row) => of("vllm", "b200", "llama-3.1-70b")(row) && row.served.weights === "fp8",
  },
  {
    engine: "tensorrt-llm",
    family: "blackwell",
    describes: "Llama 3.1 70B in FP8 on B200",
    has: (row) => of("tensorrt-llm", "b200", "llama-3.1-70b")(row) && row.served.weights === "fp8",
  },
];

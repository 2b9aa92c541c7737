/** A deployment: which model runs on which chips, by which engine, split how. It is what a prediction is asked about. */
import type { Chip } from "../catalog/chip.ts";
import type { ModelShape } from "../catalog/model-shape.ts";
import type { GemmFormat, KvPrecision, Weights } from "./operations/efficiency.ts";

export const engineNames = ["vllm", "sglang", "tensorrt-llm", "atom"] as const;
export type EngineName = (typeof engineNames)[number];
export const engineTitles: Readonly<Record<EngineName, string>> = {
  vllm: "vLLM",
  sglang: "SGLang",
  "tensorrt-llm": "TensorRT-LLM",
  atom: "ATOM",
};

/** One replica of a model: `tensorParallel` · `attentionParallel` · `pipelineParallel` accelerators. */
export type Served = {
  readonly chip: Chip;
  readonly model: ModelShape;
  readonly engine: EngineName;
  /** Accelerators that each copy of attention is split over, and a dense feed-forward with it. */
  readonly tensorParallel: number;
  /** Accelerators of a stage that experts are dealt out to whole. Where it is fewer than all of them, each expert is sliced. */
  readonly expertParallel: number;
  /** Copies of attention, each with requests of its own, over one set of experts (data-parallel attention). */
  readonly attentionParallel: number;
  /**
   * Stages of a pipeline; 1 unless given. Each has a share of the layers on accelerators of its own, and as many batches pass
   * through them in turn.
   */
  readonly pipelineParallel?: number;
  /** Whether a product and the sum over accelerators after it are one kernel, which hides the shorter of both. */
  readonly fusesSums?: boolean;
  readonly weights: Weights;
  readonly kv: KvPrecision;
  /** Format of the states of linear attention; FP32 unless given. */
  readonly states?: "bf16";
  /**
   * Share of the datasheet's clock that accelerators keep under a limit of power or heat; 1 unless given. Arithmetic slows down
   * with it, memory and links do not.
   */
  readonly clockShare?: number;
  /** Version of the engine; the newest known unless given. */
  readonly version?: string;
  readonly speculation?: Speculation;
};

/** Drafted tokens: in each step extra layers of the model draft some, which the next step checks (multi-token prediction). */
export type Speculation = {
  readonly drafts: number;
  /** How many of a step's drafts are right, on average. */
  readonly accepted: number;
};

/** The same deployment on a chip whose peaks are those of the clock that it keeps. */
export function atItsClock(served: Served): Served {
  const { clockShare = 1, chip } = served;
  if (clockShare === 1) return served;
  const peaks = Object.entries(chip.peakTeraflops).map(([precision, peak]) => {
    return [precision, { ...peak, value: peak.value * clockShare }];
  });
  return { ...served, chip: { ...chip, peakTeraflops: Object.fromEntries(peaks) } };
}

/** Whether it runs on chips of NVIDIA that multiply FP4. */
export function isBlackwell({ chip }: Served): boolean {
  return chip.vendor === "NVIDIA" && chip.peakTeraflops.fp4 !== undefined;
}

/** Whether weights are widened and multiplied in BF16 (W4A16, W8A16): INT4 always, FP4 and FP8 where the chip lacks them. */
export function isWidened(chip: Chip, weights: GemmFormat): boolean {
  if (weights === "fp8" || weights === "fp8-block") return chip.peakTeraflops.fp8 === undefined;
  return weights === "int4" || (weights === "fp4" && chip.peakTeraflops.fp4 === undefined);
}

/** A format for people: `fp4 (W4A16)` where FP4 is widened. INT4 always is, so it is just `int4`. */
export function weightsText({ chip, weights }: Pick<Served, "chip" | "weights">): string {
  if (weights === "int4" || !isWidened(chip, weights)) return weights;
  return `${weights} (${weights === "fp8" ? "W8A16" : "W4A16"})`;
}

/** `tp8-dp2-ep16` */
export function splitText({ tensorParallel, expertParallel, attentionParallel }: Served): string {
  const parts = [
    `tp${tensorParallel}`,
    ...(attentionParallel > 1 ? [`dp${attentionParallel}`] : []),
    ...(expertParallel > 1 ? [`ep${expertParallel}`] : []),
  ];
  return parts.join("-");
}

/** `0.11.1`, `v1.2` or `1.2.0rc6.post3`. */
const versionNumbers = /^v?(\d+)\.(\d+)(?:\.(\d+))?/;

/** Whether the engine is of a version, `1.2` or `0.11.1` say, or newer. A version without numbers counts as new. */
export function isSince({ version }: Served, since: string): boolean {
  const found = versionNumbers.exec(version ?? "");
  if (found === null) return true;
  const asked = since.split(".").map(Number);
  const [least = 0, has = 0] =
    [0, 1, 2].map((part) => [asked[part] ?? 0, Number(found[part + 1] ?? 0)]).find(([one, other]) => one !== other) ??
    [];
  return has >= least;
}

/** Accelerators of one replica. */
export function acceleratorsOf(served: Served): number {
  return acceleratorsOfStage(served) * stagesOf(served);
}

/** Accelerators that share the same layers. */
export function acceleratorsOfStage({ tensorParallel, attentionParallel }: Served): number {
  return tensorParallel * attentionParallel;
}

/** Stages of the pipeline. */
export function stagesOf({ pipelineParallel }: Served): number {
  return pipelineParallel ?? 1;
}

/** How many fast domains (of NVLink, say) so many accelerators are spread over. */
export function domainsOf({ scaleUp }: Chip, accelerators: number): number {
  return scaleUp === undefined ? 1 : Math.ceil(accelerators / scaleUp.accelerators.value);
}

/** How many accelerators experts are dealt out to, and into how many slices each expert is cut. */
export function expertSplit(served: Served): { readonly ranks: number; readonly slices: number } {
  return { ranks: served.expertParallel, slices: acceleratorsOfStage(served) / served.expertParallel };
}

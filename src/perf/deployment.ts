/** What runs where and how: the question that a prediction answers. */
import type { Chip } from "../catalog/chip.ts";
import type { ModelShape } from "../catalog/model-shape.ts";
import { Fault } from "../stack/fault.ts";
import type { GemmFormat, KvPrecision, Weights } from "./efficiency.ts";

export const engineNames = ["vllm", "sglang", "tensorrt-llm", "atom"] as const;
export type EngineName = (typeof engineNames)[number];
export const engineTitles: Readonly<Record<EngineName, string>> = {
  vllm: "vLLM",
  sglang: "SGLang",
  "tensorrt-llm": "TensorRT-LLM",
  atom: "ATOM",
};
/** Engines that run on one maker's chips alone. */
const engineVendors: Readonly<Partial<Record<EngineName, string>>> = { "tensorrt-llm": "NVIDIA", atom: "AMD" };

export type Served = {
  readonly chip: Chip;
  readonly model: ModelShape;
  readonly engine: EngineName;
  /** Accelerators over which each layer is split. */
  readonly tensorParallel: number;
  /** Of them, over how many the experts are dealt out whole; the rest splits each expert. */
  readonly expertParallel: number;
  /** Copies of attention, each with requests of its own, over one set of experts. */
  readonly attentionParallel: number;
  /** Stages, each with a share of the layers on accelerators of its own, through which as many batches pass in turn; 1 unless given. */
  readonly pipelineParallel?: number;
  /** Whether a product and the sum over accelerators that follows it are one kernel, so that the shorter of both is hidden. */
  readonly fusesSums?: boolean;
  readonly weights: Weights;
  readonly kv: KvPrecision;
  /** In which the states of linear attention are kept; FP32 when absent. */
  readonly states?: "bf16";
  /**
   * Of the clock that the datasheet's peaks are for, what accelerators keep; all of it when absent. Under a limit of power or
   * heat arithmetic takes as much longer, while memory and links do not.
   */
  readonly clockShare?: number;
  /** Of the engine, where its kernels have changed; the newest when absent. */
  readonly version?: string;
  readonly speculation?: Speculation;
};

/** Tokens that a model's own extra layers draft in each step (multi-token prediction), to be checked in the next. */
export type Speculation = {
  readonly drafts: number;
  /** How many of them turn out right, on average. */
  readonly accepted: number;
};

/** The same on accelerators whose peaks are those of the clock that is kept. */
export function atItsClock(served: Served): Served {
  const { clockShare = 1, chip } = served;
  if (clockShare === 1) return served;
  const peaks = Object.entries(chip.peakTeraflops).map(([precision, peak]) => {
    return [precision, { ...peak, value: peak.value * clockShare }];
  });
  return { ...served, chip: { ...chip, peakTeraflops: Object.fromEntries(peaks) } };
}

/** Whether its accelerators multiply in FP4. */
export function isBlackwell({ chip }: Served): boolean {
  return chip.vendor === "NVIDIA" && chip.peakTeraflops.fp4 !== undefined;
}

/** Whether weights are multiplied in BF16 (W4A16, W8A16): INT4 always, FP4 and FP8 where a chip has no such arithmetic. */
export function isWidened(chip: Chip, weights: GemmFormat): boolean {
  if (weights === "fp8" || weights === "fp8-block") return chip.peakTeraflops.fp8 === undefined;
  return weights === "int4" || (weights === "fp4" && chip.peakTeraflops.fp4 === undefined);
}

/** A format as the field writes it: `fp4 (W4A16)` where FP4 is widened. INT4 says nothing: it never is anything else. */
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

/**
 * Whether an engine has kernels that widen FP4 and FP8. NVFP4 by Marlin: vLLM and SGLang on all of NVIDIA's chips
 * (vllm-project/vllm#18000, sgl-project/sglang#25655), TensorRT-LLM on Hopper (NVIDIA/TensorRT-LLM#13476); FP8 by Marlin:
 * vLLM and SGLang where there is no FP8 (vllm-project/vllm#5975). gpt-oss's MXFP4
 * has Triton's besides, on AMD's chips too. What emulates FP4 product by product is not counted.
 */
function hasWidening({ engine, chip, model }: Served): boolean {
  if (chip.vendor === "AMD") return model.name.startsWith("gpt-oss");
  return chip.vendor === "NVIDIA" && (engine !== "tensorrt-llm" || /^h[12]00/.test(chip.name));
}

/** Whether an engine is of a version, `1.2` or `0.11.1` say, or newer; what has no number is new. */
export function isSince({ version }: Served, since: string): boolean {
  const found = /^v?(\d+)\.(\d+)(?:\.(\d+))?/.exec(version ?? "");
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

export function stagesOf({ pipelineParallel }: Served): number {
  return pipelineParallel ?? 1;
}

/** Over how many of a chip's fast domains (NVLink, say) so many accelerators are spread. */
export function domainsOf({ scaleUp }: Chip, accelerators: number): number {
  return scaleUp === undefined ? 1 : Math.ceil(accelerators / scaleUp.accelerators.value);
}

/** Over how many accelerators experts are dealt out whole, and into how many slices each is cut besides. */
export function expertSplit(served: Served): { readonly ranks: number; readonly slices: number } {
  return { ranks: served.expertParallel, slices: acceleratorsOfStage(served) / served.expertParallel };
}

/** @throws Fault `invalid_value` naming the split that cannot be, and those that could */
export function checkSplit(served: Served): void {
  const { model, tensorParallel, expertParallel, attentionParallel, weights, chip, engine } = served;
  if ((engineVendors[engine] ?? chip.vendor) !== chip.vendor) {
    throw new Fault("invalid_value", {
      message: `${engineTitles[engine]} does not run on ${chip.title}.`,
      remedy: `Try ${engineNames.filter((name) => (engineVendors[name] ?? chip.vendor) === chip.vendor).join(", ")}.`,
      param: "engine",
    });
  }
  const { heads } = model.attention;
  if (!Number.isInteger(tensorParallel) || tensorParallel < 1 || heads % tensorParallel !== 0) {
    const fitting = [1, 2, 4, 8, 16, 32].filter((count) => heads % count === 0);
    throw new Fault("invalid_value", {
      message: `${model.title} has ${heads} attention heads, which ${tensorParallel} accelerators cannot share.`,
      remedy: `Tensor parallel could be ${fitting.join(", ")}.`,
      param: "tp",
    });
  }
  const groups = model.attention.type === "compressed" ? model.attention.outputGroups : tensorParallel;
  if (groups % tensorParallel !== 0) {
    throw new Fault("invalid_value", {
      message: `${model.title} projects the output of its heads in ${groups} groups, which ${tensorParallel} accelerators cannot share.`,
      remedy: `Tensor parallel could be ${[1, 2, 4, 8, 16].filter((count) => groups % count === 0).join(", ")}.`,
      param: "tp",
    });
  }
  const stages = stagesOf(served);
  if (!Number.isInteger(stages) || stages < 1 || stages > model.layers) {
    throw new Fault("invalid_value", {
      message: `${model.title} has ${model.layers} layers, which cannot be cut into ${stages} stages.`,
      remedy: `Pipeline parallel could be any whole number up to ${model.layers}.`,
      param: "pp",
    });
  }
  const experts = model.feedForward.type === "moe" ? model.feedForward.experts : 1;
  const all = tensorParallel * attentionParallel;
  if (expertParallel > 1 && model.feedForward.type === "dense") {
    throw new Fault("invalid_value", {
      message: `${model.title} has no experts to be dealt out.`,
      remedy: "Expert parallel could be 1.",
      param: "ep",
    });
  }
  // Where they do not come out even, engines keep some experts twice.
  if (expertParallel > 1 && (expertParallel > experts || all % expertParallel !== 0)) {
    throw new Fault("invalid_value", {
      message: `${model.title} has ${experts} experts, which cannot be dealt out to ${expertParallel} of ${all} accelerators.`,
      remedy: `Expert parallel could be ${[1, 2, 4, 8, 16, 32, 64].filter((count) => experts % count === 0 && all % count === 0).join(", ")}.`,
      param: "ep",
    });
  }
  const { fp8, int8 } = chip.peakTeraflops;
  if (weights === "int8" && (int8 === undefined || isBlackwell(served))) {
    throw new Fault("invalid_value", {
      message: `${engineTitles[engine]} has no kernels in int8 for ${chip.title}.`,
      remedy: `Try ${fp8 === undefined ? "" : "fp8, "}bf16 or int4.`,
      param: "precision",
    });
  }
  if (weights !== "int4" && isWidened(chip, weights) && !hasWidening(served)) {
    throw new Fault("invalid_value", {
      message: `${chip.title} has no arithmetic in ${weights}, and ${engineTitles[engine]} no kernels there that widen it.`,
      remedy: `Try ${fp8 === undefined ? "" : "fp8, "}${int8 === undefined ? "" : "int8, "}bf16 or int4.`,
      param: "precision",
    });
  }
}

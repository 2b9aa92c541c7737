/**
 * The routed experts of a layer: tokens choose some of them, those are read whole, and each multiplies the few tokens that
 * chose it. What kernels reach of that roofline depends on how many tokens an expert gets, how many experts are at work
 * and how wide a slice of each is here; curves/experts.ts has it as a small grid for every chip, engine and kernel,
 * fitted by tools/perf/derive-experts.ts to measured kernels with tokens dealt out as unevenly as routers do.
 */
import { type EngineName, isBlackwell, isSince, isWidened, type Served } from "./deployment.ts";
import type { Rates, Weights } from "./efficiency.ts";
import { isScaledInBlocks } from "./memory.ts";

/** Kernels of experts as the tables name them: the format of the weights, and that of the arithmetic. */
export const expertKernels = {
  "bf16-triton-vllm": { dtype: "bfloat16", source: "vllm_fused_moe", weights: "bf16", arithmetic: "bf16" },
  "bf16-triton-sglang": { dtype: "bfloat16", source: "sglang_fused_moe_triton", weights: "bf16", arithmetic: "bf16" },
  "bf16-cutlass": { dtype: "bfloat16", source: "moe_torch_flow_cutlass", weights: "bf16", arithmetic: "bf16" },
  "bf16-torch": { dtype: "bfloat16", source: "moe_torch_flow", weights: "bf16", arithmetic: "bf16" },
  "fp8-block-triton-vllm": { dtype: "fp8_block", source: "vllm_fused_moe", weights: "fp8", arithmetic: "fp8" },
  "fp8-block-triton-sglang": {
    dtype: "fp8_block",
    source: "sglang_fused_moe_triton",
    weights: "fp8",
    arithmetic: "fp8",
  },
  "fp8-block-cutlass": { dtype: "fp8_block", source: "moe_torch_flow_cutlass", weights: "fp8", arithmetic: "fp8" },
  "fp8-block-deepgemm": { dtype: "fp8_block", source: "deepgemm", weights: "fp8", arithmetic: "fp8" },
  // TensorRT-LLM's generated kernels, measured in FP4 alone.
  "fp8-block-trtllm": { like: "nvfp4-trtllm", many: "fp8-block-deepgemm", weights: "fp8", arithmetic: "fp8" },
  "fp8-triton-vllm": { dtype: "fp8", source: "vllm_fused_moe", weights: "fp8", arithmetic: "fp8" },
  "fp8-cutlass": { dtype: "fp8", source: "moe_torch_flow_cutlass", weights: "fp8", arithmetic: "fp8" },
  "nvfp4-trtllm": { dtype: "nvfp4", source: "vllm_flashinfer_trtllm_moe_fp4", weights: "fp4", arithmetic: "fp4" },
  "nvfp4-cutedsl": { dtype: "nvfp4", source: "sglang_flashinfer_cutedsl_moe", weights: "fp4", arithmetic: "fp4" },
  "nvfp4-cutlass": { dtype: "nvfp4", source: "moe_torch_flow_cutlass", weights: "fp4", arithmetic: "fp4" },
  "nvfp4-min-latency": { dtype: "nvfp4", source: "moe_torch_flow_min_latency", weights: "fp4", arithmetic: "fp4" },
  "mxfp4-bf16-vllm": { dtype: "w4a16_mxfp4", source: "vllm_mxfp4_moe", weights: "int4", arithmetic: "bf16" },
  "mxfp4-bf16-trtllm": { dtype: "w4a16_mxfp4", source: "moe_torch_flow", weights: "int4", arithmetic: "bf16" },
  "mxfp4-mxfp8-trtllm": { dtype: "w4a8_mxfp4_mxfp8", source: "moe_torch_flow", weights: "int4", arithmetic: "fp8" },
  "mxfp4-mxfp8-sglang": {
    dtype: "w4a8_mxfp4_mxfp8",
    source: "sglang_flashinfer_mxfp4_moe",
    weights: "int4",
    arithmetic: "fp8",
  },
  "int4-marlin-vllm": { dtype: "int4_wo", source: "vllm_marlin_int4_moe", weights: "int4", arithmetic: "bf16" },
  "int4-marlin-old": { dtype: "int4_wo", source: "vllm_marlin_moe", weights: "int4", arithmetic: "bf16" },
  "int4-marlin-sglang": { dtype: "int4_wo", source: "sglang_marlin_moe", weights: "int4", arithmetic: "bf16" },
  // Not measured: Marlin's with FP8, which it widens, and Triton's with INT8.
  "fp8-marlin": { like: "int4-marlin-sglang", weights: "fp8", arithmetic: "bf16" },
  "int8-triton": { like: "bf16-triton-sglang", weights: "int8", arithmetic: "int8" },
  // AMD's, of ROCm/aiter: tools/perf/derive-amd-experts.ts.
  "bf16-aiter": { library: "aiter", weights: "bf16", arithmetic: "bf16" },
  "fp8-block-aiter": { library: "aiter", weights: "fp8", arithmetic: "fp8" },
  "fp8-aiter": { library: "aiter", weights: "fp8", arithmetic: "fp8" },
  "mxfp4-aiter": { library: "aiter", weights: "int4", arithmetic: "fp4" },
  "mxfp4-fp8-aiter": { library: "aiter", weights: "int4", arithmetic: "fp8" },
  "mxfp4-bf16-aiter": { library: "aiter", weights: "int4", arithmetic: "bf16" },
  "int4-aiter": { library: "aiter", weights: "int4", arithmetic: "bf16" },
} as const satisfies Readonly<Record<string, Kernel>>;
type Kernel = (
  | { readonly dtype: string; readonly source: string }
  /** Whatever engine calls it. */
  | { readonly library: "aiter" }
  /** Not measured itself: taken to be as far over its roofline as another; with many tokens no faster than a third, if any. */
  | { readonly like: string; readonly many?: string }
) & { readonly weights: Weights; readonly arithmetic: Weights };
export type ExpertKernel = keyof typeof expertKernels;

/** The same kernels in two engines, each measured with its own choice of tiles: Triton's by vLLM, and OpenAI's for gpt-oss. */
const twins: readonly (readonly ExpertKernel[])[] = [
  ["bf16-triton-vllm", "bf16-triton-sglang"],
  ["fp8-block-triton-vllm", "fp8-block-triton-sglang"],
  ["mxfp4-bf16-vllm", "mxfp4-bf16-trtllm"],
];

/** A kernel with its twin, where it has one. */
export function twinsOf(kernel: ExpertKernel): readonly ExpertKernel[] {
  return twins.find((pair) => pair.includes(kernel)) ?? [kernel];
}

/** What an engine runs its experts with, the likeliest first. */
export function expertKernelsOf(served: Served): readonly ExpertKernel[] {
  const { engine, weights, model } = served;
  if (served.chip.vendor === "AMD" || engine === "atom") return amdKernelsOf(served);
  const blackwell = isBlackwell(served);
  if (model.name.startsWith("gpt-oss") && weights === "fp4") {
    if (blackwell) return ["mxfp4-mxfp8-trtllm", "mxfp4-bf16-trtllm"];
    // Marlin's kernels in vLLM, Triton's in TensorRT-LLM, as InferenceX runs them.
    return engine === "vllm" ? ["int4-marlin-old", "mxfp4-bf16-vllm"] : ["mxfp4-bf16-vllm", "mxfp4-bf16-trtllm"];
  }
  // Released in MXFP4: engines keep it, and round activations to eight bits where the chip multiplies FP4.
  if (model.besideFp4 !== undefined && weights === "fp4") {
    if (isWidened(served.chip, weights)) return kernels[engine].int4(blackwell);
    return engine === "sglang"
      ? ["mxfp4-mxfp8-sglang", "mxfp4-mxfp8-trtllm"]
      : ["mxfp4-mxfp8-trtllm", "mxfp4-mxfp8-sglang"];
  }
  // Copies of attention go with CUTLASS's kernels in FP4, in FP8 with DeepGEMM, see below.
  const hasCopies = served.attentionParallel > 1;
  if (engine === "tensorrt-llm" && weights === "fp4" && hasCopies) {
    return blackwell ? ["nvfp4-cutlass", "nvfp4-min-latency"] : ["int4-marlin-old"];
  }
  if (weights === "fp8" && isWidened(served.chip, weights)) return ["fp8-marlin"];
  if (weights === "int8") return ["int8-triton"];
  // A scale to a matrix instead of one to each block: CUTLASS's kernels of TensorRT-LLM, Triton's of the others.
  if (weights === "fp8" && !isScaledInBlocks(model)) {
    return engine === "tensorrt-llm" ? ["fp8-cutlass", "fp8-triton-vllm"] : ["fp8-triton-vllm", "fp8-cutlass"];
  }
  // Until then recipes forbade FlashInfer's kernels and DeepGEMM.
  if (engine === "vllm" && weights === "fp8" && blackwell && !isSince(served, "0.19")) {
    return ["fp8-block-triton-vllm", "fp8-block-triton-sglang"];
  }
  if (engine === "tensorrt-llm" && weights === "fp8" && blackwell && (hasCopies || !isSince(served, "1.2"))) {
    return ["fp8-block-deepgemm", "fp8-block-trtllm"];
  }
  return kernels[engine][weights](blackwell);
}

/**
 * aiter's, which InferenceX's recipes turn on in vLLM (`VLLM_ROCM_USE_AITER`) and SGLang (`SGLANG_USE_AITER`), and ATOM always has. MXFP4 with
 * activations in as many bits where the chip multiplies them, but in FP8 for models that were released so, as aiter tunes them.
 */
function amdKernelsOf({ chip, model, weights }: Served): readonly ExpertKernel[] {
  switch (weights) {
    case "bf16":
      return ["bf16-aiter"];
    case "fp8":
      return isScaledInBlocks(model) ? ["fp8-block-aiter", "fp8-aiter"] : ["fp8-aiter", "fp8-block-aiter"];
    case "int8":
      return ["fp8-aiter", "fp8-block-aiter"];
    case "int4":
      return ["int4-aiter"];
    case "fp4":
      // Where FP4 is widened aiter has no kernel tuned, and engines take Triton's.
      if (isWidened(chip, weights)) return ["mxfp4-bf16-vllm", "mxfp4-bf16-aiter"];
      return model.besideFp4 !== undefined || model.name.startsWith("gpt-oss") ? ["mxfp4-fp8-aiter"] : ["mxfp4-aiter"];
  }
}

const kernels: Readonly<
  Record<
    Exclude<EngineName, "atom">,
    Readonly<Record<Exclude<Weights, "int8">, (isBlackwell: boolean) => readonly ExpertKernel[]>>
  >
> = {
  vllm: {
    bf16: () => ["bf16-triton-vllm", "bf16-triton-sglang"],
    fp8: (isBlackwell) =>
      isBlackwell
        ? ["fp8-block-trtllm", "fp8-block-triton-vllm"]
        : ["fp8-block-triton-vllm", "fp8-block-triton-sglang"],
    fp4: (isBlackwell) => (isBlackwell ? ["nvfp4-trtllm", "nvfp4-cutlass"] : ["int4-marlin-old"]),
    int4: () => ["int4-marlin-old", "int4-marlin-sglang", "int4-marlin-vllm"],
  },
  sglang: {
    bf16: () => ["bf16-triton-sglang", "bf16-triton-vllm"],
    fp8: (isBlackwell) =>
      isBlackwell
        ? ["fp8-block-trtllm", "fp8-block-triton-sglang"]
        : ["fp8-block-triton-sglang", "fp8-block-triton-vllm"],
    fp4: (isBlackwell) => (isBlackwell ? ["nvfp4-trtllm", "nvfp4-cutedsl"] : ["int4-marlin-sglang"]),
    int4: () => ["int4-marlin-sglang", "int4-marlin-old"],
  },
  "tensorrt-llm": {
    bf16: () => ["bf16-cutlass", "bf16-torch", "bf16-triton-vllm"],
    fp8: (isBlackwell) =>
      isBlackwell
        ? ["fp8-block-trtllm", "fp8-block-deepgemm", "fp8-cutlass"]
        : ["fp8-block-cutlass", "fp8-cutlass", "fp8-block-triton-vllm"],
    fp4: (isBlackwell) => (isBlackwell ? ["nvfp4-min-latency", "nvfp4-cutlass"] : ["int4-marlin-old"]),
    int4: () => ["int4-marlin-old", "int4-marlin-sglang"],
  },
};

/** The experts of a layer on one accelerator. */
export type ExpertShape = {
  readonly hidden: number;
  /** Of one expert: whole, and what of it is on this accelerator. */
  readonly wholeWidth: number;
  readonly width: number;
  readonly matrices: number;
  /** Experts on this accelerator, of how many in all. */
  readonly local: number;
  readonly experts: number;
  readonly perToken: number;
  readonly bytesPerWeight: number;
};

/** Natural logarithms of time over roofline, at the knots of `expertKnots`, in hundredths; the slice varies fastest. */
export type ExpertEfficiency = {
  readonly hundredths: readonly number[];
  /** By shape, see `shapeKey`: what comes to it at the knots of tokens. */
  readonly shapes: Readonly<Record<string, readonly number[]>>;
};

export type DerivedExperts = ExpertEfficiency & {
  /** Of the engine. */
  readonly version: string;
  /** Median of |predicted / measured − 1|. */
  readonly medianError: number;
  readonly rows: number;
  /** Rows left out because they beat the hardware. */
  readonly rejected: number;
};

/** Knots as powers of two: tokens of an expert at work, experts at work, numbers in a matrix of an expert's slice. */
export const expertKnots = {
  tokens: [0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 12],
  active: [0, 2, 4, 6, 8],
  slice: [18, 20, 22, 24, 26],
} as const;

/** What a kernel takes to start, however little it does. */
const launchSeconds = 2e-6;

export type ExpertWork = {
  /** Experts that at least one token chooses, of those here. */
  readonly active: number;
  readonly tokensOfEach: number;
  readonly flops: number;
  readonly bytes: number;
};

/** The share of the experts that at least one of so many tokens chooses. */
export type ChosenShare = (tokens: number, perToken: number, experts: number) => number;

/** Where every expert is chosen as often as any other. */
export const evenlyChosen: ChosenShare = (tokens, perToken, experts) => 1 - (1 - perToken / experts) ** tokens;

/**
 * Deviation over mean of how often a model's router chooses an expert. Counted in OLMoE over 50,000 tokens of prose, code and
 * mathematics: the more popular half of a layer's experts has 75 % of the choices, and the most popular quarter of all has 52 %
 * (JustVugg/colibri#864); with this spread they have 78 and 51 %.
 */
const popularitySpread = 0.75;

/** By a model's router, which prefers some experts, so that tokens meet in them: popularity has a gamma distribution. */
export const chosenByRouter: ChosenShare = (tokens, perToken, experts) => {
  const choices = -tokens * Math.log1p(-perToken / experts);
  const variance = popularitySpread ** 2;
  return 1 - (1 + variance * choices) ** (-1 / variance);
};

/**
 * @param tokens of all that choose among these experts
 * @param chosenShare as whoever dealt out the tokens did
 */
export function expertWork(shape: ExpertShape, tokens: number, chosenShare = chosenByRouter): ExpertWork {
  const { hidden, width, matrices, local, experts, perToken, bytesPerWeight } = shape;
  const evenly = (tokens * perToken * local) / experts;
  const choices = busiest(evenly, experts / local, local, tokens * Math.min(perToken, local));
  const active = local * chosenShare((tokens * choices) / evenly, perToken, experts);
  const weights = matrices * hidden * width;
  return {
    active,
    tokensOfEach: choices / active,
    flops: 2 * weights * choices,
    bytes: active * weights * bytesPerWeight + choices * hidden * 4,
  };
}

/** Deviation over mean of how often experts are chosen, in the tables: log-uniform from once to by four tokens of five. */
const skew = 1.84;

/**
 * Choices of the accelerator that has the most, for which all others wait, where on average each has so many: the most of
 * `ranks` numbers is some √ln(ranks) deviations above their mean; they differ by chance and by which experts they have.
 */
function busiest(evenly: number, ranks: number, local: number, most: number): number {
  const deviation = Math.sqrt(evenly + (skew * evenly) ** 2 / local);
  return Math.min(most, evenly + Math.sqrt(Math.log(ranks)) * deviation);
}

/** The least that the work could take. */
export function expertRoofline({ flops, bytes }: ExpertWork, rates: Rates): number {
  return Math.max(flops / rates.flopsPerSecond, bytes / rates.bytesPerSecond) + launchSeconds;
}

export function expertSeconds(efficiency: ExpertEfficiency, rates: Rates, shape: ExpertShape, tokens: number): number {
  if (tokens === 0) return 0;
  const work = expertWork(shape, tokens);
  let hundredths = 0;
  for (const [knot, share] of knotsOf(work, shape)) hundredths += share * efficiency.hundredths[knot]!;
  const own = efficiency.shapes[shapeKey(shape)];
  if (own !== undefined) for (const [knot, share] of tokenKnotsOf(work)) hundredths += share * own[knot]!;
  return expertRoofline(work, rates) * Math.exp(Math.max(0, hundredths) / 100);
}

/** The knots around a point with their shares, which add up to 1; a point outside the grid is at its edge. */
export function knotsOf(
  { active, tokensOfEach }: ExpertWork,
  { hidden, width }: ExpertShape,
): (readonly [knot: number, share: number])[] {
  const places = [
    placeAmong(expertKnots.tokens, Math.log2(tokensOfEach)),
    placeAmong(expertKnots.active, Math.log2(active)),
    placeAmong(expertKnots.slice, Math.log2(hidden * width)),
  ] as const;
  const found: [number, number][] = [];
  for (let corner = 0; corner < 8; corner += 1) {
    let knot = 0;
    let share = 1;
    for (let axis = 0; axis < places.length; axis += 1) {
      const { index, rest, count } = places[axis]!;
      const upper = (corner >> axis) & 1;
      knot = knot * count + index + upper;
      share *= upper === 1 ? rest : 1 - rest;
    }
    if (share > 0) found.push([knot, share]);
  }
  return found;
}

/** The same for tokens alone. */
export function tokenKnotsOf({ tokensOfEach }: ExpertWork): (readonly [knot: number, share: number])[] {
  const { index, rest } = placeAmong(expertKnots.tokens, Math.log2(tokensOfEach));
  return [
    [index, 1 - rest],
    [index + 1, rest],
  ];
}

/** Names what a model's experts are, however they are split. */
export function shapeKey({ hidden, wholeWidth, experts, perToken }: ExpertShape): string {
  return `${hidden}x${wholeWidth}/${perToken}of${experts}`;
}

function placeAmong(knots: readonly number[], value: number) {
  const last = knots.length - 1;
  const inside = Math.min(Math.max(value, knots[0]!), knots[last]!);
  let index = 0;
  while (index < last - 1 && inside > knots[index + 1]!) index += 1;
  return { index, rest: (inside - knots[index]!) / (knots[index + 1]! - knots[index]!), count: knots.length };
}

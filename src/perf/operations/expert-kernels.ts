/**
 * Which kernels an engine runs routed experts with, by the chip and the format of the weights. The first that was measured on
 * a chip is taken (transfer.ts), so each list begins with the likeliest.
 */
import { type EngineName, isBlackwell, isSince, isWidened, type Served } from "../deployment.ts";
import type { Weights } from "./efficiency.ts";
import { isScaledInBlocks } from "./weight-formats.ts";

/**
 * All kernels, with the format of their weights and that of their arithmetic. `dtype` and `source` are the names of the
 * measured tables (aiconfigurator's `moe_dtype` and `kernel_source`).
 */
export const expertKernels = {
  "bf16-triton-vllm": { dtype: "bfloat16", source: "vllm_fused_moe", weights: "bf16", arithmetic: "bf16" },
  "bf16-triton-sglang": { dtype: "bfloat16", source: "sglang_fused_moe_triton", weights: "bf16", arithmetic: "bf16" },
  "bf16-cutlass": { dtype: "bfloat16", source: "moe_torch_flow_cutlass", weights: "bf16", arithmetic: "bf16" },
  "bf16-torch": { dtype: "bfloat16", source: "moe_torch_flow", weights: "bf16", arithmetic: "bf16" },
  "fp8-block-triton-vllm": { dtype: "fp8_block", source: "vllm_fused_moe", weights: "fp8", arithmetic: "fp8" },
  // Before 0.17, tiles that nobody had tuned had 64 rows, however few the tokens (`get_default_config` of fused_moe.py).
  "fp8-block-triton-old": {
    dtype: "fp8_block",
    source: "vllm_fused_moe",
    version: "0.14.0",
    weights: "fp8",
    arithmetic: "fp8",
  },
  "fp8-block-triton-sglang": {
    dtype: "fp8_block",
    source: "sglang_fused_moe_triton",
    weights: "fp8",
    arithmetic: "fp8",
  },
  "fp8-block-cutlass": { dtype: "fp8_block", source: "moe_torch_flow_cutlass", weights: "fp8", arithmetic: "fp8" },
  "fp8-block-deepgemm": { dtype: "fp8_block", source: "deepgemm", weights: "fp8", arithmetic: "fp8" },
  // TensorRT-LLM's generated kernels. They were measured in FP4 only.
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
  // Not measured: Marlin's kernel that widens FP8, and Triton's in INT8.
  "fp8-marlin": { like: "int4-marlin-sglang", weights: "fp8", arithmetic: "bf16" },
  "int8-triton": { like: "bf16-triton-sglang", weights: "int8", arithmetic: "int8" },
  // AMD's, from ROCm/aiter (tools/perf/derive-amd-experts.ts).
  "bf16-aiter": { library: "aiter", weights: "bf16", arithmetic: "bf16" },
  "fp8-block-aiter": { library: "aiter", weights: "fp8", arithmetic: "fp8" },
  "fp8-aiter": { library: "aiter", weights: "fp8", arithmetic: "fp8" },
  "mxfp4-aiter": { library: "aiter", weights: "int4", arithmetic: "fp4" },
  "mxfp4-fp8-aiter": { library: "aiter", weights: "int4", arithmetic: "fp8" },
  "mxfp4-bf16-aiter": { library: "aiter", weights: "int4", arithmetic: "bf16" },
  "int4-aiter": { library: "aiter", weights: "int4", arithmetic: "bf16" },
} as const satisfies Readonly<Record<string, Kernel>>;

type Kernel = (
  | {
      readonly dtype: string;
      readonly source: string;
      /** Of the engine when its table was measured. The newest table when absent. */
      readonly version?: string;
    }
  /** Measured in the library itself, for every engine that calls it. */
  | { readonly library: "aiter" }
  /**
   * Not measured. It is taken to be as far from its roofline as the kernel `like`. With many tokens for each expert it is no
   * faster than the kernel `many`, if there is one.
   */
  | { readonly like: string; readonly many?: string }
) & { readonly weights: Weights; readonly arithmetic: Weights };

export type ExpertKernel = keyof typeof expertKernels;

/** One kernel in two engines, measured in both with different tiles: vLLM's in Triton, and OpenAI's for gpt-oss. */
const twins: readonly (readonly ExpertKernel[])[] = [
  ["bf16-triton-vllm", "bf16-triton-sglang"],
  ["fp8-block-triton-vllm", "fp8-block-triton-sglang"],
  ["mxfp4-bf16-vllm", "mxfp4-bf16-trtllm"],
];

/** The kernel and, where there is one, its twin in another engine. */
export function twinsOf(kernel: ExpertKernel): readonly ExpertKernel[] {
  return twins.find((pair) => pair.includes(kernel)) ?? [kernel];
}

/** The kernels that an engine may run its experts with, the likeliest first. */
export function expertKernelsOf(served: Served): readonly ExpertKernel[] {
  const { engine, weights, model } = served;
  if (served.chip.vendor === "AMD" || engine === "atom") return amdKernelsOf(served);
  const blackwell = isBlackwell(served);
  // Blackwell's kernels stand for those of other makers' chips that multiply FP4.
  const hasFp4 = !isWidened(served.chip, "fp4");
  if (model.name.startsWith("gpt-oss") && weights === "fp4") {
    if (hasFp4) return ["mxfp4-mxfp8-trtllm"];
    // Marlin's kernels in vLLM, Triton's in TensorRT-LLM, as InferenceX runs them.
    return engine === "vllm" ? ["int4-marlin-old", "mxfp4-bf16-vllm"] : ["mxfp4-bf16-vllm", "mxfp4-bf16-trtllm"];
  }
  // The model was released in MXFP4. Engines keep that, and round activations to eight bits where the chip multiplies FP4.
  if (model.besideFp4 !== undefined && weights === "fp4") {
    if (isWidened(served.chip, weights)) return kernels[engine].int4(blackwell);
    return engine === "sglang"
      ? ["mxfp4-mxfp8-sglang", "mxfp4-mxfp8-trtllm"]
      : ["mxfp4-mxfp8-trtllm", "mxfp4-mxfp8-sglang"];
  }
  // With copies of attention, TensorRT-LLM takes CUTLASS's kernels in FP4 and DeepGEMM's in FP8 (below).
  const hasCopies = served.attentionParallel > 1;
  if (engine === "tensorrt-llm" && weights === "fp4" && hasCopies) {
    return hasFp4 ? ["nvfp4-cutlass", "nvfp4-min-latency"] : ["int4-marlin-old"];
  }
  if (weights === "fp8" && isWidened(served.chip, weights)) return ["fp8-marlin"];
  if (weights === "int8") return ["int8-triton"];
  // With one scale for a matrix, TensorRT-LLM takes CUTLASS's kernels, the other engines Triton's.
  if (weights === "fp8" && !isScaledInBlocks(model)) {
    return engine === "tensorrt-llm" ? ["fp8-cutlass", "fp8-triton-vllm"] : ["fp8-triton-vllm", "fp8-cutlass"];
  }
  // Before 0.19, InferenceX's recipes turned FlashInfer's kernels and DeepGEMM off.
  if (engine === "vllm" && weights === "fp8" && blackwell && !isSince(served, "0.19")) {
    return ["fp8-block-triton-vllm", "fp8-block-triton-sglang"];
  }
  if (engine === "tensorrt-llm" && weights === "fp8" && blackwell && (hasCopies || !isSince(served, "1.2"))) {
    return ["fp8-block-deepgemm", "fp8-block-trtllm"];
  }
  // vLLM's own, with the tiles of its day.
  if (engine === "vllm" && weights === "fp8" && !blackwell && !isSince(served, "0.17")) {
    return ["fp8-block-triton-old", "fp8-block-triton-vllm"];
  }
  return kernels[engine][weights](weights === "fp4" ? hasFp4 : blackwell);
}

/**
 * On AMD's chips, aiter's kernels. ATOM always uses them; InferenceX's recipes turn them on in vLLM (`VLLM_ROCM_USE_AITER`)
 * and SGLang (`SGLANG_USE_AITER`). Beside weights in MXFP4, activations are in FP4 where the chip multiplies it. They are in
 * FP8 for models that were released in MXFP4, as aiter tunes those.
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
      // aiter has no tuned kernel that widens FP4, so engines take Triton's.
      if (isWidened(chip, weights)) return ["mxfp4-bf16-vllm", "mxfp4-bf16-aiter"];
      return model.besideFp4 !== undefined || model.name.startsWith("gpt-oss") ? ["mxfp4-fp8-aiter"] : ["mxfp4-aiter"];
  }
}

/** On NVIDIA's chips, by engine and format, where none of the exceptions above holds. */
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

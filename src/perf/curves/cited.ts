/** Kernels of chips that have no tables, where others have published how much of the datasheet theirs reach. */
import type { EngineCurves } from "../efficiency.ts";
import { derivedCurves } from "./derived.ts";

const hopper = derivedCurves["h100/vllm"]!;

export const citedCurves: Readonly<Record<string, EngineCurves>> = {
  /**
   * GeForce multiplies at half the rate where it accumulates in FP32, and so is not held back by its power as H100 is:
   * cuBLAS reaches 105 to 115 of the 119.5 TFLOP/s of an L20, of the same silicon (DefTruth/CUDA-Learn-Notes, hgemm).
   * Products of matrices with a vector read GDDR6X at 88 to 94 % of its bandwidth
   * (https://autorepl.dev/projects/proj_09a0c2/experiments/cexp_3683be, on RTX 3090). All else is as on H100.
   */
  "geforce/vllm": {
    ...hopper,
    gemm: { bf16: { compute: 0.92, memory: 0.91, sharpness: 2.831, seconds: 0.000003349 } },
  },
};

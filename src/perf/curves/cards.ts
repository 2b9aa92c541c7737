/**
 * Made by tools/perf/derive-cards.ts from the kernel tables of casys-kaist/LLMServingSim (MIT, vLLM 0.19, 2026).
 * Efficiencies against the datasheet's figures, with the fit's own error.
 */
import type { EngineCurves } from "../operations/efficiency.ts";

/** By chip and engine. */
export const cardCurves: Readonly<Record<string, EngineCurves>> = {
  "rtx-pro-6000/vllm": {
    gemm: {
      bf16: {
        memory: 0.9441,
        compute: 0.8562,
        sharpness: 1.474,
        seconds: 0.000003891,
        medianError: 0.05539,
        rows: 3239,
        rejected: 41,
      },
    },
    decode: {
      bf16: {
        memory: 0.9001,
        compute: 1.529,
        halfStreams: 0.9336,
        seconds: 0.00001359,
        medianError: 0.04305,
        rows: 1008,
        rejected: 0,
      },
    },
    mixedDecode: {
      compute: 0.5727,
      halfStreams: 95.11,
      startTokens: 135.7,
      medianError: 0.1022,
      rows: 3256,
      rejected: 121,
    },
    prefill: {
      bf16: {
        compute: 0.6153,
        halfTokens: 834,
        seconds: 0.000007375,
        medianError: 0.1272,
        rows: 1008,
        rejected: 0,
      },
    },
    allReduce: {},
  },
  "rtx-4090/vllm": {
    gemm: {
      bf16: {
        memory: 0.9412,
        compute: 0.9734,
        sharpness: 2.29,
        seconds: 0.000005464,
        medianError: 0.02581,
        rows: 644,
        rejected: 4,
      },
    },
    decode: {
      bf16: {
        memory: 0.8781,
        halfStreams: 2.8e-14,
        seconds: 0.00001366,
        medianError: 0.0636,
        rows: 95,
        rejected: 1,
        compute: 0.5,
      },
    },
    mixedDecode: {
      compute: 0.7568,
      halfStreams: 51.14,
      startTokens: 134.9,
      medianError: 0.09348,
      rows: 701,
      rejected: 3,
    },
    prefill: {
      bf16: {
        compute: 0.9286,
        halfTokens: 748.2,
        seconds: 0.000006196,
        medianError: 0.09497,
        rows: 72,
        rejected: 0,
      },
    },
    allReduce: {},
  },
};

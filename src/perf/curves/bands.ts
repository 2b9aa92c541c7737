/** Made by tools/perf/calibrate.ts from measured deployments (InferenceX, by ai-dynamo/aiconfigurator, Apache-2.0). */
import type { Bands } from "../band.ts";

/** By what is alike, from near to far. */
export const bands: Readonly<Record<string, Bands>> = {
  all: {
    rows: 2142,
    tpot: {
      low: 0.8249,
      high: 1.263,
    },
    ttft: {
      low: 0.617,
      high: 1.823,
    },
  },
  "dense/all": {
    rows: 1018,
    tpot: {
      low: 0.9336,
      high: 1.268,
    },
    ttft: {
      low: 0.5328,
      high: 1.547,
    },
  },
  "dense/blackwell": {
    rows: 285,
    tpot: {
      low: 0.9154,
      high: 1.134,
    },
    ttft: {
      low: 0.7218,
      high: 1.641,
    },
  },
  "dense/hopper": {
    rows: 733,
    tpot: {
      low: 0.9445,
      high: 1.286,
    },
    ttft: {
      low: 0.431,
      high: 1.508,
    },
  },
  "dense/sglang/hopper/interpolated": {
    rows: 130,
    tpot: {
      low: 0.9538,
      high: 1.377,
    },
    ttft: {
      low: 0.3039,
      high: 1.356,
    },
  },
  "dense/tensorrt-llm/blackwell/transferred": {
    rows: 165,
    tpot: {
      low: 0.9129,
      high: 1.257,
    },
    ttft: {
      low: 0.6514,
      high: 1.315,
    },
  },
  "dense/tensorrt-llm/hopper/interpolated": {
    rows: 429,
    tpot: {
      low: 0.9628,
      high: 1.302,
    },
    ttft: {
      low: 0.4902,
      high: 1.78,
    },
  },
  "dense/vllm/blackwell/interpolated": {
    rows: 120,
    tpot: {
      low: 0.9214,
      high: 1.121,
    },
    ttft: {
      low: 1.019,
      high: 1.641,
    },
  },
  "dense/vllm/hopper/interpolated": {
    rows: 174,
    tpot: {
      low: 0.7054,
      high: 1.135,
    },
    ttft: {
      low: 0.425,
      high: 1.272,
    },
  },
  "moe/all": {
    rows: 1124,
    tpot: {
      low: 0.7713,
      high: 1.257,
    },
    ttft: {
      low: 0.6986,
      high: 1.941,
    },
  },
  "moe/blackwell": {
    rows: 645,
    tpot: {
      low: 0.7207,
      high: 1.209,
    },
    ttft: {
      low: 0.6899,
      high: 2.011,
    },
  },
  "moe/hopper": {
    rows: 479,
    tpot: {
      low: 0.7964,
      high: 1.465,
    },
    ttft: {
      low: 0.7116,
      high: 1.848,
    },
  },
  "moe/sglang/blackwell/analytic": {
    rows: 20,
    tpot: {
      low: 0.2712,
      high: 0.4909,
    },
    ttft: {
      low: 1.633,
      high: 7.053,
    },
  },
  "moe/sglang/blackwell/transferred": {
    rows: 173,
    tpot: {
      low: 0.8922,
      high: 1.306,
    },
    ttft: {
      low: 0.6094,
      high: 2.139,
    },
  },
  "moe/sglang/hopper/interpolated": {
    rows: 69,
    tpot: {
      low: 0.9477,
      high: 1.258,
    },
    ttft: {
      low: 0.4412,
      high: 1.59,
    },
  },
  "moe/sglang/hopper/transferred": {
    rows: 32,
    tpot: {
      low: 0.7023,
      high: 0.9242,
    },
    ttft: {
      low: 0.7905,
      high: 1.28,
    },
  },
  "moe/tensorrt-llm/blackwell/analytic": {
    rows: 37,
    tpot: {
      low: 0.4894,
      high: 0.842,
    },
    ttft: {
      low: 0.6025,
      high: 2.652,
    },
  },
  "moe/tensorrt-llm/blackwell/interpolated": {
    rows: 157,
    tpot: {
      low: 0.7452,
      high: 1.167,
    },
    ttft: {
      low: 0.6369,
      high: 1.861,
    },
  },
  "moe/tensorrt-llm/blackwell/transferred": {
    rows: 46,
    tpot: {
      low: 0.8556,
      high: 1.031,
    },
    ttft: {
      low: 0.7101,
      high: 2.019,
    },
  },
  "moe/tensorrt-llm/hopper/interpolated": {
    rows: 170,
    tpot: {
      low: 0.7674,
      high: 1.161,
    },
    ttft: {
      low: 1.033,
      high: 2.454,
    },
  },
  "moe/vllm/blackwell/interpolated": {
    rows: 78,
    tpot: {
      low: 0.8764,
      high: 1.176,
    },
    ttft: {
      low: 0.7442,
      high: 1.459,
    },
  },
  "moe/vllm/blackwell/transferred": {
    rows: 134,
    tpot: {
      low: 0.9378,
      high: 1.211,
    },
    ttft: {
      low: 0.8747,
      high: 1.745,
    },
  },
  "moe/vllm/hopper/interpolated": {
    rows: 163,
    tpot: {
      low: 0.834,
      high: 2.141,
    },
    ttft: {
      low: 0.6039,
      high: 1.373,
    },
  },
  "moe/vllm/hopper/transferred": {
    rows: 45,
    tpot: {
      low: 0.9159,
      high: 1.003,
    },
    ttft: {
      low: 0.7886,
      high: 0.9893,
    },
  },
};

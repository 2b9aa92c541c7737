/** Made by tools/perf/calibrate.ts from measured deployments (InferenceX, by ai-dynamo/aiconfigurator, Apache-2.0). */
import type { Bands } from "../band.ts";

/** By what is alike, from near to far. */
export const bands: Readonly<Record<string, Bands>> = {
  all: {
    rows: 2142,
    tpot: {
      low: 0.8587,
      high: 1.274,
    },
    ttft: {
      low: 0.6532,
      high: 1.799,
    },
  },
  "dense/all": {
    rows: 1018,
    tpot: {
      low: 0.9239,
      high: 1.269,
    },
    ttft: {
      low: 0.5789,
      high: 1.672,
    },
  },
  "dense/blackwell": {
    rows: 285,
    tpot: {
      low: 0.913,
      high: 1.118,
    },
    ttft: {
      low: 0.7956,
      high: 1.62,
    },
  },
  "dense/hopper": {
    rows: 733,
    tpot: {
      low: 0.9365,
      high: 1.292,
    },
    ttft: {
      low: 0.4852,
      high: 1.71,
    },
  },
  "dense/sglang/hopper/interpolated": {
    rows: 130,
    tpot: {
      low: 0.9192,
      high: 1.401,
    },
    ttft: {
      low: 0.3137,
      high: 1.352,
    },
  },
  "dense/tensorrt-llm/blackwell/transferred": {
    rows: 165,
    tpot: {
      low: 0.913,
      high: 1.167,
    },
    ttft: {
      low: 0.7351,
      high: 1.363,
    },
  },
  "dense/tensorrt-llm/hopper/interpolated": {
    rows: 429,
    tpot: {
      low: 0.968,
      high: 1.3,
    },
    ttft: {
      low: 0.5641,
      high: 2.04,
    },
  },
  "dense/vllm/blackwell/interpolated": {
    rows: 120,
    tpot: {
      low: 0.9183,
      high: 1.105,
    },
    ttft: {
      low: 1.008,
      high: 1.62,
    },
  },
  "dense/vllm/hopper/interpolated": {
    rows: 174,
    tpot: {
      low: 0.6929,
      high: 1.147,
    },
    ttft: {
      low: 0.4184,
      high: 1.269,
    },
  },
  "moe/all": {
    rows: 1124,
    tpot: {
      low: 0.8106,
      high: 1.274,
    },
    ttft: {
      low: 0.7029,
      high: 1.866,
    },
  },
  "moe/blackwell": {
    rows: 645,
    tpot: {
      low: 0.8024,
      high: 1.237,
    },
    ttft: {
      low: 0.7261,
      high: 2.019,
    },
  },
  "moe/hopper": {
    rows: 479,
    tpot: {
      low: 0.8198,
      high: 1.457,
    },
    ttft: {
      low: 0.675,
      high: 1.727,
    },
  },
  "moe/sglang/blackwell/analytic": {
    rows: 20,
    tpot: {
      low: 0.2552,
      high: 0.5649,
    },
    ttft: {
      low: 2.118,
      high: 8.321,
    },
  },
  "moe/sglang/blackwell/transferred": {
    rows: 173,
    tpot: {
      low: 0.8987,
      high: 1.392,
    },
    ttft: {
      low: 0.6477,
      high: 2.346,
    },
  },
  "moe/sglang/hopper/interpolated": {
    rows: 69,
    tpot: {
      low: 0.9164,
      high: 1.307,
    },
    ttft: {
      low: 0.4714,
      high: 1.334,
    },
  },
  "moe/sglang/hopper/transferred": {
    rows: 32,
    tpot: {
      low: 0.6928,
      high: 0.9303,
    },
    ttft: {
      low: 0.7842,
      high: 1.267,
    },
  },
  "moe/tensorrt-llm/blackwell/analytic": {
    rows: 37,
    tpot: {
      low: 0.5273,
      high: 0.9018,
    },
    ttft: {
      low: 0.5891,
      high: 1.974,
    },
  },
  "moe/tensorrt-llm/blackwell/interpolated": {
    rows: 157,
    tpot: {
      low: 0.8024,
      high: 1.247,
    },
    ttft: {
      low: 0.5499,
      high: 1.743,
    },
  },
  "moe/tensorrt-llm/blackwell/transferred": {
    rows: 46,
    tpot: {
      low: 0.9283,
      high: 1.167,
    },
    ttft: {
      low: 0.8763,
      high: 2.294,
    },
  },
  "moe/tensorrt-llm/hopper/interpolated": {
    rows: 170,
    tpot: {
      low: 0.773,
      high: 1.177,
    },
    ttft: {
      low: 1.125,
      high: 1.97,
    },
  },
  "moe/vllm/blackwell/interpolated": {
    rows: 78,
    tpot: {
      low: 0.9181,
      high: 1.112,
    },
    ttft: {
      low: 1.007,
      high: 1.428,
    },
  },
  "moe/vllm/blackwell/transferred": {
    rows: 134,
    tpot: {
      low: 0.9616,
      high: 1.21,
    },
    ttft: {
      low: 1.122,
      high: 1.715,
    },
  },
  "moe/vllm/hopper/interpolated": {
    rows: 163,
    tpot: {
      low: 0.8462,
      high: 2.133,
    },
    ttft: {
      low: 0.6618,
      high: 1.356,
    },
  },
  "moe/vllm/hopper/transferred": {
    rows: 45,
    tpot: {
      low: 0.8936,
      high: 1.032,
    },
    ttft: {
      low: 0.5717,
      high: 0.9608,
    },
  },
};

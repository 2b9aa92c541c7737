/** Made by tools/perf/calibrate.ts from measured deployments (InferenceX, by ai-dynamo/aiconfigurator, Apache-2.0). */
import type { Bands } from "../band.ts";

/** By what is alike, from near to far. */
export const bands: Readonly<Record<string, Bands>> = {
  all: {
    rows: 2142,
    tpot: {
      low: 0.8379,
      high: 1.275,
    },
    ttft: {
      low: 0.6405,
      high: 1.913,
    },
  },
  "dense/all": {
    rows: 1018,
    tpot: {
      low: 0.926,
      high: 1.265,
    },
    ttft: {
      low: 0.5755,
      high: 1.665,
    },
  },
  "dense/blackwell": {
    rows: 285,
    tpot: {
      low: 0.9187,
      high: 1.127,
    },
    ttft: {
      low: 0.7687,
      high: 1.656,
    },
  },
  "dense/hopper": {
    rows: 733,
    tpot: {
      low: 0.933,
      high: 1.289,
    },
    ttft: {
      low: 0.4867,
      high: 1.666,
    },
  },
  "dense/sglang/hopper/interpolated": {
    rows: 130,
    tpot: {
      low: 0.9027,
      high: 1.351,
    },
    ttft: {
      low: 0.3086,
      high: 1.313,
    },
  },
  "dense/tensorrt-llm/blackwell/transferred": {
    rows: 165,
    tpot: {
      low: 0.9249,
      high: 1.237,
    },
    ttft: {
      low: 0.6771,
      high: 1.365,
    },
  },
  "dense/tensorrt-llm/hopper/interpolated": {
    rows: 429,
    tpot: {
      low: 0.9705,
      high: 1.323,
    },
    ttft: {
      low: 0.5538,
      high: 1.934,
    },
  },
  "dense/vllm/blackwell/interpolated": {
    rows: 120,
    tpot: {
      low: 0.9104,
      high: 1.12,
    },
    ttft: {
      low: 1.023,
      high: 1.656,
    },
  },
  "dense/vllm/hopper/interpolated": {
    rows: 174,
    tpot: {
      low: 0.6969,
      high: 1.134,
    },
    ttft: {
      low: 0.4237,
      high: 1.286,
    },
  },
  "moe/all": {
    rows: 1124,
    tpot: {
      low: 0.7874,
      high: 1.283,
    },
    ttft: {
      low: 0.6907,
      high: 2.032,
    },
  },
  "moe/blackwell": {
    rows: 645,
    tpot: {
      low: 0.7442,
      high: 1.235,
    },
    ttft: {
      low: 0.6824,
      high: 2.091,
    },
  },
  "moe/hopper": {
    rows: 479,
    tpot: {
      low: 0.796,
      high: 1.464,
    },
    ttft: {
      low: 0.7103,
      high: 1.927,
    },
  },
  "moe/sglang/blackwell/analytic": {
    rows: 20,
    tpot: {
      low: 0.2795,
      high: 0.4904,
    },
    ttft: {
      low: 1.913,
      high: 6.972,
    },
  },
  "moe/sglang/blackwell/transferred": {
    rows: 173,
    tpot: {
      low: 0.9004,
      high: 1.347,
    },
    ttft: {
      low: 0.6606,
      high: 2.304,
    },
  },
  "moe/sglang/hopper/interpolated": {
    rows: 69,
    tpot: {
      low: 0.9222,
      high: 1.309,
    },
    ttft: {
      low: 0.4739,
      high: 1.45,
    },
  },
  "moe/sglang/hopper/transferred": {
    rows: 32,
    tpot: {
      low: 0.6938,
      high: 0.918,
    },
    ttft: {
      low: 0.7753,
      high: 1.254,
    },
  },
  "moe/tensorrt-llm/blackwell/analytic": {
    rows: 37,
    tpot: {
      low: 0.5232,
      high: 0.9039,
    },
    ttft: {
      low: 0.6324,
      high: 2.824,
    },
  },
  "moe/tensorrt-llm/blackwell/interpolated": {
    rows: 157,
    tpot: {
      low: 0.7796,
      high: 1.244,
    },
    ttft: {
      low: 0.6733,
      high: 1.964,
    },
  },
  "moe/tensorrt-llm/blackwell/transferred": {
    rows: 46,
    tpot: {
      low: 0.9187,
      high: 1.142,
    },
    ttft: {
      low: 0.7337,
      high: 2.257,
    },
  },
  "moe/tensorrt-llm/hopper/interpolated": {
    rows: 170,
    tpot: {
      low: 0.7773,
      high: 1.198,
    },
    ttft: {
      low: 1.137,
      high: 2.589,
    },
  },
  "moe/vllm/blackwell/interpolated": {
    rows: 78,
    tpot: {
      low: 0.8113,
      high: 1.112,
    },
    ttft: {
      low: 0.5683,
      high: 1.456,
    },
  },
  "moe/vllm/blackwell/transferred": {
    rows: 134,
    tpot: {
      low: 0.8935,
      high: 1.199,
    },
    ttft: {
      low: 0.7591,
      high: 1.745,
    },
  },
  "moe/vllm/hopper/interpolated": {
    rows: 163,
    tpot: {
      low: 0.8108,
      high: 2.135,
    },
    ttft: {
      low: 0.5997,
      high: 1.386,
    },
  },
  "moe/vllm/hopper/transferred": {
    rows: 45,
    tpot: {
      low: 0.9473,
      high: 1.031,
    },
    ttft: {
      low: 0.836,
      high: 1.034,
    },
  },
};

/** Made by tools/perf/calibrate.ts from measured deployments (InferenceX, by ai-dynamo/aiconfigurator, Apache-2.0). */
import type { Bands } from "../band.ts";

/** By what is alike, from near to far. */
export const bands: Readonly<Record<string, Bands>> = {
  all: {
    rows: 2015,
    tpot: {
      low: 0.7094,
      high: 1.404,
    },
    ttft: {
      low: 0.8553,
      high: 4.359,
    },
  },
  "dense/all": {
    rows: 972,
    tpot: {
      low: 0.7975,
      high: 1.289,
    },
    ttft: {
      low: 0.8672,
      high: 3.811,
    },
  },
  "dense/blackwell": {
    rows: 285,
    tpot: {
      low: 0.8285,
      high: 1.16,
    },
    ttft: {
      low: 0.8067,
      high: 2.331,
    },
  },
  "dense/hopper": {
    rows: 687,
    tpot: {
      low: 0.7382,
      high: 1.302,
    },
    ttft: {
      low: 0.956,
      high: 4.534,
    },
  },
  "dense/sglang/hopper/interpolated": {
    rows: 84,
    tpot: {
      low: 0.6247,
      high: 0.835,
    },
    ttft: {
      low: 2.725,
      high: 7.33,
    },
  },
  "dense/tensorrt-llm/blackwell/transferred": {
    rows: 165,
    tpot: {
      low: 0.8564,
      high: 1.387,
    },
    ttft: {
      low: 0.8338,
      high: 2.744,
    },
  },
  "dense/tensorrt-llm/hopper/interpolated": {
    rows: 429,
    tpot: {
      low: 1.012,
      high: 1.312,
    },
    ttft: {
      low: 0.9539,
      high: 3.065,
    },
  },
  "dense/vllm/blackwell/interpolated": {
    rows: 120,
    tpot: {
      low: 0.808,
      high: 1.022,
    },
    ttft: {
      low: 0.766,
      high: 1.783,
    },
  },
  "dense/vllm/hopper/interpolated": {
    rows: 174,
    tpot: {
      low: 0.6702,
      high: 1.273,
    },
    ttft: {
      low: 0.6756,
      high: 1.799,
    },
  },
  "moe/all": {
    rows: 1043,
    tpot: {
      low: 0.6368,
      high: 1.65,
    },
    ttft: {
      low: 0.8394,
      high: 4.584,
    },
  },
  "moe/blackwell": {
    rows: 592,
    tpot: {
      low: 0.7098,
      high: 1.763,
    },
    ttft: {
      low: 0.9396,
      high: 5.004,
    },
  },
  "moe/hopper": {
    rows: 451,
    tpot: {
      low: 0.5118,
      high: 1.583,
    },
    ttft: {
      low: 0.6002,
      high: 3.561,
    },
  },
  "moe/sglang/blackwell/interpolated": {
    rows: 173,
    tpot: {
      low: 0.6252,
      high: 1.267,
    },
    ttft: {
      low: 1.407,
      high: 4.775,
    },
  },
  "moe/sglang/hopper/interpolated": {
    rows: 86,
    tpot: {
      low: 0.7179,
      high: 1.072,
    },
    ttft: {
      low: 0.8815,
      high: 2.417,
    },
  },
  "moe/tensorrt-llm/blackwell/interpolated": {
    rows: 203,
    tpot: {
      low: 0.6639,
      high: 2.247,
    },
    ttft: {
      low: 1.14,
      high: 8.043,
    },
  },
  "moe/tensorrt-llm/hopper/interpolated": {
    rows: 170,
    tpot: {
      low: 0.9184,
      high: 1.754,
    },
    ttft: {
      low: 0.8477,
      high: 6.572,
    },
  },
  "moe/vllm/blackwell/interpolated": {
    rows: 212,
    tpot: {
      low: 0.8843,
      high: 1.63,
    },
    ttft: {
      low: 0.8323,
      high: 2.232,
    },
  },
  "moe/vllm/hopper/interpolated": {
    rows: 89,
    tpot: {
      low: 0.9221,
      high: 1.702,
    },
    ttft: {
      low: 1.109,
      high: 1.995,
    },
  },
  "moe/vllm/hopper/transferred": {
    rows: 106,
    tpot: {
      low: 0.3685,
      high: 0.859,
    },
    ttft: {
      low: 0.4865,
      high: 1.054,
    },
  },
};

/** Made by tools/perf/calibrate.ts from measured deployments (InferenceX, by ai-dynamo/aiconfigurator, Apache-2.0). */
import type { Bands } from "../band.ts";

/** By what is alike, from near to far. */
export const bands: Readonly<Record<string, Bands>> = {
  all: {
    rows: 2097,
    tpot: {
      low: 0.8935,
      high: 1.284,
    },
    ttft: {
      low: 0.6708,
      high: 1.651,
    },
  },
  "dense/all": {
    rows: 1018,
    tpot: {
      low: 0.932,
      high: 1.274,
    },
    ttft: {
      low: 0.5591,
      high: 1.613,
    },
  },
  "dense/blackwell": {
    rows: 285,
    tpot: {
      low: 0.9173,
      high: 1.14,
    },
    ttft: {
      low: 0.7752,
      high: 1.579,
    },
  },
  "dense/hopper": {
    rows: 733,
    tpot: {
      low: 0.961,
      high: 1.291,
    },
    ttft: {
      low: 0.4636,
      high: 1.636,
    },
  },
  "dense/sglang/hopper/interpolated": {
    rows: 130,
    tpot: {
      low: 0.9824,
      high: 1.431,
    },
    ttft: {
      low: 0.307,
      high: 1.306,
    },
  },
  "dense/tensorrt-llm/blackwell/transferred": {
    rows: 165,
    tpot: {
      low: 0.9173,
      high: 1.204,
    },
    ttft: {
      low: 0.7157,
      high: 1.188,
    },
  },
  "dense/tensorrt-llm/hopper/interpolated": {
    rows: 429,
    tpot: {
      low: 0.9747,
      high: 1.301,
    },
    ttft: {
      low: 0.5591,
      high: 2.027,
    },
  },
  "dense/vllm/blackwell/interpolated": {
    rows: 120,
    tpot: {
      low: 0.918,
      high: 1.131,
    },
    ttft: {
      low: 0.9989,
      high: 1.579,
    },
  },
  "dense/vllm/hopper/interpolated": {
    rows: 174,
    tpot: {
      low: 0.734,
      high: 1.163,
    },
    ttft: {
      low: 0.3372,
      high: 1.216,
    },
  },
  "moe/all": {
    rows: 1079,
    tpot: {
      low: 0.8659,
      high: 1.297,
    },
    ttft: {
      low: 0.7712,
      high: 1.654,
    },
  },
  "moe/blackwell": {
    rows: 600,
    tpot: {
      low: 0.8693,
      high: 1.229,
    },
    ttft: {
      low: 0.7751,
      high: 1.714,
    },
  },
  "moe/hopper": {
    rows: 479,
    tpot: {
      low: 0.8657,
      high: 1.487,
    },
    ttft: {
      low: 0.7712,
      high: 1.6,
    },
  },
  "moe/sglang/blackwell/transferred": {
    rows: 173,
    tpot: {
      low: 0.9103,
      high: 1.363,
    },
    ttft: {
      low: 0.7154,
      high: 2.275,
    },
  },
  "moe/sglang/hopper/interpolated": {
    rows: 69,
    tpot: {
      low: 1,
      high: 1.401,
    },
    ttft: {
      low: 0.6235,
      high: 1.336,
    },
  },
  "moe/sglang/hopper/transferred": {
    rows: 32,
    tpot: {
      low: 0.825,
      high: 1,
    },
    ttft: {
      low: 0.8228,
      high: 1.333,
    },
  },
  "moe/tensorrt-llm/blackwell/interpolated": {
    rows: 157,
    tpot: {
      low: 0.8046,
      high: 1.247,
    },
    ttft: {
      low: 0.6582,
      high: 1.663,
    },
  },
  "moe/tensorrt-llm/blackwell/transferred": {
    rows: 46,
    tpot: {
      low: 0.9158,
      high: 1.125,
    },
    ttft: {
      low: 0.9398,
      high: 2.299,
    },
  },
  "moe/tensorrt-llm/hopper/interpolated": {
    rows: 170,
    tpot: {
      low: 0.8125,
      high: 1.196,
    },
    ttft: {
      low: 1,
      high: 1.772,
    },
  },
  "moe/vllm/blackwell/interpolated": {
    rows: 103,
    tpot: {
      low: 0.9278,
      high: 1.081,
    },
    ttft: {
      low: 0.9725,
      high: 1.427,
    },
  },
  "moe/vllm/blackwell/transferred": {
    rows: 109,
    tpot: {
      low: 0.8965,
      high: 1.053,
    },
    ttft: {
      low: 0.995,
      high: 1.41,
    },
  },
  "moe/vllm/hopper/interpolated": {
    rows: 163,
    tpot: {
      low: 0.9194,
      high: 2.124,
    },
    ttft: {
      low: 0.6738,
      high: 1.283,
    },
  },
  "moe/vllm/hopper/transferred": {
    rows: 45,
    tpot: {
      low: 0.9511,
      high: 1.032,
    },
    ttft: {
      low: 0.819,
      high: 1.073,
    },
  },
};

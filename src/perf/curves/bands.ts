/** Made by tools/perf/calibrate.ts from measured deployments (InferenceX, by ai-dynamo/aiconfigurator, Apache-2.0). */
import type { Bands } from "../band.ts";

/** By what is alike, from near to far. */
export const bands: Readonly<Record<string, Bands>> = {
  all: {
    rows: 2097,
    tpot: {
      low: 0.8944,
      high: 1.287,
    },
    ttft: {
      low: 0.6785,
      high: 1.652,
    },
  },
  "dense/all": {
    rows: 1018,
    tpot: {
      low: 0.936,
      high: 1.275,
    },
    ttft: {
      low: 0.5627,
      high: 1.634,
    },
  },
  "dense/blackwell": {
    rows: 285,
    tpot: {
      low: 0.9201,
      high: 1.142,
    },
    ttft: {
      low: 0.7759,
      high: 1.575,
    },
  },
  "dense/hopper": {
    rows: 733,
    tpot: {
      low: 0.9637,
      high: 1.298,
    },
    ttft: {
      low: 0.4709,
      high: 1.689,
    },
  },
  "dense/sglang/hopper/interpolated": {
    rows: 130,
    tpot: {
      low: 0.9824,
      high: 1.427,
    },
    ttft: {
      low: 0.307,
      high: 1.306,
    },
  },
  "dense/tensorrt-llm/blackwell/transferred": {
    rows: 165,
    tpot: {
      low: 0.9216,
      high: 1.207,
    },
    ttft: {
      low: 0.7307,
      high: 1.188,
    },
  },
  "dense/tensorrt-llm/hopper/interpolated": {
    rows: 429,
    tpot: {
      low: 0.976,
      high: 1.307,
    },
    ttft: {
      low: 0.5627,
      high: 2.035,
    },
  },
  "dense/vllm/blackwell/interpolated": {
    rows: 120,
    tpot: {
      low: 0.9183,
      high: 1.132,
    },
    ttft: {
      low: 0.9989,
      high: 1.575,
    },
  },
  "dense/vllm/hopper/interpolated": {
    rows: 174,
    tpot: {
      low: 0.7332,
      high: 1.163,
    },
    ttft: {
      low: 0.3372,
      high: 1.203,
    },
  },
  "moe/all": {
    rows: 1079,
    tpot: {
      low: 0.8659,
      high: 1.297,
    },
    ttft: {
      low: 0.777,
      high: 1.654,
    },
  },
  "moe/blackwell": {
    rows: 600,
    tpot: {
      low: 0.8693,
      high: 1.237,
    },
    ttft: {
      low: 0.8241,
      high: 1.777,
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
      high: 1.582,
    },
  },
  "moe/sglang/blackwell/transferred": {
    rows: 173,
    tpot: {
      low: 0.9157,
      high: 1.363,
    },
    ttft: {
      low: 0.7513,
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
      low: 0.6568,
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
      low: 0.9285,
      high: 2.299,
    },
  },
  "moe/tensorrt-llm/hopper/interpolated": {
    rows: 170,
    tpot: {
      low: 0.8126,
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
      low: 0.9279,
      high: 1.082,
    },
    ttft: {
      low: 0.9727,
      high: 1.426,
    },
  },
  "moe/vllm/blackwell/transferred": {
    rows: 109,
    tpot: {
      low: 0.8969,
      high: 1.053,
    },
    ttft: {
      low: 0.9952,
      high: 1.409,
    },
  },
  "moe/vllm/hopper/interpolated": {
    rows: 163,
    tpot: {
      low: 0.9194,
      high: 2.125,
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
      low: 0.8189,
      high: 1.073,
    },
  },
};

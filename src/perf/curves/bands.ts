/** Made by tools/perf/calibrate.ts from measured deployments (InferenceX, by ai-dynamo/aiconfigurator, Apache-2.0). */
import type { Bands } from "../band.ts";

/** By what is alike, from near to far. */
export const bands: Readonly<Record<string, Bands>> = {
  all: {
    rows: 2142,
    tpot: {
      low: 0.8257,
      high: 1.227,
    },
    ttft: {
      low: 0.7312,
      high: 2.634,
    },
  },
  "dense/all": {
    rows: 1018,
    tpot: {
      low: 0.8965,
      high: 1.181,
    },
    ttft: {
      low: 0.6302,
      high: 1.841,
    },
  },
  "dense/blackwell": {
    rows: 285,
    tpot: {
      low: 0.9061,
      high: 1.097,
    },
    ttft: {
      low: 0.883,
      high: 1.841,
    },
  },
  "dense/hopper": {
    rows: 733,
    tpot: {
      low: 0.8863,
      high: 1.193,
    },
    ttft: {
      low: 0.5506,
      high: 1.883,
    },
  },
  "dense/sglang/hopper/interpolated": {
    rows: 130,
    tpot: {
      low: 0.8755,
      high: 1.26,
    },
    ttft: {
      low: 0.3081,
      high: 1.334,
    },
  },
  "dense/tensorrt-llm/blackwell/transferred": {
    rows: 165,
    tpot: {
      low: 0.8916,
      high: 1.151,
    },
    ttft: {
      low: 0.8519,
      high: 1.385,
    },
  },
  "dense/tensorrt-llm/hopper/interpolated": {
    rows: 429,
    tpot: {
      low: 0.9205,
      high: 1.224,
    },
    ttft: {
      low: 0.6461,
      high: 2.451,
    },
  },
  "dense/vllm/blackwell/interpolated": {
    rows: 120,
    tpot: {
      low: 0.9166,
      high: 1.045,
    },
    ttft: {
      low: 1.042,
      high: 1.841,
    },
  },
  "dense/vllm/hopper/interpolated": {
    rows: 174,
    tpot: {
      low: 0.6103,
      high: 1.101,
    },
    ttft: {
      low: 0.454,
      high: 1.279,
    },
  },
  "moe/all": {
    rows: 1124,
    tpot: {
      low: 0.7971,
      high: 1.296,
    },
    ttft: {
      low: 0.8085,
      high: 3.152,
    },
  },
  "moe/blackwell": {
    rows: 645,
    tpot: {
      low: 0.801,
      high: 1.208,
    },
    ttft: {
      low: 0.8111,
      high: 3.206,
    },
  },
  "moe/hopper": {
    rows: 479,
    tpot: {
      low: 0.7958,
      high: 1.49,
    },
    ttft: {
      low: 0.8069,
      high: 3.056,
    },
  },
  "moe/sglang/blackwell/analytic": {
    rows: 20,
    tpot: {
      low: 0.3218,
      high: 0.7462,
    },
    ttft: {
      low: 2.537,
      high: 10.57,
    },
  },
  "moe/sglang/blackwell/transferred": {
    rows: 173,
    tpot: {
      low: 0.8803,
      high: 1.311,
    },
    ttft: {
      low: 0.7335,
      high: 2.006,
    },
  },
  "moe/sglang/hopper/interpolated": {
    rows: 69,
    tpot: {
      low: 0.8886,
      high: 1.287,
    },
    ttft: {
      low: 0.4619,
      high: 1.073,
    },
  },
  "moe/sglang/hopper/transferred": {
    rows: 32,
    tpot: {
      low: 0.7182,
      high: 0.9658,
    },
    ttft: {
      low: 0.7057,
      high: 1.354,
    },
  },
  "moe/tensorrt-llm/blackwell/analytic": {
    rows: 37,
    tpot: {
      low: 0.5105,
      high: 0.8968,
    },
    ttft: {
      low: 0.6959,
      high: 3.644,
    },
  },
  "moe/tensorrt-llm/blackwell/interpolated": {
    rows: 157,
    tpot: {
      low: 0.8107,
      high: 1.292,
    },
    ttft: {
      low: 0.9636,
      high: 3.923,
    },
  },
  "moe/tensorrt-llm/blackwell/transferred": {
    rows: 46,
    tpot: {
      low: 0.9195,
      high: 1.149,
    },
    ttft: {
      low: 1.193,
      high: 3.136,
    },
  },
  "moe/tensorrt-llm/hopper/interpolated": {
    rows: 170,
    tpot: {
      low: 0.7718,
      high: 1.194,
    },
    ttft: {
      low: 1.198,
      high: 4.293,
    },
  },
  "moe/vllm/blackwell/interpolated": {
    rows: 78,
    tpot: {
      low: 0.8271,
      high: 1.103,
    },
    ttft: {
      low: 0.6824,
      high: 1.49,
    },
  },
  "moe/vllm/blackwell/transferred": {
    rows: 134,
    tpot: {
      low: 0.8978,
      high: 1.18,
    },
    ttft: {
      low: 0.8797,
      high: 1.762,
    },
  },
  "moe/vllm/hopper/interpolated": {
    rows: 208,
    tpot: {
      low: 0.8084,
      high: 1.991,
    },
    ttft: {
      low: 0.9684,
      high: 1.806,
    },
  },
};

/** Made by tools/perf/calibrate.ts from measured deployments (InferenceX, by ai-dynamo/aiconfigurator, Apache-2.0). */
import type { Bands } from "../band.ts";

/** By what is alike, from near to far. */
export const bands: Readonly<Record<string, Bands>> = {
  all: {
    rows: 2096,
    tpot: {
      low: 0.777,
      high: 1.211,
    },
    ttft: {
      low: 0.8488,
      high: 4.504,
    },
  },
  "dense/all": {
    rows: 972,
    tpot: {
      low: 0.7921,
      high: 1.169,
    },
    ttft: {
      low: 0.7512,
      high: 3.353,
    },
  },
  "dense/blackwell": {
    rows: 285,
    tpot: {
      low: 0.8643,
      high: 1.086,
    },
    ttft: {
      low: 0.9191,
      high: 1.728,
    },
  },
  "dense/hopper": {
    rows: 687,
    tpot: {
      low: 0.7289,
      high: 1.181,
    },
    ttft: {
      low: 0.6668,
      high: 3.96,
    },
  },
  "dense/sglang/hopper/interpolated": {
    rows: 84,
    tpot: {
      low: 0.6084,
      high: 0.8222,
    },
    ttft: {
      low: 2.731,
      high: 5.578,
    },
  },
  "dense/tensorrt-llm/blackwell/transferred": {
    rows: 165,
    tpot: {
      low: 0.8932,
      high: 1.162,
    },
    ttft: {
      low: 0.8812,
      high: 1.444,
    },
  },
  "dense/tensorrt-llm/hopper/interpolated": {
    rows: 429,
    tpot: {
      low: 0.9193,
      high: 1.21,
    },
    ttft: {
      low: 0.6957,
      high: 2.638,
    },
  },
  "dense/vllm/blackwell/interpolated": {
    rows: 120,
    tpot: {
      low: 0.8519,
      high: 1.001,
    },
    ttft: {
      low: 1.042,
      high: 1.728,
    },
  },
  "dense/vllm/hopper/interpolated": {
    rows: 174,
    tpot: {
      low: 0.6179,
      high: 1.158,
    },
    ttft: {
      low: 0.4848,
      high: 1.273,
    },
  },
  "moe/all": {
    rows: 1124,
    tpot: {
      low: 0.774,
      high: 1.273,
    },
    ttft: {
      low: 1.015,
      high: 5.162,
    },
  },
  "moe/blackwell": {
    rows: 645,
    tpot: {
      low: 0.7942,
      high: 1.208,
    },
    ttft: {
      low: 1.028,
      high: 6.876,
    },
  },
  "moe/hopper": {
    rows: 479,
    tpot: {
      low: 0.7653,
      high: 1.489,
    },
    ttft: {
      low: 0.9931,
      high: 3.887,
    },
  },
  "moe/sglang/blackwell/analytic": {
    rows: 20,
    tpot: {
      low: 0.2176,
      high: 0.6918,
    },
    ttft: {
      low: 7.374,
      high: 35.61,
    },
  },
  "moe/sglang/blackwell/interpolated": {
    rows: 43,
    tpot: {
      low: 0.8322,
      high: 0.9498,
    },
    ttft: {
      low: 1.691,
      high: 5.507,
    },
  },
  "moe/sglang/blackwell/transferred": {
    rows: 130,
    tpot: {
      low: 0.9279,
      high: 1.33,
    },
    ttft: {
      low: 2.388,
      high: 8.944,
    },
  },
  "moe/sglang/hopper/interpolated": {
    rows: 69,
    tpot: {
      low: 0.9252,
      high: 1.376,
    },
    ttft: {
      low: 1.278,
      high: 4.236,
    },
  },
  "moe/sglang/hopper/transferred": {
    rows: 32,
    tpot: {
      low: 0.7219,
      high: 0.9895,
    },
    ttft: {
      low: 1.063,
      high: 3.163,
    },
  },
  "moe/tensorrt-llm/blackwell/analytic": {
    rows: 37,
    tpot: {
      low: 0.4316,
      high: 0.8975,
    },
    ttft: {
      low: 0.6524,
      high: 3.425,
    },
  },
  "moe/tensorrt-llm/blackwell/interpolated": {
    rows: 157,
    tpot: {
      low: 0.8725,
      high: 1.29,
    },
    ttft: {
      low: 1.06,
      high: 3.91,
    },
  },
  "moe/tensorrt-llm/blackwell/transferred": {
    rows: 46,
    tpot: {
      low: 0.9148,
      high: 1.152,
    },
    ttft: {
      low: 1.501,
      high: 3.632,
    },
  },
  "moe/tensorrt-llm/hopper/interpolated": {
    rows: 170,
    tpot: {
      low: 0.7536,
      high: 1.15,
    },
    ttft: {
      low: 1.012,
      high: 4.19,
    },
  },
  "moe/vllm/blackwell/interpolated": {
    rows: 78,
    tpot: {
      low: 0.8356,
      high: 1.092,
    },
    ttft: {
      low: 0.806,
      high: 1.608,
    },
  },
  "moe/vllm/blackwell/transferred": {
    rows: 134,
    tpot: {
      low: 0.9016,
      high: 1.181,
    },
    ttft: {
      low: 0.9825,
      high: 2.131,
    },
  },
  "moe/vllm/hopper/interpolated": {
    rows: 208,
    tpot: {
      low: 0.7819,
      high: 1.996,
    },
    ttft: {
      low: 0.9705,
      high: 1.898,
    },
  },
};

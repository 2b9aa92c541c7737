/** Made by tools/perf/calibrate.ts from measured deployments (InferenceX, by ai-dynamo/aiconfigurator, Apache-2.0). */
import type { Bands } from "../band.ts";

/** By what is alike, from near to far. */
export const bands: Readonly<Record<string, Bands>> = {
  all: {
    rows: 2142,
    tpot: {
      low: 0.8395,
      high: 1.271,
    },
    ttft: {
      low: 0.6385,
      high: 1.912,
    },
  },
  "dense/all": {
    rows: 1018,
    tpot: {
      low: 0.9211,
      high: 1.26,
    },
    ttft: {
      low: 0.5739,
      high: 1.672,
    },
  },
  "dense/blackwell": {
    rows: 285,
    tpot: {
      low: 0.9032,
      high: 1.112,
    },
    ttft: {
      low: 0.754,
      high: 1.657,
    },
  },
  "dense/hopper": {
    rows: 733,
    tpot: {
      low: 0.9366,
      high: 1.272,
    },
    ttft: {
      low: 0.5019,
      high: 1.695,
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
      low: 0.9011,
      high: 1.15,
    },
    ttft: {
      low: 0.6561,
      high: 1.342,
    },
  },
  "dense/tensorrt-llm/hopper/interpolated": {
    rows: 429,
    tpot: {
      low: 0.9621,
      high: 1.283,
    },
    ttft: {
      low: 0.5519,
      high: 2.002,
    },
  },
  "dense/vllm/blackwell/interpolated": {
    rows: 120,
    tpot: {
      low: 0.915,
      high: 1.102,
    },
    ttft: {
      low: 1.017,
      high: 1.657,
    },
  },
  "dense/vllm/hopper/interpolated": {
    rows: 174,
    tpot: {
      low: 0.692,
      high: 1.124,
    },
    ttft: {
      low: 0.4185,
      high: 1.276,
    },
  },
  "moe/all": {
    rows: 1124,
    tpot: {
      low: 0.7883,
      high: 1.29,
    },
    ttft: {
      low: 0.689,
      high: 2.032,
    },
  },
  "moe/blackwell": {
    rows: 645,
    tpot: {
      low: 0.7421,
      high: 1.23,
    },
    ttft: {
      low: 0.677,
      high: 2.108,
    },
  },
  "moe/hopper": {
    rows: 479,
    tpot: {
      low: 0.8086,
      high: 1.46,
    },
    ttft: {
      low: 0.7035,
      high: 1.898,
    },
  },
  "moe/sglang/blackwell/analytic": {
    rows: 20,
    tpot: {
      low: 0.278,
      high: 0.567,
    },
    ttft: {
      low: 2.129,
      high: 8.704,
    },
  },
  "moe/sglang/blackwell/transferred": {
    rows: 173,
    tpot: {
      low: 0.8987,
      high: 1.356,
    },
    ttft: {
      low: 0.6445,
      high: 2.293,
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
      high: 1.456,
    },
  },
  "moe/sglang/hopper/transferred": {
    rows: 32,
    tpot: {
      low: 0.6849,
      high: 0.9102,
    },
    ttft: {
      low: 0.7845,
      high: 1.238,
    },
  },
  "moe/tensorrt-llm/blackwell/analytic": {
    rows: 37,
    tpot: {
      low: 0.5221,
      high: 0.9,
    },
    ttft: {
      low: 0.633,
      high: 2.822,
    },
  },
  "moe/tensorrt-llm/blackwell/interpolated": {
    rows: 157,
    tpot: {
      low: 0.7497,
      high: 1.242,
    },
    ttft: {
      low: 0.6296,
      high: 1.938,
    },
  },
  "moe/tensorrt-llm/blackwell/transferred": {
    rows: 46,
    tpot: {
      low: 0.9104,
      high: 1.135,
    },
    ttft: {
      low: 0.6851,
      high: 2.258,
    },
  },
  "moe/tensorrt-llm/hopper/interpolated": {
    rows: 170,
    tpot: {
      low: 0.7749,
      high: 1.177,
    },
    ttft: {
      low: 1.101,
      high: 2.554,
    },
  },
  "moe/vllm/blackwell/interpolated": {
    rows: 78,
    tpot: {
      low: 0.8105,
      high: 1.106,
    },
    ttft: {
      low: 0.6018,
      high: 1.455,
    },
  },
  "moe/vllm/blackwell/transferred": {
    rows: 134,
    tpot: {
      low: 0.8928,
      high: 1.196,
    },
    ttft: {
      low: 0.7958,
      high: 1.743,
    },
  },
  "moe/vllm/hopper/interpolated": {
    rows: 163,
    tpot: {
      low: 0.8358,
      high: 2.133,
    },
    ttft: {
      low: 0.6016,
      high: 1.382,
    },
  },
  "moe/vllm/hopper/transferred": {
    rows: 45,
    tpot: {
      low: 0.9487,
      high: 1.033,
    },
    ttft: {
      low: 0.841,
      high: 1.032,
    },
  },
};

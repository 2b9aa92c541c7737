/** Made by tools/perf/calibrate.ts from measured deployments (InferenceX, by ai-dynamo/aiconfigurator, Apache-2.0). */
import type { Bands } from "../fitted.ts";

/** By what is alike, from near to far. */
export const bands: Readonly<Record<string, Bands>> = {
  drafting: {
    rows: 177,
    tpot: {
      low: 0.8812,
      high: 1.347,
    },
    ttft: {
      low: 0.9973,
      high: 2.401,
    },
  },
  "drafting/moe": {
    rows: 177,
    tpot: {
      low: 0.8812,
      high: 1.347,
    },
    ttft: {
      low: 0.9973,
      high: 2.401,
    },
  },
  pools: {
    rows: 513,
    tpot: {
      low: 0.852,
      high: 1.456,
    },
    ttft: {
      low: 0.443,
      high: 3.408,
    },
  },
  "pools/moe": {
    rows: 510,
    tpot: {
      low: 0.8517,
      high: 1.395,
    },
    ttft: {
      low: 0.4996,
      high: 3.756,
    },
  },
  "pools/moe/blackwell": {
    rows: 466,
    tpot: {
      low: 0.8437,
      high: 1.388,
    },
    ttft: {
      low: 0.503,
      high: 4.351,
    },
  },
  "pools/moe/tensorrt-llm/blackwell/analytic": {
    rows: 165,
    tpot: {
      low: 0.8351,
      high: 1.399,
    },
    ttft: {
      low: 0.3453,
      high: 1.471,
    },
  },
  "pools/moe/tensorrt-llm/blackwell/interpolated": {
    rows: 55,
    tpot: {
      low: 0.7737,
      high: 1.221,
    },
    ttft: {
      low: 0.2982,
      high: 3.756,
    },
  },
  told: {
    rows: 1134,
    tpot: {
      low: 0.8721,
      high: 1.127,
    },
    ttft: {
      low: 0.7981,
      high: 1.404,
    },
  },
  "told/moe": {
    rows: 738,
    tpot: {
      low: 0.8531,
      high: 1.14,
    },
    ttft: {
      low: 0.7872,
      high: 1.422,
    },
  },
  "told/moe/blackwell": {
    rows: 405,
    tpot: {
      low: 0.8721,
      high: 1.144,
    },
    ttft: {
      low: 0.7748,
      high: 1.493,
    },
  },
  "told/moe/hopper": {
    rows: 333,
    tpot: {
      low: 0.8388,
      high: 1.122,
    },
    ttft: {
      low: 0.7886,
      high: 1.401,
    },
  },
  untold: {
    rows: 776,
    tpot: {
      low: 0.9465,
      high: 2.016,
    },
    ttft: {
      low: 0.3537,
      high: 2.236,
    },
  },
  "untold/dense": {
    rows: 622,
    tpot: {
      low: 0.9092,
      high: 1.441,
    },
    ttft: {
      low: 0.3212,
      high: 2.557,
    },
  },
  "untold/dense/hopper": {
    rows: 601,
    tpot: {
      low: 0.89,
      high: 1.333,
    },
    ttft: {
      low: 0.3095,
      high: 1.747,
    },
  },
  "untold/moe": {
    rows: 154,
    tpot: {
      low: 0.9595,
      high: 2.414,
    },
    ttft: {
      low: 0.4408,
      high: 2.041,
    },
  },
  "untold/moe/blackwell": {
    rows: 49,
    tpot: {
      low: 0.3833,
      high: 2.756,
    },
    ttft: {
      low: 0.2998,
      high: 2.211,
    },
  },
  "untold/moe/hopper": {
    rows: 105,
    tpot: {
      low: 0.9915,
      high: 2.236,
    },
    ttft: {
      low: 0.5644,
      high: 1.926,
    },
  },
};

/** Made by tools/perf/calibrate.ts from measured deployments (InferenceX, by ai-dynamo/aiconfigurator, Apache-2.0). */
import type { Bands } from "../fitted.ts";

/** By what is alike, from near to far. */
export const bands: Readonly<Record<string, Bands>> = {
  drafting: {
    rows: 177,
    tpot: {
      low: 0.887,
      high: 1.279,
    },
    ttft: {
      low: 0.9982,
      high: 2.669,
    },
  },
  "drafting/moe": {
    rows: 177,
    tpot: {
      low: 0.887,
      high: 1.279,
    },
    ttft: {
      low: 0.9982,
      high: 2.669,
    },
  },
  pools: {
    rows: 513,
    tpot: {
      low: 0.9246,
      high: 1.409,
    },
    ttft: {
      low: 0.4505,
      high: 3.426,
    },
  },
  "pools/moe": {
    rows: 510,
    tpot: {
      low: 0.9209,
      high: 1.385,
    },
    ttft: {
      low: 0.4441,
      high: 3.915,
    },
  },
  "pools/moe/blackwell": {
    rows: 466,
    tpot: {
      low: 0.9005,
      high: 1.379,
    },
    ttft: {
      low: 0.4441,
      high: 4.383,
    },
  },
  "pools/moe/tensorrt-llm/blackwell/interpolated": {
    rows: 81,
    tpot: {
      low: 0.8796,
      high: 1.319,
    },
    ttft: {
      low: 0.2803,
      high: 4.412,
    },
  },
  "pools/moe/tensorrt-llm/blackwell/transferred": {
    rows: 210,
    tpot: {
      low: 0.9417,
      high: 1.379,
    },
    ttft: {
      low: 0.3299,
      high: 1.791,
    },
  },
  told: {
    rows: 1134,
    tpot: {
      low: 0.8949,
      high: 1.111,
    },
    ttft: {
      low: 0.8304,
      high: 1.383,
    },
  },
  "told/moe": {
    rows: 738,
    tpot: {
      low: 0.8839,
      high: 1.124,
    },
    ttft: {
      low: 0.8532,
      high: 1.408,
    },
  },
  "told/moe/blackwell": {
    rows: 405,
    tpot: {
      low: 0.882,
      high: 1.125,
    },
    ttft: {
      low: 0.8607,
      high: 1.505,
    },
  },
  "told/moe/hopper": {
    rows: 333,
    tpot: {
      low: 0.8843,
      high: 1.123,
    },
    ttft: {
      low: 0.8444,
      high: 1.371,
    },
  },
  untold: {
    rows: 776,
    tpot: {
      low: 0.9438,
      high: 1.978,
    },
    ttft: {
      low: 0.3482,
      high: 2.188,
    },
  },
  "untold/dense": {
    rows: 622,
    tpot: {
      low: 0.9146,
      high: 1.447,
    },
    ttft: {
      low: 0.3207,
      high: 2.466,
    },
  },
  "untold/dense/hopper": {
    rows: 601,
    tpot: {
      low: 0.8936,
      high: 1.329,
    },
    ttft: {
      low: 0.306,
      high: 1.682,
    },
  },
  "untold/moe": {
    rows: 154,
    tpot: {
      low: 0.9546,
      high: 2.5,
    },
    ttft: {
      low: 0.443,
      high: 2.028,
    },
  },
  "untold/moe/blackwell": {
    rows: 49,
    tpot: {
      low: 0.3885,
      high: 2.757,
    },
    ttft: {
      low: 0.3096,
      high: 2.028,
    },
  },
  "untold/moe/hopper": {
    rows: 105,
    tpot: {
      low: 1,
      high: 2.316,
    },
    ttft: {
      low: 0.5686,
      high: 1.963,
    },
  },
};

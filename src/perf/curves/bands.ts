/** Made by tools/perf/calibrate.ts from measured deployments (InferenceX, by ai-dynamo/aiconfigurator, Apache-2.0). */
import type { Bands } from "../fitted.ts";

/** By what is alike, from near to far. */
export const bands: Readonly<Record<string, Bands>> = {
  drafting: {
    rows: 177,
    tpot: {
      low: 0.8846,
      high: 1.28,
    },
    ttft: {
      low: 0.999,
      high: 2.669,
    },
  },
  "drafting/moe": {
    rows: 177,
    tpot: {
      low: 0.8846,
      high: 1.28,
    },
    ttft: {
      low: 0.999,
      high: 2.669,
    },
  },
  pools: {
    rows: 513,
    tpot: {
      low: 0.9141,
      high: 1.407,
    },
    ttft: {
      low: 0.4289,
      high: 3.487,
    },
  },
  "pools/moe": {
    rows: 510,
    tpot: {
      low: 0.9067,
      high: 1.385,
    },
    ttft: {
      low: 0.4009,
      high: 3.94,
    },
  },
  "pools/moe/blackwell": {
    rows: 466,
    tpot: {
      low: 0.8903,
      high: 1.383,
    },
    ttft: {
      low: 0.4002,
      high: 4.359,
    },
  },
  "pools/moe/tensorrt-llm/blackwell/interpolated": {
    rows: 81,
    tpot: {
      low: 0.8777,
      high: 1.318,
    },
    ttft: {
      low: 0.2559,
      high: 4.347,
    },
  },
  "pools/moe/tensorrt-llm/blackwell/transferred": {
    rows: 210,
    tpot: {
      low: 0.9303,
      high: 1.383,
    },
    ttft: {
      low: 0.2727,
      high: 1.8,
    },
  },
  told: {
    rows: 1134,
    tpot: {
      low: 0.8949,
      high: 1.115,
    },
    ttft: {
      low: 0.8289,
      high: 1.383,
    },
  },
  "told/moe": {
    rows: 738,
    tpot: {
      low: 0.8827,
      high: 1.123,
    },
    ttft: {
      low: 0.8465,
      high: 1.409,
    },
  },
  "told/moe/blackwell": {
    rows: 405,
    tpot: {
      low: 0.8796,
      high: 1.125,
    },
    ttft: {
      low: 0.8569,
      high: 1.508,
    },
  },
  "told/moe/hopper": {
    rows: 333,
    tpot: {
      low: 0.8835,
      high: 1.123,
    },
    ttft: {
      low: 0.8248,
      high: 1.368,
    },
  },
  untold: {
    rows: 776,
    tpot: {
      low: 0.944,
      high: 1.977,
    },
    ttft: {
      low: 0.3485,
      high: 2.194,
    },
  },
  "untold/dense": {
    rows: 622,
    tpot: {
      low: 0.9171,
      high: 1.448,
    },
    ttft: {
      low: 0.3221,
      high: 2.462,
    },
  },
  "untold/dense/hopper": {
    rows: 601,
    tpot: {
      low: 0.8959,
      high: 1.33,
    },
    ttft: {
      low: 0.3062,
      high: 1.686,
    },
  },
  "untold/moe": {
    rows: 154,
    tpot: {
      low: 0.9551,
      high: 2.501,
    },
    ttft: {
      low: 0.4255,
      high: 2.002,
    },
  },
  "untold/moe/blackwell": {
    rows: 49,
    tpot: {
      low: 0.3843,
      high: 2.748,
    },
    ttft: {
      low: 0.3027,
      high: 2.002,
    },
  },
  "untold/moe/hopper": {
    rows: 105,
    tpot: {
      low: 1,
      high: 2.317,
    },
    ttft: {
      low: 0.5688,
      high: 1.958,
    },
  },
};

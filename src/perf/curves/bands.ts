/** Made by tools/perf/calibrate.ts from measured deployments (InferenceX, by ai-dynamo/aiconfigurator, Apache-2.0). */
import type { Bands } from "../fitted.ts";

/** By what is alike, from near to far. */
export const bands: Readonly<Record<string, Bands>> = {
  drafting: {
    rows: 177,
    tpot: {
      low: 0.8682,
      high: 1.298,
    },
    ttft: {
      low: 1,
      high: 2.722,
    },
  },
  "drafting/moe": {
    rows: 177,
    tpot: {
      low: 0.8682,
      high: 1.298,
    },
    ttft: {
      low: 1,
      high: 2.722,
    },
  },
  pools: {
    rows: 513,
    tpot: {
      low: 0.9217,
      high: 1.432,
    },
    ttft: {
      low: 0.4452,
      high: 3.427,
    },
  },
  "pools/moe": {
    rows: 510,
    tpot: {
      low: 0.9165,
      high: 1.412,
    },
    ttft: {
      low: 0.4423,
      high: 3.676,
    },
  },
  "pools/moe/blackwell": {
    rows: 466,
    tpot: {
      low: 0.8874,
      high: 1.402,
    },
    ttft: {
      low: 0.3934,
      high: 4.289,
    },
  },
  "pools/moe/tensorrt-llm/blackwell/interpolated": {
    rows: 81,
    tpot: {
      low: 0.8779,
      high: 1.359,
    },
    ttft: {
      low: 0.2529,
      high: 4.372,
    },
  },
  "pools/moe/tensorrt-llm/blackwell/transferred": {
    rows: 210,
    tpot: {
      low: 0.9327,
      high: 1.402,
    },
    ttft: {
      low: 0.2712,
      high: 1.818,
    },
  },
  told: {
    rows: 1134,
    tpot: {
      low: 0.8923,
      high: 1.101,
    },
    ttft: {
      low: 0.8314,
      high: 1.381,
    },
  },
  "told/moe": {
    rows: 738,
    tpot: {
      low: 0.8754,
      high: 1.101,
    },
    ttft: {
      low: 0.849,
      high: 1.417,
    },
  },
  "told/moe/blackwell": {
    rows: 405,
    tpot: {
      low: 0.8766,
      high: 1.122,
    },
    ttft: {
      low: 0.8596,
      high: 1.516,
    },
  },
  "told/moe/hopper": {
    rows: 333,
    tpot: {
      low: 0.8683,
      high: 1.083,
    },
    ttft: {
      low: 0.8468,
      high: 1.377,
    },
  },
  untold: {
    rows: 776,
    tpot: {
      low: 0.9328,
      high: 1.947,
    },
    ttft: {
      low: 0.347,
      high: 2.195,
    },
  },
  "untold/dense": {
    rows: 622,
    tpot: {
      low: 0.9175,
      high: 1.448,
    },
    ttft: {
      low: 0.3223,
      high: 2.467,
    },
  },
  "untold/dense/hopper": {
    rows: 601,
    tpot: {
      low: 0.8932,
      high: 1.33,
    },
    ttft: {
      low: 0.305,
      high: 1.688,
    },
  },
  "untold/moe": {
    rows: 154,
    tpot: {
      low: 0.9536,
      high: 2.485,
    },
    ttft: {
      low: 0.426,
      high: 1.999,
    },
  },
  "untold/moe/blackwell": {
    rows: 49,
    tpot: {
      low: 0.3934,
      high: 2.765,
    },
    ttft: {
      low: 0.2967,
      high: 1.999,
    },
  },
  "untold/moe/hopper": {
    rows: 105,
    tpot: {
      low: 1,
      high: 2.3,
    },
    ttft: {
      low: 0.5606,
      high: 1.95,
    },
  },
};

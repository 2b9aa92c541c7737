/** Made by tools/perf/calibrate.ts from measured deployments (InferenceX, by ai-dynamo/aiconfigurator, Apache-2.0). */
import type { Bands } from "./fitted.ts";

/** By what is alike, from near to far. */
export const bands: Readonly<Record<string, Bands>> = {
  drafting: {
    rows: 177,
    tpot: {
      low: 0.9389,
      high: 1.28,
    },
    ttft: {
      low: 0.9984,
      high: 2.698,
    },
  },
  "drafting/moe": {
    rows: 177,
    tpot: {
      low: 0.9389,
      high: 1.28,
    },
    ttft: {
      low: 0.9984,
      high: 2.698,
    },
  },
  pools: {
    rows: 513,
    tpot: {
      low: 0.9348,
      high: 1.435,
    },
    ttft: {
      low: 0.4439,
      high: 3.427,
    },
  },
  "pools/moe": {
    rows: 510,
    tpot: {
      low: 0.9301,
      high: 1.405,
    },
    ttft: {
      low: 0.4289,
      high: 3.917,
    },
  },
  "pools/moe/blackwell": {
    rows: 466,
    tpot: {
      low: 0.9241,
      high: 1.391,
    },
    ttft: {
      low: 0.4294,
      high: 4.384,
    },
  },
  "pools/moe/tensorrt-llm/blackwell/interpolated": {
    rows: 81,
    tpot: {
      low: 0.9007,
      high: 1.349,
    },
    ttft: {
      low: 0.2811,
      high: 4.535,
    },
  },
  "pools/moe/tensorrt-llm/blackwell/transferred": {
    rows: 210,
    tpot: {
      low: 0.9448,
      high: 1.416,
    },
    ttft: {
      low: 0.309,
      high: 1.778,
    },
  },
  told: {
    rows: 1134,
    tpot: {
      low: 0.9014,
      high: 1.109,
    },
    ttft: {
      low: 0.8306,
      high: 1.378,
    },
  },
  "told/moe": {
    rows: 738,
    tpot: {
      low: 0.8885,
      high: 1.12,
    },
    ttft: {
      low: 0.858,
      high: 1.408,
    },
  },
  "told/moe/blackwell": {
    rows: 405,
    tpot: {
      low: 0.8983,
      high: 1.125,
    },
    ttft: {
      low: 0.8742,
      high: 1.505,
    },
  },
  "told/moe/hopper": {
    rows: 333,
    tpot: {
      low: 0.8843,
      high: 1.101,
    },
    ttft: {
      low: 0.8444,
      high: 1.369,
    },
  },
  untold: {
    rows: 776,
    tpot: {
      low: 0.9428,
      high: 1.941,
    },
    ttft: {
      low: 0.3482,
      high: 2.184,
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
      high: 2.461,
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
      low: 0.9544,
      high: 2.456,
    },
    ttft: {
      low: 0.461,
      high: 2.081,
    },
  },
  "untold/moe/blackwell": {
    rows: 49,
    tpot: {
      low: 0.4083,
      high: 3.278,
    },
    ttft: {
      low: 0.3104,
      high: 2.115,
    },
  },
  "untold/moe/hopper": {
    rows: 105,
    tpot: {
      low: 1,
      high: 2.28,
    },
    ttft: {
      low: 0.5659,
      high: 1.867,
    },
  },
};

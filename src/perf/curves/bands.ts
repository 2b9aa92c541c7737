/** Made by tools/perf/calibrate.ts from measured deployments (InferenceX, by ai-dynamo/aiconfigurator, Apache-2.0). */
import type { Bands } from "../fitted.ts";

/** By what is alike, from near to far. */
export const bands: Readonly<Record<string, Bands>> = {
  drafting: {
    rows: 177,
    tpot: {
      low: 0.8693,
      high: 1.308,
    },
    ttft: {
      low: 0.9784,
      high: 2.722,
    },
  },
  "drafting/moe": {
    rows: 177,
    tpot: {
      low: 0.8693,
      high: 1.308,
    },
    ttft: {
      low: 0.9784,
      high: 2.722,
    },
  },
  pools: {
    rows: 513,
    tpot: {
      low: 0.9218,
      high: 1.432,
    },
    ttft: {
      low: 0.445,
      high: 3.427,
    },
  },
  "pools/moe": {
    rows: 510,
    tpot: {
      low: 0.9164,
      high: 1.412,
    },
    ttft: {
      low: 0.4427,
      high: 3.676,
    },
  },
  "pools/moe/blackwell": {
    rows: 466,
    tpot: {
      low: 0.8875,
      high: 1.404,
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
      low: 0.2525,
      high: 4.308,
    },
  },
  "pools/moe/tensorrt-llm/blackwell/transferred": {
    rows: 210,
    tpot: {
      low: 0.9327,
      high: 1.404,
    },
    ttft: {
      low: 0.271,
      high: 1.817,
    },
  },
  told: {
    rows: 1134,
    tpot: {
      low: 0.8923,
      high: 1.101,
    },
    ttft: {
      low: 0.826,
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
      low: 0.8425,
      high: 1.417,
    },
  },
  "told/moe/blackwell": {
    rows: 405,
    tpot: {
      low: 0.8776,
      high: 1.122,
    },
    ttft: {
      low: 0.8425,
      high: 1.516,
    },
  },
  "told/moe/hopper": {
    rows: 333,
    tpot: {
      low: 0.8684,
      high: 1.098,
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
      high: 2.263,
    },
  },
  "untold/dense": {
    rows: 622,
    tpot: {
      low: 0.9177,
      high: 1.448,
    },
    ttft: {
      low: 0.3225,
      high: 2.463,
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
      low: 0.4256,
      high: 1.997,
    },
  },
  "untold/moe/blackwell": {
    rows: 49,
    tpot: {
      low: 0.3934,
      high: 2.765,
    },
    ttft: {
      low: 0.296,
      high: 1.997,
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

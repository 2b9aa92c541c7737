/** Made by tools/perf/calibrate.ts from measured deployments (InferenceX, by ai-dynamo/aiconfigurator, Apache-2.0). */
import type { Bands } from "../fitted.ts";

/** By what is alike, from near to far. */
export const bands: Readonly<Record<string, Bands>> = {
  drafting: {
    rows: 177,
    tpot: {
      low: 0.8718,
      high: 1.306,
    },
    ttft: {
      low: 0.9727,
      high: 2.614,
    },
  },
  "drafting/moe": {
    rows: 177,
    tpot: {
      low: 0.8718,
      high: 1.306,
    },
    ttft: {
      low: 0.9727,
      high: 2.614,
    },
  },
  pools: {
    rows: 513,
    tpot: {
      low: 0.9061,
      high: 1.431,
    },
    ttft: {
      low: 0.3597,
      high: 3.077,
    },
  },
  "pools/moe": {
    rows: 510,
    tpot: {
      low: 0.8972,
      high: 1.399,
    },
    ttft: {
      low: 0.4329,
      high: 3.317,
    },
  },
  "pools/moe/blackwell": {
    rows: 466,
    tpot: {
      low: 0.8807,
      high: 1.394,
    },
    ttft: {
      low: 0.4507,
      high: 3.708,
    },
  },
  "pools/moe/tensorrt-llm/blackwell/analytic": {
    rows: 165,
    tpot: {
      low: 0.8897,
      high: 1.406,
    },
    ttft: {
      low: 0.2824,
      high: 1.384,
    },
  },
  "pools/moe/tensorrt-llm/blackwell/interpolated": {
    rows: 81,
    tpot: {
      low: 0.8799,
      high: 1.362,
    },
    ttft: {
      low: 0.2525,
      high: 4.15,
    },
  },
  told: {
    rows: 1134,
    tpot: {
      low: 0.89,
      high: 1.103,
    },
    ttft: {
      low: 0.8005,
      high: 1.383,
    },
  },
  "told/moe": {
    rows: 738,
    tpot: {
      low: 0.8692,
      high: 1.097,
    },
    ttft: {
      low: 0.7944,
      high: 1.413,
    },
  },
  "told/moe/blackwell": {
    rows: 405,
    tpot: {
      low: 0.8737,
      high: 1.12,
    },
    ttft: {
      low: 0.8125,
      high: 1.485,
    },
  },
  "told/moe/hopper": {
    rows: 333,
    tpot: {
      low: 0.8582,
      high: 1.072,
    },
    ttft: {
      low: 0.7868,
      high: 1.374,
    },
  },
  untold: {
    rows: 776,
    tpot: {
      low: 0.9372,
      high: 1.944,
    },
    ttft: {
      low: 0.347,
      high: 2.242,
    },
  },
  "untold/dense": {
    rows: 622,
    tpot: {
      low: 0.9218,
      high: 1.443,
    },
    ttft: {
      low: 0.3165,
      high: 2.519,
    },
  },
  "untold/dense/hopper": {
    rows: 601,
    tpot: {
      low: 0.9026,
      high: 1.33,
    },
    ttft: {
      low: 0.3065,
      high: 1.74,
    },
  },
  "untold/moe": {
    rows: 154,
    tpot: {
      low: 0.9553,
      high: 2.471,
    },
    ttft: {
      low: 0.4267,
      high: 2.111,
    },
  },
  "untold/moe/blackwell": {
    rows: 49,
    tpot: {
      low: 0.3753,
      high: 2.77,
    },
    ttft: {
      low: 0.2783,
      high: 2.16,
    },
  },
  "untold/moe/hopper": {
    rows: 105,
    tpot: {
      low: 1,
      high: 2.27,
    },
    ttft: {
      low: 0.5507,
      high: 1.991,
    },
  },
};

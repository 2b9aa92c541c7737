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
      low: 0.9112,
      high: 1.431,
    },
    ttft: {
      low: 0.3597,
      high: 3.317,
    },
  },
  "pools/moe": {
    rows: 510,
    tpot: {
      low: 0.8972,
      high: 1.399,
    },
    ttft: {
      low: 0.4332,
      high: 3.618,
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
      high: 4.153,
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
      low: 0.8004,
      high: 1.391,
    },
  },
  "told/moe": {
    rows: 738,
    tpot: {
      low: 0.8692,
      high: 1.099,
    },
    ttft: {
      low: 0.7944,
      high: 1.427,
    },
  },
  "told/moe/blackwell": {
    rows: 405,
    tpot: {
      low: 0.874,
      high: 1.122,
    },
    ttft: {
      low: 0.8097,
      high: 1.487,
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
      high: 1.391,
    },
  },
  untold: {
    rows: 776,
    tpot: {
      low: 0.9406,
      high: 1.944,
    },
    ttft: {
      low: 0.3523,
      high: 2.242,
    },
  },
  "untold/dense": {
    rows: 622,
    tpot: {
      low: 0.9216,
      high: 1.459,
    },
    ttft: {
      low: 0.3194,
      high: 2.519,
    },
  },
  "untold/dense/hopper": {
    rows: 601,
    tpot: {
      low: 0.9027,
      high: 1.337,
    },
    ttft: {
      low: 0.31,
      high: 1.739,
    },
  },
  "untold/moe": {
    rows: 154,
    tpot: {
      low: 0.9552,
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
      low: 0.5535,
      high: 2.004,
    },
  },
};

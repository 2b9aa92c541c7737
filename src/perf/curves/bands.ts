/** Made by tools/perf/calibrate.ts from measured deployments (InferenceX, by ai-dynamo/aiconfigurator, Apache-2.0). */
import type { Bands } from "../fitted.ts";

/** By what is alike, from near to far. */
export const bands: Readonly<Record<string, Bands>> = {
  drafting: {
    rows: 177,
    tpot: {
      low: 0.8718,
      high: 1.302,
    },
    ttft: {
      low: 0.968,
      high: 2.601,
    },
  },
  "drafting/moe": {
    rows: 177,
    tpot: {
      low: 0.8718,
      high: 1.302,
    },
    ttft: {
      low: 0.968,
      high: 2.601,
    },
  },
  pools: {
    rows: 513,
    tpot: {
      low: 0.9059,
      high: 1.414,
    },
    ttft: {
      low: 0.4399,
      high: 3.095,
    },
  },
  "pools/moe": {
    rows: 510,
    tpot: {
      low: 0.8965,
      high: 1.398,
    },
    ttft: {
      low: 0.4212,
      high: 3.337,
    },
  },
  "pools/moe/blackwell": {
    rows: 466,
    tpot: {
      low: 0.8801,
      high: 1.394,
    },
    ttft: {
      low: 0.4523,
      high: 3.734,
    },
  },
  "pools/moe/tensorrt-llm/blackwell/analytic": {
    rows: 165,
    tpot: {
      low: 0.889,
      high: 1.406,
    },
    ttft: {
      low: 0.279,
      high: 1.378,
    },
  },
  "pools/moe/tensorrt-llm/blackwell/interpolated": {
    rows: 81,
    tpot: {
      low: 0.88,
      high: 1.361,
    },
    ttft: {
      low: 0.2505,
      high: 4.154,
    },
  },
  told: {
    rows: 1134,
    tpot: {
      low: 0.889,
      high: 1.103,
    },
    ttft: {
      low: 0.7963,
      high: 1.389,
    },
  },
  "told/moe": {
    rows: 738,
    tpot: {
      low: 0.8677,
      high: 1.098,
    },
    ttft: {
      low: 0.7897,
      high: 1.414,
    },
  },
  "told/moe/blackwell": {
    rows: 405,
    tpot: {
      low: 0.8743,
      high: 1.123,
    },
    ttft: {
      low: 0.8098,
      high: 1.466,
    },
  },
  "told/moe/hopper": {
    rows: 333,
    tpot: {
      low: 0.8608,
      high: 1.072,
    },
    ttft: {
      low: 0.7868,
      high: 1.372,
    },
  },
  untold: {
    rows: 776,
    tpot: {
      low: 0.9369,
      high: 1.945,
    },
    ttft: {
      low: 0.3486,
      high: 2.241,
    },
  },
  "untold/dense": {
    rows: 622,
    tpot: {
      low: 0.9216,
      high: 1.444,
    },
    ttft: {
      low: 0.3202,
      high: 2.493,
    },
  },
  "untold/dense/hopper": {
    rows: 601,
    tpot: {
      low: 0.8949,
      high: 1.326,
    },
    ttft: {
      low: 0.3073,
      high: 1.653,
    },
  },
  "untold/moe": {
    rows: 154,
    tpot: {
      low: 0.9558,
      high: 2.474,
    },
    ttft: {
      low: 0.4247,
      high: 2.101,
    },
  },
  "untold/moe/blackwell": {
    rows: 49,
    tpot: {
      low: 0.374,
      high: 2.764,
    },
    ttft: {
      low: 0.2771,
      high: 2.149,
    },
  },
  "untold/moe/hopper": {
    rows: 105,
    tpot: {
      low: 1,
      high: 2.271,
    },
    ttft: {
      low: 0.5507,
      high: 2.016,
    },
  },
};

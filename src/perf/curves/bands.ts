/** Made by tools/perf/calibrate.ts from measured deployments (InferenceX, by ai-dynamo/aiconfigurator, Apache-2.0). */
import type { Bands } from "../fitted.ts";

/** By what is alike, from near to far. */
export const bands: Readonly<Record<string, Bands>> = {
  drafting: {
    rows: 177,
    tpot: {
      low: 0.8697,
      high: 1.305,
    },
    ttft: {
      low: 0.9841,
      high: 2.742,
    },
  },
  "drafting/moe": {
    rows: 177,
    tpot: {
      low: 0.8697,
      high: 1.305,
    },
    ttft: {
      low: 0.9841,
      high: 2.742,
    },
  },
  pools: {
    rows: 513,
    tpot: {
      low: 0.9052,
      high: 1.411,
    },
    ttft: {
      low: 0.4481,
      high: 3.172,
    },
  },
  "pools/moe": {
    rows: 510,
    tpot: {
      low: 0.895,
      high: 1.394,
    },
    ttft: {
      low: 0.4438,
      high: 3.347,
    },
  },
  "pools/moe/blackwell": {
    rows: 466,
    tpot: {
      low: 0.8794,
      high: 1.39,
    },
    ttft: {
      low: 0.4438,
      high: 3.737,
    },
  },
  "pools/moe/tensorrt-llm/blackwell/analytic": {
    rows: 165,
    tpot: {
      low: 0.8877,
      high: 1.401,
    },
    ttft: {
      low: 0.2835,
      high: 1.372,
    },
  },
  "pools/moe/tensorrt-llm/blackwell/interpolated": {
    rows: 81,
    tpot: {
      low: 0.8772,
      high: 1.359,
    },
    ttft: {
      low: 0.253,
      high: 4.151,
    },
  },
  told: {
    rows: 1134,
    tpot: {
      low: 0.8921,
      high: 1.1,
    },
    ttft: {
      low: 0.8304,
      high: 1.377,
    },
  },
  "told/moe": {
    rows: 738,
    tpot: {
      low: 0.8725,
      high: 1.102,
    },
    ttft: {
      low: 0.8437,
      high: 1.409,
    },
  },
  "told/moe/blackwell": {
    rows: 405,
    tpot: {
      low: 0.8783,
      high: 1.124,
    },
    ttft: {
      low: 0.8388,
      high: 1.499,
    },
  },
  "told/moe/hopper": {
    rows: 333,
    tpot: {
      low: 0.8682,
      high: 1.093,
    },
    ttft: {
      low: 0.8437,
      high: 1.377,
    },
  },
  untold: {
    rows: 776,
    tpot: {
      low: 0.9329,
      high: 1.949,
    },
    ttft: {
      low: 0.3475,
      high: 2.266,
    },
  },
  "untold/dense": {
    rows: 622,
    tpot: {
      low: 0.9188,
      high: 1.45,
    },
    ttft: {
      low: 0.3239,
      high: 2.465,
    },
  },
  "untold/dense/hopper": {
    rows: 601,
    tpot: {
      low: 0.8968,
      high: 1.332,
    },
    ttft: {
      low: 0.3054,
      high: 1.706,
    },
  },
  "untold/moe": {
    rows: 154,
    tpot: {
      low: 0.9542,
      high: 2.489,
    },
    ttft: {
      low: 0.4259,
      high: 1.999,
    },
  },
  "untold/moe/blackwell": {
    rows: 49,
    tpot: {
      low: 0.3752,
      high: 2.765,
    },
    ttft: {
      low: 0.2778,
      high: 1.999,
    },
  },
  "untold/moe/hopper": {
    rows: 105,
    tpot: {
      low: 1,
      high: 2.303,
    },
    ttft: {
      low: 0.5616,
      high: 1.953,
    },
  },
};

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
      low: 0.9247,
      high: 1.414,
    },
    ttft: {
      low: 0.4347,
      high: 3.493,
    },
  },
  "pools/moe": {
    rows: 510,
    tpot: {
      low: 0.9231,
      high: 1.386,
    },
    ttft: {
      low: 0.3975,
      high: 3.936,
    },
  },
  "pools/moe/blackwell": {
    rows: 466,
    tpot: {
      low: 0.9009,
      high: 1.383,
    },
    ttft: {
      low: 0.3974,
      high: 4.353,
    },
  },
  "pools/moe/tensorrt-llm/blackwell/interpolated": {
    rows: 81,
    tpot: {
      low: 0.8803,
      high: 1.318,
    },
    ttft: {
      low: 0.2564,
      high: 4.33,
    },
  },
  "pools/moe/tensorrt-llm/blackwell/transferred": {
    rows: 210,
    tpot: {
      low: 0.9382,
      high: 1.383,
    },
    ttft: {
      low: 0.2728,
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
      low: 0.8299,
      high: 1.387,
    },
  },
  "told/moe": {
    rows: 738,
    tpot: {
      low: 0.8826,
      high: 1.124,
    },
    ttft: {
      low: 0.8467,
      high: 1.41,
    },
  },
  "told/moe/blackwell": {
    rows: 405,
    tpot: {
      low: 0.8795,
      high: 1.124,
    },
    ttft: {
      low: 0.8558,
      high: 1.508,
    },
  },
  "told/moe/hopper": {
    rows: 333,
    tpot: {
      low: 0.8849,
      high: 1.123,
    },
    ttft: {
      low: 0.8443,
      high: 1.368,
    },
  },
  untold: {
    rows: 776,
    tpot: {
      low: 0.9438,
      high: 1.979,
    },
    ttft: {
      low: 0.3482,
      high: 2.192,
    },
  },
  "untold/dense": {
    rows: 622,
    tpot: {
      low: 0.9166,
      high: 1.448,
    },
    ttft: {
      low: 0.3219,
      high: 2.464,
    },
  },
  "untold/dense/hopper": {
    rows: 601,
    tpot: {
      low: 0.8954,
      high: 1.33,
    },
    ttft: {
      low: 0.306,
      high: 1.685,
    },
  },
  "untold/moe": {
    rows: 154,
    tpot: {
      low: 0.955,
      high: 2.503,
    },
    ttft: {
      low: 0.4255,
      high: 2.002,
    },
  },
  "untold/moe/blackwell": {
    rows: 49,
    tpot: {
      low: 0.3851,
      high: 2.748,
    },
    ttft: {
      low: 0.303,
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
      low: 0.5686,
      high: 1.964,
    },
  },
};

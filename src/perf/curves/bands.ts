/** Made by tools/perf/calibrate.ts from measured deployments (InferenceX, by ai-dynamo/aiconfigurator, Apache-2.0). */
import type { Bands } from "../band.ts";

/** By what is alike, from near to far. */
export const bands: Readonly<Record<string, Bands>> = {
  all: {
    rows: 2142,
    tpot: {
      low: 0.8638,
      high: 1.265,
    },
    ttft: {
      low: 0.6636,
      high: 1.698,
    },
  },
  "dense/all": {
    rows: 1018,
    tpot: {
      low: 0.9192,
      high: 1.27,
    },
    ttft: {
      low: 0.5616,
      high: 1.632,
    },
  },
  "dense/blackwell": {
    rows: 285,
    tpot: {
      low: 0.9168,
      high: 1.133,
    },
    ttft: {
      low: 0.789,
      high: 1.62,
    },
  },
  "dense/hopper": {
    rows: 733,
    tpot: {
      low: 0.9254,
      high: 1.28,
    },
    ttft: {
      low: 0.4667,
      high: 1.648,
    },
  },
  "dense/sglang/hopper/interpolated": {
    rows: 130,
    tpot: {
      low: 0.911,
      high: 1.363,
    },
    ttft: {
      low: 0.3077,
      high: 1.336,
    },
  },
  "dense/tensorrt-llm/blackwell/transferred": {
    rows: 165,
    tpot: {
      low: 0.9133,
      high: 1.165,
    },
    ttft: {
      low: 0.7274,
      high: 1.243,
    },
  },
  "dense/tensorrt-llm/hopper/interpolated": {
    rows: 429,
    tpot: {
      low: 0.9664,
      high: 1.284,
    },
    ttft: {
      low: 0.5424,
      high: 2.036,
    },
  },
  "dense/vllm/blackwell/interpolated": {
    rows: 120,
    tpot: {
      low: 0.9205,
      high: 1.122,
    },
    ttft: {
      low: 1.029,
      high: 1.62,
    },
  },
  "dense/vllm/hopper/interpolated": {
    rows: 174,
    tpot: {
      low: 0.7304,
      high: 1.156,
    },
    ttft: {
      low: 0.3354,
      high: 1.244,
    },
  },
  "moe/all": {
    rows: 1124,
    tpot: {
      low: 0.8129,
      high: 1.258,
    },
    ttft: {
      low: 0.7615,
      high: 1.733,
    },
  },
  "moe/blackwell": {
    rows: 645,
    tpot: {
      low: 0.8082,
      high: 1.218,
    },
    ttft: {
      low: 0.7584,
      high: 1.833,
    },
  },
  "moe/hopper": {
    rows: 479,
    tpot: {
      low: 0.8187,
      high: 1.465,
    },
    ttft: {
      low: 0.7654,
      high: 1.593,
    },
  },
  "moe/sglang/blackwell/analytic": {
    rows: 20,
    tpot: {
      low: 0.2407,
      high: 0.4574,
    },
    ttft: {
      low: 1.674,
      high: 6.398,
    },
  },
  "moe/sglang/blackwell/transferred": {
    rows: 173,
    tpot: {
      low: 0.8961,
      high: 1.352,
    },
    ttft: {
      low: 0.6429,
      high: 2.213,
    },
  },
  "moe/sglang/hopper/interpolated": {
    rows: 69,
    tpot: {
      low: 0.8944,
      high: 1.266,
    },
    ttft: {
      low: 0.4795,
      high: 1.199,
    },
  },
  "moe/sglang/hopper/transferred": {
    rows: 32,
    tpot: {
      low: 0.6959,
      high: 0.9282,
    },
    ttft: {
      low: 0.7408,
      high: 1.266,
    },
  },
  "moe/tensorrt-llm/blackwell/analytic": {
    rows: 37,
    tpot: {
      low: 0.5308,
      high: 0.9119,
    },
    ttft: {
      low: 0.5747,
      high: 1.783,
    },
  },
  "moe/tensorrt-llm/blackwell/interpolated": {
    rows: 157,
    tpot: {
      low: 0.808,
      high: 1.247,
    },
    ttft: {
      low: 0.6636,
      high: 1.679,
    },
  },
  "moe/tensorrt-llm/blackwell/transferred": {
    rows: 46,
    tpot: {
      low: 0.901,
      high: 1.14,
    },
    ttft: {
      low: 0.9174,
      high: 2.266,
    },
  },
  "moe/tensorrt-llm/hopper/interpolated": {
    rows: 170,
    tpot: {
      low: 0.7623,
      high: 1.201,
    },
    ttft: {
      low: 1.045,
      high: 1.777,
    },
  },
  "moe/vllm/blackwell/interpolated": {
    rows: 103,
    tpot: {
      low: 0.9527,
      high: 1.149,
    },
    ttft: {
      low: 0.9605,
      high: 1.431,
    },
  },
  "moe/vllm/blackwell/transferred": {
    rows: 109,
    tpot: {
      low: 0.9212,
      high: 1.076,
    },
    ttft: {
      low: 0.9886,
      high: 1.41,
    },
  },
  "moe/vllm/hopper/interpolated": {
    rows: 163,
    tpot: {
      low: 0.8586,
      high: 2.14,
    },
    ttft: {
      low: 0.6918,
      high: 1.283,
    },
  },
  "moe/vllm/hopper/transferred": {
    rows: 45,
    tpot: {
      low: 0.954,
      high: 1.034,
    },
    ttft: {
      low: 0.8181,
      high: 1.068,
    },
  },
};

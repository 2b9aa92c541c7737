/** Made by tools/perf/calibrate.ts from measured deployments (InferenceX, by ai-dynamo/aiconfigurator, Apache-2.0). */
import type { Bands } from "../band.ts";

/** By what is alike, from near to far. */
export const bands: Readonly<Record<string, Bands>> = {
  all: {
    rows: 2030,
    tpot: {
      low: 0.6605,
      high: 1.26,
    },
    ttft: {
      low: 0.802,
      high: 3.644,
    },
  },
  "dense/all": {
    rows: 972,
    tpot: {
      low: 0.8015,
      high: 1.269,
    },
    ttft: {
      low: 0.8587,
      high: 3.917,
    },
  },
  "dense/blackwell": {
    rows: 285,
    tpot: {
      low: 0.8269,
      high: 1.171,
    },
    ttft: {
      low: 0.8057,
      high: 1.797,
    },
  },
  "dense/hopper": {
    rows: 687,
    tpot: {
      low: 0.7485,
      high: 1.275,
    },
    ttft: {
      low: 0.8965,
      high: 4.564,
    },
  },
  "dense/sglang/hopper/interpolated": {
    rows: 84,
    tpot: {
      low: 0.6337,
      high: 0.8578,
    },
    ttft: {
      low: 2.716,
      high: 7.59,
    },
  },
  "dense/tensorrt-llm/blackwell/transferred": {
    rows: 165,
    tpot: {
      low: 0.8707,
      high: 1.219,
    },
    ttft: {
      low: 0.8235,
      high: 1.797,
    },
  },
  "dense/tensorrt-llm/hopper/interpolated": {
    rows: 429,
    tpot: {
      low: 0.9382,
      high: 1.298,
    },
    ttft: {
      low: 0.9438,
      high: 3.242,
    },
  },
  "dense/vllm/blackwell/interpolated": {
    rows: 120,
    tpot: {
      low: 0.8066,
      high: 1.02,
    },
    ttft: {
      low: 0.7672,
      high: 1.784,
    },
  },
  "dense/vllm/hopper/interpolated": {
    rows: 174,
    tpot: {
      low: 0.6614,
      high: 1.223,
    },
    ttft: {
      low: 0.6692,
      high: 1.801,
    },
  },
  "moe/all": {
    rows: 1058,
    tpot: {
      low: 0.5719,
      high: 1.242,
    },
    ttft: {
      low: 0.7339,
      high: 3.555,
    },
  },
  "moe/blackwell": {
    rows: 592,
    tpot: {
      low: 0.6124,
      high: 1.164,
    },
    ttft: {
      low: 0.7793,
      high: 3.822,
    },
  },
  "moe/hopper": {
    rows: 466,
    tpot: {
      low: 0.4912,
      high: 1.316,
    },
    ttft: {
      low: 0.6032,
      high: 2.968,
    },
  },
  "moe/sglang/blackwell/interpolated": {
    rows: 173,
    tpot: {
      low: 0.6501,
      high: 1.089,
    },
    ttft: {
      low: 1.399,
      high: 4.199,
    },
  },
  "moe/sglang/hopper/interpolated": {
    rows: 101,
    tpot: {
      low: 0.7624,
      high: 1.127,
    },
    ttft: {
      low: 0.9026,
      high: 2.331,
    },
  },
  "moe/tensorrt-llm/blackwell/interpolated": {
    rows: 203,
    tpot: {
      low: 0.476,
      high: 1.179,
    },
    ttft: {
      low: 1.081,
      high: 4.278,
    },
  },
  "moe/tensorrt-llm/hopper/interpolated": {
    rows: 170,
    tpot: {
      low: 0.7488,
      high: 1.288,
    },
    ttft: {
      low: 0.7749,
      high: 4.211,
    },
  },
  "moe/vllm/blackwell/interpolated": {
    rows: 212,
    tpot: {
      low: 0.7891,
      high: 1.186,
    },
    ttft: {
      low: 0.6562,
      high: 1.581,
    },
  },
  "moe/vllm/hopper/interpolated": {
    rows: 89,
    tpot: {
      low: 0.9169,
      high: 1.702,
    },
    ttft: {
      low: 1.111,
      high: 1.991,
    },
  },
  "moe/vllm/hopper/transferred": {
    rows: 106,
    tpot: {
      low: 0.3672,
      high: 0.8449,
    },
    ttft: {
      low: 0.4873,
      high: 1.048,
    },
  },
};

/** Made by tools/perf/calibrate.ts from measured deployments (InferenceX, by ai-dynamo/aiconfigurator, Apache-2.0). */
import type { Bands } from "../band.ts";

/** By what is alike, from near to far. */
export const bands: Readonly<Record<string, Bands>> = {
  all: {
    rows: 2142,
    tpot: {
      low: 0.8349,
      high: 1.249,
    },
    ttft: {
      low: 0.7247,
      high: 2.684,
    },
  },
  "dense/all": {
    rows: 1018,
    tpot: {
      low: 0.9032,
      high: 1.203,
    },
    ttft: {
      low: 0.6473,
      high: 1.785,
    },
  },
  "dense/blackwell": {
    rows: 285,
    tpot: {
      low: 0.8997,
      high: 1.095,
    },
    ttft: {
      low: 0.8922,
      high: 1.8,
    },
  },
  "dense/hopper": {
    rows: 733,
    tpot: {
      low: 0.9032,
      high: 1.219,
    },
    ttft: {
      low: 0.5558,
      high: 1.782,
    },
  },
  "dense/sglang/hopper/interpolated": {
    rows: 130,
    tpot: {
      low: 0.8755,
      high: 1.26,
    },
    ttft: {
      low: 0.3081,
      high: 1.334,
    },
  },
  "dense/tensorrt-llm/blackwell/transferred": {
    rows: 165,
    tpot: {
      low: 0.9033,
      high: 1.18,
    },
    ttft: {
      low: 0.8541,
      high: 1.476,
    },
  },
  "dense/tensorrt-llm/hopper/interpolated": {
    rows: 429,
    tpot: {
      low: 0.9415,
      high: 1.257,
    },
    ttft: {
      low: 0.6524,
      high: 2.337,
    },
  },
  "dense/vllm/blackwell/interpolated": {
    rows: 120,
    tpot: {
      low: 0.8997,
      high: 1.037,
    },
    ttft: {
      low: 1.035,
      high: 1.8,
    },
  },
  "dense/vllm/hopper/interpolated": {
    rows: 174,
    tpot: {
      low: 0.6594,
      high: 1.096,
    },
    ttft: {
      low: 0.4552,
      high: 1.271,
    },
  },
  "moe/all": {
    rows: 1124,
    tpot: {
      low: 0.7985,
      high: 1.301,
    },
    ttft: {
      low: 0.8051,
      high: 3.237,
    },
  },
  "moe/blackwell": {
    rows: 645,
    tpot: {
      low: 0.809,
      high: 1.218,
    },
    ttft: {
      low: 0.8051,
      high: 3.303,
    },
  },
  "moe/hopper": {
    rows: 479,
    tpot: {
      low: 0.7963,
      high: 1.476,
    },
    ttft: {
      low: 0.8051,
      high: 3.082,
    },
  },
  "moe/sglang/blackwell/analytic": {
    rows: 20,
    tpot: {
      low: 0.3218,
      high: 0.7462,
    },
    ttft: {
      low: 2.537,
      high: 10.57,
    },
  },
  "moe/sglang/blackwell/transferred": {
    rows: 173,
    tpot: {
      low: 0.8803,
      high: 1.311,
    },
    ttft: {
      low: 0.7335,
      high: 2.006,
    },
  },
  "moe/sglang/hopper/interpolated": {
    rows: 69,
    tpot: {
      low: 0.8886,
      high: 1.287,
    },
    ttft: {
      low: 0.4619,
      high: 1.073,
    },
  },
  "moe/sglang/hopper/transferred": {
    rows: 32,
    tpot: {
      low: 0.7182,
      high: 0.9658,
    },
    ttft: {
      low: 0.7057,
      high: 1.354,
    },
  },
  "moe/tensorrt-llm/blackwell/analytic": {
    rows: 37,
    tpot: {
      low: 0.5095,
      high: 0.8955,
    },
    ttft: {
      low: 0.6949,
      high: 3.806,
    },
  },
  "moe/tensorrt-llm/blackwell/interpolated": {
    rows: 157,
    tpot: {
      low: 0.8119,
      high: 1.295,
    },
    ttft: {
      low: 0.9643,
      high: 4.064,
    },
  },
  "moe/tensorrt-llm/blackwell/transferred": {
    rows: 46,
    tpot: {
      low: 0.9223,
      high: 1.152,
    },
    ttft: {
      low: 1.194,
      high: 3.232,
    },
  },
  "moe/tensorrt-llm/hopper/interpolated": {
    rows: 170,
    tpot: {
      low: 0.7962,
      high: 1.205,
    },
    ttft: {
      low: 1.158,
      high: 4.33,
    },
  },
  "moe/vllm/blackwell/interpolated": {
    rows: 78,
    tpot: {
      low: 0.8805,
      high: 1.137,
    },
    ttft: {
      low: 0.703,
      high: 1.474,
    },
  },
  "moe/vllm/blackwell/transferred": {
    rows: 134,
    tpot: {
      low: 0.9356,
      high: 1.215,
    },
    ttft: {
      low: 0.8534,
      high: 1.748,
    },
  },
  "moe/vllm/hopper/interpolated": {
    rows: 208,
    tpot: {
      low: 0.8008,
      high: 1.993,
    },
    ttft: {
      low: 0.9017,
      high: 1.637,
    },
  },
};

/** Made by tools/perf/calibrate.ts from measured deployments (InferenceX, by ai-dynamo/aiconfigurator, Apache-2.0). */
import type { Calibration, Fold } from "../calibration.ts";

/** By engine and family of chips. */
export const calibrations: Readonly<Record<string, Calibration>> = {
  "vllm/hopper": {
    stepSeconds: 0.001104,
    sequenceSeconds: 0.00003908,
    launchSeconds: 0.0002156,
    ingestSeconds: 0.02283,
    decodeScale: 0.9663,
    prefillScale: 1.186,
    fittedOn: "InferenceX: Llama 3.1 70B in FP8 on H200",
    fit: {
      rows: 60,
      tpotError: 0.03304,
      ttftError: 0.05783,
    },
    date: "2026-11-27",
  },
  "vllm/blackwell": {
    stepSeconds: 0.0009779,
    sequenceSeconds: 0.00002849,
    launchSeconds: 0.0006632,
    ingestSeconds: 0.03971,
    decodeScale: 0.9151,
    prefillScale: 1.222,
    fittedOn: "InferenceX: Llama 3.1 70B in FP8 and FP4 on B200",
    fit: {
      rows: 120,
      tpotError: 0.03859,
      ttftError: 0.09081,
    },
    date: "2026-11-27",
  },
  "tensorrt-llm/hopper": {
    stepSeconds: 0.001234,
    sequenceSeconds: 0.00001699,
    launchSeconds: 0.0003551,
    ingestSeconds: 0.03052,
    decodeScale: 0.8684,
    prefillScale: 1.018,
    fittedOn: "InferenceX: Llama 3.1 70B in FP8 on H200",
    fit: {
      rows: 72,
      tpotError: 0.04758,
      ttftError: 0.04877,
    },
    date: "2026-11-27",
  },
  "tensorrt-llm/blackwell": {
    stepSeconds: 0.0004586,
    sequenceSeconds: 0.00002516,
    launchSeconds: 0.000488,
    ingestSeconds: 0.02017,
    decodeScale: 0.9029,
    prefillScale: 1.013,
    fittedOn: "InferenceX: Llama 3.1 70B in FP8 and FP4 on B200",
    fit: {
      rows: 144,
      tpotError: 0.04269,
      ttftError: 0.04844,
    },
    date: "2026-11-27",
  },
  "sglang/hopper": {
    stepSeconds: 0.001952,
    sequenceSeconds: 0.00002971,
    launchSeconds: 0.00009385,
    ingestSeconds: 0.1948,
    decodeScale: 0.9338,
    prefillScale: 0.9761,
    fittedOn: "InferenceX: DeepSeek V3, GLM 5 and Qwen3.5 397B on H200",
    fit: {
      rows: 62,
      tpotError: 0.148,
      ttftError: 0.1562,
    },
    date: "2026-11-27",
  },
  "sglang/blackwell": {
    stepSeconds: 0.0007927,
    sequenceSeconds: 0.00007083,
    launchSeconds: 0.0001656,
    ingestSeconds: 0.2423,
    decodeScale: 1.098,
    prefillScale: 1.015,
    fittedOn: "InferenceX: GLM 5 and Qwen3.5 397B on B200",
    fit: {
      rows: 112,
      tpotError: 0.1171,
      ttftError: 0.2035,
    },
    date: "2026-11-27",
  },
};

/** The same without one chip or one model. */
export const folds: readonly Fold[] = [
  {
    engine: "vllm",
    without: {
      chip: "b200",
    },
    calibrations: {
      "vllm/blackwell": null,
    },
    heldOut: {
      rows: 120,
      tpotError: 0.05863,
      ttftError: 0.1699,
    },
  },
  {
    engine: "vllm",
    without: {
      chip: "h200",
    },
    calibrations: {
      "vllm/hopper": null,
    },
    heldOut: {
      rows: 60,
      tpotError: 0.05788,
      ttftError: 0.09242,
    },
  },
  {
    engine: "tensorrt-llm",
    without: {
      chip: "b200",
    },
    calibrations: {
      "tensorrt-llm/blackwell": null,
    },
    heldOut: {
      rows: 144,
      tpotError: 0.05624,
      ttftError: 0.05893,
    },
  },
  {
    engine: "tensorrt-llm",
    without: {
      chip: "h200",
    },
    calibrations: {
      "tensorrt-llm/hopper": null,
    },
    heldOut: {
      rows: 72,
      tpotError: 0.06351,
      ttftError: 0.06603,
    },
  },
  {
    engine: "sglang",
    without: {
      chip: "h200",
    },
    calibrations: {
      "sglang/hopper": null,
    },
    heldOut: {
      rows: 62,
      tpotError: 0.167,
      ttftError: 0.2003,
    },
  },
  {
    engine: "sglang",
    without: {
      chip: "b200",
    },
    calibrations: {
      "sglang/blackwell": null,
    },
    heldOut: {
      rows: 112,
      tpotError: 0.1248,
      ttftError: 0.2039,
    },
  },
  {
    engine: "sglang",
    without: {
      model: "deepseek-v3",
    },
    calibrations: {
      "sglang/hopper": {
        stepSeconds: 0.002264,
        sequenceSeconds: 0.00002829,
        launchSeconds: 0.00002771,
        ingestSeconds: 0.2392,
        decodeScale: 0.9272,
        prefillScale: 1.006,
      },
    },
    heldOut: {
      rows: 15,
      tpotError: 0.3316,
      ttftError: 0.3682,
    },
  },
  {
    engine: "sglang",
    without: {
      model: "qwen3.5-397b-a17b",
    },
    calibrations: {
      "sglang/hopper": {
        stepSeconds: 0.0004062,
        sequenceSeconds: 0.000008962,
        launchSeconds: 0.0003072,
        ingestSeconds: 0.1756,
        decodeScale: 0.9478,
        prefillScale: 0.9942,
      },
      "sglang/blackwell": {
        stepSeconds: 0.004197,
        sequenceSeconds: 0.00001282,
        launchSeconds: 0.0003585,
        ingestSeconds: 0.1983,
        decodeScale: 0.975,
        prefillScale: 1.062,
      },
    },
    heldOut: {
      rows: 113,
      tpotError: 0.2061,
      ttftError: 0.2319,
    },
  },
  {
    engine: "sglang",
    without: {
      model: "deepseek-r1",
    },
    calibrations: {
      "sglang/hopper": {
        stepSeconds: 0.00207,
        sequenceSeconds: 0.0000299,
        launchSeconds: 0.00009245,
        ingestSeconds: 0.2152,
        decodeScale: 0.9229,
        prefillScale: 0.9766,
      },
    },
    heldOut: {
      rows: 1,
      tpotError: 0.3163,
      ttftError: 0.3183,
    },
  },
  {
    engine: "sglang",
    without: {
      model: "glm-5",
    },
    calibrations: {
      "sglang/hopper": {
        stepSeconds: 0.001989,
        sequenceSeconds: 0.0000346,
        launchSeconds: 0.00003274,
        ingestSeconds: 0.1785,
        decodeScale: 0.937,
        prefillScale: 0.9472,
      },
      "sglang/blackwell": {
        stepSeconds: 0.0008252,
        sequenceSeconds: 0.00006288,
        launchSeconds: 0.0004295,
        ingestSeconds: 0.2639,
        decodeScale: 0.9988,
        prefillScale: 1.04,
      },
    },
    heldOut: {
      rows: 45,
      tpotError: 0.111,
      ttftError: 0.1425,
    },
  },
];

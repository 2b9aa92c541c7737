/** Made by tools/perf/calibrate.ts from measured deployments (InferenceX, by ai-dynamo/aiconfigurator, Apache-2.0). */
import type { Calibration, Fold } from "../fitted.ts";

/** By engine and family of chips. */
export const calibrations: Readonly<Record<string, Calibration>> = {
  "vllm/hopper": {
    stepSeconds: 0.0005239,
    sequenceSeconds: 0.00001515,
    launchSeconds: 0.0003703,
    ingestSeconds: 0.02347,
    decodeScale: 1.037,
    prefillScale: 1.105,
    fittedOn: "InferenceX: Llama 3.1 70B, gpt-oss 120B, MiniMax M2.5 and Kimi K2.5 on H200",
    fit: {
      rows: 202,
      tpotError: 0.05451,
      ttftError: 0.07921,
    },
    date: "2026-11-28",
  },
  "vllm/blackwell": {
    stepSeconds: 0.0006454,
    sequenceSeconds: 0.00001616,
    launchSeconds: 0.000501,
    ingestSeconds: 0.0301,
    decodeScale: 0.9868,
    prefillScale: 1.127,
    fittedOn: "InferenceX: Llama 3.1 70B and MiniMax M2.5 on B200",
    fit: {
      rows: 332,
      tpotError: 0.04929,
      ttftError: 0.1057,
    },
    date: "2026-11-28",
  },
  "tensorrt-llm/hopper": {
    stepSeconds: 0.0005084,
    sequenceSeconds: 0.00001312,
    launchSeconds: 0.0005024,
    ingestSeconds: 0.02693,
    decodeScale: 0.9339,
    prefillScale: 0.9691,
    fittedOn: "InferenceX: Llama 3.1 70B, DeepSeek R1 and gpt-oss 120B on H200",
    fit: {
      rows: 201,
      tpotError: 0.07925,
      ttftError: 0.0898,
    },
    date: "2026-11-28",
  },
  "tensorrt-llm/blackwell": {
    stepSeconds: 0.0005993,
    sequenceSeconds: 0.00001748,
    launchSeconds: 0.0003815,
    ingestSeconds: 0.02448,
    decodeScale: 0.9058,
    prefillScale: 0.9416,
    fittedOn: "InferenceX: Llama 3.1 70B and DeepSeek R1 on B200",
    fit: {
      rows: 246,
      tpotError: 0.06463,
      ttftError: 0.1057,
    },
    date: "2026-11-28",
  },
  "sglang/hopper": {
    stepSeconds: 0.0006912,
    sequenceSeconds: 0.00001527,
    launchSeconds: 0.0004729,
    ingestSeconds: 0.04418,
    decodeScale: 0.9171,
    prefillScale: 1.038,
    fittedOn: "InferenceX: DeepSeek V3, GLM 5 and Qwen3.5 397B on H200",
    fit: {
      rows: 62,
      tpotError: 0.09465,
      ttftError: 0.1846,
    },
    date: "2026-11-28",
  },
  "sglang/blackwell": {
    stepSeconds: 0.0005094,
    sequenceSeconds: 0.00001373,
    launchSeconds: 0.0005181,
    ingestSeconds: 0.03652,
    decodeScale: 0.988,
    prefillScale: 1.083,
    fittedOn: "InferenceX: GLM 5 and Qwen3.5 397B on B200",
    fit: {
      rows: 91,
      tpotError: 0.08586,
      ttftError: 0.1895,
    },
    date: "2026-11-28",
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
      rows: 332,
      tpotError: 0.05377,
      ttftError: 0.1316,
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
      rows: 202,
      tpotError: 0.06067,
      ttftError: 0.1277,
    },
  },
  {
    engine: "vllm",
    without: {
      model: "minimax-m2.5",
    },
    calibrations: {
      "vllm/hopper": {
        stepSeconds: 0.0005024,
        sequenceSeconds: 0.00001475,
        launchSeconds: 0.0004115,
        ingestSeconds: 0.02323,
        decodeScale: 1.038,
        prefillScale: 1.102,
      },
      "vllm/blackwell": {
        stepSeconds: 0.0007431,
        sequenceSeconds: 0.00002058,
        launchSeconds: 0.0005233,
        ingestSeconds: 0.03136,
        decodeScale: 0.9654,
        prefillScale: 1.145,
      },
    },
    heldOut: {
      rows: 263,
      tpotError: 0.06262,
      ttftError: 0.1183,
    },
  },
  {
    engine: "vllm",
    without: {
      model: "gpt-oss-120b",
    },
    calibrations: {
      "vllm/hopper": {
        stepSeconds: 0.0006115,
        sequenceSeconds: 0.0000155,
        launchSeconds: 0.0003568,
        ingestSeconds: 0.02577,
        decodeScale: 1.035,
        prefillScale: 1.076,
      },
    },
    heldOut: {
      rows: 61,
      tpotError: 0.05077,
      ttftError: 0.1221,
    },
  },
  {
    engine: "vllm",
    without: {
      model: "kimi-k2.5",
    },
    calibrations: {
      "vllm/hopper": {
        stepSeconds: 0.0004791,
        sequenceSeconds: 0.00001454,
        launchSeconds: 0.0003712,
        ingestSeconds: 0.02291,
        decodeScale: 1.038,
        prefillScale: 1.104,
      },
    },
    heldOut: {
      rows: 30,
      tpotError: 0.04559,
      ttftError: 0.05739,
    },
  },
  {
    engine: "vllm",
    without: {
      model: "llama-3.1-70b",
    },
    calibrations: {
      "vllm/hopper": {
        stepSeconds: 0.000453,
        sequenceSeconds: 0.00001446,
        launchSeconds: 0.0003641,
        ingestSeconds: 0.0258,
        decodeScale: 1.028,
        prefillScale: 1.035,
      },
      "vllm/blackwell": {
        stepSeconds: 0.0006028,
        sequenceSeconds: 0.00001389,
        launchSeconds: 0.0004984,
        ingestSeconds: 0.02881,
        decodeScale: 0.9892,
        prefillScale: 1.067,
      },
    },
    heldOut: {
      rows: 180,
      tpotError: 0.05346,
      ttftError: 0.1087,
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
      tpotError: 0.1,
      ttftError: 0.1564,
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
      rows: 91,
      tpotError: 0.08643,
      ttftError: 0.2011,
    },
  },
  {
    engine: "sglang",
    without: {
      model: "deepseek-r1",
    },
    calibrations: {
      "sglang/hopper": {
        stepSeconds: 0.0008583,
        sequenceSeconds: 0.00001718,
        launchSeconds: 0.0005445,
        ingestSeconds: 0.02994,
        decodeScale: 0.9434,
        prefillScale: 1.075,
      },
    },
    heldOut: {
      rows: 16,
      tpotError: 0.1727,
      ttftError: 0.1035,
    },
  },
  {
    engine: "sglang",
    without: {
      model: "qwen3.5-397b-a17b",
    },
    calibrations: {
      "sglang/hopper": {
        stepSeconds: 0.0004597,
        sequenceSeconds: 0.00001277,
        launchSeconds: 0.000436,
        ingestSeconds: 0.04018,
        decodeScale: 0.8829,
        prefillScale: 1.03,
      },
      "sglang/blackwell": {
        stepSeconds: 0.0006736,
        sequenceSeconds: 0.00001442,
        launchSeconds: 0.0004191,
        ingestSeconds: 0.02757,
        decodeScale: 1.074,
        prefillScale: 1.17,
      },
    },
    heldOut: {
      rows: 92,
      tpotError: 0.1057,
      ttftError: 0.2578,
    },
  },
  {
    engine: "sglang",
    without: {
      model: "glm-5",
    },
    calibrations: {
      "sglang/hopper": {
        stepSeconds: 0.0007031,
        sequenceSeconds: 0.00001563,
        launchSeconds: 0.0005856,
        ingestSeconds: 0.02746,
        decodeScale: 0.9297,
        prefillScale: 0.966,
      },
      "sglang/blackwell": {
        stepSeconds: 0.0004654,
        sequenceSeconds: 0.00001286,
        launchSeconds: 0.0006188,
        ingestSeconds: 0.0415,
        decodeScale: 0.9033,
        prefillScale: 1.026,
      },
    },
    heldOut: {
      rows: 45,
      tpotError: 0.09526,
      ttftError: 0.2125,
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
      rows: 246,
      tpotError: 0.06997,
      ttftError: 0.1473,
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
      rows: 201,
      tpotError: 0.07943,
      ttftError: 0.1174,
    },
  },
  {
    engine: "tensorrt-llm",
    without: {
      model: "deepseek-r1",
    },
    calibrations: {
      "tensorrt-llm/hopper": {
        stepSeconds: 0.0004851,
        sequenceSeconds: 0.00001259,
        launchSeconds: 0.0004739,
        ingestSeconds: 0.02887,
        decodeScale: 0.9352,
        prefillScale: 0.9718,
      },
      "tensorrt-llm/blackwell": {
        stepSeconds: 0.0005736,
        sequenceSeconds: 0.00001857,
        launchSeconds: 0.0003478,
        ingestSeconds: 0.02186,
        decodeScale: 0.9015,
        prefillScale: 0.9326,
      },
    },
    heldOut: {
      rows: 134,
      tpotError: 0.08995,
      ttftError: 0.169,
    },
  },
  {
    engine: "tensorrt-llm",
    without: {
      model: "gpt-oss-120b",
    },
    calibrations: {
      "tensorrt-llm/hopper": {
        stepSeconds: 0.0006306,
        sequenceSeconds: 0.00001434,
        launchSeconds: 0.0005553,
        ingestSeconds: 0.02822,
        decodeScale: 0.9273,
        prefillScale: 0.9622,
      },
    },
    heldOut: {
      rows: 97,
      tpotError: 0.1083,
      ttftError: 0.09801,
    },
  },
  {
    engine: "tensorrt-llm",
    without: {
      model: "llama-3.1-70b",
    },
    calibrations: {
      "tensorrt-llm/hopper": {
        stepSeconds: 0.0004145,
        sequenceSeconds: 0.00001215,
        launchSeconds: 0.0004824,
        ingestSeconds: 0.03215,
        decodeScale: 0.9078,
        prefillScale: 1.012,
      },
      "tensorrt-llm/blackwell": {
        stepSeconds: 0.0005358,
        sequenceSeconds: 0.00001581,
        launchSeconds: 0.0003738,
        ingestSeconds: 0.03877,
        decodeScale: 0.9605,
        prefillScale: 1.014,
      },
    },
    heldOut: {
      rows: 216,
      tpotError: 0.06194,
      ttftError: 0.1427,
    },
  },
];

/** Made by tools/perf/calibrate.ts from measured deployments (InferenceX, by ai-dynamo/aiconfigurator, Apache-2.0). */
import type { Calibration, Fold } from "../fitted.ts";

/** By engine and family of chips. */
export const calibrations: Readonly<Record<string, Calibration>> = {
  "vllm/hopper": {
    stepSeconds: 0.0005916,
    sequenceSeconds: 0.000015,
    launchSeconds: 0.0003858,
    ingestSeconds: 0.02858,
    decodeScale: 1.036,
    prefillScale: 1.07,
    fittedOn: "InferenceX: Llama 3.1 70B, gpt-oss 120B, MiniMax M2.5 and Kimi K2.5 on H200",
    fit: {
      rows: 202,
      tpotError: 0.05681,
      ttftError: 0.09403,
    },
    date: "2026-11-28",
  },
  "vllm/blackwell": {
    stepSeconds: 0.0006054,
    sequenceSeconds: 0.00001512,
    launchSeconds: 0.0004213,
    ingestSeconds: 0.03061,
    decodeScale: 0.9967,
    prefillScale: 1.144,
    fittedOn: "InferenceX: Llama 3.1 70B and MiniMax M2.5 on B200",
    fit: {
      rows: 332,
      tpotError: 0.05037,
      ttftError: 0.1086,
    },
    date: "2026-11-28",
  },
  "tensorrt-llm/hopper": {
    stepSeconds: 0.0005901,
    sequenceSeconds: 0.00001484,
    launchSeconds: 0.0004287,
    ingestSeconds: 0.03014,
    decodeScale: 0.9284,
    prefillScale: 0.9875,
    fittedOn: "InferenceX: Llama 3.1 70B, DeepSeek R1 and gpt-oss 120B on H200",
    fit: {
      rows: 201,
      tpotError: 0.07936,
      ttftError: 0.103,
    },
    date: "2026-11-28",
  },
  "tensorrt-llm/blackwell": {
    stepSeconds: 0.0005982,
    sequenceSeconds: 0.00001513,
    launchSeconds: 0.0003938,
    ingestSeconds: 0.0292,
    decodeScale: 0.9125,
    prefillScale: 0.9405,
    fittedOn: "InferenceX: Llama 3.1 70B and DeepSeek R1 on B200",
    fit: {
      rows: 246,
      tpotError: 0.06717,
      ttftError: 0.1076,
    },
    date: "2026-11-28",
  },
  "sglang/hopper": {
    stepSeconds: 0.0006029,
    sequenceSeconds: 0.00001504,
    launchSeconds: 0.0004656,
    ingestSeconds: 0.03158,
    decodeScale: 0.9277,
    prefillScale: 1.081,
    fittedOn: "InferenceX: DeepSeek V3, GLM 5 and Qwen3.5 397B on H200",
    fit: {
      rows: 62,
      tpotError: 0.09552,
      ttftError: 0.1994,
    },
    date: "2026-11-28",
  },
  "sglang/blackwell": {
    stepSeconds: 0.0005926,
    sequenceSeconds: 0.00001489,
    launchSeconds: 0.000447,
    ingestSeconds: 0.03071,
    decodeScale: 0.9898,
    prefillScale: 1.109,
    fittedOn: "InferenceX: GLM 5 and Qwen3.5 397B on B200",
    fit: {
      rows: 91,
      tpotError: 0.08395,
      ttftError: 0.2382,
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
      tpotError: 0.05482,
      ttftError: 0.1234,
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
      tpotError: 0.05736,
      ttftError: 0.1123,
    },
  },
  {
    engine: "vllm",
    without: {
      model: "minimax-m2.5",
    },
    calibrations: {
      "vllm/hopper": {
        stepSeconds: 0.0005893,
        sequenceSeconds: 0.00001496,
        launchSeconds: 0.0003982,
        ingestSeconds: 0.02898,
        decodeScale: 1.034,
        prefillScale: 1.079,
      },
      "vllm/blackwell": {
        stepSeconds: 0.0006116,
        sequenceSeconds: 0.00001531,
        launchSeconds: 0.0004206,
        ingestSeconds: 0.03096,
        decodeScale: 0.9953,
        prefillScale: 1.172,
      },
    },
    heldOut: {
      rows: 263,
      tpotError: 0.05725,
      ttftError: 0.1192,
    },
  },
  {
    engine: "vllm",
    without: {
      model: "gpt-oss-120b",
    },
    calibrations: {
      "vllm/hopper": {
        stepSeconds: 0.0006018,
        sequenceSeconds: 0.00001504,
        launchSeconds: 0.0003799,
        ingestSeconds: 0.02926,
        decodeScale: 1.037,
        prefillScale: 1.075,
      },
    },
    heldOut: {
      rows: 61,
      tpotError: 0.04908,
      ttftError: 0.1031,
    },
  },
  {
    engine: "vllm",
    without: {
      model: "kimi-k2.5",
    },
    calibrations: {
      "vllm/hopper": {
        stepSeconds: 0.0005868,
        sequenceSeconds: 0.00001495,
        launchSeconds: 0.0003825,
        ingestSeconds: 0.02837,
        decodeScale: 1.034,
        prefillScale: 1.068,
      },
    },
    heldOut: {
      rows: 30,
      tpotError: 0.04381,
      ttftError: 0.04352,
    },
  },
  {
    engine: "vllm",
    without: {
      model: "llama-3.1-70b",
    },
    calibrations: {
      "vllm/hopper": {
        stepSeconds: 0.0005819,
        sequenceSeconds: 0.00001492,
        launchSeconds: 0.0003797,
        ingestSeconds: 0.02904,
        decodeScale: 1.005,
        prefillScale: 1.022,
      },
      "vllm/blackwell": {
        stepSeconds: 0.0005999,
        sequenceSeconds: 0.00001493,
        launchSeconds: 0.0004215,
        ingestSeconds: 0.03019,
        decodeScale: 0.9991,
        prefillScale: 1.069,
      },
    },
    heldOut: {
      rows: 180,
      tpotError: 0.05547,
      ttftError: 0.1143,
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
      tpotError: 0.09814,
      ttftError: 0.184,
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
      tpotError: 0.08477,
      ttftError: 0.2298,
    },
  },
  {
    engine: "sglang",
    without: {
      model: "deepseek-r1",
    },
    calibrations: {
      "sglang/hopper": {
        stepSeconds: 0.0006165,
        sequenceSeconds: 0.00001519,
        launchSeconds: 0.0004747,
        ingestSeconds: 0.03183,
        decodeScale: 0.9744,
        prefillScale: 1.091,
      },
    },
    heldOut: {
      rows: 16,
      tpotError: 0.1569,
      ttftError: 0.05083,
    },
  },
  {
    engine: "sglang",
    without: {
      model: "qwen3.5-397b-a17b",
    },
    calibrations: {
      "sglang/hopper": {
        stepSeconds: 0.000589,
        sequenceSeconds: 0.00001482,
        launchSeconds: 0.0004392,
        ingestSeconds: 0.03101,
        decodeScale: 0.8714,
        prefillScale: 1.068,
      },
      "sglang/blackwell": {
        stepSeconds: 0.0006027,
        sequenceSeconds: 0.00001495,
        launchSeconds: 0.0004132,
        ingestSeconds: 0.02997,
        decodeScale: 1.082,
        prefillScale: 1.174,
      },
    },
    heldOut: {
      rows: 92,
      tpotError: 0.1004,
      ttftError: 0.2708,
    },
  },
  {
    engine: "sglang",
    without: {
      model: "glm-5",
    },
    calibrations: {
      "sglang/hopper": {
        stepSeconds: 0.0006032,
        sequenceSeconds: 0.0000151,
        launchSeconds: 0.000487,
        ingestSeconds: 0.03102,
        decodeScale: 0.9305,
        prefillScale: 0.9995,
      },
      "sglang/blackwell": {
        stepSeconds: 0.0005945,
        sequenceSeconds: 0.0000149,
        launchSeconds: 0.0004754,
        ingestSeconds: 0.03086,
        decodeScale: 0.937,
        prefillScale: 1.042,
      },
    },
    heldOut: {
      rows: 45,
      tpotError: 0.07938,
      ttftError: 0.1163,
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
      tpotError: 0.06888,
      ttftError: 0.1317,
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
      tpotError: 0.07771,
      ttftError: 0.1096,
    },
  },
  {
    engine: "tensorrt-llm",
    without: {
      model: "deepseek-r1",
    },
    calibrations: {
      "tensorrt-llm/hopper": {
        stepSeconds: 0.0005848,
        sequenceSeconds: 0.00001477,
        launchSeconds: 0.0004099,
        ingestSeconds: 0.0302,
        decodeScale: 0.9258,
        prefillScale: 0.9852,
      },
      "tensorrt-llm/blackwell": {
        stepSeconds: 0.0005976,
        sequenceSeconds: 0.00001522,
        launchSeconds: 0.0003803,
        ingestSeconds: 0.02797,
        decodeScale: 0.9066,
        prefillScale: 0.9182,
      },
    },
    heldOut: {
      rows: 134,
      tpotError: 0.09028,
      ttftError: 0.1316,
    },
  },
  {
    engine: "tensorrt-llm",
    without: {
      model: "gpt-oss-120b",
    },
    calibrations: {
      "tensorrt-llm/hopper": {
        stepSeconds: 0.0006025,
        sequenceSeconds: 0.00001494,
        launchSeconds: 0.0004638,
        ingestSeconds: 0.03008,
        decodeScale: 0.9291,
        prefillScale: 0.986,
      },
    },
    heldOut: {
      rows: 97,
      tpotError: 0.09848,
      ttftError: 0.1148,
    },
  },
  {
    engine: "tensorrt-llm",
    without: {
      model: "llama-3.1-70b",
    },
    calibrations: {
      "tensorrt-llm/hopper": {
        stepSeconds: 0.000573,
        sequenceSeconds: 0.00001465,
        launchSeconds: 0.0004497,
        ingestSeconds: 0.03088,
        decodeScale: 0.8846,
        prefillScale: 1.009,
      },
      "tensorrt-llm/blackwell": {
        stepSeconds: 0.0005949,
        sequenceSeconds: 0.00001505,
        launchSeconds: 0.0003975,
        ingestSeconds: 0.03062,
        decodeScale: 0.9427,
        prefillScale: 1.023,
      },
    },
    heldOut: {
      rows: 216,
      tpotError: 0.05725,
      ttftError: 0.1186,
    },
  },
];

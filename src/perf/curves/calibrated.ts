/** Made by tools/perf/calibrate.ts from measured deployments (InferenceX, by ai-dynamo/aiconfigurator, Apache-2.0). */
import type { Calibration, Fold } from "../fitted.ts";

/** By engine and family of chips. */
export const calibrations: Readonly<Record<string, Calibration>> = {
  "vllm/hopper": {
    stepSeconds: 0.0004783,
    sequenceSeconds: 0.00001507,
    launchSeconds: 0.0003683,
    ingestSeconds: 0.02369,
    decodeScale: 1.038,
    prefillScale: 1.104,
    fittedOn: "InferenceX: Llama 3.1 70B, gpt-oss 120B, MiniMax M2.5 and Kimi K2.5 on H200",
    fit: {
      rows: 202,
      tpotError: 0.05297,
      ttftError: 0.07716,
    },
    date: "2026-11-28",
  },
  "vllm/blackwell": {
    stepSeconds: 0.000608,
    sequenceSeconds: 0.00001618,
    launchSeconds: 0.0004933,
    ingestSeconds: 0.03105,
    decodeScale: 0.9877,
    prefillScale: 1.126,
    fittedOn: "InferenceX: Llama 3.1 70B and MiniMax M2.5 on B200",
    fit: {
      rows: 332,
      tpotError: 0.0521,
      ttftError: 0.1098,
    },
    date: "2026-11-28",
  },
  "tensorrt-llm/hopper": {
    stepSeconds: 0.0005467,
    sequenceSeconds: 0.00001308,
    launchSeconds: 0.0005242,
    ingestSeconds: 0.02752,
    decodeScale: 0.9315,
    prefillScale: 0.9767,
    fittedOn: "InferenceX: Llama 3.1 70B, DeepSeek R1 and gpt-oss 120B on H200",
    fit: {
      rows: 201,
      tpotError: 0.1068,
      ttftError: 0.09537,
    },
    date: "2026-11-28",
  },
  "tensorrt-llm/blackwell": {
    stepSeconds: 0.0005635,
    sequenceSeconds: 0.00001657,
    launchSeconds: 0.0003797,
    ingestSeconds: 0.02466,
    decodeScale: 0.9066,
    prefillScale: 0.9439,
    fittedOn: "InferenceX: Llama 3.1 70B and DeepSeek R1 on B200",
    fit: {
      rows: 246,
      tpotError: 0.06982,
      ttftError: 0.105,
    },
    date: "2026-11-28",
  },
  "sglang/hopper": {
    stepSeconds: 0.0006634,
    sequenceSeconds: 0.00001545,
    launchSeconds: 0.0004893,
    ingestSeconds: 0.0392,
    decodeScale: 0.9105,
    prefillScale: 1.035,
    fittedOn: "InferenceX: DeepSeek V3, GLM 5 and Qwen3.5 397B on H200",
    fit: {
      rows: 62,
      tpotError: 0.1116,
      ttftError: 0.1776,
    },
    date: "2026-11-28",
  },
  "sglang/blackwell": {
    stepSeconds: 0.0006199,
    sequenceSeconds: 0.00001432,
    launchSeconds: 0.0005071,
    ingestSeconds: 0.04054,
    decodeScale: 1.031,
    prefillScale: 1.08,
    fittedOn: "InferenceX: GLM 5 and Qwen3.5 397B on B200",
    fit: {
      rows: 91,
      tpotError: 0.09849,
      ttftError: 0.1941,
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
      tpotError: 0.05624,
      ttftError: 0.1353,
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
      tpotError: 0.05948,
      ttftError: 0.1293,
    },
  },
  {
    engine: "vllm",
    without: {
      model: "minimax-m2.5",
    },
    calibrations: {
      "vllm/hopper": {
        stepSeconds: 0.0004681,
        sequenceSeconds: 0.00001449,
        launchSeconds: 0.0004046,
        ingestSeconds: 0.02364,
        decodeScale: 1.04,
        prefillScale: 1.091,
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
      tpotError: 0.06355,
      ttftError: 0.1203,
    },
  },
  {
    engine: "vllm",
    without: {
      model: "gpt-oss-120b",
    },
    calibrations: {
      "vllm/hopper": {
        stepSeconds: 0.0005849,
        sequenceSeconds: 0.00001555,
        launchSeconds: 0.0003601,
        ingestSeconds: 0.02527,
        decodeScale: 1.033,
        prefillScale: 1.078,
      },
    },
    heldOut: {
      rows: 61,
      tpotError: 0.05921,
      ttftError: 0.1108,
    },
  },
  {
    engine: "vllm",
    without: {
      model: "kimi-k2.5",
    },
    calibrations: {
      "vllm/hopper": {
        stepSeconds: 0.0004641,
        sequenceSeconds: 0.00001432,
        launchSeconds: 0.0003697,
        ingestSeconds: 0.02317,
        decodeScale: 1.039,
        prefillScale: 1.099,
      },
    },
    heldOut: {
      rows: 30,
      tpotError: 0.04965,
      ttftError: 0.0578,
    },
  },
  {
    engine: "vllm",
    without: {
      model: "llama-3.1-70b",
    },
    calibrations: {
      "vllm/hopper": {
        stepSeconds: 0.0004421,
        sequenceSeconds: 0.00001427,
        launchSeconds: 0.0003647,
        ingestSeconds: 0.02692,
        decodeScale: 1.003,
        prefillScale: 1.029,
      },
      "vllm/blackwell": {
        stepSeconds: 0.000562,
        sequenceSeconds: 0.00001414,
        launchSeconds: 0.0004924,
        ingestSeconds: 0.0292,
        decodeScale: 0.9812,
        prefillScale: 1.067,
      },
    },
    heldOut: {
      rows: 180,
      tpotError: 0.05788,
      ttftError: 0.1147,
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
      tpotError: 0.1187,
      ttftError: 0.1525,
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
      tpotError: 0.1026,
      ttftError: 0.2108,
    },
  },
  {
    engine: "sglang",
    without: {
      model: "deepseek-r1",
    },
    calibrations: {
      "sglang/hopper": {
        stepSeconds: 0.0009274,
        sequenceSeconds: 0.00001507,
        launchSeconds: 0.0005896,
        ingestSeconds: 0.0279,
        decodeScale: 0.9313,
        prefillScale: 1.069,
      },
    },
    heldOut: {
      rows: 16,
      tpotError: 0.1854,
      ttftError: 0.1571,
    },
  },
  {
    engine: "sglang",
    without: {
      model: "qwen3.5-397b-a17b",
    },
    calibrations: {
      "sglang/hopper": {
        stepSeconds: 0.0004737,
        sequenceSeconds: 0.000013,
        launchSeconds: 0.0004352,
        ingestSeconds: 0.04077,
        decodeScale: 0.8744,
        prefillScale: 1.022,
      },
      "sglang/blackwell": {
        stepSeconds: 0.0006403,
        sequenceSeconds: 0.00001419,
        launchSeconds: 0.0004202,
        ingestSeconds: 0.02681,
        decodeScale: 1.07,
        prefillScale: 1.166,
      },
    },
    heldOut: {
      rows: 92,
      tpotError: 0.1198,
      ttftError: 0.2754,
    },
  },
  {
    engine: "sglang",
    without: {
      model: "glm-5",
    },
    calibrations: {
      "sglang/hopper": {
        stepSeconds: 0.00069,
        sequenceSeconds: 0.00001635,
        launchSeconds: 0.0005856,
        ingestSeconds: 0.02733,
        decodeScale: 0.9352,
        prefillScale: 0.973,
      },
      "sglang/blackwell": {
        stepSeconds: 0.0005463,
        sequenceSeconds: 0.00001408,
        launchSeconds: 0.0006519,
        ingestSeconds: 0.03571,
        decodeScale: 0.9935,
        prefillScale: 1.032,
      },
    },
    heldOut: {
      rows: 45,
      tpotError: 0.09481,
      ttftError: 0.2089,
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
      tpotError: 0.07696,
      ttftError: 0.1636,
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
      tpotError: 0.1026,
      ttftError: 0.1335,
    },
  },
  {
    engine: "tensorrt-llm",
    without: {
      model: "deepseek-r1",
    },
    calibrations: {
      "tensorrt-llm/hopper": {
        stepSeconds: 0.0005335,
        sequenceSeconds: 0.00001289,
        launchSeconds: 0.0004837,
        ingestSeconds: 0.03023,
        decodeScale: 0.9322,
        prefillScale: 0.975,
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
      tpotError: 0.1068,
      ttftError: 0.1621,
    },
  },
  {
    engine: "tensorrt-llm",
    without: {
      model: "gpt-oss-120b",
    },
    calibrations: {
      "tensorrt-llm/hopper": {
        stepSeconds: 0.0005601,
        sequenceSeconds: 0.00001428,
        launchSeconds: 0.0005568,
        ingestSeconds: 0.02828,
        decodeScale: 0.9267,
        prefillScale: 0.9738,
      },
    },
    heldOut: {
      rows: 97,
      tpotError: 0.1404,
      ttftError: 0.1282,
    },
  },
  {
    engine: "tensorrt-llm",
    without: {
      model: "llama-3.1-70b",
    },
    calibrations: {
      "tensorrt-llm/hopper": {
        stepSeconds: 0.0004683,
        sequenceSeconds: 0.0000124,
        launchSeconds: 0.0005253,
        ingestSeconds: 0.03169,
        decodeScale: 0.8809,
        prefillScale: 1.021,
      },
      "tensorrt-llm/blackwell": {
        stepSeconds: 0.0005389,
        sequenceSeconds: 0.00001522,
        launchSeconds: 0.0003592,
        ingestSeconds: 0.04106,
        decodeScale: 0.9403,
        prefillScale: 1.014,
      },
    },
    heldOut: {
      rows: 216,
      tpotError: 0.05815,
      ttftError: 0.1501,
    },
  },
];

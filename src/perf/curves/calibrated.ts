/** Made by tools/perf/calibrate.ts from measured deployments (InferenceX, by ai-dynamo/aiconfigurator, Apache-2.0). */
import type { Calibration, Fold } from "../calibration.ts";

/** By engine and family of chips. */
export const calibrations: Readonly<Record<string, Calibration>> = {
  "vllm/hopper": {
    stepSeconds: 0.0004855,
    sequenceSeconds: 0.00001501,
    launchSeconds: 0.0003674,
    ingestSeconds: 0.02366,
    decodeScale: 1.038,
    prefillScale: 1.104,
    fittedOn: "InferenceX: Llama 3.1 70B, gpt-oss 120B, MiniMax M2.5 and Kimi K2.5 on H200",
    fit: {
      rows: 202,
      tpotError: 0.05325,
      ttftError: 0.07743,
    },
    date: "2026-11-27",
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
    date: "2026-11-27",
  },
  "tensorrt-llm/hopper": {
    stepSeconds: 0.0005469,
    sequenceSeconds: 0.00001344,
    launchSeconds: 0.0005165,
    ingestSeconds: 0.02802,
    decodeScale: 0.9315,
    prefillScale: 0.9868,
    fittedOn: "InferenceX: Llama 3.1 70B, DeepSeek R1 and gpt-oss 120B on H200",
    fit: {
      rows: 201,
      tpotError: 0.1086,
      ttftError: 0.09316,
    },
    date: "2026-11-27",
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
    date: "2026-11-27",
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
    date: "2026-11-27",
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
      rows: 332,
      tpotError: 0.05633,
      ttftError: 0.1355,
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
      tpotError: 0.05963,
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
        stepSeconds: 0.0004663,
        sequenceSeconds: 0.00001448,
        launchSeconds: 0.000405,
        ingestSeconds: 0.02368,
        decodeScale: 1.041,
        prefillScale: 1.093,
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
      tpotError: 0.06357,
      ttftError: 0.1204,
    },
  },
  {
    engine: "vllm",
    without: {
      model: "gpt-oss-120b",
    },
    calibrations: {
      "vllm/hopper": {
        stepSeconds: 0.000581,
        sequenceSeconds: 0.00001577,
        launchSeconds: 0.0003586,
        ingestSeconds: 0.02586,
        decodeScale: 1.034,
        prefillScale: 1.086,
      },
    },
    heldOut: {
      rows: 61,
      tpotError: 0.05922,
      ttftError: 0.1116,
    },
  },
  {
    engine: "vllm",
    without: {
      model: "kimi-k2.5",
    },
    calibrations: {
      "vllm/hopper": {
        stepSeconds: 0.0004665,
        sequenceSeconds: 0.00001441,
        launchSeconds: 0.0003675,
        ingestSeconds: 0.02341,
        decodeScale: 1.04,
        prefillScale: 1.107,
      },
    },
    heldOut: {
      rows: 30,
      tpotError: 0.0497,
      ttftError: 0.05631,
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
      tpotError: 0.05817,
      ttftError: 0.1149,
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
      tpotError: 0.07683,
      ttftError: 0.1657,
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
      tpotError: 0.1039,
      ttftError: 0.1329,
    },
  },
  {
    engine: "tensorrt-llm",
    without: {
      model: "deepseek-r1",
    },
    calibrations: {
      "tensorrt-llm/hopper": {
        stepSeconds: 0.0005293,
        sequenceSeconds: 0.00001302,
        launchSeconds: 0.0004891,
        ingestSeconds: 0.02992,
        decodeScale: 0.9333,
        prefillScale: 0.9882,
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
      tpotError: 0.107,
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
        stepSeconds: 0.0005527,
        sequenceSeconds: 0.00001444,
        launchSeconds: 0.0005506,
        ingestSeconds: 0.02883,
        decodeScale: 0.9276,
        prefillScale: 0.9856,
      },
    },
    heldOut: {
      rows: 97,
      tpotError: 0.14,
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
      tpotError: 0.05939,
      ttftError: 0.1458,
    },
  },
];

/** Made by tools/perf/calibrate.ts from measured deployments (InferenceX, by ai-dynamo/aiconfigurator, Apache-2.0). */
import type { Calibration, Fold } from "../fitted.ts";

/** By engine and family of chips. */
export const calibrations: Readonly<Record<string, Calibration>> = {
  "vllm/hopper": {
    stepSeconds: 0.0005241,
    sequenceSeconds: 0.00001514,
    launchSeconds: 0.0003705,
    ingestSeconds: 0.02355,
    decodeScale: 1.037,
    prefillScale: 1.104,
    fittedOn: "InferenceX: Llama 3.1 70B, gpt-oss 120B, MiniMax M2.5 and Kimi K2.5 on H200",
    fit: {
      rows: 202,
      tpotError: 0.05451,
      ttftError: 0.07886,
    },
    date: "2026-11-28",
  },
  "vllm/blackwell": {
    stepSeconds: 0.0006454,
    sequenceSeconds: 0.00001616,
    launchSeconds: 0.000501,
    ingestSeconds: 0.03009,
    decodeScale: 0.9868,
    prefillScale: 1.127,
    fittedOn: "InferenceX: Llama 3.1 70B and MiniMax M2.5 on B200",
    fit: {
      rows: 332,
      tpotError: 0.04957,
      ttftError: 0.1034,
    },
    date: "2026-11-28",
  },
  "tensorrt-llm/hopper": {
    stepSeconds: 0.0005116,
    sequenceSeconds: 0.00001316,
    launchSeconds: 0.0005035,
    ingestSeconds: 0.0269,
    decodeScale: 0.9337,
    prefillScale: 0.9689,
    fittedOn: "InferenceX: Llama 3.1 70B, DeepSeek R1 and gpt-oss 120B on H200",
    fit: {
      rows: 201,
      tpotError: 0.07934,
      ttftError: 0.08974,
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
      tpotError: 0.06466,
      ttftError: 0.1057,
    },
    date: "2026-11-28",
  },
  "sglang/hopper": {
    stepSeconds: 0.0006928,
    sequenceSeconds: 0.00001547,
    launchSeconds: 0.0004692,
    ingestSeconds: 0.04514,
    decodeScale: 0.9252,
    prefillScale: 1.057,
    fittedOn: "InferenceX: DeepSeek V3, GLM 5 and Qwen3.5 397B on H200",
    fit: {
      rows: 62,
      tpotError: 0.09414,
      ttftError: 0.1722,
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
      tpotError: 0.05406,
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
      tpotError: 0.06068,
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
        stepSeconds: 0.0005007,
        sequenceSeconds: 0.00001471,
        launchSeconds: 0.0004122,
        ingestSeconds: 0.02307,
        decodeScale: 1.038,
        prefillScale: 1.103,
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
      tpotError: 0.06298,
      ttftError: 0.1086,
    },
  },
  {
    engine: "vllm",
    without: {
      model: "gpt-oss-120b",
    },
    calibrations: {
      "vllm/hopper": {
        stepSeconds: 0.0006117,
        sequenceSeconds: 0.00001551,
        launchSeconds: 0.0003569,
        ingestSeconds: 0.02576,
        decodeScale: 1.035,
        prefillScale: 1.076,
      },
    },
    heldOut: {
      rows: 61,
      tpotError: 0.05081,
      ttftError: 0.1222,
    },
  },
  {
    engine: "vllm",
    without: {
      model: "kimi-k2.5",
    },
    calibrations: {
      "vllm/hopper": {
        stepSeconds: 0.0004787,
        sequenceSeconds: 0.00001451,
        launchSeconds: 0.0003721,
        ingestSeconds: 0.02288,
        decodeScale: 1.038,
        prefillScale: 1.106,
      },
    },
    heldOut: {
      rows: 30,
      tpotError: 0.04559,
      ttftError: 0.05688,
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
        sequenceSeconds: 0.0000139,
        launchSeconds: 0.0004985,
        ingestSeconds: 0.0288,
        decodeScale: 0.989,
        prefillScale: 1.069,
      },
    },
    heldOut: {
      rows: 180,
      tpotError: 0.05339,
      ttftError: 0.1074,
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
      tpotError: 0.09853,
      ttftError: 0.1563,
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
      tpotError: 0.08609,
      ttftError: 0.2027,
    },
  },
  {
    engine: "sglang",
    without: {
      model: "deepseek-r1",
    },
    calibrations: {
      "sglang/hopper": {
        stepSeconds: 0.0008443,
        sequenceSeconds: 0.00001736,
        launchSeconds: 0.0005471,
        ingestSeconds: 0.02946,
        decodeScale: 0.9446,
        prefillScale: 1.073,
      },
    },
    heldOut: {
      rows: 16,
      tpotError: 0.1728,
      ttftError: 0.1072,
    },
  },
  {
    engine: "sglang",
    without: {
      model: "qwen3.5-397b-a17b",
    },
    calibrations: {
      "sglang/hopper": {
        stepSeconds: 0.0004619,
        sequenceSeconds: 0.0000131,
        launchSeconds: 0.000436,
        ingestSeconds: 0.04044,
        decodeScale: 0.8894,
        prefillScale: 1.057,
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
      tpotError: 0.105,
      ttftError: 0.2525,
    },
  },
  {
    engine: "sglang",
    without: {
      model: "glm-5",
    },
    calibrations: {
      "sglang/hopper": {
        stepSeconds: 0.0006821,
        sequenceSeconds: 0.00001611,
        launchSeconds: 0.0005857,
        ingestSeconds: 0.02765,
        decodeScale: 0.9322,
        prefillScale: 0.9669,
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
      tpotError: 0.09518,
      ttftError: 0.1981,
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
      tpotError: 0.07008,
      ttftError: 0.1475,
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
      tpotError: 0.07935,
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
        stepSeconds: 0.0004849,
        sequenceSeconds: 0.00001259,
        launchSeconds: 0.0004741,
        ingestSeconds: 0.02881,
        decodeScale: 0.9352,
        prefillScale: 0.9717,
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
        stepSeconds: 0.0006273,
        sequenceSeconds: 0.00001423,
        launchSeconds: 0.0005502,
        ingestSeconds: 0.02816,
        decodeScale: 0.9277,
        prefillScale: 0.9652,
      },
    },
    heldOut: {
      rows: 97,
      tpotError: 0.1074,
      ttftError: 0.09764,
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
      tpotError: 0.06188,
      ttftError: 0.1427,
    },
  },
];

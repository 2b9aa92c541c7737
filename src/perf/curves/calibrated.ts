/** Made by tools/perf/calibrate.ts from measured deployments (InferenceX, by ai-dynamo/aiconfigurator, Apache-2.0). */
import type { Calibration, Fold } from "../calibration.ts";

/** By engine and family of chips. */
export const calibrations: Readonly<Record<string, Calibration>> = {
  "vllm/hopper": {
    stepSeconds: 0.0004117,
    sequenceSeconds: 0.00002343,
    launchSeconds: 0.0004364,
    ingestSeconds: 0.02639,
    decodeScale: 1.041,
    prefillScale: 1.11,
    fittedOn: "InferenceX: Llama 3.1 70B, gpt-oss 120B, MiniMax M2.5 and Kimi K2.5 on H200",
    fit: {
      rows: 202,
      tpotError: 0.05657,
      ttftError: 0.0872,
    },
    date: "2026-11-27",
  },
  "vllm/blackwell": {
    stepSeconds: 0.001194,
    sequenceSeconds: 0.00002042,
    launchSeconds: 0.0007307,
    ingestSeconds: 0.03652,
    decodeScale: 0.9288,
    prefillScale: 1.144,
    fittedOn: "InferenceX: Llama 3.1 70B and MiniMax M2.5 on B200",
    fit: {
      rows: 332,
      tpotError: 0.05975,
      ttftError: 0.1347,
    },
    date: "2026-11-27",
  },
  "tensorrt-llm/hopper": {
    stepSeconds: 0.000619,
    sequenceSeconds: 0.00001725,
    launchSeconds: 0.0006031,
    ingestSeconds: 0.03633,
    decodeScale: 0.926,
    prefillScale: 0.9683,
    fittedOn: "InferenceX: Llama 3.1 70B, DeepSeek R1 and gpt-oss 120B on H200",
    fit: {
      rows: 201,
      tpotError: 0.116,
      ttftError: 0.1103,
    },
    date: "2026-11-27",
  },
  "tensorrt-llm/blackwell": {
    stepSeconds: 0.0007318,
    sequenceSeconds: 0.00002606,
    launchSeconds: 0.0004312,
    ingestSeconds: 0.02508,
    decodeScale: 0.8817,
    prefillScale: 0.9623,
    fittedOn: "InferenceX: Llama 3.1 70B and DeepSeek R1 on B200",
    fit: {
      rows: 246,
      tpotError: 0.07319,
      ttftError: 0.06117,
    },
    date: "2026-11-27",
  },
  "sglang/hopper": {
    stepSeconds: 0.001589,
    sequenceSeconds: 0.00001158,
    launchSeconds: 0.0004654,
    ingestSeconds: 0.1005,
    decodeScale: 0.9783,
    prefillScale: 0.9582,
    fittedOn: "InferenceX: DeepSeek V3, GLM 5 and Qwen3.5 397B on H200",
    fit: {
      rows: 62,
      tpotError: 0.1559,
      ttftError: 0.1378,
    },
    date: "2026-11-27",
  },
  "sglang/blackwell": {
    stepSeconds: 0.001884,
    sequenceSeconds: 0.0000161,
    launchSeconds: 0.0004126,
    ingestSeconds: 0.1001,
    decodeScale: 1.166,
    prefillScale: 1.061,
    fittedOn: "InferenceX: GLM 5 and Qwen3.5 397B on B200",
    fit: {
      rows: 91,
      tpotError: 0.1035,
      ttftError: 0.2269,
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
      tpotError: 0.06962,
      ttftError: 0.1948,
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
      tpotError: 0.08997,
      ttftError: 0.1883,
    },
  },
  {
    engine: "vllm",
    without: {
      model: "minimax-m2.5",
    },
    calibrations: {
      "vllm/hopper": {
        stepSeconds: 0.0003705,
        sequenceSeconds: 0.00002265,
        launchSeconds: 0.0003464,
        ingestSeconds: 0.0262,
        decodeScale: 1.044,
        prefillScale: 1.11,
      },
      "vllm/blackwell": {
        stepSeconds: 0.0007638,
        sequenceSeconds: 0.00001716,
        launchSeconds: 0.0007373,
        ingestSeconds: 0.04033,
        decodeScale: 0.9716,
        prefillScale: 1.155,
      },
    },
    heldOut: {
      rows: 263,
      tpotError: 0.07696,
      ttftError: 0.1632,
    },
  },
  {
    engine: "vllm",
    without: {
      model: "gpt-oss-120b",
    },
    calibrations: {
      "vllm/hopper": {
        stepSeconds: 0.0009105,
        sequenceSeconds: 0.00003087,
        launchSeconds: 0.0003898,
        ingestSeconds: 0.02808,
        decodeScale: 0.9861,
        prefillScale: 1.096,
      },
    },
    heldOut: {
      rows: 61,
      tpotError: 0.1157,
      ttftError: 0.1201,
    },
  },
  {
    engine: "vllm",
    without: {
      model: "kimi-k2.5",
    },
    calibrations: {
      "vllm/hopper": {
        stepSeconds: 0.0004539,
        sequenceSeconds: 0.00001384,
        launchSeconds: 0.0005043,
        ingestSeconds: 0.02175,
        decodeScale: 1.055,
        prefillScale: 1.117,
      },
    },
    heldOut: {
      rows: 30,
      tpotError: 0.05713,
      ttftError: 0.1096,
    },
  },
  {
    engine: "vllm",
    without: {
      model: "llama-3.1-70b",
    },
    calibrations: {
      "vllm/hopper": {
        stepSeconds: 0.0004567,
        sequenceSeconds: 0.00001453,
        launchSeconds: 0.0004247,
        ingestSeconds: 0.03019,
        decodeScale: 1.041,
        prefillScale: 1.029,
      },
      "vllm/blackwell": {
        stepSeconds: 0.001259,
        sequenceSeconds: 0.00001355,
        launchSeconds: 0.0006206,
        ingestSeconds: 0.03918,
        decodeScale: 1.005,
        prefillScale: 1.083,
      },
    },
    heldOut: {
      rows: 180,
      tpotError: 0.06464,
      ttftError: 0.1171,
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
      tpotError: 0.1638,
      ttftError: 0.1223,
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
      tpotError: 0.113,
      ttftError: 0.236,
    },
  },
  {
    engine: "sglang",
    without: {
      model: "deepseek-r1",
    },
    calibrations: {
      "sglang/hopper": {
        stepSeconds: 0.002499,
        sequenceSeconds: 0.00001026,
        launchSeconds: 0.0006489,
        ingestSeconds: 0.03227,
        decodeScale: 0.9288,
        prefillScale: 1.044,
      },
    },
    heldOut: {
      rows: 16,
      tpotError: 0.3578,
      ttftError: 0.1115,
    },
  },
  {
    engine: "sglang",
    without: {
      model: "qwen3.5-397b-a17b",
    },
    calibrations: {
      "sglang/hopper": {
        stepSeconds: 0.0002031,
        sequenceSeconds: 0.000009688,
        launchSeconds: 0.000316,
        ingestSeconds: 0.1183,
        decodeScale: 0.9569,
        prefillScale: 1.001,
      },
      "sglang/blackwell": {
        stepSeconds: 0.001887,
        sequenceSeconds: 0.000008297,
        launchSeconds: 0.0004067,
        ingestSeconds: 0.03978,
        decodeScale: 1.245,
        prefillScale: 1.176,
      },
    },
    heldOut: {
      rows: 92,
      tpotError: 0.1546,
      ttftError: 0.2876,
    },
  },
  {
    engine: "sglang",
    without: {
      model: "glm-5",
    },
    calibrations: {
      "sglang/hopper": {
        stepSeconds: 0.002362,
        sequenceSeconds: 0.00002136,
        launchSeconds: 0.0007321,
        ingestSeconds: 0.02591,
        decodeScale: 0.9025,
        prefillScale: 1.034,
      },
      "sglang/blackwell": {
        stepSeconds: 0.001487,
        sequenceSeconds: 0.000006419,
        launchSeconds: 0.0008231,
        ingestSeconds: 0.04372,
        decodeScale: 1.025,
        prefillScale: 1.024,
      },
    },
    heldOut: {
      rows: 45,
      tpotError: 0.1497,
      ttftError: 0.271,
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
      tpotError: 0.08331,
      ttftError: 0.1661,
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
      tpotError: 0.118,
      ttftError: 0.1918,
    },
  },
  {
    engine: "tensorrt-llm",
    without: {
      model: "deepseek-r1",
    },
    calibrations: {
      "tensorrt-llm/hopper": {
        stepSeconds: 0.000617,
        sequenceSeconds: 0.00001461,
        launchSeconds: 0.000722,
        ingestSeconds: 0.03681,
        decodeScale: 0.9231,
        prefillScale: 0.976,
      },
      "tensorrt-llm/blackwell": {
        stepSeconds: 0.0007579,
        sequenceSeconds: 0.00002365,
        launchSeconds: 0.0004425,
        ingestSeconds: 0.02489,
        decodeScale: 0.8728,
        prefillScale: 0.967,
      },
    },
    heldOut: {
      rows: 134,
      tpotError: 0.1185,
      ttftError: 0.1423,
    },
  },
  {
    engine: "tensorrt-llm",
    without: {
      model: "gpt-oss-120b",
    },
    calibrations: {
      "tensorrt-llm/hopper": {
        stepSeconds: 0.0008176,
        sequenceSeconds: 0.00001549,
        launchSeconds: 0.0006284,
        ingestSeconds: 0.03105,
        decodeScale: 0.899,
        prefillScale: 0.9908,
      },
    },
    heldOut: {
      rows: 97,
      tpotError: 0.1659,
      ttftError: 0.2026,
    },
  },
  {
    engine: "tensorrt-llm",
    without: {
      model: "llama-3.1-70b",
    },
    calibrations: {
      "tensorrt-llm/hopper": {
        stepSeconds: 0.0004823,
        sequenceSeconds: 0.000009098,
        launchSeconds: 0.0005866,
        ingestSeconds: 0.04857,
        decodeScale: 0.9306,
        prefillScale: 1.025,
      },
      "tensorrt-llm/blackwell": {
        stepSeconds: 0.0005631,
        sequenceSeconds: 0.00001417,
        launchSeconds: 0.0002756,
        ingestSeconds: 0.08587,
        decodeScale: 1.004,
        prefillScale: 1.065,
      },
    },
    heldOut: {
      rows: 216,
      tpotError: 0.07572,
      ttftError: 0.2698,
    },
  },
];

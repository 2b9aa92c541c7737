/** Made by tools/perf/calibrate.ts from measured deployments (InferenceX, by ai-dynamo/aiconfigurator, Apache-2.0). */
import type { Calibration, Fold } from "../calibration.ts";

/** By engine and family of chips. */
export const calibrations: Readonly<Record<string, Calibration>> = {
  "vllm/hopper": {
    stepSeconds: 0.000439,
    sequenceSeconds: 0.00002459,
    launchSeconds: 0.0003593,
    ingestSeconds: 0.02663,
    decodeScale: 1.042,
    prefillScale: 1.114,
    fittedOn: "InferenceX: Llama 3.1 70B, gpt-oss 120B, MiniMax M2.5 and Kimi K2.5 on H200",
    fit: {
      rows: 202,
      tpotError: 0.06602,
      ttftError: 0.09396,
    },
    date: "2026-11-27",
  },
  "vllm/blackwell": {
    stepSeconds: 0.001184,
    sequenceSeconds: 0.00003083,
    launchSeconds: 0.0001854,
    ingestSeconds: 0.05905,
    decodeScale: 0.9386,
    prefillScale: 1.114,
    fittedOn: "InferenceX: Llama 3.1 70B and MiniMax M2.5 on B200",
    fit: {
      rows: 332,
      tpotError: 0.06968,
      ttftError: 0.1671,
    },
    date: "2026-11-27",
  },
  "tensorrt-llm/hopper": {
    stepSeconds: 0.0005361,
    sequenceSeconds: 0.00001712,
    launchSeconds: 0.0007906,
    ingestSeconds: 0.0336,
    decodeScale: 0.9315,
    prefillScale: 0.9831,
    fittedOn: "InferenceX: Llama 3.1 70B, DeepSeek R1 and gpt-oss 120B on H200",
    fit: {
      rows: 201,
      tpotError: 0.1191,
      ttftError: 0.1051,
    },
    date: "2026-11-27",
  },
  "tensorrt-llm/blackwell": {
    stepSeconds: 0.0007127,
    sequenceSeconds: 0.00002142,
    launchSeconds: 0.0005361,
    ingestSeconds: 0.02157,
    decodeScale: 0.8874,
    prefillScale: 0.9759,
    fittedOn: "InferenceX: Llama 3.1 70B and DeepSeek R1 on B200",
    fit: {
      rows: 246,
      tpotError: 0.08597,
      ttftError: 0.07727,
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
    stepSeconds: 0.001905,
    sequenceSeconds: 0.00001287,
    launchSeconds: 0.0003701,
    ingestSeconds: 0.1002,
    decodeScale: 1.199,
    prefillScale: 1.178,
    fittedOn: "InferenceX: GLM 5 and Qwen3.5 397B on B200",
    fit: {
      rows: 91,
      tpotError: 0.1026,
      ttftError: 0.2118,
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
      tpotError: 0.08357,
      ttftError: 0.214,
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
      tpotError: 0.08595,
      ttftError: 0.1107,
    },
  },
  {
    engine: "vllm",
    without: {
      model: "minimax-m2.5",
    },
    calibrations: {
      "vllm/hopper": {
        stepSeconds: 0.0003853,
        sequenceSeconds: 0.00001802,
        launchSeconds: 0.0002287,
        ingestSeconds: 0.02608,
        decodeScale: 1.056,
        prefillScale: 1.124,
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
      tpotError: 0.165,
      ttftError: 0.3901,
    },
  },
  {
    engine: "vllm",
    without: {
      model: "gpt-oss-120b",
    },
    calibrations: {
      "vllm/hopper": {
        stepSeconds: 0.001342,
        sequenceSeconds: 0.00002319,
        launchSeconds: 0.000389,
        ingestSeconds: 0.02831,
        decodeScale: 0.9616,
        prefillScale: 1.103,
      },
    },
    heldOut: {
      rows: 61,
      tpotError: 0.1654,
      ttftError: 0.1496,
    },
  },
  {
    engine: "vllm",
    without: {
      model: "kimi-k2.5",
    },
    calibrations: {
      "vllm/hopper": {
        stepSeconds: 0.0004806,
        sequenceSeconds: 0.00002005,
        launchSeconds: 0.0004447,
        ingestSeconds: 0.02602,
        decodeScale: 1.038,
        prefillScale: 1.118,
      },
    },
    heldOut: {
      rows: 30,
      tpotError: 0.05287,
      ttftError: 0.07597,
    },
  },
  {
    engine: "vllm",
    without: {
      model: "llama-3.1-70b",
    },
    calibrations: {
      "vllm/hopper": {
        stepSeconds: 0.0003661,
        sequenceSeconds: 0.00002244,
        launchSeconds: 0.0003705,
        ingestSeconds: 0.0312,
        decodeScale: 1.074,
        prefillScale: 1.007,
      },
      "vllm/blackwell": {
        stepSeconds: 0.001338,
        sequenceSeconds: 0.00002442,
        launchSeconds: 0.0001412,
        ingestSeconds: 0.06123,
        decodeScale: 1.024,
        prefillScale: 1.096,
      },
    },
    heldOut: {
      rows: 180,
      tpotError: 0.07719,
      ttftError: 0.1158,
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
      tpotError: 0.1689,
      ttftError: 0.1149,
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
      tpotError: 0.1136,
      ttftError: 0.2356,
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
        stepSeconds: 0.004191,
        sequenceSeconds: 0.00003733,
        launchSeconds: 0.0003907,
        ingestSeconds: 0.06891,
        decodeScale: 1.038,
        prefillScale: 1.14,
      },
    },
    heldOut: {
      rows: 92,
      tpotError: 0.2303,
      ttftError: 0.2283,
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
        stepSeconds: 0.001318,
        sequenceSeconds: 0.000008218,
        launchSeconds: 0.0009049,
        ingestSeconds: 0.05616,
        decodeScale: 1.05,
        prefillScale: 0.985,
      },
    },
    heldOut: {
      rows: 45,
      tpotError: 0.1521,
      ttftError: 0.3628,
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
      tpotError: 0.1059,
      ttftError: 0.1896,
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
      tpotError: 0.1166,
      ttftError: 0.1739,
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
      tpotError: 0.1317,
      ttftError: 0.1856,
    },
  },
  {
    engine: "tensorrt-llm",
    without: {
      model: "gpt-oss-120b",
    },
    calibrations: {
      "tensorrt-llm/hopper": {
        stepSeconds: 0.0005461,
        sequenceSeconds: 0.0000135,
        launchSeconds: 0.0007813,
        ingestSeconds: 0.03508,
        decodeScale: 0.9349,
        prefillScale: 0.9758,
      },
    },
    heldOut: {
      rows: 97,
      tpotError: 0.1578,
      ttftError: 0.1785,
    },
  },
  {
    engine: "tensorrt-llm",
    without: {
      model: "llama-3.1-70b",
    },
    calibrations: {
      "tensorrt-llm/hopper": {
        stepSeconds: 0.0004527,
        sequenceSeconds: 0.000007839,
        launchSeconds: 0.0006679,
        ingestSeconds: 0.05419,
        decodeScale: 0.913,
        prefillScale: 1.04,
      },
      "tensorrt-llm/blackwell": {
        stepSeconds: 0.0004447,
        sequenceSeconds: 0.00001416,
        launchSeconds: 0.000369,
        ingestSeconds: 0.06804,
        decodeScale: 1.006,
        prefillScale: 1.001,
      },
    },
    heldOut: {
      rows: 216,
      tpotError: 0.07051,
      ttftError: 0.1989,
    },
  },
];

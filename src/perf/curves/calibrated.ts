/** Made by tools/perf/calibrate.ts from measured deployments (InferenceX, by ai-dynamo/aiconfigurator, Apache-2.0). */
import type { Calibration, Fold } from "../calibration.ts";

/** By engine and family of chips. */
export const calibrations: Readonly<Record<string, Calibration>> = {
  "vllm/hopper": {
    stepSeconds: 0.0005328,
    sequenceSeconds: 0.00001785,
    launchSeconds: 0.0003841,
    ingestSeconds: 0.02327,
    decodeScale: 1.03,
    prefillScale: 1.104,
    fittedOn: "InferenceX: Llama 3.1 70B, gpt-oss 120B, MiniMax M2.5 and Kimi K2.5 on H200",
    fit: {
      rows: 202,
      tpotError: 0.05522,
      ttftError: 0.08608,
    },
    date: "2026-11-27",
  },
  "vllm/blackwell": {
    stepSeconds: 0.001095,
    sequenceSeconds: 0.00002271,
    launchSeconds: 0.0005354,
    ingestSeconds: 0.02669,
    decodeScale: 0.9284,
    prefillScale: 1.138,
    fittedOn: "InferenceX: Llama 3.1 70B and MiniMax M2.5 on B200",
    fit: {
      rows: 332,
      tpotError: 0.05193,
      ttftError: 0.09882,
    },
    date: "2026-11-27",
  },
  "tensorrt-llm/hopper": {
    stepSeconds: 0.0007259,
    sequenceSeconds: 0.00001605,
    launchSeconds: 0.0005064,
    ingestSeconds: 0.03025,
    decodeScale: 0.9165,
    prefillScale: 0.967,
    fittedOn: "InferenceX: Llama 3.1 70B, DeepSeek R1 and gpt-oss 120B on H200",
    fit: {
      rows: 201,
      tpotError: 0.1184,
      ttftError: 0.0919,
    },
    date: "2026-11-27",
  },
  "tensorrt-llm/blackwell": {
    stepSeconds: 0.0005469,
    sequenceSeconds: 0.00003587,
    launchSeconds: 0.0003809,
    ingestSeconds: 0.02202,
    decodeScale: 0.8867,
    prefillScale: 0.9499,
    fittedOn: "InferenceX: Llama 3.1 70B and DeepSeek R1 on B200",
    fit: {
      rows: 246,
      tpotError: 0.07316,
      ttftError: 0.09088,
    },
    date: "2026-11-27",
  },
  "sglang/hopper": {
    stepSeconds: 0.002297,
    sequenceSeconds: 0.00001127,
    launchSeconds: 0.0004478,
    ingestSeconds: 0.05067,
    decodeScale: 0.9125,
    prefillScale: 0.9953,
    fittedOn: "InferenceX: DeepSeek V3, GLM 5 and Qwen3.5 397B on H200",
    fit: {
      rows: 62,
      tpotError: 0.1375,
      ttftError: 0.115,
    },
    date: "2026-11-27",
  },
  "sglang/blackwell": {
    stepSeconds: 0.001767,
    sequenceSeconds: 0.00001137,
    launchSeconds: 0.0005784,
    ingestSeconds: 0.0425,
    decodeScale: 1.12,
    prefillScale: 1.109,
    fittedOn: "InferenceX: GLM 5 and Qwen3.5 397B on B200",
    fit: {
      rows: 91,
      tpotError: 0.1083,
      ttftError: 0.1825,
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
      tpotError: 0.05937,
      ttftError: 0.1256,
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
      tpotError: 0.07938,
      ttftError: 0.1153,
    },
  },
  {
    engine: "vllm",
    without: {
      model: "minimax-m2.5",
    },
    calibrations: {
      "vllm/hopper": {
        stepSeconds: 0.0003874,
        sequenceSeconds: 0.00001544,
        launchSeconds: 0.0005577,
        ingestSeconds: 0.02194,
        decodeScale: 1.051,
        prefillScale: 1.104,
      },
      "vllm/blackwell": {
        stepSeconds: 0.0008521,
        sequenceSeconds: 0.00002772,
        launchSeconds: 0.0006694,
        ingestSeconds: 0.02405,
        decodeScale: 0.9402,
        prefillScale: 1.179,
      },
    },
    heldOut: {
      rows: 263,
      tpotError: 0.07645,
      ttftError: 0.137,
    },
  },
  {
    engine: "vllm",
    without: {
      model: "gpt-oss-120b",
    },
    calibrations: {
      "vllm/hopper": {
        stepSeconds: 0.0008464,
        sequenceSeconds: 0.00002751,
        launchSeconds: 0.0003666,
        ingestSeconds: 0.0252,
        decodeScale: 0.9998,
        prefillScale: 1.1,
      },
    },
    heldOut: {
      rows: 61,
      tpotError: 0.09865,
      ttftError: 0.1075,
    },
  },
  {
    engine: "vllm",
    without: {
      model: "kimi-k2.5",
    },
    calibrations: {
      "vllm/hopper": {
        stepSeconds: 0.0004076,
        sequenceSeconds: 0.00001739,
        launchSeconds: 0.0003687,
        ingestSeconds: 0.02267,
        decodeScale: 1.052,
        prefillScale: 1.11,
      },
    },
    heldOut: {
      rows: 30,
      tpotError: 0.05007,
      ttftError: 0.05701,
    },
  },
  {
    engine: "vllm",
    without: {
      model: "llama-3.1-70b",
    },
    calibrations: {
      "vllm/hopper": {
        stepSeconds: 0.0003789,
        sequenceSeconds: 0.00001906,
        launchSeconds: 0.0003782,
        ingestSeconds: 0.02276,
        decodeScale: 1.067,
        prefillScale: 1.038,
      },
      "vllm/blackwell": {
        stepSeconds: 0.001277,
        sequenceSeconds: 0.00001107,
        launchSeconds: 0.000505,
        ingestSeconds: 0.02705,
        decodeScale: 0.9659,
        prefillScale: 1.078,
      },
    },
    heldOut: {
      rows: 180,
      tpotError: 0.0537,
      ttftError: 0.113,
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
      tpotError: 0.1558,
      ttftError: 0.1338,
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
      tpotError: 0.1145,
      ttftError: 0.2202,
    },
  },
  {
    engine: "sglang",
    without: {
      model: "deepseek-r1",
    },
    calibrations: {
      "sglang/hopper": {
        stepSeconds: 0.002484,
        sequenceSeconds: 0.00001361,
        launchSeconds: 0.0005432,
        ingestSeconds: 0.02097,
        decodeScale: 0.9287,
        prefillScale: 1.066,
      },
    },
    heldOut: {
      rows: 16,
      tpotError: 0.3628,
      ttftError: 0.125,
    },
  },
  {
    engine: "sglang",
    without: {
      model: "qwen3.5-397b-a17b",
    },
    calibrations: {
      "sglang/hopper": {
        stepSeconds: 0.0001296,
        sequenceSeconds: 0.00001316,
        launchSeconds: 0.0003053,
        ingestSeconds: 0.1,
        decodeScale: 0.9388,
        prefillScale: 1.019,
      },
      "sglang/blackwell": {
        stepSeconds: 0.003061,
        sequenceSeconds: 0.0000516,
        launchSeconds: 0.0004361,
        ingestSeconds: 0.0365,
        decodeScale: 1.069,
        prefillScale: 1.135,
      },
    },
    heldOut: {
      rows: 92,
      tpotError: 0.2039,
      ttftError: 0.192,
    },
  },
  {
    engine: "sglang",
    without: {
      model: "glm-5",
    },
    calibrations: {
      "sglang/hopper": {
        stepSeconds: 0.002403,
        sequenceSeconds: 0.00001753,
        launchSeconds: 0.0005571,
        ingestSeconds: 0.01434,
        decodeScale: 0.8849,
        prefillScale: 0.9716,
      },
      "sglang/blackwell": {
        stepSeconds: 0.001439,
        sequenceSeconds: 0.000008696,
        launchSeconds: 0.0006665,
        ingestSeconds: 0.03627,
        decodeScale: 1.013,
        prefillScale: 1,
      },
    },
    heldOut: {
      rows: 45,
      tpotError: 0.1168,
      ttftError: 0.2006,
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
      tpotError: 0.07588,
      ttftError: 0.1573,
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
      tpotError: 0.1229,
      ttftError: 0.1375,
    },
  },
  {
    engine: "tensorrt-llm",
    without: {
      model: "deepseek-r1",
    },
    calibrations: {
      "tensorrt-llm/hopper": {
        stepSeconds: 0.0006644,
        sequenceSeconds: 0.00001407,
        launchSeconds: 0.0004874,
        ingestSeconds: 0.03452,
        decodeScale: 0.9176,
        prefillScale: 1.017,
      },
      "tensorrt-llm/blackwell": {
        stepSeconds: 0.0007923,
        sequenceSeconds: 0.00003012,
        launchSeconds: 0.0003269,
        ingestSeconds: 0.02109,
        decodeScale: 0.8646,
        prefillScale: 0.947,
      },
    },
    heldOut: {
      rows: 134,
      tpotError: 0.1039,
      ttftError: 0.1474,
    },
  },
  {
    engine: "tensorrt-llm",
    without: {
      model: "gpt-oss-120b",
    },
    calibrations: {
      "tensorrt-llm/hopper": {
        stepSeconds: 0.0009068,
        sequenceSeconds: 0.00001598,
        launchSeconds: 0.0005631,
        ingestSeconds: 0.02625,
        decodeScale: 0.8907,
        prefillScale: 0.9942,
      },
    },
    heldOut: {
      rows: 97,
      tpotError: 0.1777,
      ttftError: 0.1299,
    },
  },
  {
    engine: "tensorrt-llm",
    without: {
      model: "llama-3.1-70b",
    },
    calibrations: {
      "tensorrt-llm/hopper": {
        stepSeconds: 0.0004179,
        sequenceSeconds: 0.00001456,
        launchSeconds: 0.0004947,
        ingestSeconds: 0.04243,
        decodeScale: 0.8737,
        prefillScale: 1.004,
      },
      "tensorrt-llm/blackwell": {
        stepSeconds: 0.000626,
        sequenceSeconds: 0.0000152,
        launchSeconds: 0.0003293,
        ingestSeconds: 0.05579,
        decodeScale: 0.9765,
        prefillScale: 1.018,
      },
    },
    heldOut: {
      rows: 216,
      tpotError: 0.0717,
      ttftError: 0.1885,
    },
  },
];

/** Made by tools/perf/calibrate.ts from measured deployments (InferenceX, by ai-dynamo/aiconfigurator, Apache-2.0). */
import type { Calibration, Fold } from "../fitted.ts";

/** By engine and family of chips. */
export const calibrations: Readonly<Record<string, Calibration>> = {
  "vllm/hopper": {
    stepSeconds: 0.0005912,
    sequenceSeconds: 0.00001499,
    launchSeconds: 0.0003845,
    ingestSeconds: 0.02876,
    decodeScale: 1.033,
    prefillScale: 1.066,
    fittedOn: "InferenceX: Llama 3.1 70B, gpt-oss 120B, MiniMax M2.5 and Kimi K2.5 on H200",
    fit: {
      rows: 202,
      tpotError: 0.05686,
      ttftError: 0.09923,
    },
    date: "2026-11-28",
  },
  "vllm/blackwell": {
    stepSeconds: 0.0006057,
    sequenceSeconds: 0.00001512,
    launchSeconds: 0.0004218,
    ingestSeconds: 0.03061,
    decodeScale: 0.9968,
    prefillScale: 1.141,
    fittedOn: "InferenceX: Llama 3.1 70B and MiniMax M2.5 on B200",
    fit: {
      rows: 332,
      tpotError: 0.05043,
      ttftError: 0.1061,
    },
    date: "2026-11-28",
  },
  "tensorrt-llm/hopper": {
    stepSeconds: 0.0005892,
    sequenceSeconds: 0.00001483,
    launchSeconds: 0.0004271,
    ingestSeconds: 0.03,
    decodeScale: 0.9273,
    prefillScale: 0.9806,
    fittedOn: "InferenceX: Llama 3.1 70B, DeepSeek R1 and gpt-oss 120B on H200",
    fit: {
      rows: 201,
      tpotError: 0.07962,
      ttftError: 0.1023,
    },
    date: "2026-11-28",
  },
  "tensorrt-llm/blackwell": {
    stepSeconds: 0.0005976,
    sequenceSeconds: 0.00001515,
    launchSeconds: 0.0003916,
    ingestSeconds: 0.02922,
    decodeScale: 0.9135,
    prefillScale: 0.9417,
    fittedOn: "InferenceX: Llama 3.1 70B and DeepSeek R1 on B200",
    fit: {
      rows: 246,
      tpotError: 0.06692,
      ttftError: 0.1102,
    },
    date: "2026-11-28",
  },
  "sglang/hopper": {
    stepSeconds: 0.0006021,
    sequenceSeconds: 0.00001502,
    launchSeconds: 0.0004619,
    ingestSeconds: 0.03151,
    decodeScale: 0.926,
    prefillScale: 1.08,
    fittedOn: "InferenceX: DeepSeek V3, GLM 5 and Qwen3.5 397B on H200",
    fit: {
      rows: 62,
      tpotError: 0.09573,
      ttftError: 0.1948,
    },
    date: "2026-11-28",
  },
  "sglang/blackwell": {
    stepSeconds: 0.0005928,
    sequenceSeconds: 0.00001489,
    launchSeconds: 0.0004491,
    ingestSeconds: 0.03076,
    decodeScale: 0.9895,
    prefillScale: 1.103,
    fittedOn: "InferenceX: GLM 5 and Qwen3.5 397B on B200",
    fit: {
      rows: 91,
      tpotError: 0.08437,
      ttftError: 0.2333,
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
      tpotError: 0.05454,
      ttftError: 0.1219,
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
      tpotError: 0.05739,
      ttftError: 0.1121,
    },
  },
  {
    engine: "vllm",
    without: {
      model: "minimax-m2.5",
    },
    calibrations: {
      "vllm/hopper": {
        stepSeconds: 0.0005873,
        sequenceSeconds: 0.00001494,
        launchSeconds: 0.0003987,
        ingestSeconds: 0.0288,
        decodeScale: 1.033,
        prefillScale: 1.066,
      },
      "vllm/blackwell": {
        stepSeconds: 0.0006124,
        sequenceSeconds: 0.0000153,
        launchSeconds: 0.0004204,
        ingestSeconds: 0.03087,
        decodeScale: 0.9955,
        prefillScale: 1.168,
      },
    },
    heldOut: {
      rows: 263,
      tpotError: 0.05721,
      ttftError: 0.1146,
    },
  },
  {
    engine: "vllm",
    without: {
      model: "gpt-oss-120b",
    },
    calibrations: {
      "vllm/hopper": {
        stepSeconds: 0.0006011,
        sequenceSeconds: 0.00001505,
        launchSeconds: 0.0003776,
        ingestSeconds: 0.02906,
        decodeScale: 1.037,
        prefillScale: 1.063,
      },
    },
    heldOut: {
      rows: 61,
      tpotError: 0.04925,
      ttftError: 0.107,
    },
  },
  {
    engine: "vllm",
    without: {
      model: "kimi-k2.5",
    },
    calibrations: {
      "vllm/hopper": {
        stepSeconds: 0.0005864,
        sequenceSeconds: 0.00001494,
        launchSeconds: 0.0003824,
        ingestSeconds: 0.02838,
        decodeScale: 1.033,
        prefillScale: 1.065,
      },
    },
    heldOut: {
      rows: 30,
      tpotError: 0.04423,
      ttftError: 0.0437,
    },
  },
  {
    engine: "vllm",
    without: {
      model: "llama-3.1-70b",
    },
    calibrations: {
      "vllm/hopper": {
        stepSeconds: 0.0005854,
        sequenceSeconds: 0.00001491,
        launchSeconds: 0.0003763,
        ingestSeconds: 0.02908,
        decodeScale: 1,
        prefillScale: 1.024,
      },
      "vllm/blackwell": {
        stepSeconds: 0.000601,
        sequenceSeconds: 0.00001495,
        launchSeconds: 0.0004219,
        ingestSeconds: 0.03024,
        decodeScale: 0.9987,
        prefillScale: 1.07,
      },
    },
    heldOut: {
      rows: 180,
      tpotError: 0.05562,
      ttftError: 0.1134,
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
      tpotError: 0.09822,
      ttftError: 0.1822,
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
      tpotError: 0.08537,
      ttftError: 0.2263,
    },
  },
  {
    engine: "sglang",
    without: {
      model: "deepseek-r1",
    },
    calibrations: {
      "sglang/hopper": {
        stepSeconds: 0.0006157,
        sequenceSeconds: 0.00001518,
        launchSeconds: 0.0004734,
        ingestSeconds: 0.03164,
        decodeScale: 0.9696,
        prefillScale: 1.096,
      },
    },
    heldOut: {
      rows: 16,
      tpotError: 0.1563,
      ttftError: 0.06982,
    },
  },
  {
    engine: "sglang",
    without: {
      model: "qwen3.5-397b-a17b",
    },
    calibrations: {
      "sglang/hopper": {
        stepSeconds: 0.0005853,
        sequenceSeconds: 0.0000148,
        launchSeconds: 0.0004362,
        ingestSeconds: 0.03128,
        decodeScale: 0.8733,
        prefillScale: 1.066,
      },
      "sglang/blackwell": {
        stepSeconds: 0.000603,
        sequenceSeconds: 0.00001497,
        launchSeconds: 0.0004123,
        ingestSeconds: 0.03111,
        decodeScale: 1.088,
        prefillScale: 1.174,
      },
    },
    heldOut: {
      rows: 92,
      tpotError: 0.1014,
      ttftError: 0.2685,
    },
  },
  {
    engine: "sglang",
    without: {
      model: "glm-5",
    },
    calibrations: {
      "sglang/hopper": {
        stepSeconds: 0.000603,
        sequenceSeconds: 0.00001509,
        launchSeconds: 0.0004824,
        ingestSeconds: 0.03087,
        decodeScale: 0.9286,
        prefillScale: 0.9995,
      },
      "sglang/blackwell": {
        stepSeconds: 0.0005949,
        sequenceSeconds: 0.00001491,
        launchSeconds: 0.0004707,
        ingestSeconds: 0.03094,
        decodeScale: 0.9377,
        prefillScale: 1.039,
      },
    },
    heldOut: {
      rows: 45,
      tpotError: 0.07922,
      ttftError: 0.1087,
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
      tpotError: 0.06837,
      ttftError: 0.1343,
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
      tpotError: 0.07818,
      ttftError: 0.1093,
    },
  },
  {
    engine: "tensorrt-llm",
    without: {
      model: "deepseek-r1",
    },
    calibrations: {
      "tensorrt-llm/hopper": {
        stepSeconds: 0.0005845,
        sequenceSeconds: 0.00001477,
        launchSeconds: 0.0004105,
        ingestSeconds: 0.03014,
        decodeScale: 0.9265,
        prefillScale: 0.9836,
      },
      "tensorrt-llm/blackwell": {
        stepSeconds: 0.0005971,
        sequenceSeconds: 0.00001518,
        launchSeconds: 0.0003789,
        ingestSeconds: 0.02805,
        decodeScale: 0.905,
        prefillScale: 0.9216,
      },
    },
    heldOut: {
      rows: 134,
      tpotError: 0.09012,
      ttftError: 0.1537,
    },
  },
  {
    engine: "tensorrt-llm",
    without: {
      model: "gpt-oss-120b",
    },
    calibrations: {
      "tensorrt-llm/hopper": {
        stepSeconds: 0.0006021,
        sequenceSeconds: 0.00001496,
        launchSeconds: 0.0004624,
        ingestSeconds: 0.03004,
        decodeScale: 0.9289,
        prefillScale: 0.9827,
      },
    },
    heldOut: {
      rows: 97,
      tpotError: 0.09927,
      ttftError: 0.1157,
    },
  },
  {
    engine: "tensorrt-llm",
    without: {
      model: "llama-3.1-70b",
    },
    calibrations: {
      "tensorrt-llm/hopper": {
        stepSeconds: 0.0005742,
        sequenceSeconds: 0.00001471,
        launchSeconds: 0.0004533,
        ingestSeconds: 0.031,
        decodeScale: 0.888,
        prefillScale: 1.018,
      },
      "tensorrt-llm/blackwell": {
        stepSeconds: 0.0005938,
        sequenceSeconds: 0.00001506,
        launchSeconds: 0.0003952,
        ingestSeconds: 0.03066,
        decodeScale: 0.9439,
        prefillScale: 1.022,
      },
    },
    heldOut: {
      rows: 216,
      tpotError: 0.05731,
      ttftError: 0.1164,
    },
  },
];

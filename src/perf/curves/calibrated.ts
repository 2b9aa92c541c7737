/** Made by tools/perf/calibrate.ts from measured deployments (InferenceX, by ai-dynamo/aiconfigurator, Apache-2.0). */
import type { Calibration, Fold } from "./fitted.ts";

/** By engine and family of chips. */
export const calibrations: Readonly<Record<string, Calibration>> = {
  "vllm/hopper": {
    stepSeconds: 0.0005939,
    sequenceSeconds: 0.00001499,
    launchSeconds: 0.0003864,
    ingestSeconds: 0.02868,
    decodeScale: 1.039,
    prefillScale: 1.072,
    fittedOn: "InferenceX: Llama 3.1 70B, gpt-oss 120B, MiniMax M2.5 and Kimi K2.5 on H200",
    fit: {
      rows: 202,
      tpotError: 0.05104,
      ttftError: 0.09253,
    },
    date: "2026-11-28",
  },
  "vllm/blackwell": {
    stepSeconds: 0.0006076,
    sequenceSeconds: 0.00001513,
    launchSeconds: 0.0004233,
    ingestSeconds: 0.03057,
    decodeScale: 0.9985,
    prefillScale: 1.15,
    fittedOn: "InferenceX: Llama 3.1 70B and MiniMax M2.5 on B200",
    fit: {
      rows: 332,
      tpotError: 0.05091,
      ttftError: 0.1059,
    },
    date: "2026-11-28",
  },
  "tensorrt-llm/hopper": {
    stepSeconds: 0.0005944,
    sequenceSeconds: 0.00001485,
    launchSeconds: 0.00043,
    ingestSeconds: 0.03023,
    decodeScale: 0.9287,
    prefillScale: 0.993,
    fittedOn: "InferenceX: Llama 3.1 70B, DeepSeek R1 and gpt-oss 120B on H200",
    fit: {
      rows: 201,
      tpotError: 0.06802,
      ttftError: 0.09979,
    },
    date: "2026-11-28",
  },
  "tensorrt-llm/blackwell": {
    stepSeconds: 0.0005992,
    sequenceSeconds: 0.00001515,
    launchSeconds: 0.0003964,
    ingestSeconds: 0.0292,
    decodeScale: 0.9157,
    prefillScale: 0.9461,
    fittedOn: "InferenceX: Llama 3.1 70B and DeepSeek R1 on B200",
    fit: {
      rows: 246,
      tpotError: 0.05595,
      ttftError: 0.09786,
    },
    date: "2026-11-28",
  },
  "sglang/hopper": {
    stepSeconds: 0.0006024,
    sequenceSeconds: 0.00001502,
    launchSeconds: 0.0004596,
    ingestSeconds: 0.031,
    decodeScale: 0.929,
    prefillScale: 1.078,
    fittedOn: "InferenceX: DeepSeek V3, GLM 5 and Qwen3.5 397B on H200",
    fit: {
      rows: 62,
      tpotError: 0.1041,
      ttftError: 0.195,
    },
    date: "2026-11-28",
  },
  "sglang/blackwell": {
    stepSeconds: 0.0005936,
    sequenceSeconds: 0.00001494,
    launchSeconds: 0.0004508,
    ingestSeconds: 0.03078,
    decodeScale: 1.017,
    prefillScale: 1.102,
    fittedOn: "InferenceX: GLM 5 and Qwen3.5 397B on B200",
    fit: {
      rows: 91,
      tpotError: 0.08143,
      ttftError: 0.2373,
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
      tpotError: 0.05523,
      ttftError: 0.1198,
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
      tpotError: 0.05217,
      ttftError: 0.109,
    },
  },
  {
    engine: "vllm",
    without: {
      model: "minimax-m2.5",
    },
    calibrations: {
      "vllm/hopper": {
        stepSeconds: 0.0005927,
        sequenceSeconds: 0.000015,
        launchSeconds: 0.000398,
        ingestSeconds: 0.02874,
        decodeScale: 1.04,
        prefillScale: 1.07,
      },
      "vllm/blackwell": {
        stepSeconds: 0.0006113,
        sequenceSeconds: 0.00001531,
        launchSeconds: 0.0004207,
        ingestSeconds: 0.03094,
        decodeScale: 0.9957,
        prefillScale: 1.174,
      },
    },
    heldOut: {
      rows: 263,
      tpotError: 0.05499,
      ttftError: 0.1143,
    },
  },
  {
    engine: "vllm",
    without: {
      model: "gpt-oss-120b",
    },
    calibrations: {
      "vllm/hopper": {
        stepSeconds: 0.0006019,
        sequenceSeconds: 0.00001502,
        launchSeconds: 0.0003776,
        ingestSeconds: 0.02931,
        decodeScale: 1.041,
        prefillScale: 1.078,
      },
    },
    heldOut: {
      rows: 61,
      tpotError: 0.0457,
      ttftError: 0.1041,
    },
  },
  {
    engine: "vllm",
    without: {
      model: "kimi-k2.5",
    },
    calibrations: {
      "vllm/hopper": {
        stepSeconds: 0.0005895,
        sequenceSeconds: 0.00001497,
        launchSeconds: 0.0003833,
        ingestSeconds: 0.02848,
        decodeScale: 1.034,
        prefillScale: 1.072,
      },
    },
    heldOut: {
      rows: 30,
      tpotError: 0.04299,
      ttftError: 0.04538,
    },
  },
  {
    engine: "vllm",
    without: {
      model: "llama-3.1-70b",
    },
    calibrations: {
      "vllm/hopper": {
        stepSeconds: 0.0005874,
        sequenceSeconds: 0.00001491,
        launchSeconds: 0.0003794,
        ingestSeconds: 0.02921,
        decodeScale: 1.015,
        prefillScale: 1.025,
      },
      "vllm/blackwell": {
        stepSeconds: 0.0006043,
        sequenceSeconds: 0.00001496,
        launchSeconds: 0.0004228,
        ingestSeconds: 0.03001,
        decodeScale: 1.021,
        prefillScale: 1.065,
      },
    },
    heldOut: {
      rows: 180,
      tpotError: 0.05618,
      ttftError: 0.1186,
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
      tpotError: 0.1063,
      ttftError: 0.1885,
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
      tpotError: 0.08321,
      ttftError: 0.2377,
    },
  },
  {
    engine: "sglang",
    without: {
      model: "deepseek-r1",
    },
    calibrations: {
      "sglang/hopper": {
        stepSeconds: 0.0006162,
        sequenceSeconds: 0.00001521,
        launchSeconds: 0.0004767,
        ingestSeconds: 0.03166,
        decodeScale: 0.9859,
        prefillScale: 1.123,
      },
    },
    heldOut: {
      rows: 16,
      tpotError: 0.1528,
      ttftError: 0.05496,
    },
  },
  {
    engine: "sglang",
    without: {
      model: "qwen3.5-397b-a17b",
    },
    calibrations: {
      "sglang/hopper": {
        stepSeconds: 0.0005897,
        sequenceSeconds: 0.00001482,
        launchSeconds: 0.0004413,
        ingestSeconds: 0.03092,
        decodeScale: 0.8896,
        prefillScale: 1.068,
      },
      "sglang/blackwell": {
        stepSeconds: 0.0006035,
        sequenceSeconds: 0.00001498,
        launchSeconds: 0.0004127,
        ingestSeconds: 0.03103,
        decodeScale: 1.096,
        prefillScale: 1.173,
      },
    },
    heldOut: {
      rows: 92,
      tpotError: 0.1016,
      ttftError: 0.2707,
    },
  },
  {
    engine: "sglang",
    without: {
      model: "glm-5",
    },
    calibrations: {
      "sglang/hopper": {
        stepSeconds: 0.0006057,
        sequenceSeconds: 0.00001511,
        launchSeconds: 0.0004836,
        ingestSeconds: 0.03106,
        decodeScale: 0.9348,
        prefillScale: 1.005,
      },
      "sglang/blackwell": {
        stepSeconds: 0.0005939,
        sequenceSeconds: 0.00001496,
        launchSeconds: 0.0004801,
        ingestSeconds: 0.03092,
        decodeScale: 0.9533,
        prefillScale: 1.049,
      },
    },
    heldOut: {
      rows: 45,
      tpotError: 0.08213,
      ttftError: 0.1243,
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
      tpotError: 0.05643,
      ttftError: 0.1263,
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
      tpotError: 0.0667,
      ttftError: 0.1115,
    },
  },
  {
    engine: "tensorrt-llm",
    without: {
      model: "deepseek-r1",
    },
    calibrations: {
      "tensorrt-llm/hopper": {
        stepSeconds: 0.0005902,
        sequenceSeconds: 0.00001481,
        launchSeconds: 0.000412,
        ingestSeconds: 0.03022,
        decodeScale: 0.929,
        prefillScale: 0.9915,
      },
      "tensorrt-llm/blackwell": {
        stepSeconds: 0.0005975,
        sequenceSeconds: 0.00001518,
        launchSeconds: 0.000379,
        ingestSeconds: 0.02796,
        decodeScale: 0.9064,
        prefillScale: 0.9232,
      },
    },
    heldOut: {
      rows: 134,
      tpotError: 0.06503,
      ttftError: 0.1286,
    },
  },
  {
    engine: "tensorrt-llm",
    without: {
      model: "gpt-oss-120b",
    },
    calibrations: {
      "tensorrt-llm/hopper": {
        stepSeconds: 0.0006017,
        sequenceSeconds: 0.00001495,
        launchSeconds: 0.0004631,
        ingestSeconds: 0.03006,
        decodeScale: 0.9292,
        prefillScale: 0.9908,
      },
    },
    heldOut: {
      rows: 97,
      tpotError: 0.08242,
      ttftError: 0.1201,
    },
  },
  {
    engine: "tensorrt-llm",
    without: {
      model: "llama-3.1-70b",
    },
    calibrations: {
      "tensorrt-llm/hopper": {
        stepSeconds: 0.0005797,
        sequenceSeconds: 0.00001479,
        launchSeconds: 0.0004506,
        ingestSeconds: 0.03105,
        decodeScale: 0.9039,
        prefillScale: 1.018,
      },
      "tensorrt-llm/blackwell": {
        stepSeconds: 0.0005968,
        sequenceSeconds: 0.00001503,
        launchSeconds: 0.0004024,
        ingestSeconds: 0.03066,
        decodeScale: 0.964,
        prefillScale: 1.027,
      },
    },
    heldOut: {
      rows: 216,
      tpotError: 0.06148,
      ttftError: 0.1214,
    },
  },
];

/** Made by tools/perf/calibrate.ts from measured deployments (InferenceX, by ai-dynamo/aiconfigurator, Apache-2.0). */
import type { Calibration, Fold } from "../fitted.ts";

/** By engine and family of chips. */
export const calibrations: Readonly<Record<string, Calibration>> = {
  "vllm/hopper": {
    stepSeconds: 0.0005256,
    sequenceSeconds: 0.00001511,
    launchSeconds: 0.0003721,
    ingestSeconds: 0.02332,
    decodeScale: 1.036,
    prefillScale: 1.098,
    fittedOn: "InferenceX: Llama 3.1 70B, gpt-oss 120B, MiniMax M2.5 and Kimi K2.5 on H200",
    fit: {
      rows: 202,
      tpotError: 0.05459,
      ttftError: 0.07853,
    },
    date: "2026-11-28",
  },
  "vllm/blackwell": {
    stepSeconds: 0.0006469,
    sequenceSeconds: 0.00001616,
    launchSeconds: 0.0005006,
    ingestSeconds: 0.03023,
    decodeScale: 0.9867,
    prefillScale: 1.132,
    fittedOn: "InferenceX: Llama 3.1 70B and MiniMax M2.5 on B200",
    fit: {
      rows: 332,
      tpotError: 0.0497,
      ttftError: 0.1048,
    },
    date: "2026-11-28",
  },
  "tensorrt-llm/hopper": {
    stepSeconds: 0.0005065,
    sequenceSeconds: 0.00001309,
    launchSeconds: 0.000514,
    ingestSeconds: 0.02753,
    decodeScale: 0.9337,
    prefillScale: 0.9851,
    fittedOn: "InferenceX: Llama 3.1 70B, DeepSeek R1 and gpt-oss 120B on H200",
    fit: {
      rows: 201,
      tpotError: 0.07942,
      ttftError: 0.08715,
    },
    date: "2026-11-28",
  },
  "tensorrt-llm/blackwell": {
    stepSeconds: 0.0005968,
    sequenceSeconds: 0.00001724,
    launchSeconds: 0.0003795,
    ingestSeconds: 0.0246,
    decodeScale: 0.9083,
    prefillScale: 0.9531,
    fittedOn: "InferenceX: Llama 3.1 70B and DeepSeek R1 on B200",
    fit: {
      rows: 246,
      tpotError: 0.0653,
      ttftError: 0.109,
    },
    date: "2026-11-28",
  },
  "sglang/hopper": {
    stepSeconds: 0.0006578,
    sequenceSeconds: 0.00001572,
    launchSeconds: 0.0004886,
    ingestSeconds: 0.04012,
    decodeScale: 0.9251,
    prefillScale: 1.061,
    fittedOn: "InferenceX: DeepSeek V3, GLM 5 and Qwen3.5 397B on H200",
    fit: {
      rows: 62,
      tpotError: 0.09439,
      ttftError: 0.1679,
    },
    date: "2026-11-28",
  },
  "sglang/blackwell": {
    stepSeconds: 0.0005123,
    sequenceSeconds: 0.00001369,
    launchSeconds: 0.0005125,
    ingestSeconds: 0.03841,
    decodeScale: 0.9884,
    prefillScale: 1.079,
    fittedOn: "InferenceX: GLM 5 and Qwen3.5 397B on B200",
    fit: {
      rows: 91,
      tpotError: 0.08559,
      ttftError: 0.193,
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
      tpotError: 0.05414,
      ttftError: 0.1305,
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
      ttftError: 0.1304,
    },
  },
  {
    engine: "vllm",
    without: {
      model: "minimax-m2.5",
    },
    calibrations: {
      "vllm/hopper": {
        stepSeconds: 0.0005029,
        sequenceSeconds: 0.00001487,
        launchSeconds: 0.0004096,
        ingestSeconds: 0.02304,
        decodeScale: 1.038,
        prefillScale: 1.098,
      },
      "vllm/blackwell": {
        stepSeconds: 0.0007436,
        sequenceSeconds: 0.00002073,
        launchSeconds: 0.000523,
        ingestSeconds: 0.03138,
        decodeScale: 0.9656,
        prefillScale: 1.146,
      },
    },
    heldOut: {
      rows: 263,
      tpotError: 0.06312,
      ttftError: 0.1097,
    },
  },
  {
    engine: "vllm",
    without: {
      model: "gpt-oss-120b",
    },
    calibrations: {
      "vllm/hopper": {
        stepSeconds: 0.0006101,
        sequenceSeconds: 0.00001553,
        launchSeconds: 0.0003575,
        ingestSeconds: 0.02566,
        decodeScale: 1.035,
        prefillScale: 1.071,
      },
    },
    heldOut: {
      rows: 61,
      tpotError: 0.05063,
      ttftError: 0.123,
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
        sequenceSeconds: 0.00001444,
        launchSeconds: 0.0003744,
        ingestSeconds: 0.023,
        decodeScale: 1.044,
        prefillScale: 1.083,
      },
    },
    heldOut: {
      rows: 30,
      tpotError: 0.04499,
      ttftError: 0.05925,
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
        stepSeconds: 0.0006065,
        sequenceSeconds: 0.00001391,
        launchSeconds: 0.0004979,
        ingestSeconds: 0.02885,
        decodeScale: 0.991,
        prefillScale: 1.067,
      },
    },
    heldOut: {
      rows: 180,
      tpotError: 0.05369,
      ttftError: 0.1078,
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
      tpotError: 0.09859,
      ttftError: 0.1591,
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
      tpotError: 0.08697,
      ttftError: 0.2009,
    },
  },
  {
    engine: "sglang",
    without: {
      model: "deepseek-r1",
    },
    calibrations: {
      "sglang/hopper": {
        stepSeconds: 0.0008684,
        sequenceSeconds: 0.00001689,
        launchSeconds: 0.0005461,
        ingestSeconds: 0.02963,
        decodeScale: 0.9425,
        prefillScale: 1.075,
      },
    },
    heldOut: {
      rows: 16,
      tpotError: 0.1731,
      ttftError: 0.1047,
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
      tpotError: 0.1051,
      ttftError: 0.2538,
    },
  },
  {
    engine: "sglang",
    without: {
      model: "glm-5",
    },
    calibrations: {
      "sglang/hopper": {
        stepSeconds: 0.0006754,
        sequenceSeconds: 0.00001607,
        launchSeconds: 0.0005859,
        ingestSeconds: 0.02756,
        decodeScale: 0.9323,
        prefillScale: 0.9676,
      },
      "sglang/blackwell": {
        stepSeconds: 0.0004742,
        sequenceSeconds: 0.00001309,
        launchSeconds: 0.0006272,
        ingestSeconds: 0.03718,
        decodeScale: 0.9086,
        prefillScale: 1.039,
      },
    },
    heldOut: {
      rows: 45,
      tpotError: 0.09532,
      ttftError: 0.1984,
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
      tpotError: 0.07054,
      ttftError: 0.1558,
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
      tpotError: 0.07924,
      ttftError: 0.1189,
    },
  },
  {
    engine: "tensorrt-llm",
    without: {
      model: "deepseek-r1",
    },
    calibrations: {
      "tensorrt-llm/hopper": {
        stepSeconds: 0.0004882,
        sequenceSeconds: 0.00001295,
        launchSeconds: 0.0004719,
        ingestSeconds: 0.02888,
        decodeScale: 0.9348,
        prefillScale: 0.9846,
      },
      "tensorrt-llm/blackwell": {
        stepSeconds: 0.0005682,
        sequenceSeconds: 0.00001845,
        launchSeconds: 0.0003465,
        ingestSeconds: 0.02176,
        decodeScale: 0.9022,
        prefillScale: 0.9464,
      },
    },
    heldOut: {
      rows: 134,
      tpotError: 0.09015,
      ttftError: 0.1723,
    },
  },
  {
    engine: "tensorrt-llm",
    without: {
      model: "gpt-oss-120b",
    },
    calibrations: {
      "tensorrt-llm/hopper": {
        stepSeconds: 0.000629,
        sequenceSeconds: 0.00001428,
        launchSeconds: 0.0005551,
        ingestSeconds: 0.02894,
        decodeScale: 0.9274,
        prefillScale: 0.9749,
      },
    },
    heldOut: {
      rows: 97,
      tpotError: 0.108,
      ttftError: 0.09402,
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
      tpotError: 0.06064,
      ttftError: 0.1314,
    },
  },
];

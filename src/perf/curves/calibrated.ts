/** Made by tools/perf/calibrate.ts from measured deployments (InferenceX, by ai-dynamo/aiconfigurator, Apache-2.0). */
import type { Calibration, Fold } from "../calibration.ts";

/** By engine and family of chips. */
export const calibrations: Readonly<Record<string, Calibration>> = {
  "vllm/hopper": {
    stepSeconds: 0.0004103,
    sequenceSeconds: 0.00002142,
    launchSeconds: 0.0002268,
    ingestSeconds: 0.02697,
    decodeScale: 1.038,
    prefillScale: 1.089,
    fittedOn: "InferenceX: Llama 3.1 70B, gpt-oss 120B, MiniMax M2.5 and Kimi K2.5 on H200",
    fit: {
      rows: 202,
      tpotError: 0.06881,
      ttftError: 0.1045,
    },
    date: "2026-11-27",
  },
  "vllm/blackwell": {
    stepSeconds: 0.001148,
    sequenceSeconds: 0.0000299,
    launchSeconds: 0.0002102,
    ingestSeconds: 0.05282,
    decodeScale: 0.9374,
    prefillScale: 1.129,
    fittedOn: "InferenceX: Llama 3.1 70B and MiniMax M2.5 on B200",
    fit: {
      rows: 332,
      tpotError: 0.07442,
      ttftError: 0.1762,
    },
    date: "2026-11-27",
  },
  "tensorrt-llm/hopper": {
    stepSeconds: 0.0004869,
    sequenceSeconds: 0.000009993,
    launchSeconds: 0.000729,
    ingestSeconds: 0.0376,
    decodeScale: 0.9339,
    prefillScale: 1.009,
    fittedOn: "InferenceX: Llama 3.1 70B, DeepSeek R1 and gpt-oss 120B on H200",
    fit: {
      rows: 201,
      tpotError: 0.1218,
      ttftError: 0.1252,
    },
    date: "2026-11-27",
  },
  "tensorrt-llm/blackwell": {
    stepSeconds: 0.0007798,
    sequenceSeconds: 0.0000214,
    launchSeconds: 0.0005193,
    ingestSeconds: 0.01936,
    decodeScale: 0.8661,
    prefillScale: 0.9641,
    fittedOn: "InferenceX: Llama 3.1 70B and DeepSeek R1 on B200",
    fit: {
      rows: 246,
      tpotError: 0.09614,
      ttftError: 0.09142,
    },
    date: "2026-11-27",
  },
  "sglang/hopper": {
    stepSeconds: 0.001028,
    sequenceSeconds: 0.00001531,
    launchSeconds: 0.0005335,
    ingestSeconds: 0.05027,
    decodeScale: 0.9481,
    prefillScale: 0.9646,
    fittedOn: "InferenceX: DeepSeek V3, GLM 5 and Qwen3.5 397B on H200",
    fit: {
      rows: 62,
      tpotError: 0.1559,
      ttftError: 0.1304,
    },
    date: "2026-11-27",
  },
  "sglang/blackwell": {
    stepSeconds: 0.0009123,
    sequenceSeconds: 0.00001341,
    launchSeconds: 0.0005119,
    ingestSeconds: 0.03903,
    decodeScale: 1.1,
    prefillScale: 1.053,
    fittedOn: "InferenceX: GLM 5 and Qwen3.5 397B on B200",
    fit: {
      rows: 91,
      tpotError: 0.09896,
      ttftError: 0.1956,
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
      tpotError: 0.0816,
      ttftError: 0.1895,
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
      tpotError: 0.09032,
      ttftError: 0.1257,
    },
  },
  {
    engine: "vllm",
    without: {
      model: "minimax-m2.5",
    },
    calibrations: {
      "vllm/hopper": {
        stepSeconds: 0.0002506,
        sequenceSeconds: 0.00001452,
        launchSeconds: 0.0002321,
        ingestSeconds: 0.01568,
        decodeScale: 1.05,
        prefillScale: 1.117,
      },
      "vllm/blackwell": {
        stepSeconds: 0.0008578,
        sequenceSeconds: 0.0000257,
        launchSeconds: 0.0009214,
        ingestSeconds: 0.02105,
        decodeScale: 0.9356,
        prefillScale: 1.11,
      },
    },
    heldOut: {
      rows: 263,
      tpotError: 0.2369,
      ttftError: 0.4831,
    },
  },
  {
    engine: "vllm",
    without: {
      model: "gpt-oss-120b",
    },
    calibrations: {
      "vllm/hopper": {
        stepSeconds: 0.001558,
        sequenceSeconds: 0.00002342,
        launchSeconds: 0.0002314,
        ingestSeconds: 0.02993,
        decodeScale: 0.9565,
        prefillScale: 1.084,
      },
    },
    heldOut: {
      rows: 61,
      tpotError: 0.1944,
      ttftError: 0.1428,
    },
  },
  {
    engine: "vllm",
    without: {
      model: "kimi-k2.5",
    },
    calibrations: {
      "vllm/hopper": {
        stepSeconds: 0.0003912,
        sequenceSeconds: 0.00001913,
        launchSeconds: 0.0005065,
        ingestSeconds: 0.008091,
        decodeScale: 1.055,
        prefillScale: 1.116,
      },
    },
    heldOut: {
      rows: 30,
      tpotError: 0.09149,
      ttftError: 0.1306,
    },
  },
  {
    engine: "vllm",
    without: {
      model: "llama-3.1-70b",
    },
    calibrations: {
      "vllm/hopper": {
        stepSeconds: 0.000346,
        sequenceSeconds: 0.00002192,
        launchSeconds: 0.0002775,
        ingestSeconds: 0.02633,
        decodeScale: 1.026,
        prefillScale: 1.05,
      },
      "vllm/blackwell": {
        stepSeconds: 0.001313,
        sequenceSeconds: 0.00001367,
        launchSeconds: 0.0002045,
        ingestSeconds: 0.04532,
        decodeScale: 1.038,
        prefillScale: 1.085,
      },
    },
    heldOut: {
      rows: 180,
      tpotError: 0.07833,
      ttftError: 0.1146,
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
      tpotError: 0.1663,
      ttftError: 0.1228,
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
      tpotError: 0.106,
      ttftError: 0.2001,
    },
  },
  {
    engine: "sglang",
    without: {
      model: "deepseek-r1",
    },
    calibrations: {
      "sglang/hopper": {
        stepSeconds: 0.001469,
        sequenceSeconds: 0.00001369,
        launchSeconds: 0.0006329,
        ingestSeconds: 0.03614,
        decodeScale: 0.9435,
        prefillScale: 1.039,
      },
    },
    heldOut: {
      rows: 16,
      tpotError: 0.3644,
      ttftError: 0.1122,
    },
  },
  {
    engine: "sglang",
    without: {
      model: "qwen3.5-397b-a17b",
    },
    calibrations: {
      "sglang/hopper": {
        stepSeconds: 0.0003285,
        sequenceSeconds: 0.00001516,
        launchSeconds: 0.0004717,
        ingestSeconds: 0.05706,
        decodeScale: 0.8388,
        prefillScale: 0.9717,
      },
      "sglang/blackwell": {
        stepSeconds: 0.001741,
        sequenceSeconds: 0.00001649,
        launchSeconds: 0.0003637,
        ingestSeconds: 0.04026,
        decodeScale: 1.131,
        prefillScale: 1.155,
      },
    },
    heldOut: {
      rows: 92,
      tpotError: 0.1433,
      ttftError: 0.2562,
    },
  },
  {
    engine: "sglang",
    without: {
      model: "glm-5",
    },
    calibrations: {
      "sglang/hopper": {
        stepSeconds: 0.001282,
        sequenceSeconds: 0.00001382,
        launchSeconds: 0.0006568,
        ingestSeconds: 0.02655,
        decodeScale: 1.004,
        prefillScale: 0.9912,
      },
      "sglang/blackwell": {
        stepSeconds: 0.0007573,
        sequenceSeconds: 0.00001427,
        launchSeconds: 0.000773,
        ingestSeconds: 0.0387,
        decodeScale: 1.034,
        prefillScale: 1.024,
      },
    },
    heldOut: {
      rows: 45,
      tpotError: 0.1448,
      ttftError: 0.2292,
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
      tpotError: 0.1141,
      ttftError: 0.229,
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
      tpotError: 0.1254,
      ttftError: 0.175,
    },
  },
  {
    engine: "tensorrt-llm",
    without: {
      model: "deepseek-r1",
    },
    calibrations: {
      "tensorrt-llm/hopper": {
        stepSeconds: 0.0006617,
        sequenceSeconds: 0.00001545,
        launchSeconds: 0.0006894,
        ingestSeconds: 0.03695,
        decodeScale: 0.928,
        prefillScale: 0.9756,
      },
      "tensorrt-llm/blackwell": {
        stepSeconds: 0.0009566,
        sequenceSeconds: 0.00002696,
        launchSeconds: 0.0003969,
        ingestSeconds: 0.01708,
        decodeScale: 0.8472,
        prefillScale: 0.9827,
      },
    },
    heldOut: {
      rows: 134,
      tpotError: 0.1585,
      ttftError: 0.2048,
    },
  },
  {
    engine: "tensorrt-llm",
    without: {
      model: "gpt-oss-120b",
    },
    calibrations: {
      "tensorrt-llm/hopper": {
        stepSeconds: 0.0005559,
        sequenceSeconds: 0.00001369,
        launchSeconds: 0.0007518,
        ingestSeconds: 0.03085,
        decodeScale: 0.9217,
        prefillScale: 0.9345,
      },
    },
    heldOut: {
      rows: 97,
      tpotError: 0.1617,
      ttftError: 0.1435,
    },
  },
  {
    engine: "tensorrt-llm",
    without: {
      model: "llama-3.1-70b",
    },
    calibrations: {
      "tensorrt-llm/hopper": {
        stepSeconds: 0.00054,
        sequenceSeconds: 0.000006921,
        launchSeconds: 0.0006935,
        ingestSeconds: 0.05095,
        decodeScale: 0.8807,
        prefillScale: 0.9695,
      },
      "tensorrt-llm/blackwell": {
        stepSeconds: 0.0004321,
        sequenceSeconds: 0.000007779,
        launchSeconds: 0.0002886,
        ingestSeconds: 0.08723,
        decodeScale: 0.9461,
        prefillScale: 1.023,
      },
    },
    heldOut: {
      rows: 216,
      tpotError: 0.05804,
      ttftError: 0.2755,
    },
  },
];

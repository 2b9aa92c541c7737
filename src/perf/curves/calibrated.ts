/** Made by tools/perf/calibrate.ts from measured deployments (InferenceX, by ai-dynamo/aiconfigurator, Apache-2.0). */
import type { Calibration, Fold } from "../calibration.ts";

/** By engine and family of chips. */
export const calibrations: Readonly<Record<string, Calibration>> = {
  "vllm/hopper": {
    stepSeconds: 0.0003955,
    sequenceSeconds: 0.00002084,
    launchSeconds: 0.0003832,
    ingestSeconds: 0.02602,
    decodeScale: 1.053,
    prefillScale: 1.098,
    fittedOn: "InferenceX: Llama 3.1 70B, gpt-oss 120B, MiniMax M2.5 and Kimi K2.5 on H200",
    fit: {
      rows: 202,
      tpotError: 0.06538,
      ttftError: 0.09816,
    },
    date: "2026-11-27",
  },
  "vllm/blackwell": {
    stepSeconds: 0.001281,
    sequenceSeconds: 0.00003852,
    launchSeconds: 0.000155,
    ingestSeconds: 0.05961,
    decodeScale: 0.9151,
    prefillScale: 1.124,
    fittedOn: "InferenceX: Llama 3.1 70B and MiniMax M2.5 on B200",
    fit: {
      rows: 332,
      tpotError: 0.07433,
      ttftError: 0.1658,
    },
    date: "2026-11-27",
  },
  "tensorrt-llm/hopper": {
    stepSeconds: 0.0006001,
    sequenceSeconds: 0.00001121,
    launchSeconds: 0.0007244,
    ingestSeconds: 0.03549,
    decodeScale: 0.9227,
    prefillScale: 0.9822,
    fittedOn: "InferenceX: Llama 3.1 70B, DeepSeek R1 and gpt-oss 120B on H200",
    fit: {
      rows: 201,
      tpotError: 0.1133,
      ttftError: 0.1112,
    },
    date: "2026-11-27",
  },
  "tensorrt-llm/blackwell": {
    stepSeconds: 0.0006554,
    sequenceSeconds: 0.00002237,
    launchSeconds: 0.0005428,
    ingestSeconds: 0.01934,
    decodeScale: 0.8815,
    prefillScale: 0.981,
    fittedOn: "InferenceX: Llama 3.1 70B and DeepSeek R1 on B200",
    fit: {
      rows: 246,
      tpotError: 0.08556,
      ttftError: 0.08096,
    },
    date: "2026-11-27",
  },
  "sglang/hopper": {
    stepSeconds: 0.001251,
    sequenceSeconds: 0.00001443,
    launchSeconds: 0.000479,
    ingestSeconds: 0.08953,
    decodeScale: 1.026,
    prefillScale: 0.9911,
    fittedOn: "InferenceX: DeepSeek V3, GLM 5 and Qwen3.5 397B on H200",
    fit: {
      rows: 62,
      tpotError: 0.1617,
      ttftError: 0.1479,
    },
    date: "2026-11-27",
  },
  "sglang/blackwell": {
    stepSeconds: 0.001754,
    sequenceSeconds: 0.00001334,
    launchSeconds: 0.0004895,
    ingestSeconds: 0.06777,
    decodeScale: 1.177,
    prefillScale: 1.117,
    fittedOn: "InferenceX: GLM 5 and Qwen3.5 397B on B200",
    fit: {
      rows: 91,
      tpotError: 0.1061,
      ttftError: 0.214,
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
      tpotError: 0.08516,
      ttftError: 0.227,
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
      tpotError: 0.09402,
      ttftError: 0.1083,
    },
  },
  {
    engine: "vllm",
    without: {
      model: "minimax-m2.5",
    },
    calibrations: {
      "vllm/hopper": {
        stepSeconds: 0.0003286,
        sequenceSeconds: 0.00001687,
        launchSeconds: 0.0002414,
        ingestSeconds: 0.02513,
        decodeScale: 1.07,
        prefillScale: 1.115,
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
      tpotError: 0.1655,
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
        stepSeconds: 0.001443,
        sequenceSeconds: 0.00002271,
        launchSeconds: 0.0003838,
        ingestSeconds: 0.02891,
        decodeScale: 0.9583,
        prefillScale: 1.091,
      },
    },
    heldOut: {
      rows: 61,
      tpotError: 0.1775,
      ttftError: 0.1512,
    },
  },
  {
    engine: "vllm",
    without: {
      model: "kimi-k2.5",
    },
    calibrations: {
      "vllm/hopper": {
        stepSeconds: 0.0003971,
        sequenceSeconds: 0.00002483,
        launchSeconds: 0.000429,
        ingestSeconds: 0.0261,
        decodeScale: 1.05,
        prefillScale: 1.106,
      },
    },
    heldOut: {
      rows: 30,
      tpotError: 0.05225,
      ttftError: 0.06269,
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
      tpotError: 0.1659,
      ttftError: 0.1374,
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
      tpotError: 0.1166,
      ttftError: 0.243,
    },
  },
  {
    engine: "sglang",
    without: {
      model: "deepseek-r1",
    },
    calibrations: {
      "sglang/hopper": {
        stepSeconds: 0.002512,
        sequenceSeconds: 0.00001115,
        launchSeconds: 0.0006166,
        ingestSeconds: 0.03208,
        decodeScale: 0.9126,
        prefillScale: 1.057,
      },
    },
    heldOut: {
      rows: 16,
      tpotError: 0.3507,
      ttftError: 0.133,
    },
  },
  {
    engine: "sglang",
    without: {
      model: "qwen3.5-397b-a17b",
    },
    calibrations: {
      "sglang/hopper": {
        stepSeconds: 0.0001683,
        sequenceSeconds: 0.000008822,
        launchSeconds: 0.0003047,
        ingestSeconds: 0.1322,
        decodeScale: 0.9511,
        prefillScale: 1.039,
      },
      "sglang/blackwell": {
        stepSeconds: 0.002886,
        sequenceSeconds: 0.00002968,
        launchSeconds: 0.0003893,
        ingestSeconds: 0.05387,
        decodeScale: 1.107,
        prefillScale: 1.177,
      },
    },
    heldOut: {
      rows: 92,
      tpotError: 0.1819,
      ttftError: 0.2126,
    },
  },
  {
    engine: "sglang",
    without: {
      model: "glm-5",
    },
    calibrations: {
      "sglang/hopper": {
        stepSeconds: 0.001854,
        sequenceSeconds: 0.00001916,
        launchSeconds: 0.0007484,
        ingestSeconds: 0.03014,
        decodeScale: 0.9176,
        prefillScale: 0.9793,
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
      tpotError: 0.1492,
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
      tpotError: 0.09607,
      ttftError: 0.1815,
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
      tpotError: 0.1163,
      ttftError: 0.1713,
    },
  },
  {
    engine: "tensorrt-llm",
    without: {
      model: "deepseek-r1",
    },
    calibrations: {
      "tensorrt-llm/hopper": {
        stepSeconds: 0.0007955,
        sequenceSeconds: 0.00001167,
        launchSeconds: 0.0006034,
        ingestSeconds: 0.04683,
        decodeScale: 0.9039,
        prefillScale: 0.9972,
      },
      "tensorrt-llm/blackwell": {
        stepSeconds: 0.0008064,
        sequenceSeconds: 0.00002385,
        launchSeconds: 0.00043,
        ingestSeconds: 0.02474,
        decodeScale: 0.869,
        prefillScale: 0.9638,
      },
    },
    heldOut: {
      rows: 134,
      tpotError: 0.1286,
      ttftError: 0.2177,
    },
  },
  {
    engine: "tensorrt-llm",
    without: {
      model: "gpt-oss-120b",
    },
    calibrations: {
      "tensorrt-llm/hopper": {
        stepSeconds: 0.0006681,
        sequenceSeconds: 0.00001207,
        launchSeconds: 0.0008288,
        ingestSeconds: 0.02983,
        decodeScale: 0.9239,
        prefillScale: 0.9806,
      },
    },
    heldOut: {
      rows: 97,
      tpotError: 0.1632,
      ttftError: 0.1912,
    },
  },
  {
    engine: "tensorrt-llm",
    without: {
      model: "llama-3.1-70b",
    },
    calibrations: {
      "tensorrt-llm/hopper": {
        stepSeconds: 0.0004763,
        sequenceSeconds: 0.000007953,
        launchSeconds: 0.0006745,
        ingestSeconds: 0.05502,
        decodeScale: 0.926,
        prefillScale: 1.026,
      },
      "tensorrt-llm/blackwell": {
        stepSeconds: 0.000494,
        sequenceSeconds: 0.00001388,
        launchSeconds: 0.0003843,
        ingestSeconds: 0.06973,
        decodeScale: 0.9925,
        prefillScale: 0.9713,
      },
    },
    heldOut: {
      rows: 216,
      tpotError: 0.06514,
      ttftError: 0.1956,
    },
  },
];

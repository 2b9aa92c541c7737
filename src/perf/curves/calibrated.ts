/** Made by tools/perf/calibrate.ts from measured deployments (InferenceX, by ai-dynamo/aiconfigurator, Apache-2.0). */
import type { Calibration, Fold } from "../fitted.ts";

/** By engine and family of chips. */
export const calibrations: Readonly<Record<string, Calibration>> = {
  "vllm/hopper": {
    stepSeconds: 0.0005942,
    sequenceSeconds: 0.00001499,
    launchSeconds: 0.0003864,
    ingestSeconds: 0.02859,
    decodeScale: 1.038,
    prefillScale: 1.067,
    fittedOn: "InferenceX: Llama 3.1 70B, gpt-oss 120B, MiniMax M2.5 and Kimi K2.5 on H200",
    fit: {
      rows: 202,
      tpotError: 0.05404,
      ttftError: 0.09103,
    },
    date: "2026-11-28",
  },
  "vllm/blackwell": {
    stepSeconds: 0.0006078,
    sequenceSeconds: 0.00001513,
    launchSeconds: 0.0004231,
    ingestSeconds: 0.03057,
    decodeScale: 0.9985,
    prefillScale: 1.144,
    fittedOn: "InferenceX: Llama 3.1 70B and MiniMax M2.5 on B200",
    fit: {
      rows: 332,
      tpotError: 0.0514,
      ttftError: 0.1084,
    },
    date: "2026-11-28",
  },
  "tensorrt-llm/hopper": {
    stepSeconds: 0.0005948,
    sequenceSeconds: 0.00001486,
    launchSeconds: 0.0004301,
    ingestSeconds: 0.03023,
    decodeScale: 0.9282,
    prefillScale: 0.9888,
    fittedOn: "InferenceX: Llama 3.1 70B, DeepSeek R1 and gpt-oss 120B on H200",
    fit: {
      rows: 201,
      tpotError: 0.06798,
      ttftError: 0.09918,
    },
    date: "2026-11-28",
  },
  "tensorrt-llm/blackwell": {
    stepSeconds: 0.0005991,
    sequenceSeconds: 0.00001515,
    launchSeconds: 0.0003951,
    ingestSeconds: 0.02916,
    decodeScale: 0.9139,
    prefillScale: 0.9424,
    fittedOn: "InferenceX: Llama 3.1 70B and DeepSeek R1 on B200",
    fit: {
      rows: 246,
      tpotError: 0.06854,
      ttftError: 0.1072,
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
    stepSeconds: 0.0005948,
    sequenceSeconds: 0.00001493,
    launchSeconds: 0.0004509,
    ingestSeconds: 0.03077,
    decodeScale: 1.015,
    prefillScale: 1.102,
    fittedOn: "InferenceX: GLM 5 and Qwen3.5 397B on B200",
    fit: {
      rows: 91,
      tpotError: 0.08131,
      ttftError: 0.2376,
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
      tpotError: 0.05557,
      ttftError: 0.1242,
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
      tpotError: 0.05511,
      ttftError: 0.1086,
    },
  },
  {
    engine: "vllm",
    without: {
      model: "minimax-m2.5",
    },
    calibrations: {
      "vllm/hopper": {
        stepSeconds: 0.0005928,
        sequenceSeconds: 0.000015,
        launchSeconds: 0.0003979,
        ingestSeconds: 0.02874,
        decodeScale: 1.039,
        prefillScale: 1.066,
      },
      "vllm/blackwell": {
        stepSeconds: 0.0006116,
        sequenceSeconds: 0.00001531,
        launchSeconds: 0.0004206,
        ingestSeconds: 0.03096,
        decodeScale: 0.9953,
        prefillScale: 1.172,
      },
    },
    heldOut: {
      rows: 263,
      tpotError: 0.05747,
      ttftError: 0.1145,
    },
  },
  {
    engine: "vllm",
    without: {
      model: "gpt-oss-120b",
    },
    calibrations: {
      "vllm/hopper": {
        stepSeconds: 0.0006025,
        sequenceSeconds: 0.00001502,
        launchSeconds: 0.0003778,
        ingestSeconds: 0.02924,
        decodeScale: 1.041,
        prefillScale: 1.074,
      },
    },
    heldOut: {
      rows: 61,
      tpotError: 0.04575,
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
        stepSeconds: 0.0005893,
        sequenceSeconds: 0.00001497,
        launchSeconds: 0.0003838,
        ingestSeconds: 0.02836,
        decodeScale: 1.034,
        prefillScale: 1.071,
      },
    },
    heldOut: {
      rows: 30,
      tpotError: 0.04297,
      ttftError: 0.04531,
    },
  },
  {
    engine: "vllm",
    without: {
      model: "llama-3.1-70b",
    },
    calibrations: {
      "vllm/hopper": {
        stepSeconds: 0.0005839,
        sequenceSeconds: 0.00001491,
        launchSeconds: 0.0003806,
        ingestSeconds: 0.02888,
        decodeScale: 1.017,
        prefillScale: 1.023,
      },
      "vllm/blackwell": {
        stepSeconds: 0.0006043,
        sequenceSeconds: 0.00001496,
        launchSeconds: 0.0004228,
        ingestSeconds: 0.03002,
        decodeScale: 1.021,
        prefillScale: 1.065,
      },
    },
    heldOut: {
      rows: 180,
      tpotError: 0.05645,
      ttftError: 0.1187,
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
      tpotError: 0.1061,
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
      tpotError: 0.08314,
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
      ttftError: 0.05501,
    },
  },
  {
    engine: "sglang",
    without: {
      model: "qwen3.5-397b-a17b",
    },
    calibrations: {
      "sglang/hopper": {
        stepSeconds: 0.0005898,
        sequenceSeconds: 0.00001482,
        launchSeconds: 0.0004413,
        ingestSeconds: 0.03096,
        decodeScale: 0.8904,
        prefillScale: 1.067,
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
      tpotError: 0.1015,
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
        stepSeconds: 0.0006056,
        sequenceSeconds: 0.00001511,
        launchSeconds: 0.0004836,
        ingestSeconds: 0.03107,
        decodeScale: 0.9349,
        prefillScale: 1.005,
      },
      "sglang/blackwell": {
        stepSeconds: 0.0005936,
        sequenceSeconds: 0.00001493,
        launchSeconds: 0.0004727,
        ingestSeconds: 0.03086,
        decodeScale: 0.9552,
        prefillScale: 1.06,
      },
    },
    heldOut: {
      rows: 45,
      tpotError: 0.08156,
      ttftError: 0.1144,
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
      tpotError: 0.06997,
      ttftError: 0.1354,
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
      ttftError: 0.115,
    },
  },
  {
    engine: "tensorrt-llm",
    without: {
      model: "deepseek-r1",
    },
    calibrations: {
      "tensorrt-llm/hopper": {
        stepSeconds: 0.0005903,
        sequenceSeconds: 0.00001481,
        launchSeconds: 0.0004117,
        ingestSeconds: 0.0302,
        decodeScale: 0.9285,
        prefillScale: 0.988,
      },
      "tensorrt-llm/blackwell": {
        stepSeconds: 0.0005976,
        sequenceSeconds: 0.00001522,
        launchSeconds: 0.0003803,
        ingestSeconds: 0.02797,
        decodeScale: 0.9066,
        prefillScale: 0.9182,
      },
    },
    heldOut: {
      rows: 134,
      tpotError: 0.08701,
      ttftError: 0.1334,
    },
  },
  {
    engine: "tensorrt-llm",
    without: {
      model: "gpt-oss-120b",
    },
    calibrations: {
      "tensorrt-llm/hopper": {
        stepSeconds: 0.0006016,
        sequenceSeconds: 0.00001495,
        launchSeconds: 0.0004629,
        ingestSeconds: 0.03003,
        decodeScale: 0.9291,
        prefillScale: 0.9847,
      },
    },
    heldOut: {
      rows: 97,
      tpotError: 0.08234,
      ttftError: 0.12,
    },
  },
  {
    engine: "tensorrt-llm",
    without: {
      model: "llama-3.1-70b",
    },
    calibrations: {
      "tensorrt-llm/hopper": {
        stepSeconds: 0.0005793,
        sequenceSeconds: 0.00001478,
        launchSeconds: 0.0004507,
        ingestSeconds: 0.03104,
        decodeScale: 0.904,
        prefillScale: 1.018,
      },
      "tensorrt-llm/blackwell": {
        stepSeconds: 0.0005963,
        sequenceSeconds: 0.00001502,
        launchSeconds: 0.0004026,
        ingestSeconds: 0.03061,
        decodeScale: 0.9607,
        prefillScale: 1.017,
      },
    },
    heldOut: {
      rows: 216,
      tpotError: 0.06014,
      ttftError: 0.1176,
    },
  },
];

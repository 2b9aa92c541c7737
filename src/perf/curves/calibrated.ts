/** Made by tools/perf/calibrate.ts from measured deployments (InferenceX, by ai-dynamo/aiconfigurator, Apache-2.0). */
import type { Calibration, Fold } from "../calibration.ts";

/** By engine and family of chips. */
export const calibrations: Readonly<Record<string, Calibration>> = {
  "vllm/hopper": {
    stepSeconds: 0.002099,
    sequenceSeconds: 0.00001787,
    launchSeconds: 0.0004815,
    ingestSeconds: 0.01557,
    decodeScale: 0.957,
    prefillScale: 1.288,
    fittedOn: "InferenceX: Llama 3.1 70B in FP8 on H200",
    fit: {
      rows: 60,
      tpotError: 0.03484,
      ttftError: 0.06013,
    },
    date: "2026-11-27",
  },
  "vllm/blackwell": {
    stepSeconds: 0.001202,
    sequenceSeconds: 0.0000337,
    launchSeconds: 0.0007599,
    ingestSeconds: 0.02745,
    decodeScale: 0.8742,
    prefillScale: 1.346,
    fittedOn: "InferenceX: Llama 3.1 70B in FP8 and FP4 on B200",
    fit: {
      rows: 120,
      tpotError: 0.03267,
      ttftError: 0.07599,
    },
    date: "2026-11-27",
  },
  "tensorrt-llm/hopper": {
    stepSeconds: 0.001637,
    sequenceSeconds: 0.00001784,
    launchSeconds: 0.0003571,
    ingestSeconds: 0.02519,
    decodeScale: 0.823,
    prefillScale: 1.037,
    fittedOn: "InferenceX: Llama 3.1 70B in FP8 on H200",
    fit: {
      rows: 72,
      tpotError: 0.04671,
      ttftError: 0.04533,
    },
    date: "2026-11-27",
  },
  "tensorrt-llm/blackwell": {
    stepSeconds: 0.0007859,
    sequenceSeconds: 0.00002651,
    launchSeconds: 0.0004676,
    ingestSeconds: 0.02171,
    decodeScale: 0.8629,
    prefillScale: 1.005,
    fittedOn: "InferenceX: Llama 3.1 70B in FP8 and FP4 on B200",
    fit: {
      rows: 144,
      tpotError: 0.04318,
      ttftError: 0.04808,
    },
    date: "2026-11-27",
  },
  "sglang/hopper": {
    stepSeconds: 0.001234,
    sequenceSeconds: 0.00001531,
    launchSeconds: 0.0004401,
    ingestSeconds: 0.01905,
    decodeScale: 1.171,
    prefillScale: 1.144,
    fittedOn: "a single user's Llama 3.1 8B in FP8 on H200",
    fit: {
      rows: 46,
      tpotError: 0.05874,
      ttftError: 0.4933,
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
      rows: 120,
      tpotError: 0.1034,
      ttftError: 0.1411,
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
      rows: 60,
      tpotError: 0.1013,
      ttftError: 0.1262,
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
      rows: 144,
      tpotError: 0.05982,
      ttftError: 0.05743,
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
      rows: 72,
      tpotError: 0.06037,
      ttftError: 0.06546,
    },
  },
];

/** Made by tools/perf/calibrate.ts from measured deployments (InferenceX, by ai-dynamo/aiconfigurator, Apache-2.0). */
import type { Calibration, Fold } from "../calibration.ts";

/** By engine and family of chips. */
export const calibrations: Readonly<Record<string, Calibration>> = {
  "vllm/hopper": {
    stepSeconds: 0.001457,
    layerSeconds: 0.000008045,
    sequenceSeconds: 0.000009086,
    ingestSeconds: 0.0174,
    decodeScale: 0.9788,
    prefillScale: 1.068,
    fittedOn: "InferenceX: Llama 3.1 70B in FP8 on H200",
    fit: {
      rows: 60,
      tpotError: 0.03836,
      ttftError: 0.04117,
    },
    date: "2026-11-27",
  },
  "vllm/blackwell": {
    stepSeconds: 0.00224,
    layerSeconds: 1.346e-7,
    sequenceSeconds: 0.00004167,
    ingestSeconds: 0.06554,
    decodeScale: 0.7813,
    prefillScale: 0.8561,
    fittedOn: "InferenceX: Llama 3.1 70B in FP8 and FP4 on B200",
    fit: {
      rows: 120,
      tpotError: 0.06132,
      ttftError: 0.1851,
    },
    date: "2026-11-27",
  },
  "tensorrt-llm/hopper": {
    stepSeconds: 0.0005621,
    layerSeconds: 0.000004609,
    sequenceSeconds: 0.00001874,
    ingestSeconds: 0.02577,
    decodeScale: 0.7557,
    prefillScale: 0.8985,
    fittedOn: "InferenceX: Llama 3.1 70B in FP8 on H200",
    fit: {
      rows: 72,
      tpotError: 0.05261,
      ttftError: 0.0519,
    },
    date: "2026-11-27",
  },
  "tensorrt-llm/blackwell": {
    stepSeconds: 0.0009959,
    layerSeconds: 0.000005474,
    sequenceSeconds: 0.00001168,
    ingestSeconds: 0.02453,
    decodeScale: 0.7828,
    prefillScale: 0.9204,
    fittedOn: "InferenceX: Llama 3.1 70B in FP8 and FP4 on B200",
    fit: {
      rows: 144,
      tpotError: 0.08851,
      ttftError: 0.0732,
    },
    date: "2026-11-27",
  },
  "sglang/hopper": {
    stepSeconds: 0.000325,
    layerSeconds: 0.000006214,
    sequenceSeconds: 0.00001528,
    ingestSeconds: 0.07596,
    decodeScale: 1.181,
    prefillScale: 1.029,
    fittedOn: "a single user's Llama 3.1 8B in FP8 on H200",
    fit: {
      rows: 46,
      tpotError: 0.06106,
      ttftError: 0.5119,
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
      tpotError: 0.1304,
      ttftError: 0.2498,
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
      tpotError: 0.1378,
      ttftError: 0.1521,
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
      tpotError: 0.09652,
      ttftError: 0.07939,
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
      tpotError: 0.08192,
      ttftError: 0.06558,
    },
  },
];

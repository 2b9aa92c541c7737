/**
 * Made by tools/perf/calibrate-amd.ts from MLPerf v5.1's Offline runs (mlcommons/inference_results_v5.1), and the bands from
 * bench/perf/published.csv, on which nothing is fitted.
 */
import type { Bands, FamilyScale } from "./fitted.ts";

/** By family of chips. */
export const familyScales: Readonly<Record<string, FamilyScale>> = {
  cdna3: {
    scale: 1.28,
    fittedOn: "MLPerf v5.1 Offline: Llama 2 70B and Mixtral 8x7B on MI300X",
    runs: 7,
    error: 0.021,
    date: "2026-11-28",
  },
};

/** Of AMD's chips, whatever the model and engine. */
export const amdBands: Bands = {
  rows: 42,
  tpot: {
    low: 0.8054,
    high: 1.141,
  },
  ttft: {
    low: 0.8571,
    high: 2.922,
  },
};

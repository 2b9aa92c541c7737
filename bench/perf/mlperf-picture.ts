/** Predicted against measured, for each Server run: TPOT and TTFT at the offered rate, and tokens a second at the concurrency. */
import type { Prediction } from "../../src/perf/predict.ts";
import { comparisons } from "./chart.ts";
import type { Server } from "./mlperf-predict.ts";

type Point = { readonly run: Server; readonly predicted: Prediction; readonly tokensPerSecond: number };

export function mlperfPicture(scored: readonly Point[]): string {
  return comparisons([
    {
      title: "TPOT at the offered rate, ms",
      range: [5, 300],
      points: scored.map(({ run, predicted }) => ({
        group: run.benchmark,
        measured: run.tpotMs.mean,
        predicted: predicted.tpotMs.mean,
      })),
    },
    {
      title: "TTFT's 99th percentile, ms",
      range: [50, 30_000],
      points: scored.map(({ run, predicted }) => ({
        group: run.benchmark,
        measured: run.ttftMs.p99,
        predicted: predicted.ttftMs.p99,
      })),
    },
    {
      title: "Tokens/s of an accelerator at the measured concurrency",
      range: [10, 30_000],
      points: scored.map(({ run, tokensPerSecond }) => ({
        group: run.benchmark,
        measured: (run.requestsPerSecond * run.outputTokens) / run.accelerators,
        predicted: tokensPerSecond / run.accelerators,
      })),
    },
  ]);
}

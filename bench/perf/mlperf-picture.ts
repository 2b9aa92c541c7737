/** Predicted against measured, for each Server run: TPOT and TTFT at the offered rate, and tokens a second at the concurrency. */
import { comparisons, type Panel } from "./chart.ts";
import type { AtServer, Server } from "./mlperf-predict.ts";

type Point = AtServer & { readonly run: Server };

export function mlperfPicture(scored: readonly Point[]): string {
  return comparisons([
    ...latencies(scored),
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

/** TPOT and TTFT at the offered rate. */
export function latencies(scored: readonly Point[], ttftMsMost = 30_000): readonly Panel[] {
  return [
    {
      title: "TPOT at the offered rate, ms",
      range: [5, 300],
      points: scored.map(({ run, tpotMs }) => ({
        group: run.benchmark,
        measured: run.tpotMs.mean,
        predicted: tpotMs,
      })),
    },
    {
      title: "TTFT's 99th percentile, ms",
      range: [50, ttftMsMost],
      points: scored.map(({ run, predicted }) => ({
        group: run.benchmark,
        measured: run.ttftMs.p99,
        predicted: predicted.ttftMs.p99,
      })),
    },
  ];
}

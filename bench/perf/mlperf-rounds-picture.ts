/** Predicted against measured: Offline with nothing fitted, and TPOT and TTFT of Server and Interactive runs. */
import { comparisons } from "./chart.ts";
import type { AtServer, Offline, Server } from "./mlperf-predict.ts";
import { latencies } from "./mlperf-picture.ts";

export function roundsPicture(
  offline: readonly { readonly run: Offline; readonly before: number }[],
  scored: readonly (AtServer & { readonly run: Server })[],
): string {
  return comparisons([
    {
      title: "Offline, nothing fitted: tokens/s of an accelerator",
      range: [100, 100_000],
      points: offline.map(({ run, before }) => {
        const measured = run.tokensPerSecond / run.accelerators;
        return { group: run.benchmark, measured, predicted: measured * (1 + before) };
      }),
    },
    ...latencies(scored, 100_000),
  ]);
}

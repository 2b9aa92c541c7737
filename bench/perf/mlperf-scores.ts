/** How far off predictions of MLPerf's Server and Interactive runs are. */
import { median } from "../../src/perf/statistics.ts";
import { mean } from "./measured.ts";
import type { AtServer, Server } from "./mlperf-predict.ts";

export function scoresOf(of: readonly (AtServer & { readonly run: Server })[]) {
  const errors = (value: (one: (typeof of)[number]) => number) => of.map((one) => Math.abs(value(one) - 1) * 100);
  const tpot = errors(({ run, tpotMs }) => tpotMs / run.tpotMs.mean);
  const ttft = errors(({ run, predicted: by }) => by.ttftMs.p99 / run.ttftMs.p99);
  const rate = errors(({ run, tokensPerSecond }) => tokensPerSecond / (run.requestsPerSecond * run.outputTokens));
  const given = errors(({ run, tpotMsAtConcurrency }) => tpotMsAtConcurrency / run.tpotMs.mean);
  return {
    runs: of.length,
    "TPOT, %": rounded(mean(tpot)),
    "TPOT median": rounded(median(tpot)),
    "TPOT bias": percent(median(of.map(({ run, tpotMs }) => tpotMs / run.tpotMs.mean - 1))),
    "TTFT p99, %": rounded(mean(ttft)),
    "TTFT median": rounded(median(ttft)),
    "at concurrency: tokens/s, %": rounded(mean(rate)),
    "TPOT then, %": rounded(mean(given)),
  };
}

export function percent(share: number): string {
  return `${share > 0 ? "+" : ""}${(share * 100).toFixed(0)} %`;
}

function rounded(value: number): number {
  return Number(value.toFixed(1));
}

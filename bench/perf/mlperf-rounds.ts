/**
 * MLPerf inference v4.1 and v6.0: Offline with nothing fitted at all, and Server and Interactive runs with a scale from the
 * submitter's own Offline run, as in mlperf.ts. Nothing was ever fitted to these rounds. Their first scores were blind, and are in
 * the commit that brought this file. Since then they were looked at: to find AMD's scheduler, products of matrices on cards with
 * little bandwidth, and Blackwell Ultra's power.
 *
 *   node bench/perf/mlperf-rounds.ts [--replicas 2] [--json]
 *
 * `mlperf-rounds.csv` has a line for each run: how it was run, by the configuration that its submitter publishes, and what
 * its log says (mlcommons/inference_results_v4.1, and v6.0 as gbeezybez/inference_results_v6.0 mirrors it). Of a system
 * with more replicas, two are simulated with their share of the requests, to save time: the others are the same. It takes a minute, so `npm run bench:perf` leaves it out.
 */
import { parseArgs } from "node:util";
import { median } from "../../src/perf/statistics.ts";
import { csvOf, keep } from "./data.ts";
import { mean } from "./measured.ts";
import type { MlperfRun } from "./mlperf-measured.ts";
import { type AtServer, fit, type Offline, offlineFor, predictServer, type Server } from "./mlperf-predict.ts";
import { readRounds } from "./mlperf-rounds-measured.ts";
import { roundsPicture } from "./mlperf-rounds-picture.ts";
import { percent, scoresOf } from "./mlperf-scores.ts";

const { values } = parseArgs({
  options: { replicas: { type: "string", default: "2" }, json: { type: "boolean", default: false } },
});
const runs = readRounds();
const offline = runs.filter((run): run is Offline => run.scenario === "Offline").map((run) => ({ run, ...fit(run) }));
const fits = new Map(offline.map((one) => [one.run, one]));
const scored = runs.flatMap((run): (AtServer & { run: Server; fitted: (typeof offline)[number] })[] => {
  if (run.scenario === "Offline") return [];
  const ownRound = runs.filter(({ round }) => round === run.round);
  const fitted = fits.get(offlineFor(run, ownRound)!)!;
  const share = shareOf(run, Number(values.replicas));
  return [{ run: share, fitted, ...predictServer(share, fitted.scale) }];
});

const absolute = grouped(offline).map(([what, of]) => {
  const errors = of.map(({ before }) => before * 100);
  return {
    what,
    runs: of.length,
    "tokens/s, %": Number(mean(errors.map(Math.abs)).toFixed(1)),
    median: Number(median(errors.map(Math.abs)).toFixed(1)),
    bias: percent(median(errors) / 100),
  };
});
const atRate = grouped(scored).map(([what, of]) => ({ what, ...scoresOf(of) }));
if (values.json) console.log(JSON.stringify({ offline: absolute, server: atRate }));
else {
  console.log("Offline, nothing fitted: error of tokens/s.");
  console.table(absolute);
  console.log("Server and Interactive with the scale of the submitter's Offline run: TPOT, TTFT's 99th percentile,");
  console.log("and tokens/s and TPOT at the concurrency that was measured.");
  console.table(atRate);
  console.log("Also in bench/perf/out/: mlperf-rounds.csv, mlperf-rounds.svg");
}
keep(
  "mlperf-rounds.csv",
  csvOf([
    ...offline.map(({ run, before }) => ({
      ...nameOf(run),
      tokens_per_s: run.tokensPerSecond.toFixed(0),
      predicted_tokens_per_s: (run.tokensPerSecond * (1 + before)).toFixed(0),
      scale: "",
      tpot_percent_per_percent: "",
      tpot_ms: "",
      predicted_tpot_ms: "",
      predicted_tpot_ms_at_concurrency: "",
      ttft_p99_ms: "",
      predicted_ttft_p99_ms: "",
    })),
    ...scored.map(({ run, fitted, sensitivity, predicted, tpotMs, tokensPerSecond, tpotMsAtConcurrency }) => ({
      ...nameOf(run),
      tokens_per_s: (run.requestsPerSecond * run.outputTokens).toFixed(0),
      predicted_tokens_per_s: tokensPerSecond.toFixed(0),
      scale: fitted.scale.toFixed(3),
      tpot_percent_per_percent: sensitivity.toFixed(1),
      tpot_ms: run.tpotMs.mean,
      predicted_tpot_ms: tpotMs.toFixed(2),
      predicted_tpot_ms_at_concurrency: tpotMsAtConcurrency.toFixed(2),
      ttft_p99_ms: run.ttftMs.p99,
      predicted_ttft_p99_ms: predicted.ttftMs.p99.toFixed(1),
    })),
  ]),
);
keep("mlperf-rounds.svg", roundsPicture(offline, scored));

function nameOf({ round, path, served }: MlperfRun) {
  return { round, path, chip: served.chip.name };
}

/** So many replicas of a system, with their share of what is asked. */
function shareOf(run: Server, most: number): Server {
  const replicas = Math.min(run.replicas, most);
  const share = replicas / run.replicas;
  return {
    ...run,
    replicas,
    accelerators: run.accelerators * share,
    requests: Math.round(run.requests * share),
    requestsPerSecond: run.requestsPerSecond * share,
  };
}

/** By round and scenario, and then by model and chip. */
function grouped<T extends { readonly run: MlperfRun }>(of: readonly T[]): [string, T[]][] {
  const by = (nameOf: (run: MlperfRun) => string) => [...Map.groupBy(of, ({ run }) => nameOf(run))].toSorted();
  return [
    ...by(({ round, scenario }) => `${round} ${scenario}`),
    ...by(({ round, scenario, benchmark, served }) => `${round} ${scenario}: ${benchmark}, ${served.chip.name}`),
  ];
}

/**
 * MLPerf inference v5.1: the Server and Interactive scenarios at the rate that was offered, predicted with what was fitted
 * on Offline.
 *
 *   node bench/perf/mlperf.ts [--data ../shared/data/perf] [--json]
 *
 * Offline runs say how fast a system is with a model at full load: one number, a scale, is fitted to each,
 * and nothing on a Server or Interactive run. The targets are of Server runs; Interactive ones are the same with shorter
 * steps, for limits of latency that are a fifth to a half. AMD's kernels are as AMD timed them one by one.
 *
 * Under an open load close to what a machine can do, TPOT is ill-conditioned: one percent more may be ten of TPOT. So that
 * is told beside (`sensitivity`), and tokens a second and TPOT are scored, too, at the concurrency that was measured (by
 * Little's law).
 */
import { parseArgs } from "node:util";
import { csvOf, keep, verdictOf } from "./data.ts";
import { defaultData, mean } from "./measured.ts";
import { readMlperf } from "./mlperf-measured.ts";
import { mlperfPicture } from "./mlperf-picture.ts";
import { type AtServer, fit, type Offline, offlineFor, predictServer, type Server } from "./mlperf-predict.ts";
import { percent, scoresOf } from "./mlperf-scores.ts";

const { values } = parseArgs({
  options: { data: { type: "string", default: defaultData }, json: { type: "boolean", default: false } },
});
const targets = { tpot: 12, ttft: 25 };
const { runs, left } = readMlperf(values.data);
const scored: Scored[] = [];
type Scored = AtServer & { readonly run: Server; readonly fittedOn: Fitted; readonly rho: number };
type Fitted = { readonly run: Offline; readonly before: number; readonly scale: number };
const fits = new Map<Offline, Fitted>();
for (const run of runs) {
  if (run.scenario === "Offline") continue;
  const offline = offlineFor(run, runs);
  if (offline === undefined) continue;
  const fitted = fits.get(offline) ?? { run: offline, ...fit(offline) };
  fits.set(offline, fitted);
  const rho =
    (run.requestsPerSecond * run.outputTokens) / run.accelerators / (offline.tokensPerSecond / offline.accelerators);
  scored.push({ run, fittedOn: fitted, rho, ...predictServer(run, fitted.scale) });
}

const server = scored.filter(({ run }) => run.scenario === "Server");
const interactive = scored.filter(({ run }) => run.scenario === "Interactive");
const verdicts = [
  summary("all Server runs", server),
  summary(
    "NVIDIA",
    server.filter(({ run }) => run.served.chip.vendor === "NVIDIA"),
  ),
  summary(
    "AMD",
    server.filter(({ run }) => run.served.chip.vendor === "AMD"),
  ),
  ...[...Map.groupBy(server, ({ run }) => run.benchmark)].map(([name, of]) => summary(name, of)),
  ...[...Map.groupBy(server, conditioning)].map(([name, of]) => summary(name, of)),
  summary("all Interactive runs", interactive),
  ...[...Map.groupBy(interactive, ({ run }) => run.benchmark)].map(([name, of]) => summary(`${name} interactive`, of)),
];
const fitted = [...fits.values()].map(({ run, before, scale }) => ({
  run: `${run.submitter} ${run.system} ${run.benchmark}`,
  "tokens/s": run.tokensPerSecond,
  before: percent(before),
  scale: scale.toFixed(3),
}));
const offlineBefore = mean([...fits.values()].map(({ before }) => Math.abs(before))) * 100;
if (values.json) console.log(JSON.stringify({ fits: fitted, verdicts, left: [...left] }));
else {
  console.log("Fitted on Offline runs, a scale on each; `before` is how far off it was without:");
  console.table(fitted);
  console.log(`Offline without any fit: ${offlineBefore.toFixed(0)} % off on average.`);
  console.log(
    "Server and Interactive, held out: mean error of TPOT, of TTFT's 99th percentile, and of tokens/s at the measured concurrency:",
  );
  console.table(verdicts);
  for (const [reason, count] of left) console.log(`${count} runs left out: ${reason}.`);
  console.log("Also in bench/perf/out/: mlperf.csv, mlperf.svg");
}
keep(
  "mlperf.csv",
  csvOf(
    scored.map(({ run, fittedOn, rho, sensitivity, predicted: by, tpotMs, tokensPerSecond, tpotMsAtConcurrency }) => ({
      path: run.path,
      chip: run.served.chip.name,
      benchmark: run.benchmark,
      weights: run.served.weights,
      tp: run.served.tensorParallel,
      replicas: run.replicas,
      scale: fittedOn.scale.toFixed(3),
      rho: rho.toFixed(3),
      tpot_percent_per_percent: sensitivity.toFixed(1),
      requests_per_s: run.requestsPerSecond,
      tpot_ms: run.tpotMs.mean,
      predicted_tpot_ms: tpotMs.toFixed(2),
      predicted_tpot_ms_at_concurrency: tpotMsAtConcurrency.toFixed(2),
      ttft_ms: run.ttftMs.mean,
      predicted_ttft_ms: by.ttftMs.mean.toFixed(1),
      ttft_p99_ms: run.ttftMs.p99,
      predicted_ttft_p99_ms: by.ttftMs.p99.toFixed(1),
      tokens_per_s: (run.requestsPerSecond * run.outputTokens).toFixed(0),
      predicted_tokens_per_s_at_concurrency: tokensPerSecond.toFixed(0),
    })),
  ),
);
keep("mlperf.svg", mlperfPicture(server));

/** How much hangs on a percent of what is offered. */
function conditioning({ sensitivity }: Scored): string {
  if (sensitivity < 3) return "a percent moves TPOT by under 3 %";
  return sensitivity < 10 ? "by 3 to 10 %" : "by 10 % and more";
}

function summary(what: string, of: readonly Scored[]) {
  const scores = scoresOf(of);
  return {
    what,
    ...scores,
    tpot: verdictOf(scores["TPOT, %"], targets.tpot),
    ttft: verdictOf(scores["TTFT p99, %"], targets.ttft),
  };
}

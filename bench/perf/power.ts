/**
 * Energy: joules a token against the wall power of MLPerf inference v5.1 (eight B200, Lenovo), none of it fitted on these.
 *
 *   node bench/perf/power.ts [--data ../shared/data/perf] [--json]
 *
 * An accelerator's power is fitted on A100 (Splitwise; tools/perf/fit-power.ts), and carried over by idle power and TDP.
 * Throughput is fitted on Offline runs of all submitters (mlperf.ts); Server runs are at the offered rate. What remains is
 * one number, the server's host, fans and losses by accelerator: the estimate of src/perf/power/power.ts; and, held out by model,
 * what the runs of the other models leave for it.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { chipNamed } from "../../src/catalog/chips.ts";
import { acceleratorWatts, hostWatts, type Power } from "../../src/perf/power/power.ts";
import { absent, csvOf, keep, verdictOf } from "./data.ts";
import { defaultData, mean } from "./measured.ts";
import { type MlperfRun, readMlperf } from "./mlperf-measured.ts";
import { fit, offlineFor, offlineLoad, on, predictServer } from "./mlperf-predict.ts";
import { powerPicture } from "./power-picture.ts";
import { readSplitwise } from "./splitwise-power.ts";

const { values } = parseArgs({
  options: { data: { type: "string", default: defaultData }, json: { type: "boolean", default: false } },
});
const errorMost = 10;

const splitwise = join(values.data, "splitwise_perf_model.csv");
if (!existsSync(splitwise)) absent(splitwise, "https://github.com/Mutinifni/splitwise-sim");
const a100 = chipNamed("a100");
const ofA100 = readSplitwise(values.data).map(({ model, prompt, decode, average }) => {
  const joules = acceleratorWatts(a100, prompt)! * prompt.seconds + acceleratorWatts(a100, decode)! * decode.seconds;
  return { model, error: Math.abs(joules / (prompt.seconds + decode.seconds) / a100.tdpWatts!.value / average - 1) };
});

const { runs } = readMlperf(values.data);
const metered = runs.filter((run) => run.wallWatts !== undefined);
const rows = metered.map(rowOf);
const held = rows.map((row) => {
  const others = rows.filter(({ benchmark }) => benchmark !== row.benchmark);
  const host = mean(others.map(({ measuredWatts, acceleratorWatts: own }) => measuredWatts - own));
  return { ...row, host, joulesHeldOut: (row.acceleratorWatts + host) / row.tokensPerSecond };
});

const error = (of: (row: (typeof held)[number]) => number) =>
  held.map((row) => Math.abs(of(row) / row.joules - 1) * 100);
const fixed = error(({ predictedJoules }) => predictedJoules);
const heldOut = error(({ joulesHeldOut }) => joulesHeldOut);
const table = held.map((row, at) => ({
  run: `${row.benchmark} ${row.scenario}`,
  "W, measured": row.measuredWatts.toFixed(0),
  "W, predicted": (row.acceleratorWatts + hostWatts).toFixed(0),
  "of it the accelerator": row.acceleratorWatts.toFixed(0),
  "J/token, measured": row.joules.toPrecision(3),
  "J/token, predicted": row.predictedJoules.toPrecision(3),
  "error, %": fixed[at]!.toFixed(1),
  target: verdictOf(fixed[at]!, errorMost),
  "host held out, W": row.host.toFixed(0),
  "error then, %": heldOut[at]!.toFixed(1),
  "target then": verdictOf(heldOut[at]!, errorMost),
}));
const onA100 = [...Map.groupBy(ofA100, ({ model }) => model)].map(([model, of]) => ({
  model,
  runs: of.length,
  "average power, % off": Number((mean(of.map((one) => one.error)) * 100).toFixed(1)),
}));
if (values.json) console.log(JSON.stringify({ table, onA100 }));
else {
  console.log("Power of A100 in Splitwise (fitted on llama2-70b; bloom-176b held out):");
  console.table(onA100);
  console.log(`MLPerf, wall power by accelerator; the host's ${hostWatts} W, and as the other models' runs have it:`);
  console.table(table);
  console.log(`J/token with the host's ${hostWatts} W: ${said(fixed)}.`);
  console.log(`J/token with what the other models' runs leave for the host: ${said(heldOut)}.`);
  console.log("Also in bench/perf/out/: power.csv, power.svg");
}
keep("power.csv", csvOf(table));
keep(
  "power.svg",
  powerPicture(held.map((row) => ({ ...row, run: `${row.benchmark} ${row.scenario}`, host: hostWatts }))),
);

function rowOf(run: MlperfRun) {
  const offline = offlineFor(run, runs)!;
  const { scale } = fit(offline);
  const prediction =
    run.scenario === "Offline" ? on(run, offlineLoad(run), scale) : predictServer(run, scale).predicted;
  const measured = run.scenario === "Offline" ? run.tokensPerSecond : run.requestsPerSecond * run.outputTokens;
  const power = predictedPower(prediction.power);
  return {
    benchmark: run.benchmark,
    scenario: run.scenario,
    measuredWatts: run.wallWatts! / run.accelerators,
    acceleratorWatts: power.acceleratorWatts,
    tokensPerSecond: prediction.outputTokensPerSecondPerAccelerator,
    joules: run.wallWatts! / measured,
    predictedJoules: power.joulesPerOutputToken,
  };
}

function said(errors: readonly number[]): string {
  const worst = Math.max(...errors);
  return `${mean(errors).toFixed(1)} % off on average, ${worst.toFixed(1)} % at worst, ${verdictOf(worst, errorMost)}`;
}

function predictedPower(power: Power) {
  if (power.type === "unavailable") throw new Error(power.reason);
  return power;
}

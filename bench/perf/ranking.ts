/**
 * Whether predictions put configurations in the right order, which is what they are asked for.
 *
 *   node bench/perf/ranking.ts [--data ../shared/data/perf] [--json]
 *
 * The configurations of one model at one pair of lengths (chips, engines, precisions, splits, clients) by tokens a second
 * and accelerator, and by tokens a second and user: Kendall's tau between measured and predicted. Pareto regret: what of
 * the area under the measured front is lost when those on the predicted front are run instead. Rows that were fitted on
 * are predicted without their chip.
 *
 * Tau is over every two runs of different configurations: two runs of one are no pair that could be ordered, and a run that stands in
 * the export twice is one. A pair that is predicted alike counts as half right. Racks are pools, whatever the export says, and
 * have no part (bench/perf/disaggregated.ts).
 *
 * Beside tau by user stand:
 *
 * - the same over every two rows, repeats and doubles among them, and tau-b of those, which takes no pair for wrong that one side
 *   cannot tell apart (Kendall 1945; what statistics packages compute unless told otherwise);
 * - what a second measurement of everything would have reached: each run is off by a difference between two runs of one
 *   configuration, drawn from all such differences;
 * - tau of the pairs alone that differ by more than nine of ten repeats do.
 */
import { parseArgs } from "node:util";
import { acceleratorsOf } from "../../src/perf/deployment.ts";
import { RandomStream } from "../../src/perf/loads/random.ts";
import { csvOf, keep } from "./data.ts";
import { defaultData, mean, type Measured, predicted, readMeasured } from "./measured.ts";
import { type Choice, frontOf, rankingPicture, type Speed } from "./ranking-picture.ts";
import { withoutChipOf } from "./split.ts";

const { values } = parseArgs({
  options: { data: { type: "string", default: defaultData }, json: { type: "boolean", default: false } },
});

type Run = Choice & { readonly configuration: string };
type Pairs = {
  /** Every two rows are a pair, those of one configuration among them. */
  readonly ofRows?: boolean;
  /** Logarithm of the measured ratio up to which a pair is left out; none are when absent. */
  readonly least?: number;
};

const { rows } = readMeasured(values.data);
const groups = Map.groupBy(
  rows.filter(({ isInferenceX, served }) => isInferenceX && served.attentionParallel <= 8),
  ({ served, promptTokens, outputTokens }) => `${served.model.name} ${promptTokens}/${outputTokens}`,
);
const repeats = repeatsOf([...groups.values()]);
const noise = repeats[Math.floor(0.9 * repeats.length)] ?? 0;
const random = new RandomStream(1, "repeats");
const judged = [...groups]
  .map(([name, of]) => ({
    name,
    isDense: of[0]!.served.model.feedForward.type === "dense",
    all: of.flatMap(chosen),
  }))
  .filter(({ all }) => all.length >= 8)
  .map((group) => ({ ...group, choices: once(group.all) }))
  .map(({ name, isDense, all, choices }) => ({
    name,
    isDense,
    choices,
    runs: choices.length,
    configurations: new Set(choices.map(({ configuration }) => configuration)).size,
    tauUser: tauOf(choices, ({ user }) => user),
    tauAccelerator: tauOf(choices, ({ accelerator }) => accelerator),
    regretPercent: regretOf(choices) * 100,
    tauUserOfRows: tauOf(all, ({ user }) => user, { ofRows: true }),
    tauBUserOfRows: tauBOf(all, ({ user }) => user),
    tauUserAgain: tauOf(choices.map(measuredAgain), ({ user }) => user),
    tauUserBeyondNoise: tauOf(choices, ({ user }) => user, { least: noise }),
  }));

const summary = [true, false].map((dense) => {
  const of = judged.filter(({ isDense }) => isDense === dense);
  const [tauUser, tauAccelerator] = [mean(of.map((one) => one.tauUser)), mean(of.map((one) => one.tauAccelerator))];
  const regretPercent = mean(of.map((one) => one.regretPercent));
  return {
    what: dense ? "dense" : "experts",
    groups: of.length,
    tauUser,
    tauAccelerator,
    regretPercent,
    tauUserOfRows: mean(of.map((one) => one.tauUserOfRows)),
    tauBUserOfRows: mean(of.map((one) => one.tauBUserOfRows)),
    tauUserAgain: mean(of.map((one) => one.tauUserAgain)),
    tauUserBeyondNoise: mean(of.map((one) => one.tauUserBeyondNoise)),
    tau: Math.min(tauUser, tauAccelerator) >= 0.9 ? "PASS" : "MISS (≥ 0.9)",
    regret: regretPercent <= 5 ? "PASS" : "MISS (≤ 5 %)",
  };
});
const table = judged.map(({ choices: _choices, isDense: _isDense, ...one }) => rounded(one));
if (values.json) console.log(JSON.stringify({ groups: table, summary }));
else {
  console.table(table);
  console.table(summary.map(rounded));
  console.log(
    `Half of ${repeats.length} repeats differ by less than ${percent(0.5)}, nine of ten by less than ${percent(0.9)}.`,
  );
}
keep(
  "ranking.csv",
  csvOf(
    judged.flatMap(({ name, choices }) =>
      choices.map((one) => ({
        group: name,
        id: one.id,
        user: one.measured.user,
        accelerator: one.measured.accelerator,
        predicted_user: one.predicted.user,
        predicted_accelerator: one.predicted.accelerator,
      })),
    ),
  ),
);
keep("ranking.svg", rankingPicture(judged));

function chosen(row: Measured): Run[] {
  try {
    const { ttftMs, tpotMs } = predicted(row, undefined, withoutChipOf(row));
    const [measured, by] = [speedOf(row, row.ttftMs, row.tpotMs), speedOf(row, ttftMs.mean, tpotMs.mean)];
    return [{ id: row.id, configuration: configurationOf(row), measured, predicted: by }];
  } catch {
    return [];
  }
}

/** Without rows of one configuration with the very same times: one run, exported twice. */
function once(runs: readonly Run[]): Run[] {
  return [...new Map(runs.map((run) => [JSON.stringify([run.configuration, run.measured]), run])).values()];
}

/** By Little's law: as many tokens as all clients ask for, in the time that one request takes. */
function speedOf({ concurrency, outputTokens, served }: Measured, ttftMs: number, tpotMs: number): Speed {
  const tokens = outputTokens * 0.9;
  const seconds = (ttftMs + tpotMs * (tokens - 1)) / 1e3;
  return { user: 1e3 / tpotMs, accelerator: (concurrency * tokens) / seconds / acceleratorsOf(served) };
}

/** By how much runs of one configuration differ in TPOT, in logarithms and order; the same run that stands twice is none. */
function repeatsOf(some: readonly (readonly Measured[])[]): number[] {
  const differences = some.flatMap((rows) =>
    [...Map.groupBy(rows, configurationOf).values()].flatMap((runs) =>
      runs.flatMap(({ tpotMs }, index) =>
        runs.slice(index + 1).map((other) => Math.abs(Math.log(tpotMs / other.tpotMs))),
      ),
    ),
  );
  return differences.filter((difference) => difference > 0).toSorted((one, other) => one - other);
}

function configurationOf({ served, version, concurrency }: Measured): string {
  const { chip, model: _model, ...split } = served;
  return JSON.stringify([chip.name, split, version, concurrency]);
}

function measuredAgain(one: Run): Run {
  const difference = repeats[random.integer(0, repeats.length - 1)] ?? 0;
  const user = one.measured.user * Math.exp(random.uniform() < 0.5 ? difference : -difference);
  return { ...one, predicted: { ...one.measured, user } };
}

function percent(share: number): string {
  return `${((repeats[Math.floor(share * repeats.length)] ?? 0) * 100).toFixed(1)} %`;
}

function tauOf(runs: readonly Run[], of: (speed: Speed) => number, { ofRows = false, least = -1 }: Pairs = {}): number {
  let [agreed, all] = [0, 0];
  for (const [index, one] of runs.entries()) {
    for (const other of runs.slice(index + 1)) {
      if (!ofRows && one.configuration === other.configuration) continue;
      if (Math.abs(Math.log(of(one.measured) / of(other.measured))) <= least) continue;
      const product = (of(one.measured) - of(other.measured)) * (of(one.predicted) - of(other.predicted));
      agreed += Math.sign(product);
      all += 1;
    }
  }
  return agreed / all;
}

/** Kendall's tau-b over every two rows: agreement over the geometric mean of the pairs that either side can tell apart. */
function tauBOf(runs: readonly Run[], of: (speed: Speed) => number): number {
  let [agreed, measured, predicted] = [0, 0, 0];
  for (const [index, one] of runs.entries()) {
    for (const other of runs.slice(index + 1)) {
      const [first, second] = [
        Math.sign(of(one.measured) - of(other.measured)),
        Math.sign(of(one.predicted) - of(other.predicted)),
      ];
      agreed += first * second;
      measured += first ** 2;
      predicted += second ** 2;
    }
  }
  return agreed / Math.sqrt(measured * predicted);
}

/** The share of the area under the measured front that the predicted front's configurations, as measured, do not reach. */
function regretOf(choices: readonly Choice[]): number {
  const picked = frontOf(choices, ({ predicted }) => predicted);
  return 1 - areaUnder(picked.map((one) => one.measured)) / areaUnder(choices.map((one) => one.measured));
}

function areaUnder(speeds: readonly Speed[]): number {
  let [area, most] = [0, 0];
  for (const { user, accelerator } of speeds.toSorted((one, other) => other.user - one.user)) {
    if (accelerator <= most) continue;
    area += user * (accelerator - most);
    most = accelerator;
  }
  return area;
}

function rounded(of: Readonly<Record<string, string | number>>): Record<string, string | number> {
  return Object.fromEntries(
    Object.entries(of).map(([key, value]) => [key, typeof value === "number" ? Number(value.toFixed(3)) : value]),
  );
}

/** What a search found: rankings, the front as a picture and why others lost, for people; and all of it for programs. */
import type { Served } from "../perf/deployment.ts";
import { waitBand } from "../perf/predict.ts";
import { beyondRange } from "../perf/accuracy/range.ts";
import { commandOf, type Named } from "../perf/search/command.ts";
import type { Findings, Loser, Ranked } from "../perf/search/findings.ts";
import { meansOf } from "../perf/search/load.ts";
import { acceleratorsIn, type Candidate, type Load, nameOf, type Search } from "../perf/search/space.ts";
import { objectiveText } from "./perf-objective.ts";
import { plot } from "./plot.ts";
import { bold, dim, number, table, widthOf, yellow } from "./terminal.ts";

/** What programs get: every finalist with the command that shows it. */
export function plainOf(findings: Findings, asked: Search, named: Named) {
  const ranked = ({ candidate, best, whole }: Ranked) => ({
    ...described(candidate),
    ...best,
    beyond: beyondOf(candidate, best, asked.load),
    // What is found before the end is of short heats, and nobody shows it again.
    ...(findings.isComplete && { command: commandOf(asked, candidate, best, named) }),
    ...(whole && {
      wholeTrace: {
        replicas: whole.replicas,
        accelerators: acceleratorsIn(candidate) * whole.replicas,
        ...whole.point,
        command: commandOf(asked, candidate, whole.point, named, whole.replicas),
      },
    }),
  });
  return {
    complete: findings.isComplete,
    candidates: findings.candidates,
    simulated: findings.simulated,
    objective: asked.objective,
    settings: "defaults",
    byCost: findings.byCost.map(ranked),
    byEnergy: findings.byEnergy.map(ranked),
    paretoFront: findings.front.map(({ candidate, point }) => ({ ...described(candidate), ...point })),
    losses: findings.losses,
    losers: findings.losers.map(({ candidate, count: deployments, loss, why }) => ({
      ...described(candidate),
      deployments,
      loss,
      why,
    })),
  };
}

function beyondOf(
  { served, apart }: Candidate,
  { concurrency, requestsPerSecond }: Ranked["best"],
  load: Load,
): string[] {
  const { promptTokens, outputTokens } = load.type === "lengths" ? load : meansOf(load);
  return beyondRange(served, {
    promptTokens,
    outputTokens,
    concurrency: Math.ceil(concurrency / (apart?.decodes ?? 1)),
    ...(apart === undefined && { requestsPerSecond }),
  });
}

function described(candidate: Candidate) {
  const { served, apart } = candidate;
  const { chip, engine, weights } = served;
  const splitOf = ({ tensorParallel, attentionParallel, expertParallel }: Served) => ({
    tensorParallel,
    attentionParallel,
    expertParallel,
  });
  return {
    deployment: nameOf(candidate),
    chip: chip.name,
    engine,
    weights,
    accelerators: acceleratorsIn(candidate),
    ...splitOf(served),
    maxStepTokens: candidate.maxStepTokens,
    ...(apart && {
      prefill: { workers: apart.prefills, ...splitOf(apart.prefill) },
      decode: { workers: apart.decodes, ...splitOf(served) },
    }),
  };
}

/** How much is shown, and how the asker named things. */
type Asked = {
  readonly named: Named;
  /** The name of the trace. */
  readonly trace?: string | undefined;
  /** How many deployments are shown. */
  readonly top: number;
  /** Whether each loser is told by itself. */
  readonly losers: boolean;
};

export function show(findings: Findings, asked: Search, options: Asked, seconds: number): void {
  const { byCost, byEnergy, candidates, simulated, isComplete } = findings;
  const { load } = asked;
  const { named } = options;
  const under =
    load.type === "lengths"
      ? `${load.promptTokens} in, ${load.outputTokens} out`
      : `${load.workload.promptTokens.length.toLocaleString("en")} ${load.workload.promptTokens.length === 1 ? "request" : "requests"} of ${options.trace}`;
  console.log(
    `${bold(`${asked.model.title} within ${objectiveText(asked.objective)}`)}  ${dim(`nine requests of ten; ${under}`)}`,
  );
  console.log(
    dim(
      `${candidates.toLocaleString("en")} deployments in ${number(seconds)} s, ${simulated.toLocaleString("en")} of them simulated\n`,
    ),
  );
  if (!isComplete) console.log(yellow("Stopped: this is the best so far, from the short heats.\n"));
  const best = byCost.filter(({ best: { usdPerMillionOutputTokens } }) => usdPerMillionOutputTokens !== undefined);
  if (byCost.length === 0) console.log(`No deployment ${isComplete ? "meets it" : "was found yet that does"}.\n`);
  const alone = ([first]: readonly Ranked[]) => {
    if (first === undefined || !isComplete) return;
    console.log(dim("\nThe first by itself, with the same figures:"));
    console.log(`  ${commandOf(asked, first.candidate, first.best, named)}`);
  };
  const usdOf = ({ whole }: Ranked) => whole?.point.usdPerMillionOutputTokens ?? Number.POSITIVE_INFINITY;
  // Replicas come in whole numbers, so the cheapest for all of a trace may be another than the cheapest by itself.
  const [forAll] = best.toSorted((one, other) => usdOf(one) - usdOf(other));
  const forTheTrace = () => {
    if (forAll?.whole === undefined || !isComplete) return;
    const { candidate, whole } = forAll;
    console.log(dim(`The cheapest for the trace as it comes, ${wholeText(candidate, whole)}:`));
    console.log(`  ${commandOf(asked, candidate, whole.point, named, whole.replicas)}`);
  };
  if (best.length > 0) {
    console.log(bold("Cheapest"));
    console.log(ranking(best.slice(0, options.top), load));
    alone(best);
    forTheTrace();
    console.log();
  }
  if (byEnergy.length > 0) {
    console.log(bold("Least energy"));
    console.log(ranking(byEnergy.slice(0, Math.min(5, options.top)), load));
    if (byEnergy[0]?.candidate.id !== best[0]?.candidate.id) alone(byEnergy);
    console.log();
  }
  if (best.length === 0 && byEnergy.length === 0 && byCost.length > 0) {
    const byTokens = byCost.toSorted(
      ({ best: one }, { best: other }) =>
        other.outputTokensPerSecondPerAccelerator - one.outputTokensPerSecondPerAccelerator,
    );
    console.log(bold("Most tokens of an accelerator"));
    console.log(ranking(byTokens.slice(0, options.top), load));
    alone(byTokens);
    console.log();
  }
  const unpriced = asked.chips.filter(({ name }) => asked.usdPerHour[name] === undefined).map(({ name }) => name);
  if (unpriced.length > 0) {
    console.log(
      `${yellow("No price")}  ${unpriced.join(", ")}: the catalog has none, so no rank by cost; --usd-per-hour ${unpriced[0]}=2.50 gives one\n`,
    );
  }
  const notes = [...best.slice(0, options.top), ...byEnergy.slice(0, Math.min(5, options.top))].flatMap((ranked) =>
    beyondOf(ranked.candidate, ranked.best, load),
  );
  if (notes.length > 0) {
    console.log(`${yellow("Beyond what was measured")}  ${dim("of the deployments above")}`);
    console.log(`${[...new Set(notes)].join("\n")}\n`);
  }
  showFront(findings);
  showLosers(findings, options.losers);
}

/** As many columns as the terminal has room for; those that say the least go first. */
function ranking(ranked: readonly Ranked[], load: Search["load"]): string {
  const isTrace = load.type === "trace";
  const usdOf = ({ best }: Ranked, text: (usd: number) => string) =>
    best.usdPerMillionOutputTokens === undefined ? "–" : text(best.usdPerMillionOutputTokens);
  const within =
    ({ best }: Ranked) =>
    (usd: number) => {
      const { low, high } = waitBand(best);
      return `${number(usd * low)} … ${number(usd * high)}`;
    };
  const columns: readonly (readonly [title: string, cell: (ranked: Ranked) => string])[] = [
    ["deployment", ({ candidate }) => nameOf(candidate)],
    ["$/Mtok out", (one) => usdOf(one, number)],
    ["8 of 10 within", (one) => usdOf(one, within(one))],
    ["J/token", ({ best: { joulesPerOutputToken: joules } }) => (joules === undefined ? "–" : number(joules))],
    isTrace
      ? ["requests/s", ({ best }) => number(best.requestsPerSecond)]
      : ["clients", ({ best }) => String(best.concurrency)],
    ["TTFT p90", ({ best }) => number(best.ttftMs.p90)],
    ["TPOT p90", ({ best }) => number(best.tpotMs.p90)],
    ["tok/s/user", ({ best }) => number(best.tokensPerSecondPerUser)],
    ["tok/s/accel.", ({ best }) => number(best.outputTokensPerSecondPerAccelerator)],
    ["kernels", ({ best }) => best.provenance],
    ...(isTrace
      ? [["for the trace as it comes", ({ candidate, whole }: Ranked) => wholeText(candidate, whole)] as const]
      : []),
  ];
  const left = ["deployment", "kernels", "for the trace as it comes"];
  const drawn = (without: readonly string[]) => {
    const shown = columns.filter(([title]) => !without.includes(title));
    return table(
      shown.map(([title]) => ({ title, align: left.includes(title) ? ("left" as const) : ("right" as const) })),
      ranked.map((one) => shown.map(([, cell]) => cell(one))),
    );
  };
  const room = process.stdout.isTTY ? process.stdout.columns : Number.POSITIVE_INFINITY;
  const fits = dispensable.map((_, count) => drawn(dispensable.slice(0, count)));
  return fits.find((text) => Math.max(...text.split("\n").map(widthOf)) <= room) ?? drawn(dispensable);
}

/** Columns by how little they are missed. */
const dispensable = ["kernels", "tok/s/user", "tok/s/accel.", "8 of 10 within", "J/token"];

function wholeText(candidate: Candidate, whole: Ranked["whole"]): string {
  if (whole === undefined) return "–";
  const { replicas, point } = whole;
  const { usdPerMillionOutputTokens: usd } = point;
  const cost = usd === undefined ? "" : `, $${number(usd)}/Mtok`;
  const accelerators = replicas * acceleratorsIn(candidate);
  return `× ${replicas} = ${accelerators} ${accelerators === 1 ? "accelerator" : "accelerators"}${cost}`;
}

/** Steps of the table that differ by less than this are one. */
const tabledApart = 1.08;

function showFront({ front }: Findings): void {
  if (front.length === 0) return;
  console.log(
    `${bold("Pareto front")}  ${dim("speed of a user against tokens from an accelerator, whatever the objective")}\n`,
  );
  const byChip = Map.groupBy(front, ({ candidate }) => candidate.served.chip.title);
  const series = [...byChip].map(([name, points]) => ({
    name,
    points: points.map(
      ({ point }) => [point.tokensPerSecondPerUser, point.outputTokensPerSecondPerAccelerator] as const,
    ),
    isLine: true,
  }));
  const picture = plot({
    series,
    x: { title: "tok/s/user", log: true },
    y: { title: "tok/s/accelerator", log: true },
    width: 64,
    height: 14,
  });
  console.log(`${picture}\n`);
  let last = 0;
  const told = front.filter(({ point }) => {
    const isApart = point.outputTokensPerSecondPerAccelerator > last * tabledApart;
    if (isApart) last = point.outputTokensPerSecondPerAccelerator;
    return isApart;
  });
  const right = { align: "right" as const };
  console.log(
    table(
      [
        { title: "tok/s/user", ...right },
        { title: "tok/s/accelerator", ...right },
        { title: "clients", ...right },
        { title: "deployment" },
      ],
      told.map(({ candidate, point }) => [
        number(point.tokensPerSecondPerUser),
        number(point.outputTokensPerSecondPerAccelerator),
        String(point.concurrency),
        nameOf(candidate),
      ]),
    ),
  );
}

const reasons: Readonly<Record<Loser["loss"], string>> = {
  impossible: "cannot be",
  roofline: "miss the objective in closed form",
  bound: "cannot beat what was found, in closed form",
  objective: "miss the objective when simulated",
  beaten: "were simulated and are beaten",
  unpriced: "have no price",
};

function showLosers({ losers, losses, byCost }: Findings, each: boolean): void {
  if (losers.length === 0) return;
  console.log(`\n${bold("Out of the race")}`);
  if (each) {
    const isSeveral = losers.some(({ count: many }) => many > 1);
    const rows = losers.map(({ candidate, count: many, why }) => [
      nameOf(candidate),
      ...(isSeveral ? [many.toLocaleString("en")] : []),
      why,
    ]);
    const several = isSeveral ? [{ title: "deployments", align: "right" as const }] : [];
    console.log(table([{ title: "deployment" }, ...several, { title: "why" }], rows));
    return;
  }
  const kinds = Object.entries(losses).filter(([, many]) => many > 0) as [Loser["loss"], number][];
  for (const [loss, many] of kinds) console.log(`${many.toLocaleString("en").padStart(7)}  ${reasons[loss]}`);
  const without = [...Map.groupBy(losers, ({ candidate }) => candidate.served.chip.title)].filter(
    ([chip]) => !byCost.some(({ candidate }) => candidate.served.chip.title === chip),
  );
  if (without.length > 0) {
    // Of a chip that has no deployment in the race, the one that came nearest to it: by cost, else by how far it came.
    const place = ({ loss }: Loser) => Object.keys(reasons).indexOf(loss);
    const nearest = without.map(([chip, of]) => {
      const near = of.reduce((one, other) => {
        const nearer = (other.usd ?? Infinity) - (one.usd ?? Infinity) || place(one) - place(other);
        return nearer < 0 ? other : one;
      });
      return [chip, nameOf(near.candidate), near.why];
    });
    console.log(`\n${table([{ title: "chip" }, { title: "its nearest" }, { title: "why it lost" }], nearest)}`);
  }
  console.log(dim("\n--losers says why each of them lost."));
}

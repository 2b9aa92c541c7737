/** `tokenworks perf search`: the best deployments of a model that meet an objective, by cost and by energy. */
import { Command, InvalidArgumentError, Option } from "commander";
import { searchInThreads } from "../api/race-threads.ts";
import { chipNamed, chips } from "../catalog/chips.ts";
import { checkContext } from "../perf/context.ts";
import { type EngineName, engineNames, type Served } from "../perf/deployment.ts";
import type { KvPrecision, Weights } from "../perf/operations/efficiency.ts";
import { waitBand } from "../perf/predict.ts";
import { beyondRange } from "../perf/accuracy/range.ts";
import { commandOf, type Named } from "../perf/search/command.ts";
import { meansOf } from "../perf/search/load.ts";
import type { Findings, Loser, Ranked } from "../perf/search/findings.ts";
import {
  acceleratorsIn,
  type Candidate,
  type Load,
  type Mode,
  modes,
  nameOf,
  type Objective,
  type Search,
  usualSpace,
  usualWeights,
} from "../perf/search/space.ts";
import { Fault } from "../stack/fault.ts";
import { exitCodes } from "./exit.ts";
import { keep } from "./keep.ts";
import { printJson, refuseIdle, wholeNumber } from "./options.ts";
import { count, formats, modelOf, type ModelOptions, modelOptions, price } from "./perf-deployment.ts";
import { objectiveText, sloOption } from "./perf-objective.ts";
import { readTrace, traceHelp, type TraceOptions, traceOptions, usualTraces } from "./perf-trace.ts";
import { plot } from "./plot.ts";
import { checkLengths } from "./replay-shown.ts";
import { bar, bold, dim, number, table, widthOf, yellow } from "./terminal.ts";

type Options = ModelOptions &
  TraceOptions & {
    readonly chips?: readonly string[];
    readonly engines: readonly EngineName[];
    readonly precisions?: readonly Weights[];
    readonly kv?: KvPrecision;
    readonly tp: readonly number[];
    readonly ep: readonly number[];
    readonly dp: readonly number[];
    readonly stepTokens: readonly number[];
    readonly mode: Mode;
    readonly accelerators: number;
    readonly slo: Objective;
    readonly trace?: string;
    readonly isl: number;
    readonly osl: number;
    readonly usdPerHour?: Readonly<Record<string, number>>;
    readonly top: number;
    readonly losers?: boolean;
    readonly threads?: number;
    readonly svg?: string;
    readonly json?: boolean;
  };

export const searchCommand = traceOptions(modelOptions(new Command("search")))
  .summary("the best deployments that meet an objective, by cost and by energy")
  .description(
    "Finds the deployment of a model with the cheapest million tokens, and the one with the least energy, that meets an " +
      "objective for nine requests of ten. Closed-form bounds drop what cannot win. The rest is simulated exactly, all under " +
      "the same requests; one thread and many find the same. With --mode disaggregated, prompts and answers have separate " +
      "pools of workers, sized so that neither waits for the other. Engines have their default settings but for the tokens of a " +
      "step. Each finalist comes with the command that shows the same figures in full. Ctrl-C shows the best so far.",
  )
  .option("--chips <list>", "accelerators, separated by commas; default: all with a price", list)
  .addOption(
    new Option("--engines <list>", "engines, separated by commas").argParser(listOf(engineNames)).default(engineNames),
  )
  .addOption(
    new Option(
      "--precisions <list>",
      "formats of the weights, separated by commas; default: fp8, fp4 and the format of the release",
    ).argParser(listOf(formats)),
  )
  .option("--tp <list>", "accelerators that share each layer, by commas", counts, [...usualSpace.tensorParallel])
  .option("--dp <list>", "copies of attention over one set of experts, by commas", counts, [
    ...usualSpace.attentionParallel,
  ])
  .option("--ep <list>", "accelerators that the experts are dealt out to, by commas", counts, [
    ...usualSpace.expertParallel,
  ])
  .option("--step-tokens <list>", "the most tokens in a step of the engine, by commas", counts, [
    ...usualSpace.stepTokens,
  ])
  .addOption(
    new Option("--mode <mode>", "prompts and answers on the same workers, on separate pools, or whichever is better")
      .choices(modes)
      .default("aggregated"),
  )
  .option(
    "--accelerators <most>",
    "the most for both pools together, where prompts and answers are apart",
    wholeNumber(2, 1024),
    64,
  )
  .addOption(sloOption("the objective that nine of ten requests must meet"))
  .option("--trace <trace>", `requests as they came, instead of lengths: ${traceHelp}`)
  .option("--isl <tokens>", "tokens of a prompt", count, 1024)
  .option("--osl <tokens>", "tokens of an answer", count, 512)
  .option(
    "--usd-per-hour <list>",
    "prices of an accelerator-hour, such as h200=2.50,tpu-v7=3; default: the catalog's rent",
    prices,
  )
  .option("--top <count>", "how many to show", wholeNumber(1, 100), 10)
  .option("--losers", "say why each of the others lost, one by one")
  .option("--threads <count>", "worker threads; default: as many as the machine has", wholeNumber(1, 64))
  .option("--svg <file>", "the Pareto front as a picture")
  .option("--json", "print JSON, for programs")
  .addHelpText(
    "after",
    `
Examples:
  $ tokenworks perf search --model llama-3.1-70b --slo ttft=500ms,tpot=30ms --chips h100,h200,b200,mi355x
  $ tokenworks perf search --model llama-3.1-70b --slo ttft=2s,tpot=50ms --trace azure-2023-conv --svg front.svg
  $ tokenworks perf search --model llama-3.1-70b --chips h200 --isl 4096 --slo ttft=1s,tpot=25ms --mode both --accelerators 16
  $ tokenworks perf search --model gpt-oss-120b --slo ttft=2s,tpot=20ms --engines vllm,tensorrt-llm --json`,
  )
  .action(search);

async function search(options: Options, command: Command): Promise<void> {
  if (options.trace === undefined)
    refuseIdle(command, ["requests", "speed", "rate", "answerTokens"], "without --trace");
  else refuseIdle(command, ["isl", "osl"], "with --trace, whose requests have lengths of their own");
  if (options.mode === "aggregated") refuseIdle(command, ["accelerators"], "with --mode aggregated");
  const asked = searchOf(options);
  const stopped = new AbortController();
  const stop = () => stopped.abort();
  process.once("SIGINT", stop);
  const startedMs = performance.now();
  const findings = await searchInThreads(asked, {
    onRound: drawProgress,
    signal: stopped.signal,
    ...(options.threads !== undefined && { threads: options.threads }),
  }).finally(() => {
    process.removeListener("SIGINT", stop);
    if (process.stderr.isTTY) process.stderr.write("\r\u001B[2K");
  });
  const seconds = (performance.now() - startedMs) / 1e3;
  if (options.json) printJson(plainOf(findings, asked, namedBy(options)));
  else show(findings, asked, options, seconds);
  if (options.svg !== undefined) {
    const { frontSvg } = await import("./perf-svg.ts");
    keep(options.svg, "svg", frontSvg(findings.front, asked.model.title));
  }
  if (!findings.isComplete) process.exitCode = exitCodes.interrupted;
}

function searchOf(options: Options): Search {
  const model = modelOf(options);
  const priced = chips.filter(({ rentUsdPerHour }) => rentUsdPerHour !== undefined);
  if (options.trace === undefined) checkContext(model, options.isl, options.osl, "--isl");
  if (options.chips?.includes("this-cpu")) {
    throw new Fault("invalid_value", {
      message: "this-cpu is one engine in one setting, the calibrated one: there is nothing to choose between.",
      remedy: "`tokenworks perf estimate --chip this-cpu` and `perf replay --chip this-cpu` predict it.",
      param: "chips",
    });
  }
  const given = options.usdPerHour ?? {};
  const asked = options.chips === undefined ? priced : [...new Set(options.chips.map(chipNamed))];
  const unasked = Object.keys(given).find((name) => !asked.some((chip) => chip.name === name));
  if (unasked !== undefined) {
    throw new Fault("invalid_value", {
      message: `--usd-per-hour has a price of ${unasked}, which is not among --chips.`,
      remedy: `Name it there, or leave its price out.`,
      param: "usd-per-hour",
    });
  }
  const load: Load =
    options.trace === undefined
      ? { type: "lengths", promptTokens: options.isl, outputTokens: options.osl }
      : { type: "trace", workload: readTrace(options.trace, { ...options, speed: 1 }), speed: options.speed };
  if (load.type === "trace") {
    checkLengths(load.workload.promptTokens, load.workload.outputTokens, model.contextMax, model.title);
  }
  return {
    model,
    chips: asked,
    engines: options.engines,
    weights: options.precisions ?? usualWeights(model),
    ...(options.kv && { kv: options.kv }),
    tensorParallel: options.tp,
    attentionParallel: options.dp,
    expertParallel: options.ep,
    stepTokens: options.stepTokens,
    mode: options.mode,
    acceleratorsMost: options.accelerators,
    load,
    objective: options.slo,
    usdPerHour: Object.fromEntries(
      asked.flatMap(({ name, rentUsdPerHour }) => {
        const price = given[name] ?? (rentUsdPerHour === undefined ? undefined : Number(rentUsdPerHour.value));
        return price === undefined ? [] : [[name, price]];
      }),
    ),
    finalists: Math.max(8, options.top),
  };
}

function drawProgress(settled: number, candidates: number): void {
  if (!process.stderr.isTTY) return;
  const share = settled / candidates;
  process.stderr.write(`\r\u001B[2K${bar(share, 30).padEnd(30)}  ${settled} of ${candidates} deployments settled`);
}

/** How the asker named the model and the trace. */
function namedBy({ model, config, trace, data, requests }: Options): Named {
  return {
    model: model === undefined ? ["--config", config ?? ""] : ["--model", model],
    ...(trace !== undefined && { trace: ["--trace", trace, ...(data === usualTraces ? [] : ["--data", data])] }),
    ...(requests !== undefined && { requests }),
  };
}

function plainOf(findings: Findings, asked: Search, named: Named) {
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

function show(findings: Findings, asked: Search, options: Options, seconds: number): void {
  const { byCost, byEnergy, candidates, simulated, isComplete } = findings;
  const { load } = asked;
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
  const named = namedBy(options);
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
  showLosers(findings, options.losers ?? false);
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

function list(text: string): string[] {
  const found = text.split(",").map((one) => one.trim());
  if (found.includes("")) throw new InvalidArgumentError("It must be names, separated by commas.");
  return found;
}

/** `h200=2.50,tpu-v7=3`, by the catalog's names. */
function prices(text: string): Record<string, number> {
  const pairs = list(text).map((one) => {
    const [, name = "", usd = ""] = /^([^=]+)=(.+)$/.exec(one) ?? [];
    const chip = chipNamed.find(name.trim());
    if (chip === undefined) throw new InvalidArgumentError(`"${one}" is no chip with its price, such as h200=2.50.`);
    return [chip.name, price(usd.trim())] as const;
  });
  return Object.fromEntries(pairs);
}

function counts(text: string): number[] {
  return list(text).map(count);
}

function listOf<Choice extends string>(choices: readonly Choice[]) {
  return (text: string): Choice[] =>
    list(text).map((one) => {
      const found = choices.find((choice) => choice === one);
      if (found === undefined) throw new InvalidArgumentError(`There are: ${choices.join(", ")}.`);
      return found;
    });
}

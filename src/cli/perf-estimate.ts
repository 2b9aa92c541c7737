/** `tokenworks perf estimate`: one deployment under a closed loop, or every row of a table. */
import { Command, InvalidArgumentError, Option } from "commander";
import { splitText, weightsText } from "../perf/deployment.ts";
import { checkContext } from "../perf/context.ts";
import {
  type Banded,
  cliffOf,
  estimateAt,
  type Estimated,
  type Question,
  type RecipeName,
  recipes,
  settingsOf,
} from "../perf/estimate.ts";
import type { KvCliff } from "../perf/kv-cliff.ts";
import type { Distribution } from "../perf/predict.ts";
import { weightBytes } from "../perf/memory/memory.ts";
import { acceleratorsOfMachines } from "../perf/under-load.ts";
import { Fault } from "../stack/fault.ts";
import { dataOption, printJson, wholeNumber } from "./options.ts";
import {
  calibrationText,
  count,
  type DeploymentOptions,
  deploymentOptions,
  factsOf,
  leftOut,
  machinesBy,
  type PrefillOptions,
  prefillOptions,
  settingsFacts,
  settingsOf as toldBy,
  settingsText,
  usdPerHourOf,
  workers,
} from "./perf-deployment.ts";
import { predictPoints } from "./perf-points.ts";
import { givenFor } from "./points-options.ts";
import { estimateThisCpu } from "./perf-this-cpu.ts";
import { plot } from "./plot.ts";
import { bold, dim, number, table, yellow } from "./terminal.ts";

type Options = DeploymentOptions &
  PrefillOptions & {
    readonly isl: number;
    readonly osl: number;
    readonly concurrency: readonly number[];
    readonly prefixShare: number;
    readonly recipe?: RecipeName;
    readonly seed: number;
    readonly points?: readonly string[];
    readonly out?: string;
    readonly data: string;
  };

export const estimateCommand = prefillOptions(deploymentOptions(new Command("estimate")))
  .summary("one deployment at one or more concurrencies, or every row of a table")
  .description(
    "Simulates a deployment under a closed loop: each client asks again as soon as it has its answer. Prompts and answers " +
      "have 80 to 100 % of the given lengths, as in InferenceX. All clients begin at once, as its client does, and that first burst " +
      "counts; `steady` leaves each client's first request out. What the engine is not told is as its defaults are, or as " +
      "InferenceX's recipe for this engine, model and load with --recipe inferencex. --points predicts every row of a table, or " +
      "of what a benchmark tool wrote, and scores it where it was measured.",
  )
  .option("--isl <tokens>", "tokens of a prompt", count, 1024)
  .option("--osl <tokens>", "tokens of an answer", count, 1024)
  .option("--concurrency <list>", "clients at once; several by commas", concurrencies, [64])
  .option("--prefix-share <percent>", "share of each prompt that a prefix cache already has", share, 0)
  .option("--replicas <count>", "workers that decode, where prompts are computed apart", workers, 1)
  .addOption(
    new Option(
      "--recipe <whose>",
      "settings besides those given: none beyond the engine's defaults, or those that InferenceX benchmarks it with; " +
        "default: none; with --points, by who measured the row, or InferenceX where it does not say",
    ).choices(recipes),
  )
  .option("--seed <number>", "seed of the random lengths", wholeNumber(0, 2 ** 31), 0)
  .option(
    "--points <files...>",
    "predict every row of tables, or of benchmark tools' files and folders; the options say what rows do not; - reads standard input",
  )
  .option("--out <file.csv>", "where the table goes with its predictions; - writes standard output")
  .addOption(dataOption())
  .option("--json", "print JSON, for programs")
  .addHelpText(
    "after",
    `
Examples:
  $ tokenworks perf estimate --model llama-3.1-70b --chip h200 --tp 4 --precision fp8 --isl 1024 --osl 1024 --concurrency 64
  $ tokenworks perf estimate --model llama-3.1-70b --chip h100 --tp 2 --concurrency 1,4,16,64,256
  $ tokenworks perf estimate --model llama-3.1-70b --chip h200 --tp 2 --replicas 3 --prefill-replicas 9 --prefill-tp 1 --isl 4096 --concurrency 192
  $ tokenworks perf estimate --config ./config.json --chip b200 --precision fp4 --engine tensorrt-llm --json
  $ tokenworks perf estimate --points measured_e2e.csv --out predicted.csv
  $ tokenworks perf estimate --points vllm-c64.json --chip h200 --tp 4 --precision fp8
  $ tokenworks perf estimate --points results/ --chip mi355x --engine sglang --out predicted.csv`,
  )
  .action(estimate);

async function estimate(options: Options, command: Command): Promise<void> {
  const { points, out } = options;
  if (points !== undefined) {
    await predictPoints({
      points,
      ...givenFor(options, command),
      ...(out !== undefined && { out }),
      ...(options.recipe !== undefined && { recipe: options.recipe }),
      ...(options.json !== undefined && { json: options.json }),
    });
    return;
  }
  if (out !== undefined) {
    throw new Fault("invalid_value", {
      message: "--out is for the rows of --points.",
      remedy: "Give a table, or --json for one deployment.",
      param: "out",
    });
  }
  if (options.chip === "this-cpu") {
    estimateThisCpu(options);
    return;
  }
  const question = questionOf(options);
  const found = options.concurrency.map((concurrency) => estimateAt(question, concurrency));
  const cliff = cliffOf(question);
  if (options.json) {
    printJson({
      ...factsOf(question.served),
      leftOut: leftOut(options),
      usdPerHour: question.usdPerHour ?? null,
      promptTokens: options.isl,
      outputTokens: options.osl,
      settings: settingsFacts(question, settingsOf(question, Math.max(...options.concurrency)), question.recipe),
      ...(question.apart && {
        accelerators: acceleratorsOfMachines(question),
        prefill: { ...factsOf(question.apart.prefill.served), workers: question.apart.prefill.replicas },
        decode: { workers: question.apart.decodes },
      }),
      kv: {
        tokens: cliff.tokens,
        sequences: cliff.sequences,
        sequencesMost: cliff.sequencesMost,
        fullAtConcurrency: cliff.fullAt ?? null,
      },
      points: found,
    });
    return;
  }
  show(question, found, cliff, options);
}

function questionOf(options: Options): Question {
  checkReplicas(options);
  const machines = machinesBy(options);
  const { served } = machines;
  checkContext(served.model, options.isl, options.osl, "--isl");
  return {
    ...machines,
    promptTokens: options.isl,
    outputTokens: options.osl,
    sharedShare: options.prefixShare,
    seed: options.seed,
    recipe: options.recipe ?? "none",
    settings: toldBy(options),
    usdPerHour: usdPerHourOf(served, options.usdPerHour),
  };
}

function checkReplicas({ replicas, prefillReplicas, prefillTp, prefillDp, prefillEp }: Options): void {
  if (prefillReplicas !== undefined) return;
  if (replicas === 1 && (prefillTp ?? prefillDp ?? prefillEp) === undefined) return;
  throw new Fault("invalid_value", {
    message: "Several workers are asked for, and none of them for prompts.",
    remedy: "Give --prefill-replicas; replicas in one piece share their clients evenly: ask for one with its share.",
    param: "prefill-replicas",
  });
}

function show(question: Question, found: readonly Estimated[], cliff: KvCliff, options: Options): void {
  const { served } = question;
  const { chip, model, engine, kv } = served;
  const { isl, osl } = options;
  const shared = options.prefixShare > 0 ? `, ${Math.round(options.prefixShare * 100)} % of prompts cached` : "";
  console.log(
    `${bold(`${model.title} on ${acceleratorsOfMachines(question)} × ${chip.title}`)}  ${dim(`${engine}, weights ${weightsText(served)}, KV ${kv}, ${isl} in, ${osl} out${shared}${poolsText(question)}`)}\n`,
  );
  const [only, ...others] = found;
  if (only !== undefined && others.length === 0) console.log(single(only));
  else {
    console.log(several(found));
    console.log(`\n${cliffPicture(found)}`);
  }
  console.log(`\n${facts(question, found, cliff, options)}`);
}

function poolsText({ served, apart }: Question): string {
  if (apart === undefined) return "";
  const { prefill, decodes } = apart;
  return `; ${prefill.replicas} × ${splitText(prefill.served)} for prompts, ${decodes} × ${splitText(served)} for answers`;
}

/** Every figure with its band, for one concurrency. */
function single(of: Estimated): string {
  const band = ({ low, high }: Omit<Banded, "value">) => `${number(low)} … ${number(high)}`;
  const times = (["ttftMs", "tpotMs", "itlMs", "e2eMs"] as const).map((name) => {
    const { mean, p50, p90, p99 } = of[name];
    const within = name === "ttftMs" || name === "tpotMs" ? band(of[name].band) : "";
    const title = { ttftMs: "TTFT", tpotMs: "TPOT", itlMs: "ITL", e2eMs: "end to end" }[name];
    return [`${title} ms`, number(mean), within, number(p50), number(p90), number(p99)];
  });
  const steady = (title: string, { mean, p50, p90, p99 }: Distribution) =>
    of.concurrency > 1 ? [[`${title} ms, steady`, number(mean), "", number(p50), number(p90), number(p99)]] : [];
  const [ttft, tpot, ...others] = times;
  const perUser = of.tokensPerSecondPerUser;
  const { mean, band: within } = of.tpotMs;
  const rates = [
    ["tok/s/user", number(perUser), band({ low: (perUser * mean) / within.high, high: (perUser * mean) / within.low })],
    [
      "tok/s/accelerator",
      number(of.outputTokensPerSecondPerAccelerator),
      band(of.outputTokensPerSecondPerAcceleratorBand),
    ],
    ["requests/s", number(of.requestsPerSecond)],
    ...(of.usd === undefined
      ? []
      : [
          ["$/Mtok output", number(of.usd.perMillionOutputTokens.value), band(of.usd.perMillionOutputTokens)],
          ["$/Mtok total", number(of.usd.perMillionTokens.value), band(of.usd.perMillionTokens)],
        ]),
    ...(of.joulesPerOutputToken === undefined
      ? []
      : [["J/token output", number(of.joulesPerOutputToken.value), band(of.joulesPerOutputToken)]]),
  ];
  const right = { align: "right" as const };
  const titles = [
    `${of.concurrency} ${of.concurrency === 1 ? "client" : "clients"}`,
    "mean",
    "8 of 10 within",
    "p50",
    "p90",
    "p99",
  ];
  return table(
    titles.map((title, index) => ({ title, ...(index > 0 ? right : {}) })),
    [ttft!, ...steady("TTFT", of.steadyTtftMs), tpot!, ...steady("TPOT", of.steadyTpotMs), ...others, ...rates],
  );
}

function several(found: readonly Estimated[]): string {
  const columns = [
    "clients",
    "TTFT ms",
    "8 of 10 within",
    "p99",
    "TPOT ms",
    "8 of 10 within",
    "p99",
    "ITL p99",
    "tok/s/user",
    "tok/s/accel.",
    "KV",
    "$/Mtok out",
    "J/token",
    "bound by",
  ];
  const rows = found.map((one) => [
    String(one.concurrency),
    number(one.ttftMs.mean),
    `${number(one.ttftMs.band.low)} … ${number(one.ttftMs.band.high)}`,
    number(one.ttftMs.p99),
    number(one.tpotMs.mean),
    `${number(one.tpotMs.band.low)} … ${number(one.tpotMs.band.high)}`,
    number(one.tpotMs.p99),
    number(one.itlMs.p99),
    number(one.tokensPerSecondPerUser),
    number(one.outputTokensPerSecondPerAccelerator),
    `${Math.round((one.kvTokensMost / one.kvTokens) * 100)} %`,
    one.usd === undefined ? "–" : number(one.usd.perMillionOutputTokens.value),
    one.joulesPerOutputToken === undefined ? "–" : number(one.joulesPerOutputToken.value),
    boundText(one),
  ]);
  return table(
    columns.map((title, index) => ({
      title,
      align: index === columns.length - 1 ? ("left" as const) : ("right" as const),
    })),
    rows,
  );
}

/** First tokens against clients: flat, and then the cliff. */
function cliffPicture(found: readonly Estimated[]): string {
  const of = (value: (one: Estimated) => number) => found.map((one) => [one.concurrency, value(one)] as const);
  return plot({
    series: [
      { name: "TTFT mean", points: of(({ ttftMs }) => ttftMs.mean), isLine: true },
      { name: "p99", points: of(({ ttftMs }) => ttftMs.p99), isLine: true },
      { name: "TPOT mean", points: of(({ tpotMs }) => tpotMs.mean), isLine: true },
    ],
    x: { title: "clients", log: true },
    y: { title: "ms", log: true },
    width: 64,
    height: 12,
  });
}

const bounds = { compute: "arithmetic", memory: "memory", link: "links", host: "host" } as const;

function boundText({ boundBy, kvTokensMost, kvTokens, preemptions }: Estimated): string {
  const isFull = preemptions > 0 || kvTokensMost >= kvTokens * 0.985;
  return `${bounds[boundBy]}${isFull ? ", KV room" : ""}`;
}

function facts(question: Question, found: readonly Estimated[], cliff: KvCliff, options: Options): string {
  const { served, usdPerHour } = question;
  const { chip } = served;
  const last = found.at(-1);
  const percent = (value: number) => `${Math.round(value * 100)} %`;
  const busy = (of: Estimated["utilisation"]["decode"]) =>
    `arithmetic ${percent(of.tensor)}, memory ${percent(of.memory)}, links ${percent(of.link)}, host ${percent(of.host)}`;
  const full =
    question.apart !== undefined
      ? "of a worker for answers"
      : cliff.fullAt === undefined
        ? `the ${cliff.sequencesMost.toLocaleString("en")} sequences of the engine come first`
        : `full at ${cliff.fullAt.toLocaleString("en")} clients: from there on first tokens wait`;
  const lines: [string, string][] = [
    ["memory", `${number(weightBytes(served) / 1e9)} GB of weights on each accelerator`],
    [
      "KV room",
      `${cliff.tokens.toLocaleString("en")} tokens${options.kvBlocks === undefined ? "" : " as given"}, ${cliff.sequences.toLocaleString("en")} such requests; ${full}`,
    ],
  ];
  if (last !== undefined) {
    const clients = found.length > 1 ? ` with ${last.concurrency} clients` : "";
    lines.push(["bound by", `${boundText(last)}${clients}`]);
    if (last.utilisation.prefill.seconds > 0) lines.push(["", `steps with prompts: ${busy(last.utilisation.prefill)}`]);
    if (last.utilisation.decode.seconds > 0) lines.push(["", `steps of decodes:   ${busy(last.utilisation.decode)}`]);
    if (last.preemptions > 0) lines.push(["preempted", `${last.preemptions} times${clients}`]);
    if (last.power.type === "predicted") {
      const { watts, acceleratorWatts } = last.power;
      lines.push([
        "power",
        `${number(watts)} W an accelerator with its share of the server, ${number(acceleratorWatts)} of it its own${clients}`,
      ]);
    } else lines.push(["power", `unavailable: ${last.power.reason}`]);
  }
  const rent = chip.rentUsdPerHour;
  const source = options.usdPerHour === undefined ? ` (${rent?.source ?? ""}, ${rent?.asOf ?? ""})` : " as given";
  lines.push([
    "price",
    usdPerHour === undefined
      ? "none in the catalog: give --usd-per-hour"
      : `$${priceText(usdPerHour)} an accelerator-hour${source}`,
  ]);
  lines.push(["settings", settingsText(question, settingsOf(question, last?.concurrency ?? 1), question.recipe)]);
  lines.push(["known", `kernels ${last?.provenance ?? "analytic"}; engine ${calibrationText(served)}`]);
  const beyond = [...new Set(found.flatMap((one) => one.beyond))];
  const width = Math.max(...lines.map(([name]) => name.length));
  const text = lines.map(([name, value]) => `${name.padEnd(width)}  ${value}`);
  for (const one of beyond) text.push(yellow(`${"beyond".padEnd(width)}  ${one}`));
  for (const one of leftOut(options)) text.push(yellow(`${"left out".padEnd(width)}  ${one}`));
  return text.join("\n");
}

/** With cents, and what is below one where a price has it. */
function priceText(usd: number): string {
  const cents = usd.toFixed(2);
  return Number(cents) === usd ? cents : String(usd);
}

function concurrencies(text: string): number[] {
  return text.split(",").map((one) => wholeNumber(1, 8192)(one.trim()));
}

function share(text: string): number {
  const [, value = "", sign] = /^(\d+(?:\.\d+)?)\s*(%?)$/.exec(text.trim()) ?? [];
  const percent = value === "" ? Number.NaN : Number(value);
  if (percent > 0 && percent < 1 && sign === "") {
    throw new InvalidArgumentError(
      `It must be in percent: ${Number((percent * 100).toPrecision(6))}, or ${value}% if so little is meant.`,
    );
  }
  if (!(percent >= 0 && percent < 100)) {
    throw new InvalidArgumentError("It must be a percentage from 0 to below 100, such as 40.");
  }
  return percent / 100;
}

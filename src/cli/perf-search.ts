/** `tokenworks perf search`: the best deployments of a model that meet an objective, by cost and by energy. */
import { Command, InvalidArgumentError, Option } from "commander";
import { searchInThreads } from "../api/race-threads.ts";
import { chipNamed, chips } from "../catalog/chips.ts";
import { checkContext } from "../perf/context.ts";
import { type EngineName, engineNames } from "../perf/deployment.ts";
import type { KvPrecision, Weights } from "../perf/operations/efficiency.ts";
import type { Named } from "../perf/search/command.ts";
import {
  type Load,
  type Mode,
  modes,
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
import { sloOption } from "./perf-objective.ts";
import { readTrace, traceHelp, type TraceOptions, traceOptions, usualTraces } from "./perf-trace.ts";
import { checkLengths } from "./replay-shown.ts";
import { plainOf, show } from "./search-shown.ts";
import { bar } from "./terminal.ts";

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
  const named = namedBy(options);
  const { trace, top, losers = false } = options;
  if (options.json) printJson(plainOf(findings, asked, named));
  else show(findings, asked, { named, trace, top, losers }, seconds);
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

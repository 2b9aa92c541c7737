/** `tokenworks perf search`: the cheapest deployments of a model that meet an objective. */
import { Command, InvalidArgumentError, Option } from "commander";
import { chips, chipNamed } from "../catalog/chips.ts";
import { type EngineName, engineNames } from "../perf/deployment.ts";
import type { KvPrecision, Weights } from "../perf/efficiency.ts";
import { candidates, judge, nameOf, type Objective, type Outcome, paretoFront, ranked } from "../perf/search.ts";
import { printJson } from "./options.ts";
import { count, formats, modelOf, type ModelOptions, modelOptions, number, usdPerHourOf } from "./perf-deployment.ts";
import { bar, bold, dim, table } from "./terminal.ts";

type Options = ModelOptions & {
  readonly chips?: readonly string[];
  readonly engines: readonly EngineName[];
  readonly precisions: readonly Weights[];
  readonly kv: KvPrecision;
  readonly tp: readonly number[];
  readonly slo: Objective;
  readonly isl: number;
  readonly osl: number;
  readonly top: number;
  readonly json?: boolean;
};

export const searchCommand = modelOptions(new Command("search"))
  .summary("the cheapest deployments that meet an objective")
  .description(
    "Simulates every deployment of a model on the given chips at rising concurrency until it misses the objective for " +
      "more than one request in ten, and ranks by dollars per million output tokens. Ctrl-C shows the best so far.",
  )
  .option("--chips <list>", "accelerators by commas; all that have a price when absent", list)
  .addOption(new Option("--engines <list>", "engines by commas").argParser(listOf(engineNames)).default(["vllm"]))
  .addOption(
    new Option("--precisions <list>", "of the weights, by commas").argParser(listOf(formats)).default(["fp8", "fp4"]),
  )
  .option("--tp <list>", "accelerators that share each layer, by commas", counts, [1, 2, 4, 8])
  .option("--slo <objective>", "what nine of ten requests must meet", objective, { ttftMs: 1000, tpotMs: 50 })
  .option("--isl <tokens>", "tokens of a prompt", count, 1024)
  .option("--osl <tokens>", "tokens of an answer", count, 512)
  .option("--top <count>", "how many to show", count, 10)
  .option("--json", "print JSON, for programs")
  .addHelpText(
    "after",
    `
Examples:
  $ tokenworks perf search --model llama-3.1-70b --slo ttft=500ms,tpot=30ms --chips h100,h200,b200,mi355x
  $ tokenworks perf search --model gpt-oss-120b --slo ttft=2s,tpot=20ms --engines vllm,tensorrt-llm --json`,
  )
  .action(search);

async function search(options: Options): Promise<void> {
  const model = modelOf(options);
  const asked = options.chips?.map(chipNamed) ?? chips.filter(({ rentUsdPerHour }) => rentUsdPerHour !== undefined);
  const { engines, precisions: weights, kv, tp: tensorParallel, slo } = options;
  const space = candidates({ model, chips: asked, engines, weights, kv, tensorParallel });
  const outcomes: Outcome[] = [];
  let isStopped = false;
  const stop = () => (isStopped = true);
  process.once("SIGINT", stop);
  for (const served of space) {
    outcomes.push(
      judge(served, { promptTokens: options.isl, outputTokens: options.osl }, slo, usdPerHourOf(served, undefined)),
    );
    if (process.stderr.isTTY) {
      const share = outcomes.length / space.length;
      process.stderr.write(
        `\r${bar(share, 24).padEnd(24)} ${outcomes.length} of ${space.length}  ${nameOf(served).padEnd(40)}`,
      );
    }
    // Lets Ctrl-C be heard.
    await new Promise(setImmediate);
    if (isStopped) break;
  }
  process.removeListener("SIGINT", stop);
  if (process.stderr.isTTY) process.stderr.write(`\r${" ".repeat(80)}\r`);
  show(outcomes, space.length, options);
  if (isStopped) process.exitCode = 130;
}

function show(outcomes: readonly Outcome[], all: number, options: Options): void {
  const best = ranked(outcomes);
  const front = paretoFront(outcomes);
  if (options.json) {
    const plain = ({ served, ...rest }: Outcome) => ({ deployment: nameOf(served), ...rest });
    const ends = front.map(({ served, point }) => ({ deployment: nameOf(served), ...point }));
    printJson({ tried: outcomes.length, of: all, objective: options.slo, ranked: best.map(plain), paretoFront: ends });
    return;
  }
  const met = best.filter(({ usdPerMillionOutputTokens }) => usdPerMillionOutputTokens !== undefined);
  console.log(
    `${bold(`${met.length} of ${outcomes.length} deployments meet TTFT ${options.slo.ttftMs} ms and TPOT ${options.slo.tpotMs} ms`)}  ${dim(`nine requests of ten, ${options.isl} in, ${options.osl} out${outcomes.length < all ? `; stopped after ${outcomes.length} of ${all}` : ""}`)}\n`,
  );
  const columns = ["deployment", "$/Mtok out", "clients", "TTFT p90", "TPOT p90", "tok/s/user", "tok/s/accelerator"];
  const rows = met
    .slice(0, options.top)
    .map(({ served, best: point, usdPerMillionOutputTokens = 0 }) => [
      nameOf(served),
      number(usdPerMillionOutputTokens),
      String(point?.concurrency),
      number(point?.ttftMs.p90 ?? 0),
      number(point?.tpotMs.p90 ?? 0),
      number(point?.tokensPerSecondPerUser ?? 0),
      number(point?.outputTokensPerSecondPerAccelerator ?? 0),
    ]);
  const right = { align: "right" as const };
  console.log(
    table(
      columns.map((title, index) => ({ title, ...(index > 0 ? right : {}) })),
      rows,
    ),
  );
  const most = Math.max(...front.map(({ point }) => point.outputTokensPerSecondPerAccelerator));
  console.log(
    `\n${bold("Pareto front")}  ${dim("speed for a user against tokens from an accelerator, whatever the objective")}`,
  );
  const ends = front.map(({ served, point }) => [
    number(point.tokensPerSecondPerUser),
    bar(point.outputTokensPerSecondPerAccelerator / most, 24),
    number(point.outputTokensPerSecondPerAccelerator),
    `${nameOf(served)}, ${point.concurrency} clients`,
  ]);
  console.log(
    table(
      [{ title: "tok/s/user", ...right }, { title: "" }, { title: "tok/s/accelerator", ...right }, { title: "" }],
      ends,
    ),
  );
  const lost = best.filter((one) => one.lost !== undefined);
  if (lost.length === 0) return;
  console.log(`\n${bold("Out of the race")}`);
  console.log(
    table(
      [{ title: "deployment" }, { title: "why" }],
      lost.map((one) => [nameOf(one.served), one.lost ?? ""]),
    ),
  );
}

function list(text: string): string[] {
  return text.split(",").map((one) => one.trim());
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

function objective(text: string): Objective {
  const found = Object.fromEntries(
    list(text).map((part) => {
      const [, name = "", value = "", unit = "ms"] = /^(ttft|tpot)=([\d.]+)(ms|s)?$/.exec(part) ?? [];
      if (name === "") throw new InvalidArgumentError("Wanted: ttft=500ms,tpot=30ms.");
      return [name, Number(value) * (unit === "s" ? 1000 : 1)];
    }),
  );
  return { ttftMs: found["ttft"] ?? Infinity, tpotMs: found["tpot"] ?? Infinity };
}

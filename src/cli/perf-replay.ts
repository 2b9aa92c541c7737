/** `tokenworks perf replay`: a deployment under a recorded load. */
import { writeFileSync } from "node:fs";
import { Command, Option } from "commander";
import { usdPerMillionTokens } from "../perf/cost.ts";
import { acceleratorsOf, type Served } from "../perf/deployment.ts";
import { predictDisaggregated } from "../perf/disaggregate.ts";
import { type Moment, overTime } from "../perf/over-time.ts";
import { type PoolPrediction, predict, type Times } from "../perf/predict.ts";
import type { Objective } from "../perf/search/space.ts";
import type { Router } from "../perf/simulate/deployment.ts";
import type { ReplicaUse } from "../perf/simulate/result.ts";
import type { Workload } from "../perf/simulate/workload.ts";
import { Fault } from "../stack/fault.ts";
import { printJson } from "./options.ts";
import {
  calibrationText,
  count,
  type DeploymentOptions,
  deploymentOptions,
  factsOf,
  number,
  servedBy,
  settingsOf,
  usdPerHourOf,
} from "./perf-deployment.ts";
import { objectiveText, sloOption } from "./perf-objective.ts";
import { readTrace, traceHelp, type TraceOptions, traceOptions } from "./perf-trace.ts";
import { plot } from "./plot.ts";
import { bold, dim, table } from "./terminal.ts";

type Options = DeploymentOptions &
  TraceOptions & {
    readonly trace: string;
    readonly replicas: number;
    readonly router: Router;
    readonly slo: Objective;
    readonly prefillReplicas?: number;
    readonly prefillTp?: number;
    readonly svg?: string;
    readonly csv?: string;
  };

export const replayCommand = traceOptions(deploymentOptions(new Command("replay")))
  .summary("a deployment under a recorded load")
  .description(
    "Simulates a deployment under a trace of requests as they arrived: Azure's CSV, Mooncake's JSON lines with the hashes " +
      "of their prefixes, or our own arrival_seconds,prompt_tokens,output_tokens.",
  )
  .requiredOption("--trace <trace>", traceHelp)
  .option("--replicas <count>", "copies of the deployment", count, 1)
  .addOption(
    new Option("--router <name>", "who is asked")
      .choices(["round-robin", "least-loaded", "prefix-aware"])
      .default("round-robin"),
  )
  .option("--prefill-replicas <count>", "replicas that compute prompts alone: the others then decode alone", count)
  .option(
    "--prefill-tp <count>",
    "accelerators that share each layer there; as many as of the others when absent",
    count,
  )
  .addOption(sloOption("what goodput counts"))
  .option("--svg <file>", "queue and KV cache over time as a picture")
  .option("--csv <file>", "queue and KV cache over time as a table")
  .option("--json", "print JSON, for programs")
  .addHelpText(
    "after",
    `
Examples:
  $ tokenworks perf replay --trace azure-2023-conv --model llama-3.1-70b --chip h200 --tp 4 --slo ttft=1s,tpot=50ms
  $ tokenworks perf replay --trace mooncake-conversation --model llama-3.1-70b --chip h200 --tp 4 --replicas 4 --router prefix-aware
  $ tokenworks perf replay --trace azure-2023-conv --speed 2 --model llama-3.1-70b --chip h200 --tp 4 --prefill-replicas 1
  $ tokenworks perf replay --trace load.csv --speed 4 --replicas 2 --model llama-3.1-8b --chip l40s --json`,
  )
  .action(replay);

/** A pool of replicas, and what it held over time. */
type Pool = PoolPrediction & { readonly name: string; readonly moments: readonly Moment[] };

type Ran = Times & {
  readonly accelerators: number;
  readonly pools: readonly Pool[];
  readonly joulesPerOutputToken?: number;
  /** From a prompt's end until the decode replica has it. */
  readonly transferMs?: number;
};

async function replay(options: Options): Promise<void> {
  const served = servedBy(options);
  const workload = readTrace(options.trace, options);
  checkLengths(workload.promptTokens, workload.outputTokens, served.model.contextMax, served.model.title);
  const startedMs = performance.now();
  const { result, pools, ...figures } = run(served, workload, options);
  const tookMs = performance.now() - startedMs;
  const usdPerHour = usdPerHourOf(served, options.usdPerHour);
  const usdPer = (tokensPerSecond: number | undefined) =>
    usdPerHour === undefined || tokensPerSecond === undefined || tokensPerSecond === 0
      ? null
      : usdPerMillionTokens(usdPerHour * figures.accelerators, tokensPerSecond);
  const cost = {
    usdPerHour: usdPerHour ?? null,
    usdPerMillionOutputTokens: usdPer(result.outputTokensPerSecond),
    usdPerMillionTokens: usdPer(result.totalTokensPerSecond),
    usdPerMillionGoodOutputTokens: usdPer(result.goodput?.outputTokensPerSecond),
  };
  if (options.csv !== undefined) keep(options.csv, "csv", csvOf(pools));
  const { requests, spanSeconds, cachedTokens, prefilledTokens, goodput, digest } = result;
  if (options.json) {
    const counts = { requests, spanSeconds, cachedTokens, prefilledTokens, goodput, digest };
    printJson({ ...factsOf(served), replicas: options.replicas, ...counts, ...figures, ...cost, pools });
  } else {
    console.log(
      `${bold(`${requests.toLocaleString("en")} requests in ${number(spanSeconds)} s on ${figures.accelerators} × ${served.chip.title}`)}  ${dim(`${served.model.title}, ${served.engine}; simulated in ${number(tookMs)} ms`)}\n`,
    );
    console.log(percentiles(figures));
    for (const { name, moments } of pools) console.log(`\n${picture(moments, pools.length > 1 ? name : "")}`);
    const dollars = (value: number | null) => (value === null ? "–" : `$${number(value)}`);
    const { joulesPerOutputToken: joules, transferMs } = figures;
    console.log(`
goodput   ${number((goodput?.share ?? 0) * 100)} % of requests within ${objectiveText(options.slo)}, ${number(goodput?.requestsPerSecond ?? 0)} requests/s
output    ${number(figures.outputTokensPerSecond)} tokens/s`);
    for (const pool of pools) console.log(poolText(pool, pools.length > 1));
    if (transferMs !== undefined) console.log(`transfer  ${number(transferMs)} ms of a prompt's keys and values`);
    if (cachedTokens > 0) {
      const share = cachedTokens / (cachedTokens + prefilledTokens);
      console.log(`cached    ${(share * 100).toFixed(0)} % of prompts' tokens were found in the prefix cache`);
    }
    console.log(
      `energy    ${joules === undefined ? "unavailable: the catalog lacks the chip's power" : `${number((joules * figures.outputTokensPerSecond * spanSeconds) / 3.6e6)} kWh, ${number(joules)} J an output token`}
cost      ${usdPerHour === undefined ? "no price in the catalog: give --usd-per-hour" : `${dollars(cost.usdPerMillionOutputTokens)} a million output tokens, ${dollars(cost.usdPerMillionGoodOutputTokens)} those within the objective; idle time in it`}
known     kernels ${figures.provenance}; engine ${calibrationText(served)}`,
    );
  }
  if (options.svg !== undefined) await drawSvg(options.svg, pools);
}

function run(served: Served, workload: Workload, options: Options): Ran {
  const { replicas, router, prefillReplicas } = options;
  const settings = { ...settingsOf(options), prefixCache: workload.prefix !== undefined };
  const slo = { ttftSeconds: options.slo.ttftMs / 1e3, tpotSeconds: options.slo.tpotMs / 1e3 };
  const poolOf = (name: string, of: PoolPrediction, ranks: number, uses: readonly ReplicaUse[]): Pool => {
    const { kvTokens, kvTokensMost, busyShare, utilisation, boundBy, power } = of;
    const moments = overTime(uses, kvTokens / options.blockTokens, ranks);
    return { name, kvTokens, kvTokensMost, busyShare, utilisation, boundBy, power, moments };
  };
  if (prefillReplicas === undefined) {
    const found = predict(served, workload, { ...settings, replicas, router, slo });
    const { power, ...times } = found;
    const uses = found.result.pools.flatMap((pool) => pool.replicas);
    return {
      ...times,
      accelerators: acceleratorsOf(served) * replicas,
      pools: [poolOf("replicas", found, served.attentionParallel, uses)],
      ...(power.type === "predicted" && { joulesPerOutputToken: power.joulesPerOutputToken }),
    };
  }
  const prompts = { ...served, tensorParallel: options.prefillTp ?? served.tensorParallel };
  const pools = { prefill: { served: prompts, replicas: prefillReplicas }, decode: { served, replicas } };
  const { kvBlocks: _, ...unbounded } = settings;
  const found = predictDisaggregated(pools, workload, {
    slo,
    router,
    prefill: unbounded,
    // A prefix is of use where prompts are computed.
    decode: { ...settings, prefixCache: false },
    pue: options.pue,
  });
  const { prefill, decode, ...times } = found;
  const [first, second] = found.result.pools;
  return {
    ...times,
    pools: [
      poolOf("prefill", prefill, prompts.attentionParallel, first?.replicas ?? []),
      poolOf("decode", decode, served.attentionParallel, second?.replicas ?? []),
    ],
  };
}

function poolText({ name, busyShare, kvTokens, kvTokensMost, power }: Pool, isOneOfTwo: boolean): string {
  const watts =
    power.type === "predicted" ? `, ${number(power.watts)} W an accelerator with its share of the server` : "";
  return `${(isOneOfTwo ? name : "busy").padEnd(8)}  ${isOneOfTwo ? "busy " : ""}${number(busyShare * 100)} % of the time, KV ${number((kvTokensMost / kvTokens) * 100)} % in use at the most${watts}`;
}

/** A prompt that the model was not made for is a mistake of the trace, or of the choice of model. */
function checkLengths(prompts: Int32Array, outputs: Int32Array, most: number, model: string): void {
  const at = prompts.findIndex((tokens, index) => tokens + outputs[index]! > most);
  if (at === -1) return;
  throw new Fault("invalid_value", {
    message: `Request ${at + 1} has ${prompts[at]!.toLocaleString("en")} tokens of prompt and ${outputs[at]!.toLocaleString("en")} of output; ${model} has a context of ${most.toLocaleString("en")}.`,
    remedy: "Leave it out, or choose a model with a longer context.",
    param: "trace",
  });
}

type Figures = Pick<Times, "ttftMs" | "tpotMs" | "itlMs" | "e2eMs">;

function percentiles(figures: Figures): string {
  const rows = (["ttftMs", "tpotMs", "itlMs", "e2eMs"] as const).map((name) => {
    const { mean, p50, p90, p99 } = figures[name];
    const within =
      name === "ttftMs" || name === "tpotMs"
        ? `${number(figures[name].band.low)} … ${number(figures[name].band.high)}`
        : "";
    return [name.replace("Ms", "").toUpperCase(), number(mean), within, number(p50), number(p90), number(p99)];
  });
  const titles = ["ms", "mean", "8 of 10 within", "p50", "p90", "p99"];
  return table(
    titles.map((title, index) => ({ title, ...(index > 0 ? { align: "right" as const } : {}) })),
    rows,
  );
}

function picture(moments: readonly Moment[], pool: string): string {
  const of = (value: (moment: Moment) => number) => moments.map((one) => [one.seconds, value(one)] as const);
  const frame = { width: 72, x: { title: "s", from: 0 } };
  const named = (what: string) => (pool === "" ? what : `${what}, ${pool}`);
  const queue = plot({
    ...frame,
    series: [
      { name: "running", points: of(({ running }) => running), isLine: true },
      { name: "waiting", points: of(({ waiting }) => waiting), isLine: true },
    ],
    y: { title: named("requests"), from: 0 },
    height: 7,
  });
  const kv = plot({
    ...frame,
    series: [{ name: "KV", points: of(({ kvShare }) => kvShare * 100), isLine: true }],
    y: { title: named("% of the KV cache"), from: 0 },
    height: 5,
  });
  return `${queue}\n\n${kv}`;
}

function csvOf(pools: readonly Pool[]): string {
  const lines = pools.flatMap(({ name, moments }) =>
    moments.map(({ seconds, waiting, running, kvShare }) =>
      [name, seconds.toFixed(3), waiting, running, kvShare.toFixed(4)].join(","),
    ),
  );
  return `pool,seconds,waiting,running,kv_share\n${lines.join("\n")}\n`;
}

async function drawSvg(path: string, pools: readonly Pool[]): Promise<void> {
  const { svgOf } = await import("./perf-svg.ts");
  const curves = pools.flatMap(({ name, moments }) => {
    const of = (value: (moment: Moment) => number) => moments.map((one) => [one.seconds, value(one)] as const);
    const named = (what: string) => (pools.length > 1 ? `${name}: ${what}` : what);
    return [
      { name: named("running"), points: of(({ running }) => running) },
      { name: named("waiting"), points: of(({ waiting }) => waiting) },
      { name: named("KV cache, %"), points: of(({ kvShare }) => kvShare * 100) },
    ];
  });
  const svg = svgOf({
    title: "Requests and KV cache over time",
    x: { title: "seconds" },
    y: { title: "requests; % of the KV cache" },
    curves,
  });
  keep(path, "svg", svg);
}

function keep(path: string, param: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (error) {
    throw new Fault("invalid_value", { message: `${path} cannot be written: ${(error as Error).message}.`, param });
  }
}

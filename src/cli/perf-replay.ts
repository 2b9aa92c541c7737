/** `tokenworks perf replay`: a deployment under a recorded load. */
import { writeFileSync } from "node:fs";
import { Command, Option } from "commander";
import { usdPerMillionTokens } from "../perf/cost.ts";
import { acceleratorsOf } from "../perf/deployment.ts";
import { type Moment, overTime } from "../perf/over-time.ts";
import { deploymentOf, predict } from "../perf/predict.ts";
import type { Objective } from "../perf/search/space.ts";
import type { Router } from "../perf/simulate/deployment.ts";
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
import { objective, objectiveText } from "./perf-objective.ts";
import { readTrace, traceHelp, type TraceOptions, traceOptions } from "./perf-trace.ts";
import { plot } from "./plot.ts";
import { bold, dim, table } from "./terminal.ts";

type Options = DeploymentOptions &
  TraceOptions & {
    readonly trace: string;
    readonly replicas: number;
    readonly router: Router;
    readonly slo: Objective;
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
  .option("--slo <objective>", "what goodput counts", objective, { ttftMs: 1000, tpotMs: 50 })
  .option("--svg <file>", "queue and KV cache over time as a picture")
  .option("--csv <file>", "queue and KV cache over time as a table")
  .option("--json", "print JSON, for programs")
  .addHelpText(
    "after",
    `
Examples:
  $ tokenworks perf replay --trace azure-2023-conv --model llama-3.1-70b --chip h200 --tp 4 --slo ttft=1s,tpot=50ms
  $ tokenworks perf replay --trace mooncake-conversation --model llama-3.1-70b --chip h200 --tp 4 --replicas 4 --router prefix-aware
  $ tokenworks perf replay --trace load.csv --speed 4 --replicas 2 --model llama-3.1-8b --chip l40s --json`,
  )
  .action(replay);

async function replay(options: Options): Promise<void> {
  const served = servedBy(options);
  const workload = readTrace(options.trace, options);
  checkLengths(workload.promptTokens, workload.outputTokens, served.model.contextMax, served.model.title);
  const { ttftMs, tpotMs } = options.slo;
  const settings = {
    ...settingsOf(options),
    replicas: options.replicas,
    router: options.router,
    prefixCache: workload.prefix !== undefined,
    slo: { ttftSeconds: ttftMs / 1e3, tpotSeconds: tpotMs / 1e3 },
  };
  const startedMs = performance.now();
  const { result, ...figures } = predict(served, workload, settings);
  const tookMs = performance.now() - startedMs;
  const accelerators = acceleratorsOf(served) * options.replicas;
  const usdPerHour = usdPerHourOf(served, options.usdPerHour);
  const usdPer = (tokensPerSecond: number | undefined) =>
    usdPerHour === undefined || tokensPerSecond === undefined || tokensPerSecond === 0
      ? null
      : usdPerMillionTokens(usdPerHour * accelerators, tokensPerSecond);
  const cost = {
    usdPerHour: usdPerHour ?? null,
    usdPerMillionOutputTokens: usdPer(result.outputTokensPerSecond),
    usdPerMillionTokens: usdPer(result.totalTokensPerSecond),
    usdPerMillionGoodOutputTokens: usdPer(result.goodput?.outputTokensPerSecond),
  };
  const { kvBlocks } = deploymentOf(served, settings);
  const moments = overTime(
    result.pools.flatMap(({ replicas }) => replicas),
    kvBlocks,
    served.attentionParallel,
  );
  if (options.csv !== undefined) keep(options.csv, "csv", csvOf(moments));
  const { requests, spanSeconds, cachedTokens, prefilledTokens, goodput, digest } = result;
  if (options.json) {
    const counts = { requests, spanSeconds, cachedTokens, prefilledTokens, goodput, digest };
    printJson({ ...factsOf(served), replicas: options.replicas, ...counts, ...figures, ...cost, overTime: moments });
  } else {
    console.log(
      `${bold(`${requests.toLocaleString("en")} requests in ${number(spanSeconds)} s on ${accelerators} × ${served.chip.title}`)}  ${dim(`${served.model.title}, ${served.engine}; simulated in ${number(tookMs)} ms`)}\n`,
    );
    console.log(percentiles(figures));
    console.log(`\n${picture(moments)}`);
    const share = (goodput?.share ?? 0) * 100;
    const cached =
      cachedTokens > 0
        ? `, ${((cachedTokens / (cachedTokens + prefilledTokens)) * 100).toFixed(0)} % of prompts' tokens found in it`
        : "";
    const { power } = figures;
    const dollars = (value: number | null) => (value === null ? "–" : `$${number(value)}`);
    console.log(`
goodput   ${number(share)} % of requests within ${objectiveText(options.slo)}, ${number(goodput?.requestsPerSecond ?? 0)} requests/s
output    ${number(figures.outputTokensPerSecond)} tokens/s
busy      ${number(figures.busyShare * 100)} % of the time
KV        ${number((figures.kvTokensMost / figures.kvTokens) * 100)} % in use at the most, ${figures.preemptions} preemptions${cached}
energy    ${power.type === "predicted" ? `${number(power.joules / 3.6e6)} kWh, ${number(power.joulesPerOutputToken)} J an output token, ${number(power.watts)} W an accelerator with its share of the server` : `unavailable: ${power.reason}`}
cost      ${usdPerHour === undefined ? "no price in the catalog: give --usd-per-hour" : `${dollars(cost.usdPerMillionOutputTokens)} a million output tokens, ${dollars(cost.usdPerMillionGoodOutputTokens)} those within the objective; idle time in it`}
known     kernels ${figures.provenance}; engine ${calibrationText(served)}`);
  }
  if (options.svg !== undefined) await drawSvg(options.svg, moments);
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

type Figures = Pick<ReturnType<typeof predict>, "ttftMs" | "tpotMs" | "itlMs" | "e2eMs">;

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

function picture(moments: readonly Moment[]): string {
  const of = (value: (moment: Moment) => number) => moments.map((one) => [one.seconds, value(one)] as const);
  const frame = { width: 72, x: { title: "s", from: 0 } };
  const queue = plot({
    ...frame,
    series: [
      { name: "running", points: of(({ running }) => running), isLine: true },
      { name: "waiting", points: of(({ waiting }) => waiting), isLine: true },
    ],
    y: { title: "requests", from: 0 },
    height: 7,
  });
  const kv = plot({
    ...frame,
    series: [{ name: "KV", points: of(({ kvShare }) => kvShare * 100), isLine: true }],
    y: { title: "% of the KV cache", from: 0 },
    height: 5,
  });
  return `${queue}\n\n${kv}`;
}

function csvOf(moments: readonly Moment[]): string {
  const lines = moments.map(({ seconds, waiting, running, kvShare }) =>
    [seconds.toFixed(3), waiting, running, kvShare.toFixed(4)].join(","),
  );
  return `seconds,waiting,running,kv_share\n${lines.join("\n")}\n`;
}

async function drawSvg(path: string, moments: readonly Moment[]): Promise<void> {
  const { svgOf } = await import("./perf-svg.ts");
  const of = (value: (moment: Moment) => number) => moments.map((one) => [one.seconds, value(one)] as const);
  const svg = svgOf({
    title: "Requests and KV cache over time",
    x: { title: "seconds" },
    y: { title: "requests; % of the KV cache" },
    curves: [
      { name: "running", points: of(({ running }) => running) },
      { name: "waiting", points: of(({ waiting }) => waiting) },
      { name: "KV cache, %", points: of(({ kvShare }) => kvShare * 100) },
    ],
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

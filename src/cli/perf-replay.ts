/** `tokenworks perf replay`: a deployment under a recorded load. */
import { readFileSync } from "node:fs";
import { Command, Option } from "commander";
import { usdPerMillionTokens } from "../perf/cost.ts";
import { acceleratorsOf } from "../perf/deployment.ts";
import { predict } from "../perf/predict.ts";
import type { Router } from "../perf/simulate/deployment.ts";
import { parseTrace } from "../perf/simulate/trace.ts";
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
  price,
  servedBy,
  usdPerHourOf,
} from "./perf-deployment.ts";
import { bold, dim, table } from "./terminal.ts";

type Options = DeploymentOptions & {
  readonly trace: string;
  readonly requests?: number;
  readonly speed: number;
  readonly replicas: number;
  readonly router: Router;
  readonly ttft: number;
  readonly tpot: number;
};

export const replayCommand = deploymentOptions(new Command("replay"))
  .summary("a deployment under a recorded load")
  .description(
    "Simulates a deployment under a trace of requests as they arrived: Azure's CSV, Mooncake's JSON lines, or our own " +
      "arrival_seconds,prompt_tokens,output_tokens.",
  )
  .requiredOption("--trace <file>", "the requests")
  .option("--requests <count>", "only so many of the first", count)
  .option("--speed <factor>", "as if they came so much faster", price, 1)
  .option("--replicas <count>", "copies of the deployment", count, 1)
  .addOption(
    new Option("--router <name>", "who is asked")
      .choices(["round-robin", "least-loaded", "prefix-aware"])
      .default("round-robin"),
  )
  .option("--ttft <ms>", "what goodput counts: the first token within so long", price, 1000)
  .option("--tpot <ms>", "and each other within so long", price, 50)
  .option("--json", "print JSON, for programs")
  .addHelpText(
    "after",
    `
Examples:
  $ tokenworks perf replay --trace AzureLLMInferenceTrace_conv.csv --model llama-3.1-70b --chip h200 --tp 4
  $ tokenworks perf replay --trace load.csv --speed 4 --replicas 2 --model llama-3.1-8b --chip l40s --json`,
  )
  .action(replay);

function replay(options: Options): void {
  const served = servedBy(options);
  const workload = sped(read(options.trace), options);
  const startedMs = performance.now();
  const found = predict(served, workload, {
    replicas: options.replicas,
    router: options.router,
    prefixCache: workload.prefix !== undefined,
    slo: { ttftSeconds: options.ttft / 1e3, tpotSeconds: options.tpot / 1e3 },
    ...(options.kvBlocks === undefined ? {} : { kvBlocks: options.kvBlocks }),
  });
  const tookMs = performance.now() - startedMs;
  const { result, ...figures } = found;
  const accelerators = acceleratorsOf(served) * options.replicas;
  const usdPerHour = usdPerHourOf(served, options.usdPerHour);
  const usdPerMillion =
    usdPerHour === undefined ? null : usdPerMillionTokens(usdPerHour * accelerators, result.outputTokensPerSecond);
  const { requests, spanSeconds, cachedTokens, goodput, digest } = result;
  if (options.json) {
    const counts = { requests, spanSeconds, cachedTokens, goodput, digest };
    const cost = { usdPerHour: usdPerHour ?? null, usdPerMillionOutputTokens: usdPerMillion };
    printJson({ ...factsOf(served), replicas: options.replicas, ...counts, ...figures, ...cost });
    return;
  }
  console.log(
    `${bold(`${requests.toLocaleString("en")} requests in ${number(spanSeconds)} s on ${accelerators} × ${served.chip.title}`)}  ${dim(`simulated in ${number(tookMs)} ms`)}\n`,
  );
  const rows = (["ttftMs", "tpotMs", "itlMs", "e2eMs"] as const).map((name) => {
    const { mean, p50, p90, p99 } = found[name];
    return [name.replace("Ms", "").toUpperCase(), ...[mean, p50, p90, p99].map(number)];
  });
  const right = { align: "right" as const };
  const titles = ["ms", "mean", "p50", "p90", "p99"];
  console.log(
    table(
      titles.map((title, index) => ({ title, ...(index > 0 ? right : {}) })),
      rows,
    ),
  );
  const cached = cachedTokens > 0 ? `, ${cachedTokens.toLocaleString("en")} tokens of prompts found in it` : "";
  console.log(`
goodput   ${number((goodput?.share ?? 0) * 100)} % of requests within TTFT ${options.ttft} ms and TPOT ${options.tpot} ms
output    ${number(found.outputTokensPerSecond)} tokens/s
busy      ${number(found.busyShare * 100)} % of the time
KV        ${number((found.kvTokensMost / found.kvTokens) * 100)} % in use at the most, ${found.preemptions} preemptions${cached}
cost      ${usdPerMillion === null ? "no price in the catalog: give --usd-per-hour" : `$${number(usdPerMillion)} a million output tokens, idle time in it`}
known     kernels ${found.provenance}; engine ${calibrationText(served)}`);
}

function read(path: string): Workload {
  let text = "";
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new Fault("invalid_value", {
      message: `${path} cannot be read: ${(error as Error).message}.`,
      remedy: "Name a trace.",
      param: "trace",
    });
  }
  return parseTrace(text);
}

/** The first so many requests, as if they came so much faster. */
function sped({ promptTokens, outputTokens, arrivals, prefix }: Workload, options: Options): Workload {
  const most = Math.min(options.requests ?? Infinity, promptTokens.length);
  const seconds = arrivals.type === "open" ? arrivals.seconds : new Float64Array();
  return {
    promptTokens: promptTokens.subarray(0, most),
    outputTokens: outputTokens.subarray(0, most),
    arrivals: { type: "open", seconds: seconds.subarray(0, most).map((one) => one / options.speed) },
    ...(prefix === undefined ? {} : { prefix: { ...prefix, offsets: prefix.offsets.subarray(0, most + 1) } }),
  };
}

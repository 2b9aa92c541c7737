/** `tokenworks perf replay`: a deployment under a recorded load. */
import { Command, Option } from "commander";
import { usdPerMillionTokens } from "../perf/cost.ts";
import { type Served, stagesOf } from "../perf/deployment.ts";
import { overTime } from "../perf/simulate/over-time.ts";
import type { PoolPrediction } from "../perf/predict.ts";
import { beyondRange } from "../perf/accuracy/range.ts";
import type { Objective } from "../perf/search/space.ts";
import type { Settings } from "../perf/settings.ts";
import type { Router } from "../perf/simulate/deployment.ts";
import type { Workload } from "../perf/loads/workload.ts";
import { mean } from "../perf/statistics.ts";
import { underLoad, type UnderLoad } from "../perf/under-load.ts";
import { cachesPrefixes } from "../perf/memory/usual-limits.ts";
import { keep } from "./keep.ts";
import { factoryOption, printJson, refuseIdle } from "./options.ts";
import {
  calibrationText,
  type DeploymentOptions,
  deploymentOptions,
  factsOf,
  machinesBy,
  type PrefillOptions,
  prefillOptions,
  settingsFacts,
  settingsOf,
  settingsText,
  usdPerHourOf,
  workers,
} from "./perf-deployment.ts";
import { objectiveText, sloOption } from "./perf-objective.ts";
import { readTrace, traceHelp, type TraceOptions, traceOptions } from "./perf-trace.ts";
import { replayThisCpu } from "./perf-replay-this-cpu.ts";
import { checkLengths, csvOf, drawSvg, percentiles, picture, type PoolOverTime } from "./replay-shown.ts";
import { bold, dim, number, yellow } from "./terminal.ts";

export type ReplayOptions = DeploymentOptions &
  TraceOptions &
  PrefillOptions & {
    readonly trace: string;
    readonly router: Router;
    readonly slo: Objective;
    readonly svg?: string;
    readonly csv?: string;
    readonly factory: string;
  };

export const replayCommand = prefillOptions(traceOptions(deploymentOptions(new Command("replay"))))
  .summary("a deployment under a recorded load")
  .description(
    "Simulates a deployment under a trace of requests as they arrived: a table in the columns of Azure, BurstGPT, Vidur or " +
      "our own arrival_seconds,prompt_tokens,output_tokens; Mooncake's, AIPerf's or Bailian's JSON lines with the hashes of " +
      "prefixes; or prompts as text (ShareGPT, custom lines, OpenAI's batches), whose tokens are estimated. What the engine is " +
      "not told is as its defaults are.",
  )
  .requiredOption("--trace <trace>", traceHelp)
  .option("--replicas <count>", "copies of the deployment; beside --prefill-replicas workers that decode", workers, 1)
  .addOption(
    new Option("--router <name>", "how a request finds its replica")
      .choices(["round-robin", "least-loaded", "prefix-aware"])
      .default("round-robin"),
  )
  .addOption(sloOption("the objective that goodput counts"))
  .addOption(factoryOption())
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
  $ tokenworks perf replay --trace ShareGPT_V3_unfiltered_cleaned_split.json --rate 8 --requests 2000 --model llama-3.1-8b --chip h100
  $ tokenworks perf replay --trace load.csv --speed 4 --replicas 2 --model llama-3.1-8b --chip l40s --json
  $ tokenworks perf replay --trace load.csv --model tokenworks-tiny --chip this-cpu`,
  )
  .action(replay);

type Pool = PoolPrediction & PoolOverTime & { readonly replicas: number };

async function replay(options: ReplayOptions, command: Command): Promise<void> {
  const splits = ["prefillTp", "prefillDp", "prefillEp"];
  if (options.prefillReplicas === undefined) refuseIdle(command, splits, "without --prefill-replicas");
  if (options.chip === "this-cpu") {
    await replayThisCpu(options);
    return;
  }
  const machines = machinesBy(options);
  const { served } = machines;
  const workload = readTrace(options.trace, options);
  checkLengths(workload.promptTokens, workload.outputTokens, served.model.contextMax, served.model.title);
  const startedMs = performance.now();
  const told: Settings = {
    ...settingsOf(options),
    prefixCache: workload.prefix !== undefined || cachesPrefixes(served),
  };
  const found = underLoad(machines, workload, {
    ...told,
    router: options.router,
    replicas: options.replicas,
    slo: { ttftSeconds: options.slo.ttftMs / 1e3, tpotSeconds: options.slo.tpotMs / 1e3 },
  });
  const tookMs = performance.now() - startedMs;
  const { result, pools: used, ...figures } = found;
  const pools = poolsOf({ pools: used, result }, options.blockTokens);
  const usdPerHour = usdPerHourOf(served, options.usdPerHour);
  const usdPer = (tokensPerSecond: number | undefined) =>
    usdPerHour === undefined || tokensPerSecond === undefined || tokensPerSecond === 0
      ? null
      : usdPerMillionTokens(usdPerHour, tokensPerSecond / figures.accelerators);
  const cost = {
    usdPerHour: usdPerHour ?? null,
    usdPerMillionOutputTokens: usdPer(result.outputTokensPerSecond),
    usdPerMillionTokens: usdPer(result.totalTokensPerSecond),
    usdPerMillionGoodOutputTokens: usdPer(result.goodput?.outputTokensPerSecond),
  };
  const beyond = beyondOf(served, workload, pools, result.requestsPerSecond);
  const silent = longSilence(workload);
  if (options.csv !== undefined) keep(options.csv, "csv", csvOf(pools));
  const { requests, spanSeconds, cachedTokens, prefilledTokens, goodput, digest } = result;
  if (options.json) {
    const counts = { requests, spanSeconds, cachedTokens, prefilledTokens, goodput, digest };
    const seconds = silent === undefined ? null : silent.seconds;
    printJson({
      ...factsOf(served),
      replicas: options.replicas,
      settings: settingsFacts(machines, told),
      ...counts,
      ...figures,
      ...cost,
      beyond,
      longSilenceSeconds: seconds,
      pools,
    });
  } else {
    console.log(
      `${bold(`${requests.toLocaleString("en")} ${requests === 1 ? "request" : "requests"} in ${number(spanSeconds)} s on ${figures.accelerators} × ${served.chip.title}`)}  ${dim(`${served.model.title}, ${served.engine}; simulated in ${number(tookMs)} ms`)}\n`,
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
settings  ${settingsText(machines, told)}
known     kernels ${figures.provenance}; engine ${calibrationText(served)}`,
    );
    for (const one of beyond) console.log(yellow(`beyond    ${one}`));
    if (silent !== undefined) {
      console.log(
        yellow(
          `silence   nothing comes for ${number(silent.seconds)} s before request ${silent.request.toLocaleString("en")}: idle time counts in energy and cost`,
        ),
      );
    }
  }
  if (options.svg !== undefined) await drawSvg(options.svg, pools);
}

/** By the means of the lengths and the most requests that a worker has at once. */
function beyondOf(
  served: Served,
  { promptTokens, outputTokens }: Workload,
  pools: readonly Pool[],
  requestsPerSecond: number,
): string[] {
  const { replicas, moments } = pools.at(-1)!;
  const running = moments.reduce((most, moment) => Math.max(most, moment.running), 1);
  return beyondRange(served, {
    promptTokens: mean(promptTokens),
    outputTokens: mean(outputTokens),
    concurrency: Math.ceil(running / replicas),
    ...(pools.length === 1 && { requestsPerSecond: requestsPerSecond / replicas }),
  });
}

const [silenceSecondsLeast, silenceShareLeast] = [600, 0.3];

/** A pause that is most likely one of the recording: a good part of the whole trace. */
function longSilence({ arrivals }: Workload): { readonly seconds: number; readonly request: number } | undefined {
  if (arrivals.type !== "open") return undefined;
  const { seconds } = arrivals;
  let longest = { seconds: 0, request: 0 };
  for (let at = 1; at < seconds.length; at++) {
    const pause = seconds[at]! - seconds[at - 1]!;
    if (pause > longest.seconds) longest = { seconds: pause, request: at + 1 };
  }
  const isLong = longest.seconds >= Math.max(silenceSecondsLeast, silenceShareLeast * (seconds.at(-1) ?? 0));
  return isLong ? longest : undefined;
}

/** Each pool with its queue and its cache over time. */
function poolsOf({ pools, result }: Pick<UnderLoad, "pools" | "result">, blockTokens: number): Pool[] {
  return pools.map(({ served, ...pool }, index) => {
    const ranks = served.attentionParallel * stagesOf(served);
    const uses = result.pools[index]?.replicas ?? [];
    return { ...pool, replicas: uses.length, moments: overTime(uses, pool.kvTokens / blockTokens, ranks) };
  });
}

function poolText({ name, busyShare, kvTokens, kvTokensMost, power }: Pool, isOneOfTwo: boolean): string {
  const watts =
    power.type === "predicted" ? `, ${number(power.watts)} W an accelerator with its share of the server` : "";
  return `${(isOneOfTwo ? name : "busy").padEnd(8)}  ${isOneOfTwo ? "busy " : ""}${number(busyShare * 100)} % of the time, KV ${number((kvTokensMost / kvTokens) * 100)} % in use at the most${watts}`;
}

/** MLPerf inference v5.1, closed division: what its logs say of each run with language models, and of the load. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { modelNamed } from "../../src/catalog/models.ts";
import { chipNamed } from "../../src/catalog/chips.ts";
import { CsvReader } from "../../src/perf/csv.ts";
import { acceleratorsOf, type EngineName, type Served } from "../../src/perf/deployment.ts";
import type { Scheduler } from "../../src/perf/simulate/deployment.ts";
import { RandomStream } from "../../src/perf/simulate/random.ts";
import type { Lengths } from "../../src/perf/simulate/workload.ts";
import { absent } from "./data.ts";

export type MlperfRun = {
  readonly path: string;
  readonly submitter: string;
  readonly benchmark: string;
  readonly served: Served;
  readonly replicas: number;
  readonly accelerators: number;
  readonly wallWatts?: number;
} & (
  | {
      readonly scenario: "Offline";
      readonly tokensPerSecond: number;
      /** All requests are there at once; this is when the 99th percentile of them is answered. */
      readonly p99Seconds: number;
    }
  | {
      readonly scenario: "Server";
      readonly requestsPerSecond: number;
      /** Mean of the outputs: what was completed in a second by what was asked in one. */
      readonly outputTokens: number;
      readonly ttftMs: Percentiles;
      readonly tpotMs: Percentiles;
    }
);

export type Percentiles = { readonly mean: number; readonly p50: number; readonly p90: number; readonly p99: number };

/**
 * Lengths of a benchmark's requests. MLCommons publishes the means of the prompts and the limits, not the distributions:
 * they are taken as log-normal, cut at the limits. Outputs have the mean that a run's own log gives.
 */
type Shape = {
  readonly promptMean: number;
  readonly promptMost: number;
  readonly promptSpread: number;
  readonly outputMean: number;
  readonly outputMost: number;
  readonly outputSpread: number;
  readonly source: string;
};

export const shapes: Readonly<Record<string, Shape>> = {
  "llama2-70b": {
    promptMean: 155,
    promptMost: 1024,
    promptSpread: 0.9,
    outputMean: 294,
    outputMost: 1024,
    outputSpread: 0.8,
    source:
      "OpenOrca, 24,576 samples of up to 1,024 + 1,024 tokens, 294.45 of output (MLCommons inference rules); prompts of 155 on average are an assumption",
  },
  "llama3.1-405b": {
    promptMean: 9400,
    promptMost: 20_000,
    promptSpread: 0.7,
    outputMean: 655,
    outputMost: 2000,
    outputSpread: 0.6,
    source: "9,400 and 680 tokens (MLCommons, https://mlcommons.org/2025/04/llm-inference-v5)",
  },
  "llama3.1-8b": {
    promptMean: 778,
    promptMost: 2540,
    promptSpread: 0.45,
    outputMean: 128,
    outputMost: 128,
    outputSpread: 0,
    source:
      "CNN/DailyMail, 778 tokens (MLCommons, https://mlcommons.org/2025/09/small-llm-inference-5-1); outputs of 128 by the logs",
  },
  "deepseek-r1": {
    promptMean: 800,
    promptMost: 3000,
    promptSpread: 0.7,
    outputMean: 3700,
    outputMost: 20_000,
    outputSpread: 0.9,
    source:
      "3,880 tokens of output, at most 20,000 (MLCommons, https://mlcommons.org/2025/09/deepseek-inference-5-1); prompts assumed",
  },
  "mixtral-8x7b": {
    promptMean: 300,
    promptMost: 2048,
    promptSpread: 0.8,
    outputMean: 145,
    outputMost: 1024,
    outputSpread: 0.8,
    source:
      "OpenOrca, GSM8K and MBXP in equal parts, 145.9 tokens of output (MLCommons inference rules); prompts assumed",
  },
};

const models: Readonly<Record<string, string>> = {
  "llama2-70b": "llama-2-70b",
  "llama3.1-405b": "llama-3.1-405b",
  "llama3.1-8b": "llama-3.1-8b",
  "deepseek-r1": "deepseek-r1",
  "mixtral-8x7b": "mixtral-8x7b",
};

const chips: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/MI300X/, "mi300x"],
  [/GB300/, "gb300"],
  [/GB200/, "gb200"],
  [/B200/, "b200"],
  [/H200-NVL/, "h200-nvl"],
  [/H200/, "h200"],
  [/H100/, "h100"],
  [/L40S/, "l40s"],
  [/RTX PRO 6000/, "rtx-pro-6000"],
];

/** Draws lengths of requests with a given mean of outputs. */
export function lengthsOf(benchmark: string, requests: number, outputMean: number, seed: number): Lengths {
  const { promptMean, promptMost, promptSpread, outputMost, outputSpread } = shapes[benchmark]!;
  return {
    promptTokens: drawn(requests, promptMean, promptMost, promptSpread, new RandomStream(seed, "prompt")),
    outputTokens: drawn(
      requests,
      Math.min(outputMean, outputMost),
      outputMost,
      outputSpread,
      new RandomStream(seed, "output"),
    ),
  };
}

/** Log-normal, cut at a limit, scaled until the cut column has its mean. */
function drawn(requests: number, mean: number, most: number, spread: number, random: RandomStream): Int32Array {
  const normal = Float64Array.from({ length: requests }, () => {
    const [radius, angle] = [Math.sqrt(-2 * Math.log(1 - random.uniform())), 2 * Math.PI * random.uniform()];
    return Math.exp(spread * radius * Math.cos(angle));
  });
  const column = (scale: number) =>
    Int32Array.from(normal, (value) => Math.max(1, Math.min(most, Math.round(value * scale))));
  let [low, high] = [1, most];
  for (let round = 0; round < 24; round += 1) {
    const middle = (low + high) / 2;
    if (meanOf(column(middle)) < mean) low = middle;
    else high = middle;
  }
  return column(high);
}

function meanOf(column: Int32Array): number {
  let sum = 0;
  for (const value of column) sum += value;
  return sum / column.length;
}

export type MlperfRead = { readonly runs: readonly MlperfRun[]; readonly left: ReadonlyMap<string, number> };

export function readMlperf(data: string): MlperfRead {
  const path = join(data, "mlperf_v5.1_llm.csv");
  if (!existsSync(path)) absent(path, "the logs of https://github.com/mlcommons/inference_results_v5.1");
  const reader = new CsvReader();
  const [head, ...records] = [...reader.push(readFileSync(path, "utf8")), ...reader.end()].map(({ cells }) => cells);
  const left = new Map<string, number>();
  const seen = new Set<string>();
  const runs: MlperfRun[] = [];
  for (const cells of records) {
    const of = (name: string) => cells[head!.indexOf(name)] ?? "";
    const run = runOf(of);
    if (typeof run === "string") {
      left.set(run, (left.get(run) ?? 0) + 1);
      continue;
    }
    // Most submitters hand one run in for both limits of accuracy.
    const same = [
      run.submitter,
      run.benchmark,
      of("accelerator"),
      run.accelerators,
      of("tps"),
      of("completed_tps"),
      of("ttft_mean_ms"),
    ].join();
    if (seen.has(same)) continue;
    seen.add(same);
    runs.push(run);
  }
  return { runs, left };
}

function runOf(of: (name: string) => string): MlperfRun | string {
  if (of("division") !== "closed") return "open division";
  const benchmark = of("model")
    .replace("llama3_1", "llama3.1")
    .replace(/-99(\.9)?$/, "");
  const model = models[benchmark];
  const chip = chips.find(([pattern]) => pattern.test(of("accelerator")))?.[1];
  if (model === undefined) return `benchmark ${benchmark}`;
  if (chip === undefined) return of("accelerator") === "" ? "CPUs" : "chips that the catalog lacks";
  const weights = of("weights");
  if (weights !== "fp4" && weights !== "fp8") return `weights in ${weights}`;
  const engine: EngineName = of("software").startsWith("TensorRT") ? "tensorrt-llm" : "vllm";
  const accelerators = Number(of("n_accel")) * Number(of("nodes"));
  const served = splitFor(
    { chip: chipNamed(chip), model: modelNamed(model), engine, weights, kv: "fp8" },
    accelerators,
  );
  const common = {
    path: of("path"),
    submitter: of("submitter"),
    benchmark,
    served,
    replicas: Math.max(1, Math.floor(accelerators / acceleratorsOf(served))),
    accelerators,
    ...(of("power_w") !== "" && { wallWatts: Number(of("power_w")) }),
  };
  if (of("scenario") === "Offline") {
    return {
      ...common,
      scenario: "Offline",
      tokensPerSecond: Number(of("tps")),
      p99Seconds: Number(of("lat_p99_ms")) / 1e3,
    };
  }
  if (of("scenario") !== "Server") return `scenario ${of("scenario")}`;
  const requestsPerSecond = Number(of("scheduled_sps"));
  const percentiles = (name: string): Percentiles => ({
    mean: Number(of(`${name}_mean_ms`)),
    p50: Number(of(`${name}_p50_ms`)),
    p90: Number(of(`${name}_p90_ms`)),
    p99: Number(of(`${name}_p99_ms`)),
  });
  return {
    ...common,
    scenario: "Server",
    requestsPerSecond,
    outputTokens: Number(of("completed_tps")) / requestsPerSecond,
    ttftMs: percentiles("ttft"),
    tpotMs: percentiles("tpot"),
  };
}

/**
 * How a submission splits the model: as the configurations that NVIDIA's partners publish with it say (mlcommons/inference_results_v5.1, the configs of the
 * closed division), for all; AMD's and vLLM's likewise. Pipelines of two stand as tensor parallel.
 */
function splitFor(
  served: Omit<Served, "tensorParallel" | "expertParallel" | "attentionParallel">,
  accelerators: number,
): Served {
  const { model, chip, weights } = served;
  if (model.attention.type === "mla") {
    const all = Math.min(8, accelerators);
    return { ...served, tensorParallel: 1, expertParallel: all, attentionParallel: all };
  }
  const whole = model.name === "llama-3.1-405b";
  const tensorParallel = whole
    ? weights === "fp4"
      ? 4
      : 8
    : model.name === "llama-2-70b" && chip.name === "h100"
      ? 2
      : 1;
  return { ...served, tensorParallel, expertParallel: 1, attentionParallel: 1 };
}

/** Tokens in a step of llama2-70b by chip: `max_num_tokens` of the same configurations. */
const stepTokens: Readonly<Record<string, number>> = { h100: 1024, b200: 3584, gb200: 4096 };

/** How a submission's engine schedules, by the same configurations. */
export function schedulerOf({ served, benchmark }: MlperfRun): Scheduler {
  const { chip, engine } = served;
  if (chip.vendor === "AMD") {
    // A vLLM of its own that looks at what waits every seventh step (`num_scheduler_steps`), and takes it whole.
    return {
      type: "tensorrt-llm",
      maxSequences: 2048,
      maxStepTokens: 16_384,
      policy: "max-utilization",
      chunked: false,
      batchWait: { share: 1, steps: 7 },
    };
  }
  if (engine === "vllm") return { type: "vllm-v1", maxStepTokens: 8192, maxSequences: 1024 };
  const trt = (maxSequences: number, maxStepTokens: number): Scheduler => ({
    type: "tensorrt-llm",
    maxSequences: Math.min(maxSequences, maxStepTokens),
    maxStepTokens,
    policy: "max-utilization",
    chunked: true,
  });
  if (benchmark === "llama2-70b") return trt(2048, stepTokens[chip.name] ?? 1536);
  if (benchmark === "llama3.1-405b") return served.weights === "fp4" ? trt(512, 2048) : trt(64, 2560);
  if (benchmark === "llama3.1-8b") return /^(g?b200|rtx)/.test(chip.name) ? trt(4096, 8192) : trt(2048, 1536);
  if (benchmark === "mixtral-8x7b") return trt(3072, 8192);
  return trt(512, 3456);
}

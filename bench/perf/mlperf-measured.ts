/** MLPerf inference v5.1, closed division: what its logs say of each run with language models, and of the load. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { modelNamed } from "../../src/catalog/models.ts";
import { chipNamed } from "../../src/catalog/chips.ts";
import { CsvReader } from "../../src/perf/csv.ts";
import { acceleratorsOf, type Served } from "../../src/perf/deployment.ts";
import type { Settings } from "../../src/perf/settings.ts";
import { absent } from "./data.ts";
import type { Round } from "./mlperf-loadgen.ts";
import { asksOverHttp, countsOneMore, setupOf } from "./mlperf-settings.ts";

export type MlperfRun = {
  readonly round: Round;
  readonly path: string;
  readonly submitter: string;
  readonly system: string;
  readonly benchmark: string;
  readonly served: Served;
  /** Whether the engine is one in Python that the harness asks over HTTP, see asksOverHttp. */
  readonly isOverHttp: boolean;
  readonly settings: Settings & { readonly maxStepTokens: number; readonly maxSequences: number };
  readonly replicas: number;
  readonly accelerators: number;
  /** How many were asked, and tokens of output on average, as they were made. */
  readonly requests: number;
  readonly outputTokens: number;
  /** Whether the log counts one more, see countsOneMore. */
  readonly countsOneMore: boolean;
  readonly wallWatts?: number;
} & (
  | {
      readonly scenario: "Offline";
      readonly tokensPerSecond: number;
    }
  | {
      readonly scenario: "Server" | "Interactive";
      readonly requestsPerSecond: number;
      readonly ttftMs: Percentiles;
      readonly tpotMs: Percentiles;
    }
);

export type Percentiles = { readonly mean: number; readonly p50: number; readonly p90: number; readonly p99: number };

export const models: Readonly<Record<string, string>> = {
  "llama2-70b": "llama-2-70b",
  "llama3.1-405b": "llama-3.1-405b",
  "llama3.1-8b": "llama-3.1-8b",
  "deepseek-r1": "deepseek-r1",
  "mixtral-8x7b": "mixtral-8x7b",
  "gpt-oss-120b": "gpt-oss-120b",
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

export type MlperfRead = { readonly runs: readonly MlperfRun[]; readonly left: ReadonlyMap<string, number> };

export type Row = (column: string) => string;

type Logged = { readonly requests: number; readonly outputTokens: number };

export function readMlperf(data: string): MlperfRead {
  const path = join(data, "mlperf_v5.1_llm.csv");
  if (!existsSync(path)) absent(path, "the logs of https://github.com/mlcommons/inference_results_v5.1");
  const logged = readLogs();
  const left = new Map<string, number>();
  const seen = new Set<string>();
  const runs: MlperfRun[] = [];
  const records = recordsOf(path);
  for (const of of [...records, ...interactiveOf(records)]) {
    const run = runOf(of, logged);
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

/**
 * How many requests a run had, and their mean output: of LoadGen's details (`mlperf_log_detail.txt` of the same results:
 * `generated_query_count` or `generated_samples_per_query`, and tokens a second by samples a second).
 */
function readLogs(): ReadonlyMap<string, Logged> {
  const records = ["mlperf-logs.csv", "mlperf-interactive.csv"].flatMap((name) =>
    recordsOf(fileURLToPath(new URL(name, import.meta.url))),
  );
  return new Map(
    records.map((of) => [of("path"), { requests: Number(of("requests")), outputTokens: Number(of("output_tokens")) }]),
  );
}

/**
 * The Interactive runs, which the set lacks: rates and latencies of LoadGen's details and summaries of the same results. What
 * they ran on stands in the set, with another run of the model on the system, or of any model.
 */
function interactiveOf(records: readonly Row[]): Row[] {
  return recordsOf(fileURLToPath(new URL("mlperf-interactive.csv", import.meta.url))).map((of) => {
    const [submitter, system, model] = of("path").split("/");
    const onSystem = records.filter((one) => one("path").startsWith(`closed/${submitter}/results/${system}/`));
    const other = onSystem.find((one) => one("model") === model) ?? onSystem[0]!;
    const own: Readonly<Record<string, string>> = {
      path: `closed/${submitter}/results/${system}/${model}/Interactive`,
      model: model!,
      scenario: "Interactive",
      tps: "",
      completed_tps: "",
      power_w: "",
    };
    return (name) => own[name] ?? (of(name) || other(name));
  });
}

/** The rows of a CSV table, as what looks a column up. */
export function recordsOf(path: string): Row[] {
  const reader = new CsvReader();
  const [head, ...records] = [...reader.push(readFileSync(path, "utf8")), ...reader.end()].map(({ cells }) => cells);
  return records.map((cells) => (name) => cells[head!.indexOf(name)] ?? "");
}

function runOf(of: Row, logged: ReadonlyMap<string, Logged>): MlperfRun | string {
  if (of("division") !== "closed") return "open division";
  const benchmark = of("model")
    .replace("llama3_1", "llama3.1")
    .replace(/-99(\.9)?$/, "");
  const model = models[benchmark];
  const chip = chips.find(([pattern]) => pattern.test(of("accelerator")))?.[1];
  const scenario = of("scenario");
  if (model === undefined) return `benchmark ${benchmark}`;
  if (chip === undefined) return of("accelerator") === "" ? "CPUs" : "chips that the catalog lacks";
  if (scenario !== "Offline" && scenario !== "Server" && scenario !== "Interactive") return `scenario ${scenario}`;
  const weights = of("weights");
  if (weights !== "fp4" && weights !== "fp8") return `weights in ${weights}`;
  const [, submitter = "", , system = ""] = of("path").split("/");
  const engine = of("software").startsWith("TensorRT") ? "tensorrt-llm" : "vllm";
  const submission = { submitter, system, benchmark, scenario, chip, engine } as const;
  const setup = setupOf(submission);
  const isOverHttp = asksOverHttp(submission);
  const { requests, outputTokens: counted } = logged.get(of("path").replace("closed/", "").replace("/results", ""))!;
  const outputTokens = counted - (countsOneMore(submission) ? 1 : 0);
  const { scheduler, memoryShare, blockTokens, capturedBatches, capturedTokens, ...split } = setup;
  const { maxSequences, maxStepTokens } = scheduler;
  const accelerators = Number(of("n_accel")) * Number(of("nodes"));
  const served: Served = { chip: chipNamed(chip), model: modelNamed(model), engine, weights, ...split };
  const common = {
    round: "v5.1",
    path: of("path"),
    submitter,
    system,
    benchmark,
    served,
    isOverHttp,
    settings: {
      scheduler,
      maxSequences,
      maxStepTokens,
      ...(memoryShare !== undefined && { memoryShare }),
      ...(blockTokens !== undefined && { blockTokens }),
      ...(capturedBatches && { capturedBatches }),
      ...(capturedTokens !== undefined && { capturedTokens }),
      // `disable_overlap_scheduler` is off (`closed/NVIDIA/code/llmlib/config.py`).
      overlapsSteps: isOverHttp,
    },
    replicas: Math.max(1, Math.floor(accelerators / acceleratorsOf(served))),
    accelerators,
    requests,
    outputTokens,
    countsOneMore: countsOneMore(submission),
    ...(of("power_w") !== "" && { wallWatts: Number(of("power_w")) }),
  } as const;
  if (scenario === "Offline") {
    const tokensPerSecond = (Number(of("tps")) * outputTokens) / counted;
    return { ...common, scenario, tokensPerSecond };
  }
  const percentiles = (name: string): Percentiles => ({
    mean: Number(of(`${name}_mean_ms`)),
    p50: Number(of(`${name}_p50_ms`)),
    p90: Number(of(`${name}_p90_ms`)),
    p99: Number(of(`${name}_p99_ms`)),
  });
  return {
    ...common,
    scenario,
    requestsPerSecond: Number(of("scheduled_sps")),
    ttftMs: percentiles("ttft"),
    tpotMs: percentiles("tpot"),
  };
}

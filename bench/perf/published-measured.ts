/**
 * Measurements that others have published, and what a prediction says of each: published.csv has the figures,
 * published-sources.csv where and how each was measured. Nothing is fitted to them.
 */
import { readFileSync } from "node:fs";
import { chipNamed } from "../../src/catalog/chips.ts";
import { modelNamed } from "../../src/catalog/models.ts";
import { calibrationOf } from "../../src/perf/kernels/calibration.ts";
import type { EngineCosts } from "../../src/perf/curves/fitted.ts";
import { CsvReader } from "../../src/perf/csv.ts";
import { acceleratorsOf, type EngineName, isSince, type Served } from "../../src/perf/deployment.ts";
import { checkSplit } from "../../src/perf/check-split.ts";
import type { KvPrecision, Weights } from "../../src/perf/operations/efficiency.ts";
import { singleUsersLoad } from "../../src/perf/inferencex/inferencex.ts";
import { parameterCount } from "../../src/perf/memory/parameters.ts";
import { predict } from "../../src/perf/predict.ts";
import type { Settings } from "../../src/perf/settings.ts";
import { peakOf } from "../../src/perf/operations/rates.ts";
import { RandomStream } from "../../src/perf/loads/random.ts";
import { closedLoop, type Lengths, poissonArrivals, type Workload } from "../../src/perf/loads/workload.ts";

/** What was measured of a run. */
export const kinds = [
  "tokens/s, all requests at once",
  "tokens/s at a concurrency",
  "TPOT",
  "TTFT",
  "whole time of a batch",
] as const;
export type Kind = (typeof kinds)[number];

/** How the engine was asked: over HTTP, through NVIDIA's server of compiled engines, or within the process, which streams nothing. */
type Client = "http" | "triton" | "process";

export type Run = {
  readonly line: number;
  readonly source: string;
  readonly chip: string;
  readonly model: string;
  /** As published; engines that are not modelled are taken as the one that schedules most like them. */
  readonly engine: string;
  readonly client: Client;
  /** Whether it was in the table before any of it was predicted, or was added when the first had been looked at. */
  readonly set: "first" | "later";
  readonly text: (column: string) => string;
  readonly number: (column: string) => number | undefined;
};

export type Figure = {
  readonly run: Run;
  readonly vendor: string;
  readonly kind: Kind;
  readonly measured: number;
  readonly predicted: number;
  readonly provenance: string;
};

const likeliest: Readonly<Record<string, EngineName>> = {
  vllm: "vllm",
  sglang: "sglang",
  "tensorrt-llm": "tensorrt-llm",
  atom: "atom",
  "sgl-jax": "sglang",
  "vllm-tpu": "vllm",
  jetstream: "vllm",
  neuronx: "vllm",
  "optimum-habana": "vllm",
};

/** Three drafts of which 1.6 are right, as everywhere that nobody says. */
const acceptedOfThree = 1.6;

export function readPublished(): Run[] {
  const sources = new Map(tableOf("published-sources.csv").map(({ text }) => [text("source"), text]));
  return tableOf("published.csv").map(({ line, text }) => {
    const source = text("source");
    const told = sources.get(source);
    if (told === undefined) throw new Error(`published.csv, line ${line}: no source is called ${source}.`);
    const number = (column: string) => (text(column) === "" ? undefined : Number(text(column)));
    const [client, set] = [told("client") as Client, told("set") as Run["set"]];
    return {
      line,
      source,
      chip: text("chip"),
      model: text("model"),
      engine: text("engine"),
      client,
      set,
      text,
      number,
    };
  });
}

type Line = { readonly line: number; readonly text: (column: string) => string };

function tableOf(name: string): Line[] {
  const reader = new CsvReader();
  const content = readFileSync(new URL(name, import.meta.url), "utf8");
  const [head, ...records] = [...reader.push(content), ...reader.end()];
  const at = new Map(head?.cells.map((column, index) => [column, index]));
  return records.map(({ line, cells }) => ({ line, text: (column) => cells[at.get(column) ?? -1] ?? "" }));
}

/** @throws Fault where it is refused */
export function figuresOf(run: Run): Figure[] {
  const { number } = run;
  const served = servedOf(run);
  checkSplit(served);
  const prediction = predict(served, loadOf(run, served), { ...settingsOf(run, served), costs: costsOf(run, served) });
  const isAtOnce = run.text("load") === "offline";
  const rate: Kind = isAtOnce ? kinds[0] : kinds[1];
  // First tokens of requests that all come at once are those of the queue, but for a single one.
  const first = (isAtOnce && (number("count") ?? 1) > 1) || isCached(run) ? undefined : number("ttft_ms");
  const found: readonly (readonly [Kind, number | undefined, number])[] = [
    [rate, number("output_tps"), prediction.outputTokensPerSecond],
    [rate, number("total_tps"), prediction.result.totalTokensPerSecond],
    ["TPOT", number("tpot_ms"), prediction.tpotMs.mean],
    ["TTFT", first, prediction.ttftMs.mean],
    ["whole time of a batch", number("latency_ms"), prediction.e2eMs.mean],
  ];
  const { provenance } = prediction;
  return found.flatMap(([kind, measured, predicted]) =>
    measured === undefined ? [] : [{ run, vendor: served.chip.vendor, kind, measured, predicted, provenance }],
  );
}

/** Whether a prompt took less than its arithmetic takes at the chips' peak, so that it cannot have been computed whole. */
export function isCached(run: Run): boolean {
  const { number } = run;
  const served = servedOf(run);
  const { model, chip, weights } = served;
  const perToken = 2 * (parameterCount(model).activePerToken - model.vocabulary * model.hidden);
  const leastSeconds = (perToken * (number("isl") ?? 1)) / peakOf(chip, weights) / acceleratorsOf(served);
  return (number("ttft_ms") ?? Number.POSITIVE_INFINITY) < leastSeconds * 1e3;
}

function servedOf({ text, number, chip, model, engine }: Run): Served {
  const drafts = number("drafts");
  return {
    chip: chipNamed(chip),
    model: modelNamed(model),
    engine: likeliest[engine]!,
    tensorParallel: number("tp") ?? 1,
    pipelineParallel: number("pp") ?? 1,
    attentionParallel: number("dp") ?? 1,
    expertParallel: number("ep") ?? 1,
    weights: text("weights") as Weights,
    kv: text("kv") as KvPrecision,
    version: text("version"),
    ...(drafts !== undefined && { speculation: { drafts, accepted: acceptedOfThree } }),
  };
}

/**
 * What the engine takes besides kernels is fitted to engines in Python that answer over HTTP. Asked within the process, a
 * request need not be received. TensorRT-LLM's compiled engines, until 0.18, take what bench/perf/mlperf-predict.ts has of
 * the same: nothing for a sequence, or a microsecond to hand over a token, and ten kernels a layer that start 4 µs apart.
 */
function costsOf({ client }: Run, served: Served): EngineCosts {
  const { engine, chip } = served;
  const costs = calibrationOf(engine, chip);
  const ingestSeconds = client === "http" ? costs.ingestSeconds : 0;
  const isCompiled = engine === "tensorrt-llm" && !isSince(served, "0.19");
  if (!isCompiled) return { ...costs, ingestSeconds };
  return {
    ...costs,
    ingestSeconds,
    sequenceSeconds: client === "process" ? 0 : 1e-6,
    launchSeconds: 10 * 4e-6,
    gapSeconds: 10 * 4e-6,
  };
}

/** Engines keep finished and preempted prompts unless they are told otherwise: SGLang does, and vLLM since its version 1 of the engine. */
function settingsOf({ number }: Run, served: Served): Settings {
  const [maxSequences, maxStepTokens] = [number("max_sequences"), number("max_step_tokens")];
  const memoryShare = number("memory_share");
  return {
    ...(maxSequences !== undefined && { maxSequences }),
    ...(maxStepTokens !== undefined && { maxStepTokens }),
    ...(memoryShare !== undefined && { memoryShare }),
    prefixCache: served.engine === "sglang" || (served.engine === "vllm" && isSince(served, "0.8")),
  };
}

function loadOf({ text, number }: Run, served: Served): Workload {
  const [promptTokens, outputTokens] = [number("isl") ?? 1, number("osl") ?? 1];
  const [count, lengths, load] = [number("count") ?? 1, text("lengths"), text("load")];
  const requests = number("requests") ?? (load === "closed" ? 10 * count : count);
  if (lengths === "" && load === "closed") {
    const usual = singleUsersLoad(served, promptTokens, outputTokens, count);
    if (requests === 10 * count) return usual;
    const ratio = served.engine === "sglang" ? 1 : 0.95;
    return closedLoop({ concurrency: count, promptTokens, outputTokens, requests, ratio });
  }
  if (lengths !== "" && lengths !== "sharegpt") {
    return closedLoop({ concurrency: count, promptTokens, outputTokens, requests, ratio: Number(lengths) });
  }
  const of =
    lengths === "sharegpt" ? spread(promptTokens, outputTokens, requests) : alike(promptTokens, outputTokens, requests);
  if (load === "closed") return { arrivals: { type: "closed", concurrency: count }, ...of };
  if (load === "open") return { arrivals: poissonArrivals(requests, count), ...of };
  return { arrivals: { type: "open", seconds: new Float64Array(requests) }, ...of };
}

function alike(promptTokens: number, outputTokens: number, requests: number): Lengths {
  const all = (tokens: number) => new Int32Array(requests).fill(tokens);
  return { promptTokens: all(promptTokens), outputTokens: all(outputTokens) };
}

/** ShareGPT's lengths spread about as much as they are long: exponentially, with the published means. */
function spread(promptTokens: number, outputTokens: number, requests: number): Lengths {
  const drawn = (tokens: number, purpose: string) => {
    const random = new RandomStream(1, purpose);
    return Int32Array.from({ length: requests }, () => Math.max(2, Math.round(random.exponential(tokens))));
  };
  return { promptTokens: drawn(promptTokens, "prompt"), outputTokens: drawn(outputTokens, "output") };
}

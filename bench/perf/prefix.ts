/**
 * The prefix cache compared with an oracle: how much of the prompts of Mooncake's conversations is found cached, by cache size.
 *
 *   node bench/perf/prefix.ts [--data ../shared/data/perf] [--json]
 *
 * The oracle knows nothing of engines. It is a list of prefix blocks of 512 tokens of which the least recently used goes first, and each
 * request comes at its instant. Without a limit it finds the most that any cache could. The simulator has all of vLLM's block pool. It
 * runs on a machine so fast that requests hardly meet, so that only the cache can be wrong. It also runs as Llama 3.1 70B on eight H200,
 * where running requests hold blocks and outputs stay cached too.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { chipNamed } from "../../src/catalog/chips.ts";
import { modelNamed } from "../../src/catalog/models.ts";
import { predict } from "../../src/perf/predict.ts";
import type { Result } from "../../src/perf/simulate/result.ts";
import { simulate } from "../../src/perf/simulate/run.ts";
import { parseTrace } from "../../src/perf/loads/trace.ts";
import type { Workload } from "../../src/perf/loads/workload.ts";
import type { StepTable } from "../../src/perf/simulate/step-table.ts";
import { svgOf } from "./chart.ts";
import { absent, csvOf, keep, verdictOf } from "./data.ts";
import { defaultData } from "./measured.ts";

const { values } = parseArgs({
  options: { data: { type: "string", default: defaultData }, json: { type: "boolean", default: false } },
});
const blockTokens = 16;
/** In shares of the prompts' tokens. */
const distanceMost = 0.02;
const sizes = [1e6, 2e6, 4e6, 8e6, 16e6, 32e6, 64e6, 160e6];

const path = join(values.data, "../traces/mooncake/conversation_trace.jsonl");
if (!existsSync(path)) absent(path, "https://github.com/kvcache-ai/Mooncake (FAST25-release/traces)");
const workload = parseTrace(readFileSync(path, "utf8"));
const prompts = workload.promptTokens.reduce((sum, tokens) => sum + tokens, 0);

const rows = sizes.map((tokens) => {
  const quick = shareFound(onQuick(workload, tokens));
  const oracle = leastRecentlyUsed(workload, tokens) / prompts;
  return { tokens, oracle, quick, served: shareFound(onEngine(workload, tokens)), apart: Math.abs(quick - oracle) };
});
const most = leastRecentlyUsed(workload, Number.POSITIVE_INFINITY) / prompts;
const worst = Math.max(...rows.map(({ apart }) => apart));
const table = rows.map(({ tokens, ...shares }) => ({
  "cache, Mtok": tokens / 1e6,
  ...Object.fromEntries(Object.entries(shares).map(([name, share]) => [name, share.toFixed(3)])),
}));
if (values.json) console.log(JSON.stringify({ table, most, worst, verdict: verdictOf(worst, distanceMost) }));
else {
  console.log(
    `Share of ${(prompts / 1e6).toFixed(0)} million prompt tokens found cached; without a limit ${most.toFixed(3)}.`,
  );
  console.table(table);
  console.log(`The simulated cache is at most ${worst.toFixed(4)} from the oracle: ${verdictOf(worst, distanceMost)}.`);
  console.log("Also in bench/perf/out/: prefix.csv, prefix.svg");
}
keep("prefix.csv", csvOf(table));
keep("prefix.svg", picture());

/** Tokens of prompts that a list of prefix blocks of so many tokens would have had. */
function leastRecentlyUsed({ promptTokens, prefix }: Workload, capacityTokens: number): number {
  if (prefix === undefined) throw new TypeError("The trace has no prefixes.");
  const { unitTokens, offsets, units } = prefix;
  const blocks = Math.floor(capacityTokens / unitTokens);
  // Oldest first, as a Map keeps them.
  const cached = new Map<number, true>();
  let found = 0;
  for (const [request, tokens] of promptTokens.entries()) {
    const own = units.subarray(offsets[request]!, offsets[request + 1]!);
    // The last token must be computed in any case.
    const usable = Math.min(own.length, Math.floor((tokens - 1) / unitTokens));
    let hits = 0;
    while (hits < usable && cached.has(own[hits]!)) hits += 1;
    found += hits * unitTokens;
    for (const unit of own.toReversed()) {
      cached.delete(unit);
      cached.set(unit, true);
    }
    for (const oldest of cached.keys()) {
      if (cached.size <= blocks) break;
      cached.delete(oldest);
    }
  }
  return found;
}

function onQuick(load: Workload, tokens: number): Result {
  const column = (length: number, seconds: number) => new Float64Array(length).fill(seconds);
  const quick: StepTable = {
    decodeSeconds: column(1025, 1e-9),
    contextSeconds: column(1025, 0),
    mixedSeconds: column(2, 1e-9),
    mixedDecodeSeconds: column(1025, 0),
    mixedLeastSeconds: 0,
    prefillAttention: { strideTokens: 1024, seconds: column(2, 0) },
    ingestSeconds: 0,
    ingestSecondsPerToken: 0,
    deliverSeconds: 0,
  };
  return simulate(load, {
    table: quick,
    scheduler: { type: "vllm-v1", maxStepTokens: 2 ** 20, maxSequences: 1024 },
    kvBlocks: tokens / blockTokens,
    blockTokens,
    prefixCache: true,
  });
}

function onEngine(load: Workload, tokens: number): Result {
  const served = {
    chip: chipNamed("h200"),
    model: modelNamed("llama-3.1-70b"),
    engine: "vllm",
    tensorParallel: 8,
    expertParallel: 1,
    attentionParallel: 1,
    weights: "fp8",
    kv: "fp8",
  } as const;
  return predict(served, load, { prefixCache: true, kvBlocks: tokens / blockTokens, blockTokens }).result;
}

/** Of the prompts, what was not computed; less what preempted requests computed anew. */
function shareFound({ prefilledTokens }: Result): number {
  return 1 - prefilledTokens / prompts;
}

function picture(): string {
  const line = (name: string, color: string, of: (row: (typeof rows)[number]) => number, dashed = false) => ({
    name,
    type: "line" as const,
    symbolSize: 6,
    itemStyle: { color },
    lineStyle: { color, type: dashed ? ("dashed" as const) : ("solid" as const) },
    data: rows.map((row) => [row.tokens / 1e6, of(row)]),
  });
  return svgOf(760, 420, {
    title: {
      text: "Prompt tokens found cached, Mooncake's conversations",
      left: 16,
      top: 8,
      textStyle: { fontSize: 15 },
    },
    legend: { top: 36, itemGap: 28 },
    grid: { left: 56, right: 40, top: 96, bottom: 56 },
    xAxis: { type: "log", name: "cache, million tokens", nameLocation: "middle", nameGap: 32 },
    yAxis: { type: "value", min: 0 },
    series: [
      line("oracle, least recently used", "#334155", ({ oracle }) => oracle, true),
      line("simulated, cache alone", "#0f766e", ({ quick }) => quick),
      line("simulated, Llama 3.1 70B on 8 × H200", "#d97706", ({ served }) => served),
      line("without a limit", "#94a3b8", () => most, true),
    ],
  });
}

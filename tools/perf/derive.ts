/**
 * Fits the efficiencies of src/perf/curves/derived.ts to measured kernels.
 *
 *     node tools/perf/derive.ts [--data ../shared/data/perf]
 *
 * The tables are those of ai-dynamo/aiconfigurator (Apache-2.0), one parquet file per chip, operation, engine and
 * version: https://github.com/ai-dynamo/aiconfigurator, src/aiconfigurator/systems/data. A row that is faster than the
 * datasheet allows is left out and counted. What is written are the fitted numbers, not the rows.
 */
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { chipNamed } from "../../src/catalog/chips.ts";
import { decodeSecondsPerToken, type KvPrecision, prefillSeconds, type Rates } from "../../src/perf/efficiency.ts";
import { bytesOf, ratesOf } from "../../src/perf/rates.ts";
import { minimise } from "./minimise.ts";
import { engineFolders, newestTable, num, type Row, systems } from "./tables.ts";

type Fitted = Record<string, number> | undefined;
type Curves = Record<string, unknown>;

const { values } = parseArgs({ options: { data: { type: "string", default: "../shared/data/perf" } } });
const ops = join(values.data, "ops");
if (!existsSync(ops)) {
  console.error(
    `${ops} is not there. The tables come from https://github.com/ai-dynamo/aiconfigurator (systems/data).`,
  );
  process.exit(2);
}
const rowsMost = 3_000;
const derived: Record<string, Curves> = {};
for (const system of systems) {
  const chip = chipNamed(system);
  const rates = ratesOf(chip, "bf16");
  for (const [folder, engine] of Object.entries(engineFolders)) {
    const table = (operation: string, file: string) => newestTable(ops, system, operation, folder, file);
    const generation = await table("attention", "generation_attention_perf");
    const context = await table("attention", "context_attention_perf");
    const messages = await table("comm", "custom_allreduce_perf");
    const [decode, allReduce]: [Record<string, Fitted>, Record<number, Fitted>] = [{}, {}];
    for (const [dtype, kv] of Object.entries({ bfloat16: "bf16", fp8: "fp8" } as const)) {
      decode[kv] = fitDecodes(generation, dtype, kv, rates);
    }
    for (const count of new Set(messages.map((row) => num(row, "num_gpus")))) {
      const isGraph = (row: Row) => num(row, "num_gpus") === count && !/eager/.test(String(row["backend"] ?? ""));
      allReduce[count] = fitAllReduce(messages.filter(isGraph));
    }
    const prompts = context.filter((row) => isPlain(row) && num(row, "head_dim") === 128);
    const curves: Curves = {
      decode,
      prefill: fitPrefill(prompts, (row) => 2 * num(row, "num_heads") * 128, rates),
      allReduce,
    };
    derived[`${chip.name}/${engine}`] = curves;
    console.log(`${chip.name}/${engine}`, JSON.stringify(curves));
  }
}

const rounded = (_: string, value: unknown) => (typeof value === "number" ? Number(value.toPrecision(4)) : value);
writeFileSync(
  new URL("../../src/perf/curves/derived.ts", import.meta.url),
  `/**
 * Made by tools/perf/derive.ts from the kernel tables of ai-dynamo/aiconfigurator (Apache-2.0, versions of 2026-04).
 * Efficiencies against the datasheet's figures, with the fit's own error.
 */
import type { EngineCurves } from "../efficiency.ts";

/** By chip and engine. */
export const derivedCurves: Readonly<Record<string, EngineCurves>> = ${JSON.stringify(derived, rounded, 2)};
`,
);

/** One whole prompt by itself, over all of its context, keys and values in BF16. */
function isPlain(row: Row): boolean {
  const whole = num(row, "window_size") === 0 && num(row, "step") === 0 && num(row, "batch_size") === 1;
  return whole && row["kv_cache_dtype"] === "bfloat16";
}

function fitDecodes(table: readonly Row[], dtype: string, kv: KvPrecision, rates: Rates): Fitted {
  const rows = table.filter(
    (row) =>
      row["kv_cache_dtype"] === dtype &&
      num(row, "window_size") === 0 &&
      num(row, "head_dim") === 128 &&
      num(row, "num_key_value_heads") > 0,
  );
  return fitDecode(rows, rates, (row) => {
    const [batch, heads, kvHeads] = [num(row, "batch_size"), num(row, "num_heads"), num(row, "num_key_value_heads")];
    return { streams: batch * kvHeads, flops: 4 * heads * 128, bytes: 2 * kvHeads * 128 * bytesOf(kv) };
  });
}

type DecodeWork = { readonly streams: number; readonly flops: number; readonly bytes: number };

function fitDecode(rows: readonly Row[], rates: Rates, work: (row: Row) => DecodeWork): Fitted {
  const points = rows
    .map((row) => {
      const tokens = num(row, "batch_size") * (num(row, "step") + num(row, "isl"));
      return { ...work(row), tokens, seconds: num(row, "latency") / 1e3 };
    })
    .filter(({ tokens }) => tokens >= 64);
  return fit(
    points,
    ({ tokens, bytes }) => (tokens * bytes) / rates.bytesPerSecond,
    { memory: 0.8, compute: 0.5, halfStreams: 8, seconds: 8e-6 },
    (numbers, { tokens, streams, flops, bytes }) =>
      numbers.seconds + tokens * decodeSecondsPerToken(numbers, rates, streams, flops, bytes),
  );
}

function fitPrefill(rows: readonly Row[], flopsPerSquareToken: (row: Row) => number, rates: Rates): Fitted {
  const points = rows
    .map((row) => ({ tokens: num(row, "isl"), square: flopsPerSquareToken(row), seconds: num(row, "latency") / 1e3 }))
    .filter(({ tokens }) => tokens >= 64);
  return fit(
    points,
    ({ tokens, square }) => (square * tokens * tokens) / rates.flopsPerSecond,
    { compute: 0.7, halfTokens: 1500, seconds: 1e-5 },
    (numbers, { tokens, square }) => prefillSeconds(numbers, rates, tokens, square),
  );
}

function fitAllReduce(rows: readonly Row[]): Fitted {
  const points = rows.map((row) => ({ bytes: 2 * num(row, "message_size"), seconds: num(row, "latency") / 1e3 }));
  return fit(
    points,
    () => 0,
    { seconds: 5e-6, bytesPerSecond: 2e11 },
    ({ seconds, bytesPerSecond }, { bytes }) => seconds + bytes / bytesPerSecond,
  );
}

/** Fits by the mean of |log(predicted / measured)|, which a few wild rows do not move. */
function fit<Point extends { readonly seconds: number }, Name extends string>(
  all: readonly Point[],
  limit: (point: Point) => number,
  start: Readonly<Record<Name, number>>,
  predict: (numbers: Record<Name, number>, point: Point) => number,
): (Record<Name, number> & Record<"medianError" | "rows" | "rejected", number>) | undefined {
  const possible = all.filter((point) => point.seconds > limit(point));
  // Where many rows are impossible the others are no better: SGLang's prompts on B200, for one.
  if (possible.length < 12 || possible.length < 0.9 * all.length) return undefined;
  const stride = Math.max(1, Math.floor(possible.length / rowsMost));
  const points = possible.filter((_, index) => index % stride === 0);
  const names = Object.keys(start) as Name[];
  const named = (numbers: readonly number[]) =>
    Object.fromEntries(names.map((name, index) => [name, numbers[index]!])) as Record<Name, number>;
  const errors = (numbers: readonly number[]) => {
    const given = named(numbers);
    return points.map((point) => Math.log(predict(given, point) / point.seconds));
  };
  const loss = (numbers: number[]) => errors(numbers).reduce((sum, error) => sum + Math.abs(error), 0) / points.length;
  const best = minimise(
    loss,
    minimise(
      loss,
      names.map((name) => start[name]),
    ),
  );
  const sorted = errors(best)
    .map((error) => Math.abs(Math.expm1(error)))
    .toSorted((one, other) => one - other);
  const medianError = sorted[sorted.length >> 1]!;
  // A table that no curve of physics meets is of something else than it says: B200 decodes of TensorRT-LLM, for one.
  if (medianError > 0.4) return undefined;
  return { ...named(best), medianError, rows: points.length, rejected: all.length - possible.length };
}

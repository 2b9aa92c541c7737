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
import type { KvPrecision } from "../../src/perf/operations/efficiency.ts";
import { bytesOf, ratesOf } from "../../src/perf/operations/rates.ts";
import { type DecodePoint, fitDecodes, fitPrompts, type PromptPoint } from "./fit-attention.ts";
import { type Fitted, fitCurve } from "./fit-curve.ts";
import { engineFolders, newestTable, num, type Row, systems } from "./tables.ts";

type Curves = Record<string, unknown>;

const { values } = parseArgs({ options: { data: { type: "string", default: "../shared/data/perf" } } });
const ops = join(values.data, "ops");
if (!existsSync(ops)) {
  console.error(
    `${ops} is not there. The tables come from https://github.com/ai-dynamo/aiconfigurator (systems/data).`,
  );
  process.exit(2);
}
const derived: Record<string, Curves> = {};
for (const system of systems) {
  const chip = chipNamed(system);
  const rates = ratesOf(chip, "bf16");
  for (const [folder, engine] of Object.entries(engineFolders)) {
    const table = (operation: string, file: string) => newestTable(ops, system, operation, folder, file);
    const generation = await table("attention", "generation_attention_perf");
    const context = await table("attention", "context_attention_perf");
    const messages = await table("comm", "custom_allreduce_perf");
    const [decode, prefill, allReduce]: [Record<string, Fitted>, Record<string, Fitted>, Record<number, Fitted>] = [
      {},
      {},
      {},
    ];
    for (const [dtype, kv] of Object.entries({ bfloat16: "bf16", fp8: "fp8" } as const)) {
      decode[kv] = fitDecodes(decodePoints(generation, dtype, kv), rates);
      prefill[kv] = fitPrompts(promptPoints(context, dtype), rates);
    }
    for (const count of new Set(messages.map((row) => num(row, "num_gpus")))) {
      const isGraph = (row: Row) => num(row, "num_gpus") === count && !/eager/.test(String(row["backend"] ?? ""));
      allReduce[count] = fitAllReduce(messages.filter(isGraph));
    }
    const curves: Curves = {
      decode,
      prefill,
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
import type { EngineCurves } from "../operations/efficiency.ts";

/** By chip and engine. */
export const derivedCurves: Readonly<Record<string, EngineCurves>> = ${JSON.stringify(derived, rounded, 2)};
`,
);

function decodePoints(table: readonly Row[], dtype: string, kv: KvPrecision): DecodePoint[] {
  const rows = table.filter(
    (row) =>
      row["kv_cache_dtype"] === dtype &&
      num(row, "window_size") === 0 &&
      num(row, "head_dim") === 128 &&
      num(row, "num_key_value_heads") > 0,
  );
  return rows.map((row) => {
    const [sequences, kvHeads] = [num(row, "batch_size"), num(row, "num_key_value_heads")];
    return {
      sequences,
      context: num(row, "step") + num(row, "isl"),
      streams: sequences * kvHeads,
      flops: 4 * num(row, "num_heads") * 128,
      bytes: 2 * kvHeads * 128 * bytesOf(kv),
      seconds: num(row, "latency") / 1e3,
    };
  });
}

/**
 * Whole prompts by themselves, over all of their context, with keys and values in such a format: computed in it too where
 * the table tells that apart.
 */
function promptPoints(table: readonly Row[], dtype: string): PromptPoint[] {
  const rows = table.filter(
    (row) =>
      row["kv_cache_dtype"] === dtype &&
      num(row, "window_size") === 0 &&
      num(row, "step") === 0 &&
      num(row, "batch_size") === 1 &&
      num(row, "head_dim") === 128,
  );
  const computedIn = rows.filter((row) => row["attn_dtype"] === dtype);
  return (computedIn.length > 0 ? computedIn : rows).map((row) => ({
    tokens: num(row, "isl"),
    square: 2 * num(row, "num_heads") * 128,
    seconds: num(row, "latency") / 1e3,
  }));
}

function fitAllReduce(rows: readonly Row[]): Fitted {
  const points = rows.map((row) => ({ bytes: 2 * num(row, "message_size"), seconds: num(row, "latency") / 1e3 }));
  return fitCurve(
    points,
    () => 0,
    { seconds: 5e-6, bytesPerSecond: 2e11 },
    ({ seconds, bytesPerSecond }, { bytes }) => seconds + bytes / bytesPerSecond,
  );
}

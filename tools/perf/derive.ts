/**
 * Fits the efficiencies of src/perf/curves/derived.ts to measured kernels.
 *
 *     node tools/perf/derive.ts [--data ../shared/data/perf]
 *
 * The tables are those of ai-dynamo/aiconfigurator (Apache-2.0), one parquet file per chip, operation, engine and
 * version: https://github.com/ai-dynamo/aiconfigurator, src/aiconfigurator/systems/data. A row that is faster than the
 * datasheet allows is left out and counted. What is written are the fitted numbers, not the rows.
 */
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { asyncBufferFromFile, parquetReadObjects } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { chipNamed } from "../../src/catalog/chips.ts";
import {
  decodeSecondsPerToken,
  gemmSeconds,
  type KvPrecision,
  prefillSeconds,
  type Rates,
  type Weights,
} from "../../src/perf/efficiency.ts";
import { bytesOf, peakOf, ratesOf } from "../../src/perf/rates.ts";
import { minimise } from "./minimise.ts";

type Row = Record<string, number | string>;
type Fitted = Record<string, number> | undefined;
type Curves = Record<string, unknown> & { [Operation in "prefill" | "mlaDecode" | "mlaPrefill"]?: Fitted };

const { values } = parseArgs({ options: { data: { type: "string", default: "../shared/data/perf" } } });
const ops = join(values.data, "ops");
if (!existsSync(ops)) {
  console.error(
    `${ops} is not there. The tables come from https://github.com/ai-dynamo/aiconfigurator (systems/data).`,
  );
  process.exit(2);
}
const engines = { vllm: "vllm", sglang: "sglang", trtllm: "tensorrt-llm" } as const;
const rowsMost = 3_000;
const expertTypes: Readonly<Record<Weights, readonly string[]>> = {
  bf16: ["bfloat16", "float16"],
  fp8: ["fp8_block", "fp8"],
  fp4: ["nvfp4", "w4a16_mxfp4", "w4a8_mxfp4_mxfp8"],
  int4: ["int4_wo"],
};

const derived: Record<string, Curves> = {};
for (const system of ["a100_sxm", "h100_sxm", "h200_sxm", "b200_sxm", "gb200"]) {
  const chip = chipNamed(system);
  const rates = (weights: Weights) => ratesOf(chip, weights);
  for (const [folder, engine] of Object.entries(engines)) {
    const table = (operation: string, file: string) => newest(system, operation, folder, file);
    const gemms = await table("gemm", "gemm_perf");
    const experts = await table("moe", "moe_perf");
    const generation = await table("attention", "generation_attention_perf");
    const context = await table("attention", "context_attention_perf");
    const mlaGeneration = await table("mla", "generation_mla_perf");
    const mlaContext = await table("mla", "context_mla_perf");
    const messages = await table("comm", "custom_allreduce_perf");
    const [gemm, moe, decode, allReduce]: Record<string, Fitted>[] = [{}, {}, {}, {}];
    for (const [dtype, weights] of Object.entries({ bfloat16: "bf16", fp8: "fp8", nvfp4: "fp4" } as const)) {
      if (peakOf(chip, weights) > 0) gemm![weights] = fitGemms(gemms, dtype, weights, rates(weights));
    }
    for (const [weights, dtypes] of Object.entries(expertTypes)) {
      const format = weights as Weights;
      if (peakOf(chip, format) > 0) moe![weights] = fitExperts(experts, dtypes, format, rates(format));
    }
    for (const [dtype, kv] of Object.entries({ bfloat16: "bf16", fp8: "fp8" } as const)) {
      decode![kv] = fitDecodes(generation, dtype, kv, rates("bf16"));
    }
    for (const count of new Set(messages.map((row) => num(row, "num_gpus")))) {
      const isGraph = (row: Row) => num(row, "num_gpus") === count && !/eager/.test(String(row["backend"] ?? ""));
      allReduce![count] = fitAllReduce(messages.filter(isGraph));
    }
    const prompts = context.filter((row) => isPlain(row) && num(row, "head_dim") === 128);
    const latent = (row: Row) => num(row, "num_heads") * (192 + 128);
    const curves: Curves = {
      gemm,
      moe,
      decode,
      prefill: fitPrefill(prompts, (row) => 2 * num(row, "num_heads") * 128, rates("bf16")),
      mlaDecode: fitLatent(mlaGeneration, rates("bf16")),
      mlaPrefill: fitPrefill(mlaContext.filter(isPlain), latent, rates("bf16")),
      allReduce,
    };
    derived[`${chip.name}/${engine}`] = curves;
    console.log(`${chip.name}/${engine}`, JSON.stringify(curves));
  }
}

// Engines run on one chip: one whose smallest attention takes four times another's was measured with something else in it.
for (const operation of ["prefill", "mlaDecode", "mlaPrefill"] as const) {
  for (const [name, curves] of Object.entries(derived)) {
    const [chip] = name.split("/");
    const others = Object.entries(derived).filter(([other]) => other !== name && other.startsWith(`${chip}/`));
    const least = Math.min(...others.map(([, one]) => one[operation]?.["seconds"] ?? Infinity));
    const own = curves[operation]?.["seconds"] ?? 0;
    if (own <= 4 * least) continue;
    console.log(`${name}: ${operation} left out, ${own} s at the least where another takes ${least} s`);
    delete curves[operation];
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

function num(row: Row, name: string): number {
  return Number(row[name] ?? 0);
}

/** One whole prompt by itself, over all of its context, keys and values in BF16. */
function isPlain(row: Row): boolean {
  const whole = num(row, "window_size") === 0 && num(row, "step") === 0 && num(row, "batch_size") === 1;
  return whole && row["kv_cache_dtype"] === "bfloat16";
}

/** The table of an operation in its newest version here; no rows where there is none. */
async function newest(system: string, operation: string, engine: string, file: string): Promise<Row[]> {
  const folder = join(ops, system, operation, engine);
  if (!existsSync(folder)) return [];
  const versions = readdirSync(folder).toSorted((one, other) => one.localeCompare(other, "en", { numeric: true }));
  const path = versions.map((version) => join(folder, version, `${file}.parquet`)).findLast((one) => existsSync(one));
  if (path === undefined) return [];
  return (await parquetReadObjects({ file: await asyncBufferFromFile(path), compressors })) as Row[];
}

function fitGemms(table: readonly Row[], dtype: string, weights: Weights, rates: Rates): Fitted {
  const isUsual = (size: number) => size >= 256 && size <= 65_536;
  const rows = table.filter((row) => row["gemm_dtype"] === dtype && isUsual(num(row, "n")) && isUsual(num(row, "k")));
  return fitGemm(rows, rates, (row) => {
    const [m, n, k] = [num(row, "m"), num(row, "n"), num(row, "k")];
    return { flops: 2 * m * n * k, bytes: (n * k + m * k) * bytesOf(weights) + 2 * m * n };
  });
}

/** Experts as skewed as a table has them, of which a token's choices reach only some. */
function fitExperts(table: readonly Row[], dtypes: readonly string[], weights: Weights, rates: Rates): Fitted {
  const dtype = dtypes.find((one) => table.some((row) => row["moe_dtype"] === one));
  const ofType = table.filter((row) => row["moe_dtype"] === dtype);
  const skews = ["power_law_1.2", "power_law_1.01", "balanced"];
  const skew = skews.find((one) => ofType.some((row) => row["distribution"] === one));
  const rows = ofType.filter((row) => row["distribution"] === skew);
  return fitGemm(rows, rates, (row) => {
    const [tokens, chosen, experts] = [num(row, "num_tokens"), num(row, "topk"), num(row, "num_experts")];
    const weightsOfOne = 3 * num(row, "hidden_size") * num(row, "inter_size");
    const [tensor, expert] = [num(row, "moe_tp_size"), num(row, "moe_ep_size")];
    const active = (experts / expert) * (1 - (1 - chosen / experts) ** tokens);
    return {
      flops: (2 * weightsOfOne * chosen * tokens) / tensor / expert,
      bytes:
        (active * weightsOfOne * bytesOf(weights)) / tensor + (tokens * chosen * num(row, "hidden_size") * 4) / expert,
    };
  });
}

/** The corner is at least as round as where both bounds add up. */
function fitGemm(rows: readonly Row[], rates: Rates, work: (row: Row) => { flops: number; bytes: number }): Fitted {
  const points = rows.map((row) => ({ ...work(row), seconds: num(row, "latency") / 1e3 }));
  const limit = ({ flops, bytes }: { flops: number; bytes: number }) =>
    Math.max(flops / rates.flopsPerSecond, bytes / rates.bytesPerSecond);
  const found = fit(
    points,
    limit,
    { memory: 0.7, compute: 0.7, sharpness: 1, seconds: 3e-6 },
    ({ sharpness, ...numbers }, { flops, bytes }) =>
      gemmSeconds({ ...numbers, sharpness: 1 + sharpness }, rates, flops, bytes),
  );
  return found === undefined ? undefined : { ...found, sharpness: 1 + found.sharpness };
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

/** Latent attention in its absorbed form: 512 of the latent and 64 of the position for each token. */
function fitLatent(table: readonly Row[], rates: Rates): Fitted {
  const rows = table.filter((row) => row["kv_cache_dtype"] === "bfloat16");
  return fitDecode(rows, rates, (row) => ({
    streams: num(row, "batch_size"),
    flops: 2 * num(row, "num_heads") * (2 * 512 + 64),
    bytes: 576 * 2,
  }));
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
  if (possible.length < 12) return undefined;
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

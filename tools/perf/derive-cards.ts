/**
 * Fits the efficiencies of src/perf/curves/cards.ts to kernels of cards that aiconfigurator has no tables of.
 *
 *     node tools/perf/derive-cards.ts --data <a checkout of LLMServingSim>
 *
 * The tables are those of vLLM 0.19's kernels, layer by layer, by the profiler of casys-kaist/LLMServingSim (MIT):
 * https://github.com/casys-kaist/LLMServingSim, profiler/perf. What is written are the fitted numbers, not the rows.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Grouped, ModelShape } from "../../src/catalog/model-shape.ts";
import { chipNamed } from "../../src/catalog/chips.ts";
import { modelNamed } from "../../src/catalog/models.ts";
import { gemmSeconds, type Rates } from "../../src/perf/operations/efficiency.ts";
import { type GemmSize, workOf } from "../../src/perf/operations/gemm-grid.ts";
import { ratesOf } from "../../src/perf/operations/rates.ts";
import { tiledSecondsPerToken } from "../../src/perf/attention/tiled.ts";
import { type DecodePoint, fitDecodes, fitPrompts, type PromptPoint } from "./fit-attention.ts";
import { type Fitted, fitCurve } from "./fit-curve.ts";

const { values } = parseArgs({ options: { data: { type: "string", default: "../LLMServingSim" } } });
const profiles = join(values.data, "profiler", "perf");
if (!existsSync(profiles)) {
  console.error(`${profiles} is not there. The tables come from https://github.com/casys-kaist/LLMServingSim.`);
  process.exit(2);
}
const cards = { RTXPRO6000: "rtx-pro-6000", RTX4090: "rtx-4090" } as const;

type Line = Readonly<Record<string, string>>;
/** A table of one model, split over so many accelerators. */
type Profile = { readonly model: ModelShape; readonly tp: number; readonly folder: string };

const derived: Record<string, Record<string, unknown>> = {};
for (const [hardware, name] of Object.entries(cards)) {
  const rates = ratesOf(chipNamed(name), "bf16");
  const all = profilesOf(hardware);
  const curves = {
    gemm: { bf16: fitGemm(all, rates) },
    decode: { bf16: fitDecodes(all.flatMap(decodePoints), rates) },
    mixedDecode: fitMixed(all, rates),
    prefill: { bf16: fitPrompts(all.flatMap(promptPoints), rates) },
    allReduce: {},
  };
  derived[`${name}/vllm`] = curves;
  console.log(name, JSON.stringify(curves));
}

const rounded = (_: string, value: unknown) => (typeof value === "number" ? Number(value.toPrecision(4)) : value);
writeFileSync(
  new URL("../../src/perf/curves/cards.ts", import.meta.url),
  `/**
 * Made by tools/perf/derive-cards.ts from the kernel tables of casys-kaist/LLMServingSim (MIT, vLLM 0.19, 2026).
 * Efficiencies against the datasheet's figures, with the fit's own error.
 */
import type { EngineCurves } from "../operations/efficiency.ts";

/** By chip and engine. */
export const cardCurves: Readonly<Record<string, EngineCurves>> = ${JSON.stringify(derived, rounded, 2)};
`,
);

function profilesOf(hardware: string): Profile[] {
  return readdirSync(join(profiles, hardware)).flatMap((maker) =>
    readdirSync(join(profiles, hardware, maker)).flatMap((model) => {
      const folder = join(profiles, hardware, maker, model, "bf16");
      const splits = readdirSync(folder).filter((split) => split.startsWith("tp"));
      return splits.map((split) => ({
        model: modelNamed(`${maker}/${model}`),
        tp: Number(split.slice(2)),
        folder: join(folder, split),
      }));
    }),
  );
}

function linesOf({ folder }: Profile, file: string): Line[] {
  const [head, ...rows] = readFileSync(join(folder, file), "utf8").trim().split(/\r?\n/);
  const names = head!.split(",");
  return rows.map((row) => {
    const cells = row.split(",");
    return Object.fromEntries(names.map((name, index) => [name, cells[index]!]));
  });
}

function fitGemm(all: readonly Profile[], rates: Rates): Fitted {
  const points = all.flatMap((profile) => {
    const sides = sidesOf(profile);
    const lines = [...linesOf(profile, "dense.csv"), ...linesOf(profile, "per_sequence.csv")];
    return lines.flatMap(({ layer, tokens, sequences, time_us }) => {
      const side = sides[layer!];
      if (side === undefined) return [];
      const size: GemmSize = { m: Number(tokens ?? sequences), ...side };
      return [{ ...workOf(size, 2), seconds: Number(time_us) / 1e6 }];
    });
  });
  return fitCurve(
    points,
    ({ flops, bytes }) => Math.max(flops / rates.flopsPerSecond, bytes / rates.bytesPerSecond),
    { memory: 0.9, compute: 0.85, sharpness: 3, seconds: 3e-6 },
    (numbers, { flops, bytes }) => gemmSeconds(numbers, rates, flops, bytes),
  );
}

/** The sides of the weights of each product of a layer, and of the LM head. */
function sidesOf({ model, tp }: Profile): Readonly<Record<string, { readonly n: number; readonly k: number }>> {
  const { hidden, vocabulary, feedForward } = model;
  const { heads, kvHeads, headDim } = groupedOf(model);
  const width = feedForward.type === "dense" ? feedForward.width : undefined;
  return {
    qkv_proj: { n: ((heads + 2 * kvHeads) * headDim) / tp, k: hidden },
    o_proj: { n: hidden, k: (heads * headDim) / tp },
    lm_head: { n: vocabulary / tp, k: hidden },
    ...(width !== undefined && {
      gate_up_proj: { n: (2 * width) / tp, k: hidden },
      down_proj: { n: hidden, k: width / tp },
    }),
  };
}

function decodePoints(profile: Profile): DecodePoint[] {
  const { heads, kvHeads, headDim } = groupedOf(profile.model);
  return attentionOf(profile)
    .filter(({ chunk, decodes }) => chunk === 0 && decodes > 0)
    .map(({ decodes, context, seconds }) => ({
      sequences: decodes,
      context,
      streams: (decodes * kvHeads) / profile.tp,
      flops: (4 * heads * headDim) / profile.tp,
      bytes: (2 * kvHeads * headDim * 2) / profile.tp,
      seconds,
    }));
}

function promptPoints(profile: Profile): PromptPoint[] {
  const { heads, headDim } = groupedOf(profile.model);
  return attentionOf(profile)
    .filter(({ chunk, decodes }) => chunk >= 64 && decodes === 0)
    .map(({ chunk, past, seconds }) => ({
      tokens: Math.sqrt(chunk * chunk + 2 * chunk * past),
      square: (2 * heads * headDim) / profile.tp,
      seconds,
    }));
}

/** What decodes add to the chunk of a prompt that shares their step. */
function fitMixed(all: readonly Profile[], rates: Rates): Fitted {
  const points = all.flatMap((profile) => {
    const { heads, headDim } = groupedOf(profile.model);
    const lines = attentionOf(profile).filter(({ past }) => past === 0);
    const alone = new Map(lines.filter(({ decodes }) => decodes === 0).map(({ chunk, seconds }) => [chunk, seconds]));
    return lines
      .filter(({ chunk, decodes }) => chunk > 0 && decodes > 0)
      .map(({ chunk, decodes, context, seconds }) => ({
        alone: alone.get(chunk)!,
        context,
        heads: heads / profile.tp,
        headDim,
        decodes,
        seconds,
      }));
  });
  return fitCurve(
    points,
    ({ alone }) => alone,
    { compute: 0.5, halfStreams: 50, startTokens: 100 },
    (numbers, { alone, context, heads, headDim, decodes }) =>
      alone + decodes * (context + numbers.startTokens) * tiledSecondsPerToken(numbers, rates, heads, headDim, decodes),
  );
}

function attentionOf(profile: Profile) {
  return linesOf(profile, "attention.csv").map((line) => ({
    chunk: Number(line["prefill_chunk"]),
    past: Number(line["kv_prefill"]),
    decodes: Number(line["n_decode"]),
    context: Number(line["kv_decode"]),
    seconds: Number(line["time_us"]) / 1e6,
  }));
}

function groupedOf({ attention, title }: ModelShape): Grouped {
  if (attention.type !== "gqa") throw new Error(`${title} has no grouped-query attention.`);
  return attention;
}

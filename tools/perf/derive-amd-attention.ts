/**
 * Makes src/perf/curves/amd-attention.ts from what was published of AMD's attention and sums (amd-measured.ts).
 *
 *     node tools/perf/derive-amd-attention.ts
 *
 * Nobody has published modules of latent attention. They are put together from their products of matrices, by AMD's own grids, and the
 * attention kernel between. Hopper's modules, which were measured, take a sixth and 6 µs more than such a sum.
 */
import { writeFileSync } from "node:fs";
import type { Chip } from "../../src/catalog/chip.ts";
import { chipNamed } from "../../src/catalog/chips.ts";
import type { KvPrecision } from "../../src/perf/operations/efficiency.ts";
import { type LatentCurves, latentHeads, latentSequences } from "../../src/perf/attention/latent.ts";
import { ratesOf } from "../../src/perf/operations/rates.ts";
import { gemmOf } from "../../src/perf/kernels/gemm-transfer.ts";
import {
  latentJoinMicros,
  latentKernels,
  mi355xDecodes,
  mi355xGluonDecodes,
  mi355xLatentContext,
  mi355xLatentPrompts,
  mi355xPrompts,
  sums,
} from "./amd-measured.ts";
import { fitDecodes, fitPrompts } from "./fit-attention.ts";
import type { Fitted } from "./fit-curve.ts";
import { linearFit } from "./linear-fit.ts";

type Timed = Readonly<Record<number, number>>;

const amd = ["mi300x", "mi325x", "mi355x"].map(chipNamed);
const mi355x = chipNamed("mi355x");
const rates = ratesOf(mi355x, "bf16");
const prefill = known(
  fitPrompts(
    [
      ...mi355xPrompts.flatMap(({ heads, prompts, milliseconds }) =>
        entries(milliseconds).map(([tokens, ms]) => ({
          tokens,
          square: 2 * prompts * heads * 128,
          seconds: ms / 1e3,
        })),
      ),
      ...entries(mi355xLatentPrompts).map(([tokens, teraflops]) => {
        const square = (16_384 / tokens) * 16 * (192 + 128);
        return { tokens, square, seconds: (square * tokens ** 2) / (teraflops * 1e12) };
      }),
    ],
    rates,
  ),
);
const bf16 = known(
  fitDecodes(
    Object.entries(mi355xDecodes).flatMap(([context, timed]) =>
      entries(timed).map(([sequences, micros]) => ({
        sequences,
        context: Number(context),
        streams: sequences * 8,
        flops: 4 * 64 * 128,
        bytes: 2 * 8 * 128 * 2,
        seconds: micros / 1e6,
      })),
    ),
    rates,
  ),
);
// Of keys and values in FP8 no table tells: they are read in as many bytes a second.
const aiter = { decode: { bf16, fp8: { ...bf16, rows: 0 } }, prefill: { bf16: prefill }, allReduce: sumsOf("mi355x") };
const gluon = reading(mi355xGluonDecodes);
const curves = {
  "mi355x/aiter": aiter,
  "mi355x/atom": { ...aiter, decode: { bf16: gluon, fp8: { ...gluon, rows: 0 } } },
  "mi300x/aiter": { decode: {}, prefill: {}, allReduce: sumsOf("mi300x") },
};
console.log(JSON.stringify(curves, rounded, 1));
const latent = Object.fromEntries(amd.map((chip) => [chip.name, latentOf(chip)]));
writeFileSync(
  new URL("../../src/perf/curves/amd-attention.ts", import.meta.url),
  `/**
 * Made by tools/perf/derive-amd-attention.ts from what was published of AMD's kernels, see tools/perf/amd-measured.ts for
 * each figure's source.
 */
import type { EngineCurves } from "../operations/efficiency.ts";
import type { LatentCurves } from "../attention/latent.ts";

/** By chip and library or engine. */
export const amdCurves: Readonly<Record<string, EngineCurves>> = ${JSON.stringify(curves, rounded, 2)};

/** By chip: products of matrices by AMD's grids, with MI355X's attention between. */
export const amdLatent: Readonly<Record<string, LatentCurves>> = ${JSON.stringify(latent, rounded, 2)};
`,
);

function entries(timed: Timed): (readonly [number, number])[] {
  return Object.entries(timed).map(([at, value]) => [Number(at), value]);
}

function known(fitted: Fitted): Record<string, number> {
  if (fitted === undefined) throw new RangeError("No curve of this physics meets what was measured.");
  return fitted;
}

/** BF16's decodes, but as fast as one figure says. */
function reading({ streams, bytesPerSecond }: { streams: number; bytesPerSecond: number }) {
  const memory = (bytesPerSecond / rates.bytesPerSecond) * (1 + bf16["halfStreams"]! / streams);
  return { ...bf16, memory, medianError: 0, rows: 1, rejected: 0 };
}

/**
 * Sums over two, four and eight of them. Each has a link of its own to every other (ROCm/rccl's README: fewer than eight use
 * but a share of them), so that what a sum reaches of its links is the same for all counts, and what they carry grows with it.
 */
function sumsOf(name: keyof typeof sums) {
  const { accelerators, micros } = sums[name];
  const measured = entries(micros);
  const { solution, error } = linearFit(
    measured.map(([kib]) => [1, kib]),
    measured.map(([, time]) => time),
  );
  const [seconds, bytesPerSecond] = [solution[0]! * 1e-6, (1024 / solution[1]!) * 1e6];
  return Object.fromEntries(
    [2, 4, 8].map((count) => {
      const own = { medianError: error, rows: measured.length, rejected: 0 };
      const share = (bytesPerSecond * count) / accelerators;
      return [count, { seconds, bytesPerSecond: share, ...(count === accelerators ? own : { ...own, rows: 0 }) }];
    }),
  );
}

function latentOf(chip: Chip): LatentCurves {
  const product = gemmOf(chip, "fp8-block", "sglang");
  const bytesPerSecond = chip.memoryGigabytesPerSecond.value * 1e9;
  const micros = (m: number, n: number, k: number) => product.seconds({ m, n, k }) * 1e6;
  const projections = (tokens: number, heads: number) =>
    micros(tokens, 1536 + 576, 7168) + micros(tokens, heads * 192, 1536) + micros(tokens, 7168, heads * 128);
  // Of queries into the latent, and of what was attended to out of it, in BF16: each takes 3 µs at least.
  const absorbed = (sequences: number, heads: number) => {
    const bytes = 2 * heads * (128 * 512 + sequences * (128 + 512));
    return 2 * Math.max(3, (1.3 * bytes * 1e6) / bytesPerSecond);
  };
  const kernels = latentKernels[chip.name === "mi355x" ? "mi355x" : "mi300x"];
  const kernel = (sequences: number) => along(kernels, sequences) + latentJoinMicros;
  const each = (of: (heads: number, sequences: number) => number) =>
    latentHeads.flatMap((heads) => latentSequences.map((sequences) => of(heads, sequences)));
  const own = ratesOf(chip, "bf16");
  const slower = rates.bytesPerSecond / own.bytesPerSecond;
  const weaker = rates.flopsPerSecond / own.flopsPerSecond;
  const context = (kv: KvPrecision) =>
    each((heads, sequences) => {
      const read = along(mi355xLatentContext[kv], sequences) * slower;
      const counted = along(mi355xLatentContext.manyHeads, sequences) * (heads / 128) * weaker;
      return Math.max(read, counted);
    });
  const perSquare = latentHeads.map((heads) => (heads * 320 * 1e12) / (own.flopsPerSecond * prefill["compute"]!));
  return {
    version: "2026-07",
    decode: each(
      (heads, sequences) => 1.15 * (projections(sequences, heads) + absorbed(sequences, heads)) + 6 + kernel(sequences),
    ),
    kernel: each((_, sequences) => kernel(sequences)),
    context: { bf16: context("bf16"), fp8: context("fp8") },
    prompt: {
      fixed: latentHeads.map(() => 50),
      token: latentHeads.map((heads, at) => {
        const tokens = 8192;
        const made = projections(tokens, heads) + micros(tokens, heads * 256, 512);
        // A short prompt reaches less: half as much where it has `halfTokens`.
        return (1.3 * made * 1e3) / tokens + perSquare[at]! * prefill["halfTokens"]! * 1e-3;
      }),
      square: perSquare,
    },
    decodeError: 0.15,
    promptError: 0.15,
  };
}

/** Linear between what was measured, and on beyond it. */
function along(timed: Timed, at: number): number {
  const known = entries(timed);
  const next = known.findIndex(([one]) => one >= at);
  const from = next < 0 ? known.length - 2 : Math.max(0, next - 1);
  const [[one, low], [other, high]] = [known[from]!, known[from + 1]!];
  return low + ((high - low) * (at - one)) / (other - one);
}

function rounded(_: string, value: unknown) {
  return typeof value === "number" ? Number(value.toPrecision(3)) : value;
}

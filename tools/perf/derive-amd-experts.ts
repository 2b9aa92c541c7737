/**
 * Fits the grids of src/perf/curves/amd-experts.ts to AMD's own timings of kernels of experts.
 *
 *     node tools/perf/derive-amd-experts.ts --amd <folder with checkouts of aiter and of inference_results_v5.1>
 *
 * It works like tools/perf/derive-experts.ts. Each kernel is fitted to its distance from the kernel most like it, which stands in where
 * no rows are near. In these tables tokens are dealt out evenly.
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { chipNamed } from "../../src/catalog/chips.ts";
import { evenlyChosen, expertRoofline, expertWork, knotsOf } from "../../src/perf/operations/experts.ts";
import { expertKernels, type ExpertKernel } from "../../src/perf/operations/expert-kernels.ts";
import { bytesOf, ratesOf } from "../../src/perf/operations/rates.ts";
import { aiterExperts, type AmdExperts, amdFolders } from "./amd-tables.ts";
import { expertCount, type ExpertPoint, inHundredths, leastSquares, neighbours } from "./expert-grid.ts";

const { values } = parseArgs({ options: { amd: { type: "string", default: ".." } } });
const { rows, otherChips } = aiterExperts(amdFolders(values.amd).aiter);
console.log(`${otherChips} rows are of chips that the catalog lacks.`);

/** What each is fitted beside, in the order in which they are made. */
const likes: Readonly<Record<string, string | undefined>> = {
  "mi355x/mxfp4-aiter": undefined,
  "mi355x/mxfp4-fp8-aiter": "mi355x/mxfp4-aiter",
  "mi355x/mxfp4-bf16-aiter": "mi355x/mxfp4-fp8-aiter",
  "mi355x/int4-aiter": "mi355x/mxfp4-bf16-aiter",
  "mi355x/fp8-block-aiter": undefined,
  "mi355x/fp8-aiter": "mi355x/fp8-block-aiter",
  "mi355x/bf16-aiter": "mi355x/fp8-aiter",
  "mi300x/fp8-block-aiter": "mi355x/fp8-block-aiter",
  "mi300x/bf16-aiter": "mi300x/fp8-block-aiter",
};
const byKernel = Map.groupBy(rows, ({ chip, kernel }) => `${chip}/${kernel}`);
const found: Record<string, { hundredths: readonly number[] }> = {};
for (const [key, like] of Object.entries(likes)) {
  const points = (byKernel.get(key) ?? []).map(pointOf);
  const possible = points.filter(({ log }) => log >= -0.2);
  const base = like === undefined ? undefined : found[like]!.hundredths;
  const off = possible.map(({ knots, log }) => ({ knots, log: log - (base === undefined ? 0 : valueOf(knots, base)) }));
  const logs = leastSquares(off, expertCount, 0.05, neighbours());
  const hundredths = inHundredths(logs).map((one, knot) => one + (base?.[knot] ?? 0));
  const errors = possible
    .map(({ knots, log }) => Math.abs(valueOf(knots, hundredths) - log))
    .toSorted((one, other) => one - other);
  const medianError = Number(Math.expm1(errors[errors.length >> 1]!).toPrecision(3));
  const rejected = points.length - possible.length;
  found[key] = Object.assign(
    { version: "2026-08", medianError, rows: possible.length, rejected },
    { hundredths, shapes: {} },
  );
  console.log(key, possible.length, rejected, medianError, hundredths.slice(0, 60).join());
}
const text = Object.entries(found).map(([name, grid]) => `  ${JSON.stringify(name)}: ${JSON.stringify(grid)},`);
writeFileSync(
  new URL("../../src/perf/curves/amd-experts.ts", import.meta.url),
  `/**
 * Made by tools/perf/derive-amd-experts.ts from the tuned kernels of ROCm/aiter (MIT): what kernels of experts take over
 * their roofline, see ../experts.ts.
 */
import type { DerivedExperts } from "../operations/experts.ts";

/** By chip and kernel. */
export const amdExperts: Readonly<Record<string, DerivedExperts>> = {
${text.join("\n")}
};
`,
);

function pointOf({
  chip,
  kernel,
  tokens,
  hidden,
  width,
  experts,
  perToken,
  matrices,
  seconds,
}: AmdExperts): ExpertPoint {
  const { arithmetic, weights } = expertKernels[kernel as ExpertKernel];
  const shape = {
    hidden,
    wholeWidth: width,
    width,
    matrices,
    local: experts,
    experts,
    perToken,
    bytesPerWeight: bytesOf(weights),
  };
  const work = expertWork(shape, tokens, evenlyChosen);
  const log = Math.log(seconds / expertRoofline(work, ratesOf(chipNamed(chip), arithmetic)));
  return { knots: knotsOf(work, shape), log };
}

function valueOf(knots: ExpertPoint["knots"], hundredths: readonly number[]): number {
  return knots.reduce((sum, [at, share]) => sum + share * hundredths[at]!, 0) / 100;
}

/**
 * Fits src/perf/curves/latent.ts to measured modules and kernels of multi-head latent attention.
 *
 *     node tools/perf/derive-latent.ts [--data ../shared/data/perf]
 *
 * The tables are those of ai-dynamo/aiconfigurator (Apache-2.0), see tools/perf/derive.ts. Decodes get a line over the length of the
 * context, for every number of heads and sequences. Prompts get a parabola over their length, for every number of heads.
 */
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { asyncBufferFromFile, parquetReadObjects } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { chipNamed } from "../../src/catalog/chips.ts";
import { latentHeads, latentSequences } from "../../src/perf/attention/latent.ts";
import { median } from "../../src/perf/statistics.ts";
import { linearFit } from "./linear-fit.ts";

type Row = Record<string, number | string>;

const { values } = parseArgs({ options: { data: { type: "string", default: "../shared/data/perf" } } });
const ops = join(values.data, "ops");
const found: string[] = [];
for (const system of ["h100_sxm", "h200_sxm", "b200_sxm", "gb200"]) {
  const [version, decodes] = await newest(system, "mla_generation_module_perf");
  const [, prompts] = await newest(system, "mla_context_module_perf");
  const [, kernels] = await newest(system, "generation_mla_perf");
  if (version === undefined || decodes.length === 0 || kernels.length === 0) continue;
  const blocks = (row: Row) => row["gemm_type"] === "fp8_block" && row["kv_cache_dtype"] === "bfloat16";
  const module = decodeLines(decodes.filter(blocks));
  const bf16 = decodeLines(kernels.filter((row) => row["kv_cache_dtype"] === "bfloat16"));
  const fp8 = decodeLines(kernels.filter((row) => row["kv_cache_dtype"] === "fp8"));
  const prompt = promptParabolas(prompts.filter(blocks));
  const curves = {
    version,
    decode: module.fixed,
    kernel: bf16.fixed,
    context: { bf16: bf16.slope, fp8: fp8.slope },
    prompt: { fixed: prompt.fixed, token: prompt.token, square: prompt.square },
    decodeError: module.error,
    promptError: prompt.error,
  };
  const { name } = chipNamed(system);
  console.log(name, module.error, prompt.error);
  const rounded = (_: string, value: unknown) => (typeof value === "number" ? Number(value.toPrecision(3)) : value);
  found.push(`  ${name}: ${JSON.stringify(curves, rounded)},`);
}
writeFileSync(
  new URL("../../src/perf/curves/latent.ts", import.meta.url),
  `/**
 * Made by tools/perf/derive-latent.ts from the module and kernel tables of ai-dynamo/aiconfigurator (Apache-2.0, versions
 * of 2026-04): what latent attention takes, see ../latent.ts.
 */
import type { LatentCurves } from "../attention/latent.ts";

/** By chip, of TensorRT-LLM. */
export const latentCurves: Readonly<Record<string, LatentCurves>> = {
${found.join("\n")}
};
`,
);

async function newest(system: string, file: string): Promise<[string | undefined, Row[]]> {
  const folder = join(ops, system, "mla", "trtllm");
  if (!existsSync(folder)) return [undefined, []];
  const versions = readdirSync(folder).toSorted((one, other) => one.localeCompare(other, "en", { numeric: true }));
  const version = versions.findLast((one) => existsSync(join(folder, one, `${file}.parquet`)));
  if (version === undefined) return [undefined, []];
  const path = join(folder, version, `${file}.parquet`);
  return [version, (await parquetReadObjects({ file: await asyncBufferFromFile(path), compressors })) as Row[]];
}

function of(row: Row, name: string): number {
  return Number(row[name]);
}

/** Microseconds without context, and nanoseconds for each token of it, for every number of heads and sequences. */
function decodeLines(rows: readonly Row[]) {
  const fixed: number[] = [];
  const slope: number[] = [];
  const errors: number[] = [];
  for (const heads of latentHeads) {
    for (const sequences of latentSequences) {
      const here = rows.filter((row) => of(row, "num_heads") === heads && of(row, "batch_size") === sequences);
      const points = here
        .map((row) => ({ context: of(row, "isl") + of(row, "step") - 1, us: of(row, "latency") * 1e3 }))
        .filter(({ context }) => context <= 20_000);
      const { solution, error } = linearFit(
        points.map(({ context }) => [1, sequences * context]),
        points.map(({ us }) => us),
      );
      fixed.push(solution[0]!);
      slope.push(solution[1]! * 1e3);
      errors.push(error);
    }
  }
  return { fixed, slope, error: median(errors) };
}

/** Microseconds, nanoseconds a token and picoseconds a token squared, for every number of heads. */
function promptParabolas(rows: readonly Row[]) {
  const fits = latentHeads.map((heads) => {
    const here = rows.filter((row) => of(row, "num_heads") === heads);
    const points = here.map((row) => [of(row, "batch_size"), of(row, "isl"), of(row, "latency") * 1e3] as const);
    const near = points.filter(([batch, isl]) => batch * isl >= 64 && batch * isl <= 32_768 && isl >= 16);
    return linearFit(
      near.map(([batch, isl]) => [1, batch * isl, batch * isl * isl]),
      near.map(([, , us]) => us),
    );
  });
  return {
    fixed: fits.map(({ solution }) => solution[0]!),
    token: fits.map(({ solution }) => solution[1]! * 1e3),
    square: fits.map(({ solution }) => solution[2]! * 1e6),
    error: median(fits.map(({ error }) => error)),
  };
}

/**
 * AMD's own kernel timings, as far as they are public:
 *
 * - ROCm/aiter (MIT), `aiter/configs/**`: for every shape that somebody tuned, the fastest of its kernels, timed;
 * - mlcommons/inference_results_v5.1 (Apache-2.0), `closed/AMD/code/llama2-70b-99.9/scripts`: what AMD tuned hipBLASLt to for
 *   its submission, timed, at 1,700 MHz on MI300X.
 *
 * Both are the best kernel of each shape. An engine that meets a shape which nobody tuned is slower.
 */
import { existsSync, globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { CsvReader } from "../../src/perf/csv.ts";
import type { GemmFormat } from "../../src/perf/operations/efficiency.ts";

export type AmdGemm = {
  readonly chip: string;
  readonly library: "aiter" | "hipblaslt";
  readonly format: GemmFormat;
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly seconds: number;
};

export type AmdExperts = {
  readonly chip: string;
  readonly kernel: string;
  readonly tokens: number;
  readonly hidden: number;
  readonly width: number;
  readonly experts: number;
  readonly perToken: number;
  readonly matrices: number;
  readonly seconds: number;
};

/**
 * By architecture and compute units. MI300X and MI325X are the same die: what is tuned on either stands for MI300X here. Of
 * 80 units is MI308X, of gfx1250 a card that is not sold yet: neither is in the catalog.
 */
const chips: Readonly<Record<string, string>> = { "gfx942 304": "mi300x", "gfx950 256": "mi355x" };
/** Tables of experts from before there was a column for it. */
const architectures: Readonly<Record<string, string>> = { 304: "gfx942", 256: "gfx950", 80: "gfx942" };

type Cells = (name: string) => string;

export type Read<Row> = { readonly rows: readonly Row[]; readonly otherChips: number };

export function amdFolders(data: string): { readonly aiter: string; readonly results: string } {
  const aiter = join(data, "aiter");
  const results = join(data, "inference_results_v5.1");
  for (const [folder, source] of [
    [aiter, "https://github.com/ROCm/aiter"],
    [results, "https://github.com/mlcommons/inference_results_v5.1"],
  ] as const) {
    if (existsSync(folder)) continue;
    console.error(`${folder} is not there. It is a checkout of ${source}; --amd names the folder that holds it.`);
    process.exit(2);
  }
  return { aiter, results };
}

export function aiterGemms(aiter: string): Read<AmdGemm> {
  const rows: AmdGemm[] = [];
  let otherChips = 0;
  for (const [file, of] of tables(aiter, "tuned_gemm")) {
    if (file.includes("batched")) continue;
    const chip = chips[`${of("gfx")} ${of("cu_num")}`];
    if (chip === undefined) otherChips += 1;
    else {
      const [m, n, k] = [Number(of("M")), Number(of("N")), Number(of("K"))];
      rows.push({ chip, library: "aiter", format: formatOf(file, of), m, n, k, seconds: Number(of("us")) / 1e6 });
    }
  }
  return { rows, otherChips };
}

function formatOf(file: string, of: Cells): GemmFormat {
  if (of("q_dtype_w") === "torch.int8") return "int8";
  if (file.includes("a4w4")) return "fp4";
  if (file.includes("blockscale")) return "fp8-block";
  return file.includes("a8w8") ? "fp8" : "bf16";
}

const tuned: Readonly<Record<string, string>> = {
  mi300x: "gemm_llama2-70b/aa0bda7b/tuning_spx_1700_formatted.txt",
  mi325x: "llama2-mi325x-server-tuning.txt",
};

/**
 * hipBLASLt's own tables (`hipblaslt-bench`'s columns): rows of a bucket name its largest and what that one took, which
 * their GFLOP/s tell.
 */
export function hipblasltGemms(results: string): readonly AmdGemm[] {
  const folder = join(results, "closed/AMD/code/llama2-70b-99.9/scripts");
  return Object.entries(tuned).flatMap(([chip, file]) =>
    readFileSync(join(folder, file), "utf8")
      .split("\n")
      .flatMap((line): AmdGemm[] => {
        const cells = line.trim().split(",");
        if (cells.length < 12) return [];
        const [n, m, k] = [Number(cells[4]), Number(cells[5]), Number(cells[6])];
        const [gigaflops, us] = [Number(cells.at(-6)), Number(cells.at(-4))];
        const isItself = Math.abs((2e-3 * m * n * k) / us / gigaflops - 1) < 1e-3;
        return isItself ? [{ chip, library: "hipblaslt", format: "fp8", m, n, k, seconds: us / 1e6 }] : [];
      }),
  );
}

/** What routed experts' products take; choosing, sorting and quantising are kernels of their own, which no table has. */
export function aiterExperts(aiter: string): Read<AmdExperts> {
  const rows: AmdExperts[] = [];
  let otherChips = 0;
  for (const [, of] of tables(aiter, "tuned_fmoe")) {
    const architecture = of("gfx") || architectures[of("cu_num")];
    const chip = chips[`${architecture} ${of("cu_num")}`];
    const kernel = kernelOf(of);
    if (chip === undefined) otherChips += 1;
    else if (kernel !== undefined) {
      rows.push({
        chip,
        kernel,
        tokens: Number(of("token")),
        hidden: Number(of("model_dim")),
        width: Number(of("inter_dim")),
        experts: Number(of("expert")),
        perToken: Number(of("topk")),
        matrices: of("use_g1u1") === "1" ? 3 : 2,
        seconds: Number(of("us")) / 1e6,
      });
    }
  }
  return { rows, otherChips };
}

/** FP8 with a scale to each block, token or 32 numbers runs as fast; so do activations of 8 and 16 bits beside FP4. */
function kernelOf(of: Cells): string | undefined {
  const [activations, weights] = [of("q_dtype_a"), of("q_dtype_w")];
  if (weights === "torch.bfloat16") return "bf16-aiter";
  if (weights.startsWith("torch.float8"))
    return of("q_type") === "QuantType.per_1x128" ? "fp8-block-aiter" : "fp8-aiter";
  if (weights === "torch.int4") return "int4-aiter";
  if (!weights.startsWith("torch.float4")) return undefined;
  if (activations.startsWith("torch.float4")) return "mxfp4-aiter";
  return activations.startsWith("torch.float8") ? "mxfp4-fp8-aiter" : "mxfp4-bf16-aiter";
}

function* tables(aiter: string, name: string): Generator<readonly [file: string, of: Cells]> {
  for (const path of globSync(`aiter/configs/**/*${name}*.csv`, { cwd: aiter }).toSorted()) {
    const file = basename(path);
    if (file.includes(`un${name}`) || file.includes("grouped")) continue;
    const reader = new CsvReader();
    const text = readFileSync(join(aiter, path), "utf8");
    const [head = [], ...records] = [...reader.push(text), ...reader.end()].map(({ cells }) => cells);
    for (const cells of records) yield [file, (column) => cells[head.indexOf(column)]?.trim() ?? ""];
  }
}

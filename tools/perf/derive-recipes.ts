/**
 * Reads which pools InferenceX's disaggregated runs had, from all versions of its recipes, into src/perf/curves/recipes.ts.
 *
 *     node tools/perf/derive-recipes.ts --git <git directory of SemiAnalysisAI/InferenceX> --engines <that of NVIDIA/srt-slurm>
 *
 * Its exports name the splits of a run, but mostly not how many workers there were, nor whether tokens were drafted. Its repository
 * (Apache-2.0) does: until 5 December 2025 in the script that starts racks, since then in the master configuration. It also has what the
 * engines are told; since 2026 some of that is in files of NVIDIA/srt-slurm (Apache-2.0) that it names. Each line of the table is one
 * deployment, with the days on which the repository had it.
 */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { parse } from "yaml";
import { z } from "zod";

const { values } = parseArgs({ options: { git: { type: "string" }, engines: { type: "string" } } });
const recipeDirectory = wanted("git");
const engineFilesDirectory = wanted("engines");
const master = ".github/configs/nvidia-master.yaml";
const launcher = "runners/launch_gb200-nv.sh";
/** Runs after it are in no export that we have. */
const until = "2026-04-27";
const models: Readonly<Record<string, string>> = {
  dsr1: "deepseek-r1",
  "dsr1-fp8": "deepseek-r1",
  "kimik2.5": "kimi-k2.5",
  gptoss: "gpt-oss-120b",
};
const engines: Readonly<Record<string, string>> = {
  "dynamo-trt": "tensorrt-llm",
  "dynamo-sglang": "sglang",
  "dynamo-vllm": "vllm",
};
const nodeAccelerators = 4;

const workers = z.object({
  "num-worker": z.number(),
  tp: z.number(),
  ep: z.number(),
  "dp-attn": z.boolean(),
  "additional-settings": z.array(z.string()).default([]),
});
const block = z.object({
  image: z.string(),
  "model-prefix": z.string(),
  runner: z.string(),
  precision: z.string(),
  framework: z.string(),
  "seq-len-configs": z.array(
    z.object({
      isl: z.number(),
      osl: z.number(),
      "search-space": z.array(
        z.object({
          "spec-decoding": z.string().optional(),
          "conc-list": z.array(z.number()),
          prefill: workers,
          decode: workers,
        }),
      ),
    }),
  ),
});
type Block = z.output<typeof block>;
type Entry = Block["seq-len-configs"][number]["search-space"][number];

type Pool = {
  readonly workers: number;
  readonly tensorParallel: number;
  readonly attentionParallel: number;
  readonly expertParallel: number;
};
type Recipe = {
  readonly model: string;
  readonly chip: string;
  readonly engine: string;
  readonly weights: string;
  /** As the image's tag has it. */
  readonly version: string;
  readonly promptTokens: number;
  readonly outputTokens: number;
  readonly prefill: Pool;
  readonly decode: Pool;
  /** Tokens drafted in a step; 0 where none are. */
  readonly drafts: number;
  /** The most sequences of a decode rank; NaN where nobody says. */
  readonly decodeSequences: number;
  /** The most tokens in a step of a prefill rank. */
  readonly prefillStepTokens: number;
  /** Of the memory that each side's engines set aside. */
  readonly prefillMemoryShare: number;
  readonly decodeMemoryShare: number;
  readonly concurrency: readonly number[];
};
type Limits = Pick<
  Recipe,
  "drafts" | "decodeSequences" | "prefillStepTokens" | "prefillMemoryShare" | "decodeMemoryShare"
>;
type Known = { recipe: Recipe; from: string; to: string; commit: string };

const sides = z.object({
  prefill: z.record(z.string(), z.unknown()).optional(),
  decode: z.record(z.string(), z.unknown()).optional(),
});
const engineFiles = new Map<string, z.output<typeof sides> | undefined>();

const known = new Map<string, Known>();
const read = new Map<string, readonly Recipe[]>();

readVersions(launcher, "2025-12-05", ofLauncher);
readVersions(master, until, ofMaster);

const columns = [
  "model,chip,engine,weights,version,isl,osl",
  "prefill_workers,prefill_tp,prefill_dp,prefill_ep",
  "decode_workers,decode_tp,decode_dp,decode_ep",
  "drafts,decode_sequences,prefill_step_tokens,prefill_memory_share,decode_memory_share,concurrency,from,to,commit",
].join(",");
const poolCells = (pool: Pool) => [pool.workers, pool.tensorParallel, pool.attentionParallel, pool.expertParallel];
const said = (value: number) => (Number.isNaN(value) ? "" : value);
const lines = [...known.values()].map(({ recipe, from, to, commit }) =>
  [
    recipe.model,
    recipe.chip,
    recipe.engine,
    recipe.weights,
    recipe.version,
    recipe.promptTokens,
    recipe.outputTokens,
    ...poolCells(recipe.prefill),
    ...poolCells(recipe.decode),
    said(recipe.drafts),
    said(recipe.decodeSequences),
    said(recipe.prefillStepTokens),
    said(recipe.prefillMemoryShare),
    said(recipe.decodeMemoryShare),
    recipe.concurrency.join(" "),
    from,
    to,
    commit,
  ].join(","),
);
const path = new URL("../../src/perf/curves/recipes.ts", import.meta.url);
const [head] = readFileSync(path, "utf8").split("`");
writeFileSync(path, `${head}\`${columns}\n${lines.toSorted().join("\n")}\n\`;\n`);
console.log(`${lines.length} recipes`);

function wanted(name: "git" | "engines"): string {
  const directory = values[name];
  if (directory === undefined) throw new Error(`--${name} <git directory> is wanted.`);
  return directory;
}

function git(directory: string, ...args: string[]): string {
  return execFileSync("git", [`--git-dir=${directory}`, ...args], { encoding: "utf8", maxBuffer: 2 ** 28 });
}

/** Every version of a file until a day; what one version no longer has was so until the day of that one. */
function readVersions(file: string, lastDay: string, recipesOf: (text: string) => readonly Recipe[]): void {
  const versions = git(recipeDirectory, "log", "--reverse", "--format=%h %cd", "--date=format:%Y-%m-%d", "--", file)
    .trim()
    .split("\n");
  let last: string[] = [];
  for (const version of versions) {
    const [commit = "", day = ""] = version.split(" ");
    for (const key of last) known.get(key)!.to = day;
    if (day > lastDay) return;
    const recipes = recipesOf(git(recipeDirectory, "show", `${commit}:${file}`));
    last = recipes.map((recipe) => JSON.stringify(recipe));
    for (const [index, key] of last.entries()) {
      const before = known.get(key);
      if (before === undefined) known.set(key, { recipe: recipes[index]!, from: day, to: until, commit });
      else before.to = until;
    }
  }
}

/** Blocks of the configuration that are disaggregated; each text is parsed once. */
function ofMaster(text: string): readonly Recipe[] {
  return text
    .split(/^(?=\w)/m)
    .filter((one) => /^ {2}disagg: true/m.test(one))
    .flatMap((one) => {
      const found = read.get(one) ?? recipesOfBlock(one);
      read.set(one, found);
      return found;
    });
}

function recipesOfBlock(text: string): readonly Recipe[] {
  const [[, of] = []] = Object.entries(parse(text) as Record<string, unknown>);
  const parsed = block.safeParse(of);
  if (!parsed.success) return [];
  const found = parsed.data;
  const [model, engine] = [models[found["model-prefix"]], engines[found.framework]];
  if (model === undefined || engine === undefined) return [];
  return found["seq-len-configs"].flatMap(({ isl, osl, "search-space": space }) =>
    space.map((entry): Recipe => {
      const settings = [...entry.prefill["additional-settings"], ...entry.decode["additional-settings"]].join(" ");
      return {
        model,
        chip: found.runner.split("-")[0]!,
        engine,
        weights: found.precision,
        version: found.image.split(":").at(-1)!,
        promptTokens: isl,
        outputTokens: osl,
        prefill: poolOf(entry.prefill, engine, settings, "PREFILL"),
        decode: poolOf(entry.decode, engine, settings, "DECODE"),
        ...limitsOf(entry, settings),
        concurrency: clientsOf(entry, engine, settings),
      };
    }),
  );
}

/** SGLang's first recipes leave the split to a script: their workers share the nodes evenly, the experts over all of one. */
function poolOf(of: z.output<typeof workers>, engine: string, settings: string, side: string): Pool {
  const count = of["num-worker"];
  const nodes = Number(new RegExp(`${side}_NODES=(\\d+)`).exec(settings)?.[1]);
  const isByNodes = engine === "sglang" && of.tp === 1 && nodes > 0;
  const accelerators = isByNodes ? (nodes * nodeAccelerators) / count : of.tp;
  return {
    workers: count,
    tensorParallel: of["dp-attn"] ? 1 : accelerators,
    attentionParallel: of["dp-attn"] ? accelerators : 1,
    expertParallel: isByNodes ? accelerators : of.ep,
  };
}

/** Drafts of a step, and how large steps may be; NaN where neither the recipe nor the file that it names says. */
function limitsOf(entry: Entry, settings: string): Limits {
  const number = (pattern: RegExp) => Number(pattern.exec(settings)?.slice(1).join("") ?? Number.NaN);
  const here = {
    drafts: entry["spec-decoding"] === "mtp" ? number(/DECODE_MTP_SIZE=(\d)|_mtp(\d)/) : 0,
    decodeSequences: number(/DECODE_MAX_BATCH_SIZE=(\d+)|_batch(\d+)_/),
    prefillStepTokens: number(/PREFILL_MAX_NUM_TOKENS=(\d+)/),
    prefillMemoryShare: Number.NaN,
    decodeMemoryShare: number(/DECODE_GPU_MEM_FRACTION=([\d.]+)/),
  };
  const path = /CONFIG_FILE=(\S+)/.exec(settings)?.[1];
  const found = path === undefined ? undefined : engineFile(path);
  if (found === undefined) return here;
  const { prefill = {}, decode = {} } = found;
  const of = (side: Readonly<Record<string, unknown>>, ...names: string[]) =>
    Number(names.map((name) => side[name]).find((value) => value !== undefined) ?? Number.NaN);
  // SGLang's limits are those of all ranks together.
  const ranks = (side: Readonly<Record<string, unknown>>) =>
    side["enable-dp-attention"] === true ? of(side, "data-parallel-size", "dp-size", "dp") : 1;
  const either = (one: number, other: number) => (Number.isNaN(one) ? other : one);
  return {
    drafts: either(here.drafts, of(decode, "speculative-num-steps")),
    decodeSequences: either(
      either(here.decodeSequences, of(decode, "max_batch_size", "max-num-seqs")),
      Math.ceil(of(decode, "max-running-requests") / ranks(decode)),
    ),
    prefillStepTokens: either(
      either(here.prefillStepTokens, of(prefill, "max_num_tokens", "max-num-batched-tokens")),
      Math.ceil(of(prefill, "chunked-prefill-size") / ranks(prefill)),
    ),
    prefillMemoryShare: memoryShareOf(prefill),
    decodeMemoryShare: either(here.decodeMemoryShare, memoryShareOf(decode)),
  };
}

function memoryShareOf(side: Readonly<Record<string, unknown>>): number {
  const { free_gpu_memory_fraction: free } = (side["kv_cache_config"] ?? {}) as Record<string, unknown>;
  return Number(side["mem-fraction-static"] ?? free ?? side["gpu-memory-utilization"] ?? Number.NaN);
}

/** What a file tells the engines, as it was first kept; undefined where it is one of variants, or not kept. */
function engineFile(path: string): z.output<typeof sides> | undefined {
  if (engineFiles.has(path)) return engineFiles.get(path);
  const first = git(
    engineFilesDirectory,
    "log",
    "--all",
    "--reverse",
    "--diff-filter=A",
    "--format=%h",
    "--",
    path,
  ).split("\n")[0]!;
  const text = first === "" ? "" : git(engineFilesDirectory, "show", `${first}:${path}`);
  const { backend = {} } = (parse(text) ?? {}) as { backend?: Record<string, unknown> };
  const config = ["trtllm_config", "sglang_config", "vllm_config"].map((name) => backend[name]).find(Boolean);
  const read = sides.safeParse(config);
  const found = read.success ? read.data : undefined;
  engineFiles.set(path, found);
  return found;
}

/** TensorRT-LLM's first recipes, and those of files named `c4_ctx1_gen9 …`, count the clients of one decode worker. */
function clientsOf({ "conc-list": list, decode }: Entry, engine: string, settings: string): number[] {
  const isByWorker =
    engine === "tensorrt-llm" && (/DECODE_MTP_SIZE|DECODE_MAX/.test(settings) || /\/c\d+_ctx/.test(settings));
  return isByWorker ? list.map((one) => one * decode["num-worker"]) : list;
}

/** The calls of the script that racks were started with, whose arguments it explains itself. */
function ofLauncher(text: string): readonly Recipe[] {
  const found: Recipe[] = [];
  let promptTokens = 0;
  let list: number[] = [];
  for (const line of text.split("\n")) {
    const length = /"\$(?:isl|ISL)" = "(\d+)"/.exec(line)?.[1];
    if (length !== undefined) promptTokens = Number(length);
    const clients = /concurrency_list="([\dx]+)"/.exec(line)?.[1];
    if (clients !== undefined) list = clients.split("x").map(Number);
    const load = { model: "deepseek-r1", chip: "gb200", promptTokens, outputTokens: 1024 };
    const [, mode, ...numbers] =
      /submit_disagg\.sh "mtp=\w+" "([td])ep" (\d+) (\d+) (\d+) (\d+) \d+ "([\d.]+)" (\d+) \d+ "([\d ]+)"/.exec(line) ??
      [];
    if (mode !== undefined) {
      const [contexts = 0, workersThere = 0, ranks = 0, sequences = 0, share = 0, drafts = 0] = numbers
        .slice(0, 6)
        .map(Number);
      const split = (all: number) =>
        mode === "d"
          ? { tensorParallel: 1, attentionParallel: all, expertParallel: all }
          : { tensorParallel: all, attentionParallel: 1, expertParallel: all };
      found.push({
        ...load,
        engine: "tensorrt-llm",
        weights: "fp4",
        version: "",
        prefill: { workers: contexts, ...split(nodeAccelerators) },
        decode: { workers: workersThere, ...split(ranks) },
        drafts,
        decodeSequences: sequences,
        prefillStepTokens: Number.NaN,
        prefillMemoryShare: Number.NaN,
        decodeMemoryShare: share,
        concurrency: numbers[6]!.split(" ").map((one) => Number(one) * workersThere),
      });
    }
    const call = /submit_disagg\.sh (\d+) (\d+) (\d+) (\d+) \d+ \$ISL/.exec(line)?.slice(1).map(Number);
    if (call !== undefined) {
      const [prefillNodes = 0, prefills = 0, decodeNodes = 0, decodes = 0] = call;
      const pool = (nodes: number, count: number): Pool => {
        const all = (nodes * nodeAccelerators) / count;
        return { workers: count, tensorParallel: 1, attentionParallel: all, expertParallel: all };
      };
      found.push({
        ...load,
        engine: "sglang",
        weights: "fp8",
        version: "",
        prefill: pool(prefillNodes, prefills),
        decode: pool(decodeNodes, decodes),
        drafts: 0,
        decodeSequences: Number.NaN,
        prefillStepTokens: Number.NaN,
        prefillMemoryShare: Number.NaN,
        decodeMemoryShare: Number.NaN,
        concurrency: list,
      });
    }
  }
  return found;
}

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";
import { CsvReader } from "../perf/csv.ts";

const bin = fileURLToPath(new URL("../../bin/tokenworks.mjs", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "tokenworks-perf-"));
after(() => rmSync(folder, { recursive: true, force: true }));

type Ran = { readonly code: number | null; readonly out: string; readonly err: string };

async function perf(...args: string[]): Promise<Ran> {
  const { FORCE_COLOR: _, ...env } = process.env;
  const child = spawn(process.execPath, [bin, "perf", ...args], { env, stdio: ["ignore", "pipe", "pipe"] });
  const closed = new Promise<number | null>((resolve) => child.once("close", resolve));
  const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), closed]);
  return { code, out, err };
}

async function json(...args: string[]): Promise<Record<string, unknown>> {
  const { code, out, err } = await perf(...args, "--json");
  assert.equal(code, 0, err);
  return JSON.parse(out) as Record<string, unknown>;
}

/** One sentence on standard error, and exit code 2. */
async function refuses(says: RegExp, ...args: string[]): Promise<void> {
  const { code, out, err } = await perf(...args);
  assert.match(err, says, args.join(" "));
  assert.equal(code, 2, err);
  assert.equal(out, "");
  assert.doesNotMatch(err, /\n\s+at |defect/);
}

const llama = ["--model", "llama-3.1-70b", "--chip", "h200", "--tp", "4"];

test("an estimate tells each figure with its band, where the KV cache ends, what bounds it and how it is known", async () => {
  const { code, out } = await perf("estimate", "--model", "llama-3.1-70b", "--chip", "h100", "--tp", "2");
  assert.equal(code, 0);
  assert.equal(out, stripVTControlCharacters(out), "no colour goes to a pipe");
  for (const name of [
    "TTFT ms",
    "TPOT ms",
    "ITL ms",
    "tok/s/user",
    "tok/s/accelerator",
    "$/Mtok total",
    "J/token output",
  ]) {
    assert.ok(out.includes(name), name);
  }
  assert.match(out, /KV room +[\d,]+ tokens, [\d,]+ such requests; full at [\d,]+ clients/);
  assert.match(out, /bound by +(memory|arithmetic|links|host)/);
  assert.match(out, /known +kernels interpolated; engine calibrated on/);
  assert.doesNotMatch(out, /beyond/);
});

test("several concurrencies are a table with a picture, and JSON has the same figures", async () => {
  const list = ["--concurrency", "1,8,64"];
  const [{ out }, found] = await Promise.all([
    perf("estimate", ...llama, ...list),
    json("estimate", ...llama, ...list),
  ]);
  assert.match(out, /[⠀-⣿]/u);
  const points = found["points"] as {
    concurrency: number;
    ttftMs: { mean: number; band: { low: number; high: number } };
  }[];
  assert.deepEqual(
    points.map(({ concurrency }) => concurrency),
    [1, 8, 64],
  );
  for (const { ttftMs } of points) assert.ok(ttftMs.band.low < ttftMs.mean && ttftMs.mean < ttftMs.band.high);
});

test("a model's own configuration gives what its name gives, in the format that its weights are in", async () => {
  const file = join(folder, "config.json");
  const shape = { head_dim: 64, hidden_size: 2880, intermediate_size: 2880, num_hidden_layers: 36, vocab_size: 201088 };
  const config = {
    ...shape,
    model_type: "gpt_oss",
    max_position_embeddings: 131072,
    num_attention_heads: 64,
    num_key_value_heads: 8,
    num_local_experts: 128,
    num_experts_per_tok: 4,
    sliding_window: 128,
    quantization_config: { quant_method: "mxfp4" },
  };
  // With the mark that some editors put at a file's beginning.
  writeFileSync(file, `\uFEFF${JSON.stringify(config)}`);
  const on = ["--chip", "h200", "--tp", "2", "--concurrency", "8"];
  const [read, named] = [
    await json("estimate", "--config", file, ...on),
    await json("estimate", "--model", "gpt-oss-120b", "--precision", "fp4", ...on),
  ];
  assert.equal(read["weights"], "fp4");
  assert.deepEqual(read["points"], named["points"]);
  const windowed = {
    model_type: "mistral",
    hidden_size: 4096,
    intermediate_size: 14336,
    max_position_embeddings: 32768,
    num_attention_heads: 32,
    num_hidden_layers: 32,
    num_key_value_heads: 8,
    sliding_window: 4096,
    vocab_size: 32000,
  };
  writeFileSync(file, JSON.stringify(windowed));
  const { kv } = (await json("estimate", "--config", file, ...on)) as { kv: { tokens: number } };
  assert.ok(kv.tokens > 1e5 && kv.tokens < 1e7);
});

test("a configuration is read from a pipe, and what is no configuration is refused before it is read whole", async () => {
  const config = {
    model_type: "falcon",
    hidden_size: 4544,
    num_hidden_layers: 32,
    num_attention_heads: 71,
    vocab_size: 65_024,
  };
  const child = spawn(process.execPath, [bin, "perf", "estimate", "--config", "-", "--chip", "h200", "--json"]);
  child.stdin.end(JSON.stringify(config));
  const { weightBytesPerAccelerator: bytes } = JSON.parse(await text(child.stdout)) as Record<string, number>;
  assert.ok(bytes !== undefined && Math.abs(bytes / 7.2e9 - 1) < 0.01, String(bytes));
  await refuses(/larger than any configuration/, "estimate", "--config", "/dev/zero", "--chip", "h200");
  const file = join(folder, "model.gguf");
  writeFileSync(file, "GGUF\0\0");
  await refuses(/is a GGUF file, not the configuration/, "estimate", "--config", file, "--chip", "h200");
});

test("prompts as text are replayed at a rate, with a line that says that their tokens are estimated", async () => {
  const file = join(folder, "sharegpt.json");
  const turns = ["How do I boil an egg? ".repeat(20), "Put it into water that boils. ".repeat(30)];
  const conversation = { conversations: turns.map((value, at) => ({ from: at === 0 ? "human" : "gpt", value })) };
  writeFileSync(file, JSON.stringify(Array.from({ length: 40 }, () => conversation)));
  const on = ["replay", "--trace", file, "--model", "llama-3.1-8b", "--chip", "h200"];
  const { code, out, err } = await perf(...on, "--rate", "8");
  assert.equal(code, 0, err);
  assert.match(err, /sharegpt\.json: tokens are estimated from the text/);
  assert.match(out, /40 requests in /);
  await refuses(/timestamp is missing.*Or give --rate/, ...on);
});

test("a trace is read from a pipe", async () => {
  const on = ["--model", "llama-3.1-8b", "--chip", "h200", "--json"];
  const child = spawn(process.execPath, [bin, "perf", "replay", "--trace", "-", ...on]);
  child.stdin.end("arrival_seconds,prompt_tokens,output_tokens\n0,100,10\n0.1,100,10\n");
  const { requests } = JSON.parse(await text(child.stdout)) as Record<string, unknown>;
  assert.equal(requests, 2);
});

test("a model whose experts are released in FP4 is taken so, and what nobody has measured of it is told", async () => {
  const on = ["--model", "deepseek-v4-flash", "--chip", "b200", "--tp", "4", "--concurrency", "8"];
  const { weights, points } = (await json("estimate", ...on)) as {
    weights: string;
    points: { provenance: string; beyond: string[] }[];
  };
  assert.equal(weights, "fp4");
  assert.equal(points[0]?.provenance, "analytic");
  assert.match(points[0]?.beyond.join() ?? "", /such attention as DeepSeek V4 Flash's/);
});

test("blocks as the engine reports them move the cliff, and what lies beyond the measured says so", async () => {
  const kv = async (...more: string[]) =>
    (await json("estimate", "--model", "llama-3.1-70b", "--chip", "h100", "--tp", "2", "--concurrency", "4", ...more))[
      "kv"
    ] as {
      tokens: number;
      fullAtConcurrency: number;
    };
  const [computed, given] = await Promise.all([kv(), kv("--kv-blocks", "4000")]);
  assert.equal(given.tokens, 64_000);
  assert.ok(given.fullAtConcurrency < computed.fullAtConcurrency / 3);
  // vLLM 0.12 sorts the scores of all sequences that it may run when it measures itself, which takes gigabytes.
  const [old, more] = await Promise.all([kv("--engine-version", "0.12"), kv("--memory-share", "0.95")]);
  assert.ok(old.tokens < computed.tokens && computed.tokens < more.tokens, `${old.tokens} ${more.tokens}`);
  const { out } = await perf("estimate", "--model", "llama-3.1-8b", "--chip", "mi355x", "--isl", "64", "--osl", "64");
  assert.match(out, /beyond +no deployment on Instinct MI355X is calibrated/);
  assert.match(out, /beyond +a prompt of 64 is below/);
});

test("a table is predicted row by row: unknown columns stay, a row that cannot be says why, the measured are scored", async () => {
  const table = join(folder, "table.csv");
  const out = join(folder, "predicted.csv");
  writeFileSync(
    table,
    [
      "note,system,backend,model_path,precision,isl,osl,tp_size,concurrency,silicon_tpot_ms,silicon_ttft_ms",
      '"a, ""quoted"" note",h200_sxm,vllm,meta-llama/Llama-3.1-70B,fp8,1024,1024,4,64,16.07,265',
      "new chip,mi355x,sglang,Qwen/Qwen3-32B,fp8,1024,1024,1.0,8,,",
      "odd model,h100,vllm,acme/Lama-3.1-70B-v9,fp8,1024,1024,4,64,16,265",
      "odd split,h100,trtllm,meta-llama/Llama-3.1-70B,fp8,1024,1024,3,64,16,265",
      "short,h100",
      "",
    ].join("\n"),
  );
  const report = await json("estimate", "--points", table, "--out", out);
  const reader = new CsvReader();
  const [head = [], ...rows] = [...reader.push(readFileSync(out, "utf8")), ...reader.end()].map(({ cells }) => cells);
  const cell = (row: number, name: string) => rows[row]?.[head.indexOf(name)] ?? "";
  assert.equal(rows.length, 5);
  assert.equal(cell(0, "note"), 'a, "quoted" note');
  assert.ok(Math.abs(Number(cell(0, "tpot_ms")) / 16.07 - 1) < 0.15, cell(0, "tpot_ms"));
  assert.ok(Number(cell(0, "ttft_low_ms")) < Number(cell(0, "ttft_ms")));
  assert.equal(cell(0, "reason"), "");
  assert.match(cell(1, "reason"), /beyond what was measured: no deployment on Instinct MI355X/);
  assert.ok(Number(cell(1, "tpot_ms")) > 0);
  assert.match(cell(2, "reason"), /no model "acme\/Lama-3.1-70B-v9".*Nearest: .*llama-3.1-70b/);
  assert.equal(cell(2, "tpot_ms"), "");
  assert.match(cell(3, "reason"), /which 3 accelerators cannot share/);
  assert.match(cell(4, "reason"), /Line 6 has 2 cells, the first line 11/);
  assert.deepEqual([report["rows"], report["predicted"]], [5, 2]);
  const { by } = report["scores"] as { by: Record<string, { name: string; tpot: { rows: number } }[]> };
  assert.deepEqual(
    by["chip"]?.map(({ name, tpot }) => [name, tpot.rows]),
    [["h200", 1]],
  );
});

test("a table may be written over itself, as its spreadsheet separates it; a mistake leaves what stood there", async () => {
  const table = join(folder, "own.csv");
  const head = ["notes", "System", "backend", "model_path", "isl", "osl", "concurrency"].join(";");
  const row = '"ours; old";H200;vllm;llama-3.1-8b;1024;128;4';
  const long = "none;h200;vllm;llama-3.1-8b;1000000;128;4";
  writeFileSync(
    table,
    Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from([head, row, long].join("\r"), "utf16le")]),
  );
  const { code, err } = await perf("estimate", "--points", table, "--out", table);
  assert.equal(code, 0, err);
  const [first, predicted, refused, ...rest] = readFileSync(table, "utf8").trimEnd().split("\n");
  assert.ok(first?.startsWith(`${head};ttft_ms;`) && rest.length === 0);
  assert.match(predicted ?? "", /^"ours; old";H200;vllm;llama-3.1-8b;1024;128;4;[\d.]+;/);
  assert.match(refused ?? "", /1,000,000 tokens of prompt .* context of 131,072/);
  const twice = join(folder, "twice.csv");
  writeFileSync(twice, "backend,model_path,system,isl,isl,osl,concurrency\n");
  await refuses(/has the column isl twice/, "estimate", "--points", twice, "--out", table);
  assert.ok(readFileSync(table, "utf8").startsWith(head));
});

const ownRun = {
  backend: "openai",
  model_id: "meta-llama/Llama-3.1-70B-Instruct",
  num_prompts: 64,
  request_rate: "inf",
  max_concurrency: 8,
  completed: 64,
  total_input_tokens: 65_536,
  total_output_tokens: 8192,
  output_throughput: 500,
  median_ttft_ms: 90,
  p99_ttft_ms: 300,
  mean_tpot_ms: 14,
};

test("a benchmark tool's file is scored by its own statistics, with what it does not say told by options, and what nobody says told", async () => {
  const file = join(folder, "run.json");
  const out = join(folder, "run-predicted.csv");
  writeFileSync(file, JSON.stringify(ownRun));
  const given = ["--points", file, "--chip", "h200", "--tp", "4", "--precision", "fp8"];
  const shown = await perf("estimate", ...given, "--out", out);
  assert.equal(shown.code, 0, shown.err);
  for (const part of [
    /1 of 1 rows predicted/,
    /Not said, so assumed: engine vllm \(--engine\), keys and values bf16 \(--kv\)/,
    /run +1024 in, 128 out, 8 clients +90\.0 p50 .*14\.0 /,
    /TTFT median +1 /,
    /TTFT p99 +1 /,
    /output tokens\/s +1 /,
  ]) {
    assert.match(shown.out, part);
  }
  const { scores } = (await json("estimate", ...given)) as {
    scores: { figures: { figure: string; statistic: string; bias: number }[] };
  };
  const reader = new CsvReader();
  const [head, row] = [...reader.push(readFileSync(out, "utf8")), ...reader.end()].map(({ cells }) => cells);
  const cell = (name: string) => row?.[head?.indexOf(name) ?? -1];
  assert.deepEqual(
    [cell("file"), cell("backend"), cell("tp_size"), cell("silicon_ttft_p50_ms")],
    ["run.json", "vllm", "4", "90"],
  );
  const tpot = scores.figures.find(({ figure }) => figure === "tpot");
  assert.ok(Math.abs(Number(cell("tpot_ms")) / 14 - 1 - (tpot?.bias ?? 0)) < 1e-4);
  // More memory than the run's engine was told of changes nothing here, a cache of 256 blocks does.
  const small = (await json("estimate", ...given, "--kv-blocks", "256")) as typeof scores & { scores: typeof scores };
  const ttftOf = (of: typeof scores) => of.figures.find(({ figure }) => figure === "ttft")?.bias ?? 0;
  assert.ok(ttftOf(small.scores) > ttftOf(scores) + 1);
});

test("files and folders are one table, without summaries of what is there and what is nobody's results", async () => {
  const results = mkdtempSync(join(folder, "results-"));
  const line = JSON.stringify(ownRun);
  writeFileSync(join(results, "run=0.json"), line);
  writeFileSync(join(results, "summary.json"), `[${line}]`);
  writeFileSync(join(results, "notes.txt"), "nothing\n");
  writeFileSync(join(results, "other.json"), "{}");
  const more = join(folder, "more.jsonl");
  writeFileSync(more, `${line}\n${line}\n`);
  const table = join(folder, "more.csv");
  writeFileSync(table, "system,backend,model_path,isl,osl,concurrency\nh200,vllm,llama-3.1-8b,1024,128,4\n");
  const found = await json("estimate", "--points", results, more, table, "--chip", "h200", "--tp", "4");
  assert.deepEqual([found["rows"], found["predicted"]], [4, 4]);
  const alias = join(folder, "alias.json");
  writeFileSync(alias, line.replace("meta-llama/Llama-3.1-70B-Instruct", "our-model"));
  const named = await perf("estimate", "--points", alias, "--chip", "h200", "--tp", "4");
  assert.match(named.out, /There is no model "our-model".*Or give --model\./);
  const given = await json("estimate", "--points", alias, "--chip", "h200", "--tp", "4", "--model", "llama-3.1-70b");
  assert.equal(given["predicted"], 1);
  await refuses(/no chip "h20".*Nearest: h200/, "estimate", "--points", more, "--chip", "h20");
  await refuses(/own engine is not predicted with --points/, "estimate", "--points", more, "--chip", "this-cpu");
  await refuses(/These results do not say system\. Say it for all of them: --chip/, "estimate", "--points", more);
  await refuses(
    /other\.json: These are no results.*vllm bench serve/,
    "estimate",
    "--points",
    join(results, "other.json"),
  );
  await refuses(/cannot have several concurrencies/, "estimate", "--points", more, "--concurrency", "1,2");
  await refuses(/lacks the column system.*all rows: --chip/, "estimate", "--points", csvWithout(table));
});

/** The same table without its first column. */
function csvWithout(table: string): string {
  const path = `${table}.csv`;
  const lines = readFileSync(table, "utf8").trimEnd().split("\n");
  writeFileSync(path, lines.map((line) => line.slice(line.indexOf(",") + 1)).join("\n"));
  return path;
}

test("a search shows the best by cost and energy, the front as a picture, and why the others lost", async () => {
  const svg = join(folder, "front.svg");
  const args = ["--model", "llama-3.1-8b", "--chips", "h100,l40s", "--tp", "1,2", "--osl", "128", "--engines", "vllm"];
  const { code, out, err } = await perf("search", ...args, "--slo", "ttft=500ms,tpot=0.03s", "--svg", svg);
  assert.equal(code, 0, err);
  for (const part of [
    /within TTFT 500 ms and TPOT 30 ms/,
    /Cheapest/,
    /Least energy/,
    /Pareto front/,
    /Out of the race/,
  ]) {
    assert.match(out, part);
  }
  assert.match(readFileSync(svg, "utf8"), /^<svg/);
});

test("a replay tells percentiles, goodput, energy and cost, with queue and cache over time, of replicas and of two pools", async () => {
  const trace = join(folder, "load.csv");
  const lines = Array.from(
    { length: 300 },
    (_, at) => `${at / 10},${200 + ((at * 37) % 700)},${20 + ((at * 53) % 200)}`,
  );
  writeFileSync(trace, `arrival_seconds,prompt_tokens,output_tokens\n${lines.join("\n")}\n`);
  const [svg, csv] = [join(folder, "replay.svg"), join(folder, "replay.csv")];
  const asked = ["--trace", trace, ...llama, "--slo", "ttft=1s,tpot=50ms"];
  const { code, out, err } = await perf(
    "replay",
    ...asked,
    "--replicas",
    "2",
    "--router",
    "least-loaded",
    "--svg",
    svg,
    "--csv",
    csv,
  );
  assert.equal(code, 0, err);
  for (const part of [
    /300 requests in .* on 8 × H200/,
    /TTFT .* … /,
    /goodput .* % of requests within TTFT 1000 ms/,
    /energy .* kWh/,
    /cost .*\$/,
    /[⠀-⣿]/u,
  ]) {
    assert.match(out, part);
  }
  assert.match(readFileSync(svg, "utf8"), /^<svg/);
  assert.match(readFileSync(csv, "utf8"), /^pool,seconds,waiting,running,kv_share\nreplicas,/);
  const { accelerators, pools, transferMs, goodput } = (await json(
    "replay",
    ...asked,
    "--prefill-replicas",
    "1",
    "--prefill-tp",
    "2",
  )) as {
    accelerators: number;
    pools: { name: string; busyShare: number; moments: { kvShare: number }[] }[];
    transferMs: number;
    goodput: { share: number };
  };
  assert.equal(accelerators, 6);
  assert.deepEqual(
    pools.map(({ name }) => name),
    ["prefill", "decode"],
  );
  assert.ok(pools.every(({ busyShare }) => busyShare > 0));
  assert.ok(pools[1]?.moments.some(({ kvShare }) => kvShare > 0));
  assert.ok(transferMs > 0 && goodput.share > 0);
});

test("wrong use is one sentence that names the field and what would fit", async () => {
  const bad = join(folder, "bad.csv");
  writeFileSync(bad, "system,backend\nh100,vllm\n");
  const trace = join(folder, "trace.csv");
  writeFileSync(trace, "arrival_seconds,prompt_tokens,output_tokens\n0,100,10\n-1,100,10\n");
  const long = join(folder, "long.csv");
  writeFileSync(long, "arrival_seconds,prompt_tokens,output_tokens\n0,100,10\n1,1000000,10\n");
  await Promise.all([
    refuses(/no chip "h20".*Nearest: h200/, "estimate", "--model", "llama-3.1-8b", "--chip", "h20"),
    refuses(/It takes an accelerator, by --chip/, "estimate", "--model", "llama-3.1-8b"),
    refuses(/A version is like 0.19/, "estimate", "--model", "llama-3.1-8b", "--engine-version", "new"),
    refuses(
      /64 attention heads, which 3 accelerators/,
      "estimate",
      "--model",
      "llama-3.1-70b",
      "--chip",
      "h200",
      "--tp",
      "3",
    ),
    refuses(/lacks the columns model_path, isl, osl, concurrency or batch_size/, "estimate", "--points", bad),
    refuses(/cannot be read \(ENOENT\)/, "estimate", "--points", join(folder, "none.csv")),
    refuses(/ttft has the unit "min"; ms or s would do/, "search", "--model", "llama-3.1-8b", "--slo", "ttft=1min"),
    refuses(/"latency=3s" is no limit of TTFT or TPOT/, "search", "--model", "llama-3.1-8b", "--slo", "latency=3s"),
    refuses(
      /It is in https:\/\/github.com\/Azure/,
      "search",
      "--model",
      "llama-3.1-8b",
      "--trace",
      "azure-2023-conv",
      "--data",
      folder,
    ),
    refuses(/one of azure-2023-conv/, "replay", ...llama, "--trace", "azure-2024"),
    refuses(/trace.csv: Line 3: arrival_seconds is -1 s/, "replay", ...llama, "--trace", trace),
    refuses(/Request 2 has 1,000,000 tokens of prompt.*context of 131,072/, "replay", ...llama, "--trace", long),
    refuses(
      /cannot hold a token of each of 1024 sequences/,
      "estimate",
      ...llama,
      "--max-batched-tokens",
      "512",
      "--max-sequences",
      "1024",
    ),
    refuses(/no experts to be dealt out/, "estimate", ...llama, "--dp", "2", "--ep", "2"),
    refuses(/It must be a number from 1 to 5/, "estimate", ...llama, "--pue", "0.5"),
    refuses(/a price above 0/, "estimate", ...llama, "--usd-per-hour", "Infinity"),
    refuses(/It must be a number from 0.0001 to 10000/, "replay", ...llama, "--trace", trace, "--speed", "0"),
    refuses(
      /--isl: 1,000,000 tokens of prompt.*context of 131,072.*at most 130,048/,
      "estimate",
      ...llama,
      "--isl",
      "1000000",
    ),
    refuses(/a percentage from 0/, "estimate", ...llama, "--prefix-share", "100"),
  ]);
});

test("an option that nothing would read is refused, and so is a file that is no text", async () => {
  const trace = join(folder, "read.csv");
  writeFileSync(trace, "arrival_seconds,prompt_tokens,output_tokens\n0,500,100\n1,600,100\n");
  const unicode = join(folder, "unicode.csv");
  writeFileSync(unicode, Buffer.from(`\uFEFF${readFileSync(trace, "utf8")}`, "utf16le"));
  const binary = join(folder, "trace.bin");
  writeFileSync(binary, Buffer.from([0x89, 0x50, 0x00, 0x00, 0x0d, 0x0a]));
  const search = ["search", "--model", "llama-3.1-8b", "--chips", "h100"];
  const told = await json("replay", ...llama, "--trace", unicode);
  assert.equal(told["requests"], 2);
  await Promise.all([
    refuses(/--seed has no effect with --points/, "estimate", "--points", trace, "--seed", "2"),
    refuses(/--isl has no effect with --trace/, ...search, "--trace", trace, "--isl", "50"),
    refuses(/--speed has no effect without --trace/, ...search, "--speed", "2"),
    refuses(/--accelerators has no effect with --mode aggregated/, ...search, "--accelerators", "4"),
    refuses(
      /--prefill-tp has no effect without --prefill-replicas/,
      "replay",
      ...llama,
      "--trace",
      trace,
      "--prefill-tp",
      "2",
    ),
    refuses(/trace\.bin is no text/, "replay", ...llama, "--trace", binary),
    refuses(/trace\.bin is no text/, "estimate", "--points", binary),
    refuses(/It must be a whole number from 1 to 1024/, "estimate", ...llama, "--prefill-replicas", "1000000"),
    refuses(/It must be in percent: 50, or 0\.5%/, "estimate", ...llama, "--prefix-share", "0.5"),
    refuses(/"" is none\. For example/, "estimate", "--model", "", "--chip", "h100"),
    refuses(/tpu-v7=0.*a price above 0/, ...search, "--usd-per-hour", "tpu-v7=0"),
    refuses(/a price of tpu-v7, which is not among --chips/, ...search, "--usd-per-hour", "tpu-v7=3"),
  ]);
});

test("a checkpoint's name tells the format of its weights, and --precision overrules it", async () => {
  const of = async (...args: string[]) => (await json("estimate", "--chip", "b200", "--tp", "8", ...args))["weights"];
  const fp4 = ["--model", "nvidia/DeepSeek-R1-0528-FP4-v2"];
  assert.deepEqual(
    await Promise.all([
      of(...fp4),
      of(...fp4, "--precision", "fp8"),
      of("--model", "RedHatAI/Llama-3.3-70B-Instruct-quantized.w4a16"),
      of("--model", "deepseek-ai/DeepSeek-R1"),
    ]),
    ["fp4", "fp8", "int4", "fp8"],
  );
});

test("a replay and a search say what lies beyond the measured range, and a search takes prices that the catalog lacks", async () => {
  const trace = join(folder, "pause.csv");
  writeFileSync(trace, "arrival_seconds,prompt_tokens,output_tokens\n0,50,20\n90000,60,20\n");
  const slo = ["--slo", "ttft=2s,tpot=50ms", "--engines", "vllm", "--precisions", "fp8"];
  const search = ["search", "--model", "llama-3.1-8b", "--chips", "tpu-v7", ...slo];
  const [replayed, without, priced] = await Promise.all([
    perf("replay", ...llama, "--trace", trace),
    perf(...search),
    json(...search, "--usd-per-hour", "tpu-v7=3"),
  ]);
  assert.match(replayed.out, /^beyond +a prompt of 55 is below the measured/m);
  assert.match(replayed.out, /^silence +nothing comes for 90,000 s before request 2/m);
  assert.match(without.out, /^No price +tpu-v7: .*--usd-per-hour tpu-v7=2\.50/m);
  const [best] = priced["byCost"] as { usdPerMillionOutputTokens: number; beyond: string[] }[];
  assert.ok((best?.usdPerMillionOutputTokens ?? 0) > 0);
  assert.match(best?.beyond[0] ?? "", /no deployment on TPU7x .* is calibrated/);
});

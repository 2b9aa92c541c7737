import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { objectsOfText } from "./document.ts";
import { Fields } from "./fields.ts";
import { runsOf } from "./readers.ts";

/** The runs of a file, whoever wrote it. */
function read(text: string) {
  return objectsOfText(text).flatMap((fields) => runsOf(fields) ?? []);
}
const only = (text: string) => {
  const [run, ...others] = read(text);
  assert.ok(run !== undefined && others.length === 0);
  return run;
};

const vllm = {
  date: "20260101-120000",
  endpoint_type: "openai",
  backend: "openai",
  model_id: "Qwen/Qwen3-32B",
  tokenizer_id: "Qwen/Qwen3-32B",
  num_prompts: 100,
  request_rate: "inf",
  burstiness: 1,
  max_concurrency: 16,
  duration: 50,
  completed: 100,
  total_input_tokens: 102_400,
  total_output_tokens: 12_750,
  output_throughput: 255,
  mean_ttft_ms: 210.5,
  median_ttft_ms: 180,
  p99_ttft_ms: 650,
  mean_tpot_ms: 21.5,
  median_tpot_ms: 21,
  p99_tpot_ms: 30,
  mean_itl_ms: 21.6,
  p99_itl_ms: 90,
};

test("vLLM's result tells the model, the load and every statistic, and not the chip; the engine is only likely", () => {
  const { tool, cells, usual, sent } = only(JSON.stringify(vllm));
  assert.equal(tool, "vllm bench serve");
  assert.deepEqual(cells, {
    model_path: "Qwen/Qwen3-32B",
    isl: "1024",
    osl: "128",
    requests: "100",
    concurrency: "16",
    silicon_ttft_ms: "210.5",
    silicon_ttft_p50_ms: "180",
    silicon_ttft_p99_ms: "650",
    silicon_tpot_ms: "21.5",
    silicon_tpot_p50_ms: "21",
    silicon_tpot_p99_ms: "30",
    silicon_itl_ms: "21.6",
    silicon_itl_p99_ms: "90",
    silicon_output_tokens_per_second: "255",
  });
  assert.deepEqual([usual, sent], [{ backend: "vllm" }, undefined]);
  const { usual: trt } = only(JSON.stringify({ ...vllm, user_throughput: 40 }));
  assert.deepEqual(trt, { backend: "tensorrt-llm" });
});

test("vLLM's older results, its rates and its runs all at once are loads of their own", () => {
  const loadOf = (more: object) => {
    const { request_rate: rate, concurrency, requests } = only(JSON.stringify({ ...vllm, ...more })).cells;
    return { rate, concurrency, requests };
  };
  assert.deepEqual(loadOf({ request_rate: 2.5, max_concurrency: null }), {
    rate: "2.5",
    concurrency: undefined,
    requests: "100",
  });
  assert.deepEqual(loadOf({ request_rate: "inf", max_concurrency: null }).concurrency, "100");
  assert.deepEqual(loadOf({ request_rate: 8, max_concurrency: 4 }), { rate: "8", concurrency: "4", requests: "100" });
});

test("a model served under a name of its own is known by its tokenizer", () => {
  const of = (model: string, tokenizer: string) =>
    only(JSON.stringify({ ...vllm, model_id: model, tokenizer_id: tokenizer })).cells["model_path"];
  assert.equal(of("our-model", "/models/Qwen3-32B-FP8"), "/models/Qwen3-32B-FP8");
  assert.equal(of("our-model", "our-tokenizer"), "our-model");
});

test("vLLM's detailed results have each request's lengths, without those that failed", () => {
  const { sent } = only(JSON.stringify({ ...vllm, input_lens: [10, 20, 30], output_lens: [5, 0, 7] }));
  assert.deepEqual([...(sent?.promptTokens ?? [])], [10, 30]);
  assert.deepEqual([...(sent?.outputTokens ?? [])], [5, 7]);
});

test("requests of a trace come when they were sent", () => {
  const timed = {
    ...vllm,
    max_concurrency: null,
    request_throughput: 2,
    input_lens: [10, 20, 30],
    output_lens: [5, 6, 7],
    start_times: [107, 100, 140],
  };
  const { cells, sent } = only(JSON.stringify(timed));
  assert.deepEqual([cells["request_rate"], cells["concurrency"]], ["2", undefined]);
  assert.deepEqual(
    [[...(sent?.promptTokens ?? [])], [...(sent?.seconds ?? [])]],
    [
      [20, 10, 30],
      [0, 7, 40],
    ],
  );
  const atOnce = only(JSON.stringify({ ...timed, start_times: [100, 100.1, 100.2] })).cells;
  assert.deepEqual([atOnce["request_rate"], atOnce["concurrency"]], [undefined, "100"]);
});

test("a sweep's parameters and metadata say what was deployed; its summary is a table of the same runs", () => {
  const swept = { ...vllm, tensor_parallel_size: 4, "max-num-seqs": 128, enable_expert_parallel: true, gpu: "H200" };
  const { cells } = only(JSON.stringify([swept]));
  const of = ["tp_size", "moe_ep_size", "max_sequences", "system"].map((column) => cells[column]);
  assert.deepEqual(of, ["4", "4", "128", "H200"]);
  const names = Object.keys(swept);
  const table = `,${names.join(",")}\n0,${names.map((name) => String((swept as Record<string, unknown>)[name])).join(",")}\n`;
  assert.deepEqual(only(table).cells, cells);
});

test("drafted tokens are those that the engine counted", () => {
  const { cells } = only(
    JSON.stringify({
      ...vllm,
      spec_decode_acceptance_length: 2.4,
      spec_decode_num_drafts: 1000,
      spec_decode_draft_tokens: 3000,
    }),
  );
  assert.deepEqual([cells["drafts"], Number(cells["accepted_drafts"]).toFixed(3)], ["3", "1.400"]);
});

const sglang = {
  backend: "sglang",
  dataset_name: "random",
  request_rate: 4,
  max_concurrency: null,
  random_input_len: 1024,
  random_output_len: 512,
  random_range_ratio: 0.5,
  server_info: {
    model_path: "deepseek-ai/DeepSeek-R1",
    version: "0.5.6",
    tp_size: 8,
    dp_size: 8,
    enable_dp_attention: true,
    ep_size: 8,
    quantization: "fp8",
    kv_cache_dtype: "auto",
    chunked_prefill_size: 16_384,
    max_running_requests: null,
    mem_fraction_static: 0.82,
    max_total_num_tokens: 500_000,
    speculative_num_steps: 3,
  },
  completed: 400,
  total_input_tokens: 307_200,
  total_output_tokens: 153_600,
  total_output_tokens_retokenized: 153_000,
  output_throughput: 1500,
  mean_ttft_ms: 40,
  median_ttft_ms: 38,
  mean_e2e_latency_ms: 3300,
  accept_length: 2.5,
};

test("SGLang's line tells the server's split, memory, cache and drafts, and how lengths were drawn", () => {
  const { tool, cells } = only(JSON.stringify(sglang));
  assert.equal(tool, "sglang.bench_serving");
  const columns =
    "backend backend_version model_path tp_size attention_dp_size moe_ep_size precision kvcache_quant_mode max_batched_tokens kv_tokens memory_share drafts accepted_drafts isl osl request_rate silicon_ttft_p50_ms silicon_e2e_ms";
  assert.deepEqual(
    columns.split(" ").map((column) => cells[column]),
    "sglang 0.5.6 deepseek-ai/DeepSeek-R1 1 8 8 fp8 - 16384 500000 0.82 3 1.5 768 384 4 38 3300"
      .split(" ")
      .map((cell) => (cell === "-" ? undefined : cell)),
  );
  // Drawn from 512 to 1024 tokens.
  assert.ok(Math.abs(Number(cells["isl_stddev"]) - 512 / Math.sqrt(12)) < 0.01);
});

test("SGLang's lines follow each other, with Infinity for a rate and without a word of the server", () => {
  const lines = [sglang, { ...sglang, server_info: null, max_concurrency: 32 }].map((run) => JSON.stringify(run));
  const text = `${lines.join("\n").replaceAll('"request_rate":4', '"request_rate":Infinity')}\n`;
  const [first, second] = read(text);
  assert.deepEqual([first?.cells["concurrency"], first?.cells["request_rate"]], ["400", undefined]);
  assert.deepEqual([second?.cells["concurrency"], second?.cells["model_path"]], ["32", undefined]);
});

test("InferenceX's own result is a row of its table, with its medians and percentiles in milliseconds", () => {
  const run = {
    hw: "b200-trt",
    conc: 64,
    image: "nvcr.io#nvidia/tensorrt-llm/release:1.1.0",
    model: "nvidia/DeepSeek-R1-FP4",
    framework: "trt",
    precision: "fp4",
    spec_decoding: "none",
    disagg: false,
    isl: 1024,
    osl: 8192,
    tp: 8,
    ep: 8,
    dp_attention: "true",
    mean_ttft: 0.41,
    median_ttft: 0.2,
    p99_ttft: 2.5,
    mean_tpot: 0.03,
    mean_e2el: 250,
  };
  const { tool, cells } = only(JSON.stringify(run));
  assert.equal(tool, "InferenceX");
  const columns =
    "system backend backend_version tp_size attention_dp_size moe_ep_size concurrency silicon_ttft_ms silicon_ttft_p50_ms silicon_ttft_p99_ms silicon_tpot_ms silicon_e2e_ms mode";
  assert.deepEqual(
    columns.split(" ").map((column) => cells[column]),
    [..."b200 trt 1.1.0 1 8 8 64 410 200 2500 30 250000".split(" "), undefined],
  );
});

test("whatever an object holds, a reader takes it as text by columns or leaves it", () => {
  const names = fc.constantFrom(
    ...Object.keys({ ...vllm, ...sglang }),
    ..."benchmarks aggregated_metrics load_summary successes engine world_info request_info performance metrics".split(
      " ",
    ),
    ..."time_to_first_token avg hw framework model conc isl osl ttft tpot tokens/s/gpu n_prompt n_gen avg_ns pp tg pl".split(
      " ",
    ),
  );
  const value = fc.oneof(fc.jsonValue(), fc.dictionary(names, fc.jsonValue()));
  fc.assert(
    fc.property(fc.dictionary(names, value), (object) => {
      for (const { cells } of runsOf(new Fields(object)) ?? []) {
        for (const cell of Object.values(cells)) assert.ok(typeof cell === "string" && cell !== "");
      }
    }),
    { numRuns: 3000 },
  );
});

test("what no tool writes is nobody's, and what is no JSON is told by its line", () => {
  assert.deepEqual(read('{"a": 1}\n{"completed": 3}'), []);
  assert.throws(() => read('{"a": 1}\n{"b": '), { param: "line 2", message: /Line 2 is no JSON/ });
  const text = JSON.stringify({ ...vllm, label: 'he said "NaN", Infinity' }).replace('"duration":50', '"duration":NaN');
  assert.equal(only(text).cells["isl"], "1024");
});

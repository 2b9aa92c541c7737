import assert from "node:assert/strict";
import { test } from "node:test";
import { modelNamed } from "../../catalog/models.ts";
import { chipNamed } from "../../catalog/chips.ts";
import { PointColumns } from "../points/points.ts";
import { predictPoint } from "../points/predict-point.ts";
import { objectsOfText } from "./document.ts";
import { runsOf } from "./readers.ts";

function read(text: string) {
  return objectsOfText(text).flatMap((fields) => runsOf(fields) ?? []);
}
const only = (text: string) => {
  const [run, ...others] = read(text);
  assert.ok(run !== undefined && others.length === 0, text);
  return run;
};
/** Of a run's cells those that are named, in their order. */
const cellsOf = (cells: Readonly<Record<string, string>>, columns: string) =>
  columns.split(" ").map((column) => cells[column]);

const times = { unit: "ms", avg: 120, p50: 100, p90: 150, p99: 400, std: 40 };
const aiperf = {
  schema_version: "1.3",
  input_config: {
    models: { items: [{ name: "x" }] },
    endpoint: { model_names: ["openai/gpt-oss-120b"] },
    phases: [
      { name: "warmup", concurrency: 2 },
      { name: "profiling", concurrency: 32 },
    ],
  },
  request_throughput: { unit: "requests/sec", avg: 3 },
  request_count: { unit: "requests", avg: 320 },
  request_latency: { ...times, avg: 4000 },
  time_to_first_token: times,
  inter_token_latency: { ...times, avg: 9.5 },
  input_sequence_length: { unit: "tokens", avg: 1000.4, std: 50 },
  output_sequence_length: { unit: "tokens", avg: 400, std: 0 },
  output_token_throughput: { unit: "tokens/sec", avg: 1200 },
  telemetry_data: { endpoints: { local: { gpus: { gpu_0: { gpu_name: "NVIDIA H100 80GB HBM3" } } } } },
};

test("AIPerf's export tells the load of its profiling phase, spread of lengths and, by telemetry, the chip; its ITL is TPOT", () => {
  const { tool, cells } = only(JSON.stringify(aiperf));
  assert.equal(tool, "AIPerf");
  assert.deepEqual(
    cellsOf(
      cells,
      "model_path concurrency request_rate isl isl_stddev osl requests silicon_ttft_ms silicon_ttft_p99_ms silicon_tpot_ms silicon_itl_ms silicon_e2e_ms silicon_output_tokens_per_second",
    ),
    [
      "openai/gpt-oss-120b",
      "32",
      undefined,
      "1000",
      "50",
      "400",
      "320",
      "120",
      "400",
      "9.5",
      undefined,
      "4000",
      "1200",
    ],
  );
  assert.equal(chipNamed(cells["system"] ?? "").name, "h100");
});

test("GenAI-Perf's export has its settings elsewhere, and its table, with marks between thousands, no settings at all", () => {
  const settings = { model: ["llama"], perf_analyzer: { stimulus: { concurrency: 8 } } };
  const { cells } = only(JSON.stringify({ ...aiperf, input_config: settings, telemetry_data: undefined }));
  assert.deepEqual(cellsOf(cells, "model_path concurrency system"), ["llama", "8", undefined]);
  const table = [
    "Metric,avg,min,max,p99,p95,p90,p75,p50,p25",
    'Time To First Token (ms),"1,266.80",1,2,"2,000.50",3,4,5,6,7',
    "Inter Token Latency (ms),9.40,1,2,3,3,4,5,9.30,7",
    "Request Latency (ms),2500.10,1,2,3,3,4,5,6,7",
    "Output Sequence Length,300.50,1,2,3,3,4,5,6,7",
    "Input Sequence Length,550.00,1,2,3,3,4,5,6,7",
    "",
    "Metric,Value",
    "Output Token Throughput (per sec),812.40",
    "Request Throughput (per sec),2.70",
    "",
  ].join("\n");
  const run = only(table);
  assert.equal(run.tool, "AIPerf");
  assert.deepEqual(
    cellsOf(
      run.cells,
      "isl osl silicon_ttft_ms silicon_ttft_p99_ms silicon_tpot_p50_ms silicon_output_tokens_per_second concurrency",
    ),
    ["550", "301", "1266.8", "2000.5", "9.3", "812.4", undefined],
  );
});

test("trtllm-bench's report tells chip, version, formats and split, and clients by how many there were", () => {
  const report = {
    engine: {
      model: "nvidia/Llama-3.3-70B-Instruct-FP8",
      version: "1.1.0",
      backend: "Pytorch",
      dtype: "bfloat16",
      quantization: "FP8",
      kv_cache_dtype: "FP8",
    },
    machine: { name: "NVIDIA H200", "memory.total": 139.8 },
    world_info: {
      tp_size: 2,
      pp_size: 1,
      ep_size: null,
      max_batch_size: 512,
      max_num_tokens: 8192,
      kv_cache_percentage: 0.9,
    },
    request_info: {
      num_requests: 500,
      avg_num_concurrent_requests: 62.4,
      avg_input_length: 1000,
      avg_output_length: 500,
    },
    performance: {
      avg_request_latency_ms: 9000,
      system_output_throughput_tok_s: 3000,
      request_latency_percentiles_ms: { average: 9000, p50: 8900, p99: 12_000 },
    },
    streaming_metrics: {
      avg_ttft_ms: 300,
      avg_tpot_ms: 17,
      ttft_percentiles: { p50: 200, p99: 2000, average: 300 },
      tpot_percentiles: { p50: 16.5, p90: 18, p99: 20, average: 17 },
    },
  };
  const { tool, cells, usual } = only(JSON.stringify(report));
  assert.equal(tool, "trtllm-bench");
  assert.deepEqual(
    cellsOf(
      cells,
      "system backend backend_version precision kvcache_quant_mode tp_size moe_ep_size max_sequences isl osl requests silicon_ttft_p99_ms silicon_tpot_ms silicon_tpot_p90_ms silicon_e2e_p99_ms",
    ),
    [
      "NVIDIA H200",
      "tensorrt-llm",
      "1.1.0",
      "FP8",
      "FP8",
      "2",
      undefined,
      "512",
      "1000",
      "500",
      "500",
      "2000",
      "17",
      "18",
      "12000",
    ],
  );
  assert.deepEqual(usual, { concurrency: "62" });
  assert.equal(only(JSON.stringify({ ...report, streaming_metrics: undefined })).cells["silicon_ttft_ms"], undefined);
});

test("GuideLLM's report is a run for each strategy: streams, a rate, one request after the other", () => {
  const of = (value: number) => ({
    successful: { mean: value, median: value - 1, std_dev: 0, percentiles: { p90: value + 1, p99: value + 2 } },
  });
  const benchmark = (strategy: object) => ({
    config: { strategy, backend: { type_: "openai_http", model: "Qwen/Qwen3-8B" } },
    metrics: {
      request_totals: { successful: 100 },
      request_concurrency: of(5),
      request_latency: of(3),
      prompt_token_count: of(512),
      output_token_count: of(256),
      time_to_first_token_ms: of(50),
      time_per_output_token_ms: of(12),
      inter_token_latency_ms: of(11),
      output_tokens_per_second: of(900),
    },
  });
  const runs = read(
    JSON.stringify({
      args: { target: "http://localhost:8000" },
      benchmarks: [
        benchmark({ type_: "concurrent", streams: 16 }),
        benchmark({ type_: "constant", rate: 2.5 }),
        benchmark({ type_: "synchronous" }),
      ],
    }),
  );
  assert.deepEqual(
    runs.map(({ cells }) => cellsOf(cells, "concurrency request_rate requests")),
    [
      ["16", undefined, "100"],
      [undefined, "2.5", "100"],
      ["1", undefined, "100"],
    ],
  );
  assert.deepEqual(
    cellsOf(
      runs[0]?.cells ?? {},
      "model_path isl osl silicon_ttft_ms silicon_ttft_p50_ms silicon_ttft_p99_ms silicon_tpot_ms silicon_e2e_ms",
    ),
    ["Qwen/Qwen3-8B", "512", "256", "50", "49", "52", "11", "3000"],
  );
});

test("a stage of inference-perf is told in seconds, by its rate or its clients", () => {
  const of = (mean: number) => ({ mean, median: mean / 2, p90: mean * 2, p99: mean * 3 });
  const stage = (load: object) =>
    JSON.stringify({
      load_summary: { count: 60, ...load },
      successes: {
        count: 60,
        latency: {
          request_latency: of(4),
          time_per_output_token: of(0.02),
          time_to_first_token: of(0.1),
          inter_token_latency: of(0.021),
        },
        throughput: { output_tokens_per_sec: 250 },
        prompt_len: of(1000),
        output_len: of(200),
      },
      failures: { count: 0 },
    });
  const { tool, cells } = only(stage({ requested_rate: 2, achieved_rate: 1.9 }));
  assert.equal(tool, "inference-perf");
  assert.deepEqual(
    cellsOf(cells, "request_rate concurrency isl osl requests silicon_ttft_p50_ms silicon_tpot_p99_ms silicon_itl_ms"),
    ["2", undefined, "1000", "200", "60", "50", "60", "21"],
  );
  assert.deepEqual(cellsOf(only(stage({ requested_rate: 100, concurrency: 8 })).cells, "request_rate concurrency"), [
    undefined,
    "8",
  ]);
});

test("LLMPerf's inter-token latency has the first token in it: TPOT is worked out without", () => {
  const { tool, cells } = only(
    JSON.stringify({
      version: "2023-08-31",
      model: "huggingface/meta-llama/Llama-3.1-8B-Instruct",
      num_concurrent_requests: 10,
      results_ttft_s_mean: 0.5,
      results_ttft_s_quantiles_p50: 0.4,
      results_ttft_s_quantiles_p99: 1.2,
      results_inter_token_latency_s_mean: 0.025,
      results_end_to_end_latency_s_mean: 2.48,
      results_number_input_tokens_mean: "550.2",
      results_number_output_tokens_mean: 100,
      results_num_completed_requests: 150,
      results_mean_output_throughput_token_per_s: 380,
    }),
  );
  assert.equal(tool, "LLMPerf");
  assert.deepEqual(
    cellsOf(cells, "model_path isl osl concurrency requests silicon_ttft_ms silicon_ttft_p99_ms silicon_tpot_ms"),
    ["meta-llama/Llama-3.1-8B-Instruct", "550", "100", "10", "150", "500", "1200", "20"],
  );
});

test("llama.cpp's tests are a first token or a time per token, and name a model and a format by their file", () => {
  const row = (prompt: number, made: number, depth: number, nanoseconds: number) => ({
    build_commit: "abc",
    gpu_info: "NVIDIA H100 PCIe",
    model_filename: "/models/Meta-Llama-3.1-8B-Instruct-Q4_K_M.gguf",
    model_type: "llama 8B Q4_K - Medium",
    type_k: "f16",
    n_prompt: prompt,
    n_gen: made,
    n_depth: depth,
    avg_ns: nanoseconds,
  });
  const runs = read(JSON.stringify([row(512, 0, 0, 60e6), row(0, 128, 4096, 1280e6)]));
  assert.deepEqual(
    runs.map(({ cells }) => cellsOf(cells, "isl osl precision concurrency silicon_ttft_ms silicon_tpot_ms backend")),
    [
      ["512", "1", "int4", "1", "60", undefined, undefined],
      ["4096", "128", "int4", "1", undefined, "10", undefined],
    ],
  );
  assert.equal(modelNamed(runs[0]?.cells["model_path"] ?? "").name, "llama-3.1-8b");
  const names = Object.keys(row(0, 0, 0, 0));
  const table = `${names.join(",")}\n${Object.values(row(512, 0, 0, 60e6)).join(",")}\n`;
  assert.deepEqual(read(table)[0]?.cells, runs[0]?.cells);
  const batch = {
    n_kv_max: 8192,
    pp: 512,
    tg: 128,
    pl: 8,
    n_kv: 5120,
    t_pp: 0.8,
    speed_pp: 5120,
    t_tg: 2.56,
    speed_tg: 400,
  };
  assert.deepEqual(cellsOf(only(JSON.stringify(batch)).cells, "isl osl concurrency silicon_ttft_ms silicon_tpot_ms"), [
    "512",
    "128",
    "8",
    "800",
    "20",
  ]);
});

test("AIConfigurator's tables are deployments as it splits them, whole and in pools", () => {
  const whole =
    "index,model,isl,osl,concurrency,bs,ttft,tpot,request_latency,tokens/s,tokens/s/gpu,tp,pp,dp,moe_tp,moe_ep,gemm,kvcache,backend,version,system\n" +
    "0,Qwen/Qwen3-32B,4000,500,64,64,900,15,8400,3000,750,4,1,1,1,1,fp8_block,fp8,trtllm,1.0.0,h200_sxm\n";
  const { tool, cells } = only(whole);
  assert.equal(tool, "AIConfigurator, predicted");
  const columns = new PointColumns(Object.keys(cells).concat("tool"));
  const point = columns.pointOf([...Object.values(cells), tool]);
  assert.ok(point.deployed.type === "whole" && point.told !== undefined);
  assert.deepEqual(
    [point.deployed.served.tensorParallel, point.deployed.served.kv, point.measured, point.concurrency],
    [4, "fp8", { ttftMs: 900, tpotMs: 15 }, 64],
  );
  assert.ok(predictPoint(point).tpotMs.mean > 5);
  const split = (side: string) => ["tp", "pp", "dp", "moe_tp", "moe_ep", "workers"].map((name) => `(${side})${name}`);
  const pools =
    `model,isl,osl,concurrency,ttft,tpot,tokens/s,tokens/s/gpu,${split("p").join(",")},${split("d").join(",")},(d)gemm,(d)kvcache,(d)backend,(d)version,(d)system\n` +
    "Qwen/Qwen3-32B,4000,500,64,900,15,3000,750,1,1,1,1,1,4,4,1,1,1,1,2,fp8,fp8,trtllm,1.0.0,h200_sxm\n";
  const told = only(pools).cells;
  const apart = new PointColumns([...Object.keys(told), "tool"]).pointOf([...Object.values(told), tool]);
  assert.ok(apart.deployed.type === "disaggregated");
  assert.deepEqual(
    [apart.deployed.prefill.replicas, apart.deployed.decode.replicas, apart.deployed.decode.served.tensorParallel],
    [4, 2, 4],
  );
});

test("MLPerf's summary is a rate with its percentiles, in nanoseconds", () => {
  const summary = (scenario: string) => `================================================
MLPerf Results Summary
================================================
SUT name : PySUT
Scenario : ${scenario}
Mode     : PerformanceOnly
Completed samples per second    : 9.90
Completed tokens per second: 2900.50
Result is : VALID

Scheduled samples per second : 10.02
Mean First Token latency (ns)                : 250000000
50.00 percentile first token latency (ns)   : 200000000
99.00 percentile first token latency (ns)   : 900000000
Mean Time to Output Token (ns)                : 40000000
99.00 percentile time to output token (ns)   : 60000000
target_qps : 10
min_duration (ms): 60000
min_query_count : 100
`;
  const { tool, cells } = only(summary("Server"));
  assert.equal(tool, "MLPerf");
  assert.deepEqual(
    cellsOf(
      cells,
      "request_rate requests silicon_ttft_ms silicon_ttft_p50_ms silicon_ttft_p99_ms silicon_tpot_ms silicon_tpot_p99_ms silicon_output_tokens_per_second",
    ),
    ["10.02", "602", "250", "200", "900", "40", "60", "2900.5"],
  );
  const { cells: offline } = only(summary("Offline"));
  assert.deepEqual(cellsOf(offline, "request_rate silicon_ttft_ms silicon_output_tokens_per_second"), [
    undefined,
    undefined,
    "2900.5",
  ]);
});

test("genai-bench's runs are told in seconds, with each request's lengths, by clients or by a rate", () => {
  const of = (mean: number) => ({ mean, p50: mean / 2, p90: mean * 2, p99: mean * 3, stddev: 0 });
  const run = {
    aggregated_metrics: {
      scenario: "D(100,20)",
      num_concurrency: 4,
      num_completed_requests: 2,
      mean_output_throughput_tokens_per_s: 300,
      stats: {
        ttft: of(0.1),
        tpot: of(0.01),
        e2e_latency: of(1.2),
        num_input_tokens: of(100),
        num_output_tokens: of(20),
      },
    },
    individual_request_metrics: [
      { num_input_tokens: 90, num_output_tokens: 19 },
      { num_input_tokens: 110, num_output_tokens: 21 },
    ],
  };
  const { tool, cells, sent } = only(JSON.stringify(run));
  assert.equal(tool, "genai-bench");
  assert.deepEqual(
    cellsOf(cells, "isl osl concurrency request_rate requests silicon_ttft_ms silicon_tpot_p99_ms silicon_e2e_ms"),
    ["100", "20", "4", undefined, "2", "100", "30", "1200"],
  );
  assert.deepEqual([...(sent?.promptTokens ?? [])], [90, 110]);
  const open = { ...run.aggregated_metrics, arrival_requests_per_second: 4 };
  assert.deepEqual(
    cellsOf(only(JSON.stringify({ ...run, aggregated_metrics: open })).cells, "concurrency request_rate"),
    [undefined, "4"],
  );
});

test("a table of points as JSON is a table of points", () => {
  const row = {
    backend: "vllm",
    model_path: "llama-3.1-8b",
    system: "h200",
    isl: 1024,
    osl: 128,
    concurrency: 8,
    note: null,
  };
  const { tool, cells } = only(JSON.stringify([row]));
  assert.equal(tool, "");
  const point = new PointColumns(Object.keys(cells)).pointOf(Object.values(cells));
  assert.deepEqual([point.concurrency, point.source, point.told], [8, "InferenceX", undefined]);
});

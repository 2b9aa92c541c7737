/**
 * What vLLM's `vllm bench serve --save-result`, its older `benchmark_serving.py` and the copies of it in TensorRT-LLM and
 * InferenceX write: an object for a run, one a line with `--append-result`, and with the parameters of the server in it from
 * `vllm bench sweep serve` (vllm-project/vllm, vllm/benchmarks/serve.py: `main_async`, `process_one_metric`;
 * sweep/serve.py: `_update_run_data`). `--metadata` adds what its user names: the chip and the split are read by usual names.
 */
import { modelNamed } from "../../catalog/models.ts";
import type { Fields } from "./fields.ts";
import { cellsOf, sentOf, meanTokens, type Reader, type Times, timeCells } from "./row.ts";

export const vllmBench: Reader = {
  tool: "vllm bench serve",
  read(fields) {
    if (!fields.has("model_id", "completed", "total_input_tokens", "total_output_tokens")) return undefined;
    const completed = fields.number("completed") ?? 0;
    const backend = fields.text("backend", "endpoint_type") ?? "";
    return [
      {
        cells: cellsOf({
          ...servedCells(fields),
          backend: fields.text("engine") ?? engines.find((name) => backend.startsWith(name)),
          model_path: modelOf(fields),
          isl: meanTokens(fields.number("total_input_tokens"), completed),
          osl: meanTokens(fields.number("total_output_tokens"), completed),
          ...loadCells(fields, completed),
          ...draftCells(fields),
          ...timeCells("ttft", timesOf(fields, "ttft")),
          ...timeCells("tpot", timesOf(fields, "tpot")),
          ...timeCells("itl", timesOf(fields, "itl")),
          ...timeCells("e2e", timesOf(fields, "e2el")),
          silicon_output_tokens_per_second: fields.number("output_throughput"),
        }),
        // A server that speaks OpenAI's API is whatever its user started; only TensorRT-LLM's copy has its own figure.
        usual: { backend: fields.has("user_throughput") ? "tensorrt-llm" : "vllm" },
        ...sentOf(fields.numbers("input_lens"), fields.numbers("output_lens"), fields.numbers("start_times")),
      },
    ];
  },
};

/** A model may be served under any name; its tokenizer then tells which it is. */
function modelOf(fields: Fields): string | undefined {
  const names = ["model_id", "tokenizer_id"].flatMap((name) => fields.text(name) ?? []);
  return names.find((name) => modelNamed.find(name) !== undefined) ?? names[0];
}

/** Of those whose protocol is their own. */
const engines = ["vllm", "sglang", "tensorrt-llm"] as const;

/** `mean_ttft_ms`, `median_ttft_ms`, `p99_ttft_ms`, as SGLang's client names them, too. */
export function timesOf(fields: Fields, name: string): Times {
  return {
    mean: fields.number(`mean_${name}_ms`),
    p50: fields.number(`median_${name}_ms`, `p50_${name}_ms`),
    p90: fields.number(`p90_${name}_ms`),
    p99: fields.number(`p99_${name}_ms`),
  };
}

/**
 * With neither a rate nor a limit all requests are sent at once, but for a trace's, which come as it says: `start_times` of
 * detailed results tell. Of a rate that rises, what came of it is taken.
 */
export function loadCells(fields: Fields, completed: number): Record<string, number | undefined> {
  const most = fields.number("max_concurrency");
  const requests = completed > 0 ? completed : fields.number("num_prompts");
  const set = fields.has("ramp_up_strategy") ? undefined : fields.number("request_rate");
  const isSpread = fields.has("ramp_up_strategy") || (most === undefined && areSpread(fields));
  const rate = set ?? (isSpread ? fields.number("request_throughput") : undefined);
  return { request_rate: rate, requests, concurrency: most ?? (rate === undefined ? requests : undefined) };
}

/** Whether requests were sent over a tenth of the run or more. */
function areSpread(fields: Fields): boolean {
  const starts = fields.numbers("start_times");
  const duration = fields.number("duration") ?? Number.POSITIVE_INFINITY;
  if (starts.length < 2) return false;
  const ordered = starts.toSorted((one, other) => one - other);
  return ordered.at(-1)! - ordered[0]! > duration / 10;
}

/** As a sweep's parameters of `vllm serve`, or metadata, name them. */
function servedCells(fields: Fields): Record<string, string | number | undefined> {
  const either = (...names: readonly string[]) => names.flatMap((name) => [name, name.replaceAll("_", "-")]);
  const tensor = fields.number(...either("tensor_parallel_size", "tp_size", "tp"));
  const data = fields.number(...either("data_parallel_size", "dp_size", "dp"));
  const isExpert = either("enable_expert_parallel").some((name) => fields.isTrue(name));
  return {
    system: fields.text("chip", "gpu", "gpu_type", "gpu_name", "hardware", "hw", "accelerator"),
    backend_version: fields.text("engine_version", "vllm_version", "version"),
    precision: fields.text("precision", "quantization"),
    kvcache_quant_mode: fields.text(...either("kv_cache_dtype")),
    tp_size: tensor,
    attention_dp_size: data,
    pp_size: fields.number(...either("pipeline_parallel_size", "pp_size", "pp")),
    moe_ep_size: isExpert ? (tensor ?? 1) * (data ?? 1) : fields.number(...either("ep_size", "ep")),
    max_sequences: fields.number(...either("max_num_seqs")),
    max_batched_tokens: fields.number(...either("max_num_batched_tokens")),
    memory_share: fields.number(...either("gpu_memory_utilization")),
  };
}

/** The engine counts what was drafted and what of it was right. */
function draftCells(fields: Fields): Record<string, number | undefined> {
  const length = fields.number("spec_decode_acceptance_length");
  const [steps, drafted] = [fields.number("spec_decode_num_drafts"), fields.number("spec_decode_draft_tokens")];
  if (length === undefined || !steps || !drafted) return {};
  return { drafts: Math.round(drafted / steps), accepted_drafts: length - 1 };
}

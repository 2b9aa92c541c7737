/**
 * Results of `vllm bench serve --save-result`, of its predecessor `benchmark_serving.py`, and of the copies in TensorRT-LLM and
 * InferenceX: one object for each run, or JSON lines with `--append-result` (vllm-project/vllm, vllm/benchmarks/serve.py:
 * `main_async`, `process_one_metric`). `vllm bench sweep serve` adds the server's parameters (sweep/serve.py:
 * `_update_run_data`), and `--metadata` adds what the user names. The chip and the split are read from these, by usual names.
 */
import { modelNamed } from "../../../catalog/models.ts";
import type { Fields } from "../fields.ts";
import { cellsOf, sentOf, meanTokens, type Reader, type Times, timeCells } from "../row.ts";

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
        // Any engine may serve OpenAI's API. Only TensorRT-LLM's copy of the tool has this figure.
        usual: { backend: fields.has("user_throughput") ? "tensorrt-llm" : "vllm" },
        ...sentOf(fields.numbers("input_lens"), fields.numbers("output_lens"), fields.numbers("start_times")),
      },
    ];
  },
};

/** A model may be served under any name. If the catalog does not know it, the tokenizer may tell the model. */
function modelOf(fields: Fields): string | undefined {
  const names = ["model_id", "tokenizer_id"].flatMap((name) => fields.text(name) ?? []);
  return names.find((name) => modelNamed.find(name) !== undefined) ?? names[0];
}

/** Engines with a protocol of their own. */
const engines = ["vllm", "sglang", "tensorrt-llm"] as const;

/** `mean_ttft_ms`, `median_ttft_ms`, `p99_ttft_ms`. SGLang's tool uses the same names. */
export function timesOf(fields: Fields, name: string): Times {
  return {
    mean: fields.number(`mean_${name}_ms`),
    p50: fields.number(`median_${name}_ms`, `p50_${name}_ms`),
    p90: fields.number(`p90_${name}_ms`),
    p99: fields.number(`p99_${name}_ms`),
  };
}

/**
 * Without a rate and without a limit, all requests are sent at once. Requests of a trace are the exception: `start_times` in
 * detailed results show it. For a rate that rises, the mean rate is taken.
 */
export function loadCells(fields: Fields, completed: number): Record<string, number | undefined> {
  const most = fields.number("max_concurrency");
  const requests = completed > 0 ? completed : fields.number("num_prompts");
  const set = fields.has("ramp_up_strategy") ? undefined : fields.number("request_rate");
  const isSpread = fields.has("ramp_up_strategy") || (most === undefined && areSpread(fields));
  const rate = set ?? (isSpread ? fields.number("request_throughput") : undefined);
  return { request_rate: rate, requests, concurrency: most ?? (rate === undefined ? requests : undefined) };
}

/** Whether sending took at least a tenth of the run. */
function areSpread(fields: Fields): boolean {
  const starts = fields.numbers("start_times");
  const duration = fields.number("duration") ?? Number.POSITIVE_INFINITY;
  if (starts.length < 2) return false;
  const ordered = starts.toSorted((one, other) => one - other);
  return ordered.at(-1)! - ordered[0]! > duration / 10;
}

/** Parameters of `vllm serve` in a sweep, or metadata. */
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

/** Drafted tokens, and how many of them were accepted, as the engine counted. */
function draftCells(fields: Fields): Record<string, number | undefined> {
  const length = fields.number("spec_decode_acceptance_length");
  const [steps, drafted] = [fields.number("spec_decode_num_drafts"), fields.number("spec_decode_draft_tokens")];
  if (length === undefined || !steps || !drafted) return {};
  return { drafts: Math.round(drafted / steps), accepted_drafts: length - 1 };
}

/**
 * Results of SGLang's `python -m sglang.bench_serving --output-file`: one JSON line for each run (sgl-project/sglang,
 * python/sglang/bench_serving.py: `result` of `benchmark`). `server_info` is the answer of `/get_server_info`: the server's
 * arguments and the size of its KV cache.
 */
import type { Fields } from "../fields.ts";
import { cellsOf, sentOf, meanTokens, type Reader, timeCells } from "../row.ts";
import { loadCells, timesOf } from "./vllm.ts";

export const sglangBench: Reader = {
  tool: "sglang.bench_serving",
  read(fields) {
    if (!fields.has("backend", "completed", "total_input_tokens", "total_output_tokens_retokenized")) return undefined;
    const completed = fields.number("completed") ?? 0;
    const isRandom = fields.text("dataset_name")?.startsWith("random") ?? false;
    const ratio = isRandom ? fields.number("random_range_ratio") : undefined;
    const [isl, osl] = [
      meanTokens(fields.number("total_input_tokens"), completed),
      meanTokens(fields.number("total_output_tokens"), completed),
    ];
    const server = fields.object("server_info");
    const backend = fields.text("backend") ?? "";
    return [
      {
        cells: cellsOf({
          ...(server && serverCells(server)),
          backend: engines.find(([pattern]) => pattern.test(backend))?.[1],
          isl,
          osl,
          isl_stddev: deviation(isl, ratio),
          osl_stddev: deviation(osl, ratio),
          ...loadCells(fields, completed),
          ...draftCells(fields, server),
          ...timeCells("ttft", timesOf(fields, "ttft")),
          ...timeCells("tpot", timesOf(fields, "tpot")),
          ...timeCells("itl", timesOf(fields, "itl")),
          ...timeCells("e2e", timesOf(fields, "e2e_latency")),
          silicon_output_tokens_per_second: fields.number("output_throughput"),
        }),
        ...sentOf(fields.numbers("input_lens"), fields.numbers("output_lens")),
      },
    ];
  },
};

const engines: readonly (readonly [pattern: RegExp, engine: string])[] = [
  [/^sglang/, "sglang"],
  [/^vllm/, "vllm"],
  [/^trt/, "tensorrt-llm"],
];

/** The standard deviation of lengths that are uniform between a share of the maximum and the maximum, by their mean. */
function deviation(mean: number | undefined, ratio: number | undefined): number | undefined {
  return mean === undefined || ratio === undefined ? undefined : (mean * (1 - ratio)) / (1 + ratio) / Math.sqrt(3);
}

function serverCells(server: Fields): Record<string, string | number | undefined> {
  const [tensor, data = 1] = [server.number("tp_size"), server.number("dp_size")];
  // Copies of attention share the accelerators. Otherwise each copy is a replica with accelerators of its own.
  const isCopied = server.isTrue("enable_dp_attention") && tensor !== undefined;
  const chunk = server.number("chunked_prefill_size");
  return {
    model_path: server.text("model_path"),
    backend_version: server.text("version"),
    precision: server.text("quantization"),
    kvcache_quant_mode: server.text("kv_cache_dtype")?.replace(/^auto$/, ""),
    tp_size: isCopied ? tensor / data : tensor,
    attention_dp_size: isCopied ? data : undefined,
    replicas: !isCopied && data > 1 ? data : undefined,
    moe_ep_size: server.number("ep_size"),
    pp_size: server.number("pp_size"),
    max_sequences: server.number("max_running_requests"),
    max_batched_tokens: chunk !== undefined && chunk > 0 ? chunk : server.number("max_prefill_tokens"),
    memory_share: server.number("mem_fraction_static"),
    kv_tokens: server.number("max_total_num_tokens"),
  };
}

function draftCells(fields: Fields, server: Fields | undefined): Record<string, number | undefined> {
  const length = fields.number("accept_length");
  const drafts = server?.number("speculative_num_steps");
  return length === undefined || !(length > 1) || drafts === undefined
    ? {}
    : { drafts, accepted_drafts: Math.min(length - 1, drafts) };
}

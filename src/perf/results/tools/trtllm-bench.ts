/**
 * Reports of TensorRT-LLM's `trtllm-bench throughput|latency --report_json` (NVIDIA/TensorRT-LLM,
 * tensorrt_llm/bench/dataclasses/reporting.py: `get_statistics_dict`). A report has the chip, version, formats and split. It has
 * no limit of concurrent requests, so the mean number of them is taken unless the user gives one. Only runs with `--streaming`
 * have TTFT and TPOT.
 */
import type { Fields } from "../fields.ts";
import { cellsOf, meanTokens, type Reader, type Times, timeCells } from "../row.ts";

export const trtllmBench: Reader = {
  tool: "trtllm-bench",
  read(fields) {
    if (!fields.has("engine", "world_info", "request_info", "performance")) return undefined;
    const average = fields.number("request_info.avg_num_concurrent_requests");
    const requests = fields.number("request_info.num_requests");
    const streaming = fields.object("streaming_metrics");
    return [
      {
        cells: cellsOf({
          system: fields.text("machine.name"),
          model_path: fields.text("engine.model"),
          backend: "tensorrt-llm",
          backend_version: fields.text("engine.version"),
          precision: fields.text("engine.quantization", "engine.dtype"),
          kvcache_quant_mode: fields.text("engine.kv_cache_dtype", "engine.dtype"),
          tp_size: fields.number("world_info.tp_size"),
          pp_size: fields.number("world_info.pp_size"),
          moe_ep_size: fields.number("world_info.ep_size"),
          max_sequences: fields.number("world_info.max_batch_size"),
          max_batched_tokens: fields.number("world_info.max_num_tokens"),
          memory_share: fields.number("world_info.kv_cache_percentage"),
          isl: meanTokens(fields.number("request_info.avg_input_length")),
          osl: meanTokens(fields.number("request_info.avg_output_length")),
          requests,
          ...(streaming && timeCells("ttft", timesOf(streaming, "ttft_percentiles", "avg_ttft_ms"))),
          ...(streaming && timeCells("tpot", timesOf(streaming, "tpot_percentiles", "avg_tpot_ms"))),
          ...timeCells(
            "e2e",
            timesOf(fields, "performance.request_latency_percentiles_ms", "performance.avg_request_latency_ms"),
          ),
          silicon_output_tokens_per_second: fields.number("performance.system_output_throughput_tok_s"),
        }),
        usual: cellsOf({ concurrency: average === undefined ? requests : Math.max(1, Math.round(average)) }),
      },
    ];
  },
};

function timesOf(fields: Fields, percentiles: string, average: string): Times {
  const of = (statistic: string) => fields.number(`${percentiles}.${statistic}`);
  return { mean: fields.number(average) ?? of("average"), p50: of("p50"), p90: of("p90"), p99: of("p99") };
}

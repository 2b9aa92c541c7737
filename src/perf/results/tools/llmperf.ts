/**
 * LLMPerf's `*_summary.json`: one flat object, with times in seconds (ray-project/llmperf, token_benchmark_ray.py:
 * `metrics_summary`, and src/llmperf/utils.py: `LLMPerfResults.to_dict`). Its inter-token latency is the whole time of a request
 * divided by its tokens, so it includes the first token. TPOT is worked out from the means of end-to-end time and TTFT.
 */
import type { Fields } from "../fields.ts";
import { cellsOf, meanTokens, type Reader, type Times, timeCells } from "../row.ts";

export const llmperf: Reader = {
  tool: "LLMPerf",
  read(fields) {
    if (!fields.has("num_concurrent_requests", "results_ttft_s_mean", "results_number_output_tokens_mean")) {
      return undefined;
    }
    const outputTokens = fields.number("results_number_output_tokens_mean") ?? 0;
    const [ttft, e2e] = [timesOf(fields, "ttft_s"), timesOf(fields, "end_to_end_latency_s")];
    const isMade = ttft.mean !== undefined && e2e.mean !== undefined && outputTokens > 1;
    return [
      {
        cells: cellsOf({
          model_path: fields.text("model")?.replace(/^(huggingface|openai|vllm|hosted_vllm)\//, ""),
          isl: meanTokens(fields.number("results_number_input_tokens_mean")),
          osl: meanTokens(outputTokens),
          isl_stddev: fields.number("results_number_input_tokens_stddev"),
          osl_stddev: fields.number("results_number_output_tokens_stddev"),
          requests: fields.number("results_num_completed_requests"),
          concurrency: fields.number("num_concurrent_requests"),
          ...timeCells("ttft", ttft),
          ...timeCells("tpot", isMade ? { mean: (e2e.mean! - ttft.mean!) / (outputTokens - 1) } : {}),
          ...timeCells("e2e", e2e),
          silicon_output_tokens_per_second: fields.number("results_mean_output_throughput_token_per_s"),
        }),
      },
    ];
  },
};

function timesOf(fields: Fields, name: string): Times {
  const of = (statistic: string) => {
    const seconds = fields.number(`results_${name}_${statistic}`);
    return seconds === undefined ? undefined : seconds * 1e3;
  };
  return { mean: of("mean"), p50: of("quantiles_p50"), p90: of("quantiles_p90"), p99: of("quantiles_p99") };
}

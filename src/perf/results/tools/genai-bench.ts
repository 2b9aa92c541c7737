/**
 * Results of genai-bench: one JSON file for each run, with times in seconds and the lengths of each request
 * (sgl-project/genai-bench, genai_bench/metrics/metrics.py: `AggregatedMetrics`, `RequestLevelMetrics`). Another file has the
 * model and the server.
 */
import type { Fields } from "../fields.ts";
import { cellsOf, sentOf, meanTokens, type Reader, type Times, timeCells } from "../row.ts";

export const genaiBench: Reader = {
  tool: "genai-bench",
  read(fields) {
    const run = fields.object("aggregated_metrics");
    if (run?.has("num_concurrency", "stats.ttft", "stats.num_output_tokens") !== true) return undefined;
    const requests = fields.objects("individual_request_metrics");
    const tokens = (name: string) => requests.map((one) => one.number(name) ?? 0);
    const rate = run.number("arrival_requests_per_second");
    return [
      {
        cells: cellsOf({
          isl: meanTokens(run.number("stats.num_input_tokens.mean")),
          osl: meanTokens(run.number("stats.num_output_tokens.mean")),
          isl_stddev: run.number("stats.num_input_tokens.stddev"),
          osl_stddev: run.number("stats.num_output_tokens.stddev"),
          requests: run.number("num_completed_requests"),
          request_rate: rate,
          concurrency: rate === undefined ? run.number("num_concurrency") : undefined,
          ...timeCells("ttft", timesOf(run, "ttft")),
          ...timeCells("tpot", timesOf(run, "tpot")),
          ...timeCells("e2e", timesOf(run, "e2e_latency")),
          silicon_output_tokens_per_second: run.number("mean_output_throughput_tokens_per_s"),
        }),
        ...sentOf(tokens("num_input_tokens"), tokens("num_output_tokens")),
      },
    ];
  },
};

function timesOf(run: Fields, name: string): Times {
  const of = (statistic: string) => {
    const seconds = run.number(`stats.${name}.${statistic}`);
    return seconds === undefined ? undefined : seconds * 1e3;
  };
  return { mean: of("mean"), p50: of("p50"), p90: of("p90"), p99: of("p99") };
}

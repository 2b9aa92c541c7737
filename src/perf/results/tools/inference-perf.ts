/**
 * Reports of Kubernetes' inference-perf, such as `stage_0_lifecycle_metrics.json`: one object for each stage of load, with times
 * in seconds (kubernetes-sigs/inference-perf, inference_perf/reportgen/base.py: `summarize_requests`). The summary over all
 * stages has no rate. Another file has the model.
 */
import type { Fields } from "../fields.ts";
import { cellsOf, meanTokens, type Reader, type Times, timeCells } from "../row.ts";

export const inferencePerf: Reader = {
  tool: "inference-perf",
  read(fields) {
    if (!fields.has("load_summary", "successes.latency", "successes.throughput")) return undefined;
    const of = (path: string) => fields.number(`successes.${path}`);
    const concurrency = fields.number("load_summary.concurrency");
    return [
      {
        cells: cellsOf({
          isl: meanTokens(of("prompt_len.mean")),
          osl: meanTokens(of("output_len.mean")),
          requests: of("count"),
          // With a number of clients, the rate only says how fast they were started.
          request_rate: concurrency === undefined ? fields.number("load_summary.requested_rate") : undefined,
          concurrency,
          ...timeCells("ttft", timesOf(fields, "time_to_first_token")),
          ...timeCells("tpot", timesOf(fields, "time_per_output_token")),
          ...timeCells("itl", timesOf(fields, "inter_token_latency")),
          ...timeCells("e2e", timesOf(fields, "request_latency")),
          silicon_output_tokens_per_second: of("throughput.output_tokens_per_sec"),
        }),
      },
    ];
  },
};

function timesOf(fields: Fields, name: string): Times {
  const of = (statistic: string) => {
    const seconds = fields.number(`successes.latency.${name}.${statistic}`);
    return seconds === undefined ? undefined : seconds * 1e3;
  };
  return { mean: of("mean"), p50: of("median") ?? of("p50"), p90: of("p90"), p99: of("p99") };
}

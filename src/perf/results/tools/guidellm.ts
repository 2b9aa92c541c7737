/**
 * GuideLLM's `benchmarks.json`: a report with one benchmark for each strategy, which is a number of streams or a rate
 * (vllm-project/guidellm, src/guidellm/benchmark/schemas/generative: `GenerativeBenchmarksReport`, `GenerativeMetrics`; before
 * 0.4 in benchmark/benchmark.py). Its time per output token includes the first token. Its inter-token latency is that of a
 * request, (last token − first token) / (tokens − 1): it is called TPOT here.
 */
import type { Fields } from "../fields.ts";
import { cellsOf, meanTokens, type Reader, type ResultRow, type Times, timeCells } from "../row.ts";

export const guidellm: Reader = {
  tool: "GuideLLM",
  read(fields) {
    const benchmarks = fields
      .objects("benchmarks")
      .filter((one) => one.has("metrics.time_to_first_token_ms", "metrics.output_token_count"));
    return benchmarks.length === 0 ? undefined : benchmarks.map((one) => rowOf(one, fields));
  },
};

function rowOf(benchmark: Fields, report: Fields): ResultRow {
  const of = (metric: string, statistic: string) => benchmark.number(`metrics.${metric}.successful.${statistic}`);
  const strategy = benchmark.object("config.strategy") ?? benchmark.object("args.strategy");
  const isSingle = strategy?.text("type_", "kind") === "synchronous";
  const requests = benchmark.number(
    "metrics.request_totals.successful",
    "metrics.time_to_first_token_ms.successful.count",
  );
  const under = of("request_concurrency", "mean");
  return {
    cells: cellsOf({
      model_path: (benchmark.object("config.backend") ?? report.object("args"))
        ?.anywhere("model", "backend_model")
        .text("model", "backend_model"),
      isl: meanTokens(of("prompt_token_count", "mean")),
      osl: meanTokens(of("output_token_count", "mean")),
      isl_stddev: of("prompt_token_count", "std_dev"),
      osl_stddev: of("output_token_count", "std_dev"),
      requests,
      request_rate: strategy?.number("rate"),
      concurrency: isSingle ? 1 : strategy?.number("streams", "max_concurrency"),
      ...timeCells("ttft", timesOf(of, "time_to_first_token_ms")),
      ...timeCells("tpot", timesOf(of, "inter_token_latency_ms")),
      ...timeCells(
        "e2e",
        timesOf((metric, statistic) => seconds(of(metric, statistic)), "request_latency"),
      ),
      silicon_output_tokens_per_second: of("output_tokens_per_second", "mean"),
    }),
    usual: cellsOf({
      concurrency: strategy?.has("rate") || under === undefined ? undefined : Math.max(1, Math.round(under)),
    }),
  };
}

/** Seconds as milliseconds. */
function seconds(value: number | undefined): number | undefined {
  return value === undefined ? undefined : value * 1e3;
}

function timesOf(of: (metric: string, statistic: string) => number | undefined, metric: string): Times {
  return {
    mean: of(metric, "mean"),
    p50: of(metric, "median"),
    p90: of(metric, "percentiles.p90"),
    p99: of(metric, "percentiles.p99"),
  };
}

/**
 * Results of NVIDIA's AIPerf and GenAI-Perf: `profile_export_aiperf.json`, `profile_export_genai_perf.json` and the same metrics
 * as CSV (ai-dynamo/aiperf, docs/reference/json-export-schema.md and exporters/metrics_csv_exporter.py;
 * triton-inference-server/perf_analyzer, genai-perf/genai_perf/export_data). `input_config` has the settings. Their
 * inter-token latency is that of a request, (last token − first token) / (tokens − 1): it is called TPOT here. Telemetry names
 * the accelerator, if it was on.
 */
import type { Fields } from "../fields.ts";
import { cellsOf, meanTokens, type Reader, type Times, timeCells } from "../row.ts";

export const aiperf: Reader = {
  tool: "AIPerf",
  read(fields) {
    if (!fields.has("request_throughput.avg", "request_latency", "output_sequence_length.avg")) return undefined;
    const settings = fields.object("input_config")?.anywhere(...wanted);
    const telemetry = fields.object("telemetry_data")?.anywhere("gpu_name");
    const requests = fields.number("request_count.avg");
    const rate = settings?.number("request_rate", "rate");
    const concurrency = settings?.number("concurrency", "max_concurrency");
    return [
      {
        cells: cellsOf({
          system: telemetry?.text("gpu_name"),
          model_path: settings?.text("model_names", "model_name", "model"),
          isl: meanTokens(fields.number("input_sequence_length.avg")),
          osl: meanTokens(fields.number("output_sequence_length.avg")),
          isl_stddev: fields.number("input_sequence_length.std"),
          osl_stddev: fields.number("output_sequence_length.std"),
          requests: requests === undefined ? undefined : Math.round(requests),
          request_rate: rate,
          concurrency,
          ...timeCells("ttft", timesOf(fields, "time_to_first_token")),
          ...timeCells("tpot", timesOf(fields, "inter_token_latency")),
          ...timeCells("e2e", timesOf(fields, "request_latency")),
          silicon_output_tokens_per_second: fields.number("output_token_throughput.avg"),
        }),
      },
    ];
  },
};

/** Names of settings. Their place in `input_config` differs between versions. */
const wanted = "request_rate rate concurrency max_concurrency model_names model_name model".split(" ");

function timesOf(fields: Fields, name: string): Times {
  const of = (statistic: string) => fields.number(`${name}.${statistic}`);
  return { mean: of("avg"), p50: of("p50"), p90: of("p90"), p99: of("p99") };
}

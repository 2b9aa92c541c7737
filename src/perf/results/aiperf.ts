/**
 * What NVIDIA's AIPerf and GenAI-Perf write of a run: `profile_export_aiperf.json` and `profile_export_genai_perf.json`, an
 * object by metrics with the settings in `input_config`, and the same metrics as a table (ai-dynamo/aiperf,
 * docs/reference/json-export-schema.md and exporters/metrics_csv_exporter.py; triton-inference-server/perf_analyzer,
 * genai-perf/genai_perf/export_data). Their inter-token latency is of each request, from its first token to its last: what
 * is called TPOT here. Telemetry, where it was on, names the accelerator.
 */
import type { Fields } from "./fields.ts";
import { cellsOf, meanTokens, type Reader, type Times, timeCells } from "./row.ts";

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

/** Settings by their names; where they stand has changed from version to version. */
const wanted = "request_rate rate concurrency max_concurrency model_names model_name model".split(" ");

function timesOf(fields: Fields, name: string): Times {
  const of = (statistic: string) => fields.number(`${name}.${statistic}`);
  return { mean: of("avg"), p50: of("p50"), p90: of("p90"), p99: of("p99") };
}

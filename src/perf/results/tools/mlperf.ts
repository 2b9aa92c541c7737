/**
 * MLPerf Inference's `mlperf_log_summary.txt`: one line for each figure, times in nanoseconds (mlcommons/inference,
 * loadgen/results.cc). In the Server scenario requests come at a target rate; in Offline all are there at once. The file has
 * neither the model nor the chip nor the lengths of prompts and answers: `--isl` and `--osl` give the means of the data set.
 */
import type { Fields } from "../fields.ts";
import { cellsOf, type Reader, type Times, timeCells } from "../row.ts";

export const mlperf: Reader = {
  tool: "MLPerf",
  read(fields) {
    if (!fields.has("SUT name", "Scenario", "Mode")) return undefined;
    const isServer = fields.text("Scenario") === "Server";
    const rate = isServer ? fields.number("Scheduled samples per second", "target_qps") : undefined;
    const seconds = (fields.number("min_duration (ms)") ?? 0) / 1e3;
    const asked = Math.max(fields.number("min_query_count") ?? 0, Math.ceil((rate ?? 0) * seconds));
    // Offline sends all samples at once. So many are enough to reach a steady throughput.
    const requests = isServer ? asked : offlineRequests;
    return [
      {
        cells: cellsOf({
          request_rate: rate,
          requests: Math.max(1, requests),
          concurrency: isServer ? undefined : offlineRequests,
          ...(isServer && timeCells("ttft", timesOf(fields, "First Token latency"))),
          ...(isServer && timeCells("tpot", timesOf(fields, "Time to Output Token"))),
          silicon_output_tokens_per_second: fields.number("Completed tokens per second", "Tokens per second"),
        }),
      },
    ];
  },
};

const offlineRequests = 8192;

function timesOf(fields: Fields, name: string): Times {
  const of = (label: string) => {
    const nanoseconds = fields.number(label);
    return nanoseconds === undefined ? undefined : nanoseconds / 1e6;
  };
  const percentile = (percent: number) => of(`${percent.toFixed(2)} percentile ${name.toLowerCase()} (ns)`);
  return { mean: of(`Mean ${name} (ns)`), p50: percentile(50), p90: percentile(90), p99: percentile(99) };
}

/**
 * MLPerf inference v4.1 and v6.0, closed division: runs with language models, how each was run, and what its log says.
 *
 * A submitter's own configuration counts, and where it publishes none, NVIDIA's or AMD's for the chip (B200 of v4.1 has none at all, and
 * stands as H200). What the engine is over HTTP is known by its settings, and for Llama 3.1 8B by the tokens that its log
 * counts, see `asksOverHttp`. DeepSeek R1's prompts are in chunks, since a paused request could else not be computed anew. Left out are runs
 * with separate prefill (by the configuration; of GB300's 405B Server run by its log, in which no TPOT is far from the
 * mean), with drafts, on power limits other than a MaxQ one, of vLLM without published settings, and on chips that the catalog lacks.
 */
import { fileURLToPath } from "node:url";
import { chipNamed } from "../../src/catalog/chips.ts";
import { modelNamed } from "../../src/catalog/models.ts";
import { acceleratorsOf, type Served } from "../../src/perf/deployment.ts";
import type { Scheduler } from "../../src/perf/simulate/deployment.ts";
import { type MlperfRun, models, recordsOf, type Row } from "./mlperf-measured.ts";

export function readRounds(path = fileURLToPath(new URL("mlperf-rounds.csv", import.meta.url))): MlperfRun[] {
  return recordsOf(path).map(runOf);
}

function runOf(of: Row): MlperfRun {
  const number = (column: string) => Number(of(column));
  const [submitter = "", system = "", benchmarkAndLimit = "", scenario = ""] = of("path").split("/");
  const benchmark = benchmarkAndLimit.replace(/-99(\.9)?$/, "");
  const isOverHttp = of("http") === "1";
  const countsOneMore = benchmark === "llama3.1-8b" && (scenario !== "Offline" || isOverHttp);
  const counted = number("output_tokens");
  const outputTokens = counted - (countsOneMore ? 1 : 0);
  const maxStepTokens = number("max_step_tokens");
  const maxSequences = Math.min(number("max_sequences"), maxStepTokens);
  const served: Served = {
    chip: chipNamed(of("chip")),
    model: modelNamed(models[benchmark]!),
    engine: of("scheduler") === "tensorrt-llm" ? "tensorrt-llm" : "vllm",
    weights: of("weights") as Served["weights"],
    kv: of("kv") as Served["kv"],
    tensorParallel: number("tp"),
    pipelineParallel: number("pp"),
    expertParallel: number("ep"),
    attentionParallel: number("adp"),
    ...(of("fuses_sums") === "1" && { fusesSums: true }),
  };
  const common = {
    round: of("round") as MlperfRun["round"],
    path: of("path"),
    submitter,
    system,
    benchmark,
    served,
    isOverHttp,
    settings: {
      scheduler: schedulerOf(of, maxSequences, maxStepTokens),
      maxSequences,
      maxStepTokens,
      memoryShare: number("memory_share"),
      blockTokens: number("block_tokens"),
      ...(of("graphs") !== "" && { capturedBatches: of("graphs").split("|").map(Number) }),
      overlapsSteps: isOverHttp || of("scheduler") === "vllm-v1",
    },
    replicas: Math.max(1, Math.floor(number("accelerators") / acceleratorsOf(served))),
    accelerators: number("accelerators"),
    requests: number("requests"),
    outputTokens,
    countsOneMore,
  };
  if (scenario === "Offline") {
    return { ...common, scenario, tokensPerSecond: (number("tokens_per_second") * outputTokens) / counted };
  }
  const percentiles = (name: string) => ({
    mean: number(`${name}_mean_ms`),
    p50: number(`${name}_p50_ms`),
    p90: number(`${name}_p90_ms`),
    p99: number(`${name}_p99_ms`),
  });
  return {
    ...common,
    scenario: scenario as "Server" | "Interactive",
    requestsPerSecond: number("requests_per_second"),
    ttftMs: percentiles("ttft"),
    tpotMs: percentiles("tpot"),
  };
}

function schedulerOf(of: Row, maxSequences: number, maxStepTokens: number): Scheduler {
  const optional = (name: string, column: string) => (of(column) === "" ? {} : { [name]: Number(of(column)) });
  switch (of("scheduler")) {
    case "tensorrt-llm":
      return {
        type: "tensorrt-llm",
        maxSequences,
        maxStepTokens,
        policy: "max-utilization",
        chunked: of("chunked") === "1",
        ...optional("gatherSteps", "gather_steps"),
        ...optional("balanceSteps", "balance_steps"),
      };
    case "vllm-v0":
      return { type: "vllm-v0", maxSequences, maxStepTokens, ...optional("decodeSteps", "decode_steps") };
    default: {
      const decodesBetween = { steps: Number(of("decode_steps")), sequences: Number(of("decode_sequences")) };
      return { type: "vllm-v1", maxSequences, maxStepTokens, ...(decodesBetween.steps > 0 && { decodesBetween }) };
    }
  }
}

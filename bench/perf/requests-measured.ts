/** Every request of a real vLLM 0.19 under a load of Poisson arrivals (LLMServingSim's validation, MIT), and its queue each second. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { chipNamed } from "../../src/catalog/chips.ts";
import { modelNamed } from "../../src/catalog/models.ts";
import type { Served } from "../../src/perf/deployment.ts";
import type { Workload } from "../../src/perf/loads/workload.ts";
import { absent } from "./data.ts";

export type RequestRun = {
  readonly served: Served;
  readonly workload: Workload;
  readonly maxStepTokens: number;
  readonly maxSequences: number;
  /** As the engine reported them; absent where it was not noted. */
  readonly kvBlocks?: number;
  readonly blockTokens: number;
  /** As vLLM does from 0.14 on, where nothing forbids it. */
  readonly overlapsSteps: boolean;
  readonly ttftSeconds: Float64Array;
  readonly tpotSeconds: Float64Array;
  readonly e2eSeconds: Float64Array;
  readonly timeline: readonly { readonly seconds: number; readonly running: number; readonly waiting: number }[];
};

const chips: Readonly<Record<string, string>> = { RTXPRO6000: "rtx-pro-6000", RTX4090: "rtx-4090" };

/** Of every card and model that is there: the source has more of them than ../shared. */
export function readRequestRuns(data: string): RequestRun[] {
  const folder = join(data, "requests");
  if (!existsSync(folder)) absent(folder, "bench/examples of https://github.com/casys-kaist/LLMServingSim");
  return Object.entries(chips).flatMap(([hardware, chip]) => {
    const models = existsSync(join(folder, hardware)) ? readdirSync(join(folder, hardware)) : [];
    return models.map((model) => read(join(folder, hardware, model, "vllm"), chip));
  });
}

type Line = {
  readonly input_toks: number;
  readonly output_toks: number;
  readonly arrival_time: number;
  readonly queued_ts: number;
  readonly first_token_ts: number;
  readonly last_token_ts: number;
};

function read(path: string, chip: string): RequestRun {
  const text = (name: string) => readFileSync(join(path, name), "utf8").trim();
  const lines = text("requests.jsonl")
    .split("\n")
    .map((line) => JSON.parse(line) as Line)
    .toSorted((one, other) => one.arrival_time - other.arrival_time);
  const meta = JSON.parse(text("meta.json")) as {
    readonly model: string;
    readonly engine_kwargs: {
      readonly tensor_parallel_size: number;
      readonly data_parallel_size: number;
      readonly enable_expert_parallel: boolean;
      readonly max_num_seqs: number;
      readonly max_num_batched_tokens: number;
    };
    readonly kv_cache?: { readonly num_gpu_blocks: number; readonly block_size: number };
    /** Only one of the runs has it; all are of one version. */
    readonly resolved_config?: { readonly scheduler_config: { readonly async_scheduling: boolean } };
  };
  const { engine_kwargs: asked } = meta;
  const accelerators = asked.tensor_parallel_size * asked.data_parallel_size;
  // Arrivals are by the wall clock and the rest by another; the request that was queued soonest tells them apart.
  const apart = Math.min(...lines.map((line) => line.queued_ts - line.arrival_time));
  const begin = lines[0]!.arrival_time;
  const column = (of: (line: Line) => number) => Float64Array.from(lines, of);
  const [, ...ticks] = text("timeseries.csv").split("\n");
  return {
    served: {
      chip: chipNamed(chip),
      model: modelNamed(meta.model),
      engine: "vllm",
      tensorParallel: asked.tensor_parallel_size,
      expertParallel: asked.enable_expert_parallel ? accelerators : 1,
      attentionParallel: asked.data_parallel_size,
      weights: "bf16",
      kv: "bf16",
      version: "0.19",
    },
    workload: {
      arrivals: { type: "open", seconds: column((line) => line.arrival_time - begin) },
      promptTokens: Int32Array.from(lines, (line) => line.input_toks),
      outputTokens: Int32Array.from(lines, (line) => line.output_toks),
    },
    maxStepTokens: asked.max_num_batched_tokens,
    maxSequences: asked.max_num_seqs,
    ...(meta.kv_cache && { kvBlocks: meta.kv_cache.num_gpu_blocks }),
    blockTokens: meta.kv_cache?.block_size ?? 16,
    overlapsSteps: meta.resolved_config?.scheduler_config.async_scheduling ?? true,
    ttftSeconds: column((line) => line.first_token_ts - apart - line.arrival_time),
    tpotSeconds: column((line) => (line.last_token_ts - line.first_token_ts) / (line.output_toks - 1)),
    e2eSeconds: column((line) => line.last_token_ts - apart - line.arrival_time),
    timeline: ticks.map((tick) => {
      const [seconds = 0, , , running = 0, waiting = 0] = tick.split(",").map(Number);
      return { seconds, running, waiting };
    }),
  };
}

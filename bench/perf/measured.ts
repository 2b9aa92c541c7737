/**
 * The measured deployments that predictions are held against: InferenceX's end-to-end points (mean TTFT and TPOT over a
 * closed loop), as ai-dynamo/aiconfigurator exports them (Apache-2.0).
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { chipNamed } from "../../src/catalog/chips.ts";
import { modelNamed } from "../../src/catalog/models.ts";
import type { EngineName, Served } from "../../src/perf/deployment.ts";
import type { Weights } from "../../src/perf/efficiency.ts";

export type Measured = {
  readonly id: string;
  readonly served: Served;
  readonly version: string;
  /** Whether InferenceX measured it; the others are single users' runs, whose loads are not described. */
  readonly isInferenceX: boolean;
  readonly promptTokens: number;
  readonly outputTokens: number;
  readonly concurrency: number;
  readonly ttftMs: number;
  readonly tpotMs: number;
};

export const defaultData = "../shared/data/perf";

const engines: Readonly<Record<string, EngineName>> = { vllm: "vllm", sglang: "sglang", trtllm: "tensorrt-llm" };
const weights: Readonly<Record<string, Weights>> = { fp8: "fp8", fp4: "fp4", bf16: "bf16", int4: "int4", "": "bf16" };

/** Rows of deployments in one piece; `left` counts those of kinds that are not predicted. */
export function readMeasured(data: string): { rows: Measured[]; left: number } {
  const path = join(data, "measured_e2e.csv");
  if (!existsSync(path)) {
    console.error(
      `${path} is not there. It is a part of silicon_sample.csv of https://github.com/ai-dynamo/aiconfigurator; --data names its folder.`,
    );
    process.exit(2);
  }
  const [head = "", ...lines] = readFileSync(path, "utf8").trim().split("\n");
  const names = head.split(",");
  const rows: Measured[] = [];
  let left = 0;
  for (const line of lines) {
    const cells = line.split(",");
    const of = (name: string) => cells[names.indexOf(name)] ?? "";
    const number = (name: string) => Number(of(name)) || 1;
    const precision = weights[of("precision")];
    if (of("mode") !== "agg" || precision === undefined || number("pp_size") !== 1) {
      left += 1;
      continue;
    }
    rows.push({
      id: of("id"),
      served: {
        chip: chipNamed(of("system")),
        model: modelNamed(of("model_path")),
        engine: engines[of("backend")] ?? "vllm",
        tensorParallel: number("tp_size"),
        attentionParallel: number("attention_dp_size"),
        expertParallel: number("moe_ep_size"),
        weights: precision,
        // InferenceX serves quantised weights with FP8 keys and values.
        kv: precision === "bf16" || precision === "int4" ? "bf16" : "fp8",
      },
      version: of("backend_version"),
      isInferenceX: /^(db-dump|source_file=20)/.test(of("silicon_data_source")),
      promptTokens: number("isl"),
      outputTokens: number("osl"),
      concurrency: Number(of("concurrency") || of("batch_size")),
      ttftMs: Number(of("silicon_ttft_ms")),
      tpotMs: Number(of("silicon_tpot_ms")),
    });
  }
  return { rows, left };
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

export function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[values.length >> 1] ?? Number.NaN;
}

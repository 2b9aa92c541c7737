/** The tools whose files can be read. */
import { aiconfigurator } from "./tools/aiconfigurator.ts";
import { aiperf } from "./tools/aiperf.ts";
import type { Fields } from "./fields.ts";
import { genaiBench } from "./tools/genai-bench.ts";
import { guidellm } from "./tools/guidellm.ts";
import { inferencePerf } from "./tools/inference-perf.ts";
import { inferenceXResult } from "./tools/inferencex.ts";
import { llamaBatchedBench, llamaBench } from "./tools/llama-cpp.ts";
import { llmperf } from "./tools/llmperf.ts";
import { mlperf } from "./tools/mlperf.ts";
import type { Reader, ResultRow } from "./row.ts";
import { sglangBench } from "./tools/sglang.ts";
import { jsonTable } from "./table.ts";
import { trtllmBench } from "./tools/trtllm-bench.ts";
import { vllmBench } from "./tools/vllm.ts";

export const readers: readonly Reader[] = [
  vllmBench,
  sglangBench,
  genaiBench,
  trtllmBench,
  aiperf,
  guidellm,
  inferencePerf,
  llmperf,
  inferenceXResult,
  aiconfigurator,
  mlperf,
  llamaBench,
  llamaBatchedBench,
];

/** A run with the name of its tool. The name is empty for a table as JSON. */
export type Run = ResultRow & { readonly tool: string };

/** The runs that the first fitting reader finds in an object. Undefined if no reader knows such objects. */
export function runsOf(fields: Fields): readonly Run[] | undefined {
  for (const { tool, read } of [...readers, jsonTable]) {
    const rows = read(fields);
    if (rows !== undefined) return rows.map((row) => ({ ...row, tool }));
  }
  return undefined;
}

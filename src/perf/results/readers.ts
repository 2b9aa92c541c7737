/** The tools whose files can be read. */
import { aiconfigurator } from "./aiconfigurator.ts";
import { aiperf } from "./aiperf.ts";
import type { Fields } from "./fields.ts";
import { genaiBench } from "./genai-bench.ts";
import { guidellm } from "./guidellm.ts";
import { inferencePerf } from "./inference-perf.ts";
import { inferenceXResult } from "./inferencex.ts";
import { llamaBatchedBench, llamaBench } from "./llama-cpp.ts";
import { llmperf } from "./llmperf.ts";
import { mlperf } from "./mlperf.ts";
import type { Reader, ResultRow } from "./row.ts";
import { sglangBench } from "./sglang.ts";
import { jsonTable } from "./table.ts";
import { trtllmBench } from "./trtllm-bench.ts";
import { vllmBench } from "./vllm.ts";

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

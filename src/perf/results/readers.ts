/** The tools whose files are read, and the runs of such a file. */
import type { Fields } from "./fields.ts";
import { inferenceXResult } from "./inferencex.ts";
import type { Reader, ResultRow } from "./row.ts";
import { sglangBench } from "./sglang.ts";
import { vllmBench } from "./vllm.ts";

export const readers: readonly Reader[] = [inferenceXResult, sglangBench, vllmBench];

export type Run = ResultRow & { readonly tool: string };

/** Of the first reader that knows it; undefined where none does. */
export function runsOf(fields: Fields): readonly Run[] | undefined {
  for (const { tool, read } of readers) {
    const rows = read(fields);
    if (rows !== undefined) return rows.map((row) => ({ ...row, tool }));
  }
  return undefined;
}

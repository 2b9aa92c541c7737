/**
 * A run as a benchmark tool's file tells it: a row of a table of points (`points.ts`), by its columns. What a file does not say
 * is left out, and comes from whoever asks.
 */
import type { Lengths } from "../simulate/workload.ts";
import type { Fields } from "./fields.ts";

export type Cells = Readonly<Record<string, string>>;

export type ResultRow = {
  readonly cells: Cells;
  /** What most likely was where the file does not say it; whoever asks knows better. */
  readonly usual?: Cells;
  /** Each request's, where the file has them. */
  readonly lengths?: Lengths;
};

export type Reader = {
  /** As people call the tool, and as scores name where measurements come from. */
  readonly tool: string;
  /** The runs of an object of a file; undefined where the tool does not write such objects. */
  readonly read: (fields: Fields) => readonly ResultRow[] | undefined;
};

export const figures = ["ttft", "tpot", "itl", "e2e"] as const;
export type Figure = (typeof figures)[number];

export const statistics = ["mean", "p50", "p90", "p99"] as const;
export type Statistic = (typeof statistics)[number];

export type Times = Readonly<Partial<Record<Statistic, number | undefined>>>;

/** Where a table has a measured time: `silicon_ttft_ms` is a mean, `silicon_ttft_p99_ms` a percentile. */
export function measuredColumn(figure: Figure, statistic: Statistic): string {
  return statistic === "mean" ? `silicon_${figure}_ms` : `silicon_${figure}_${statistic}_ms`;
}

export const throughputColumn = "silicon_output_tokens_per_second";

/** @param times in milliseconds */
export function timeCells(figure: Figure, times: Times): Record<string, number | undefined> {
  return Object.fromEntries(statistics.map((statistic) => [measuredColumn(figure, statistic), times[statistic]]));
}

/** Of values, those that there are, as text. */
export function cellsOf(values: Readonly<Record<string, string | number | undefined>>): Cells {
  return Object.fromEntries(
    Object.entries(values).flatMap(([column, value]) => {
      if (value === undefined || value === "") return [];
      if (typeof value === "string") return [[column, value]];
      return Number.isFinite(value) ? [[column, String(Number(value.toPrecision(9)))]] : [];
    }),
  );
}

/** Tokens of a prompt or an answer, of which files have a mean; at least one. */
export function meanTokens(total: number | undefined, requests = 1): number | undefined {
  return total === undefined || !(requests > 0) ? undefined : Math.max(1, Math.round(total / requests));
}

/** Each request's lengths, where a file has as many of both, and none is 0, as of requests that failed. */
export function lengthsOf(prompts: readonly number[], outputs: readonly number[]): { readonly lengths?: Lengths } {
  const kept = prompts.flatMap((prompt, at) => {
    const output = outputs[at] ?? 0;
    return prompt >= 1 && output >= 1 ? [[prompt, output] as const] : [];
  });
  if (kept.length === 0) return {};
  return {
    lengths: {
      promptTokens: Int32Array.from(kept, ([prompt]) => prompt),
      outputTokens: Int32Array.from(kept, ([, output]) => output),
    },
  };
}

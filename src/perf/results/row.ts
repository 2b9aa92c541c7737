/**
 * A run as a benchmark tool's file tells it: a row of a table of points (`points.ts`), by its columns. What a file does not say
 * is left out, and comes from whoever asks.
 */
import type { Sent } from "../told-load.ts";
import type { Fields } from "./fields.ts";

export type Cells = Readonly<Record<string, string>>;

export type ResultRow = {
  readonly cells: Cells;
  /** What most likely was where the file does not say it; whoever asks knows better. */
  readonly usual?: Cells;
  /** Each request's, where the file has them. */
  readonly sent?: Sent;
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

/**
 * Each request's lengths in the order in which they were sent, without those that failed, whose answers have no tokens.
 *
 * @param starts when each was sent, in seconds of any clock; in the order of the list when there are not as many
 */
export function sentOf(
  prompts: readonly number[],
  outputs: readonly number[],
  starts: readonly number[] = [],
): { readonly sent?: Sent } {
  const isTimed = starts.length === prompts.length;
  const kept = prompts
    .map((prompt, at) => ({ prompt, output: outputs[at] ?? 0, start: starts[at] ?? 0 }))
    .filter(({ prompt, output }) => prompt >= 1 && output >= 1);
  if (kept.length === 0) return {};
  const inOrder = isTimed ? kept.toSorted((one, other) => one.start - other.start) : kept;
  const first = inOrder[0]!.start;
  return {
    sent: {
      promptTokens: Int32Array.from(inOrder, ({ prompt }) => prompt),
      outputTokens: Int32Array.from(inOrder, ({ output }) => output),
      ...(isTimed && { seconds: Float64Array.from(inOrder, ({ start }) => start - first) }),
    },
  };
}

/**
 * A run from a benchmark tool's file, as a row of a table of points (`points.ts`). Facts that the file does not have are left
 * out; the user can give them.
 */
import type { Sent } from "../loads/told-load.ts";
import type { Fields } from "./fields.ts";

export type Cells = Readonly<Record<string, string>>;

export type ResultRow = {
  readonly cells: Cells;
  /** Likely values for facts that the file does not have. What the user says wins. */
  readonly usual?: Cells;
  /** The single requests, if the file has them. */
  readonly sent?: Sent;
};

export type Reader = {
  /** The name of the tool. Scores use it as the source of measurements. */
  readonly tool: string;
  /** The runs in an object of a file. Undefined if the tool does not write such objects. */
  readonly read: (fields: Fields) => readonly ResultRow[] | undefined;
};

export const figures = ["ttft", "tpot", "itl", "e2e"] as const;
export type Figure = (typeof figures)[number];

export const statistics = ["mean", "p50", "p90", "p99"] as const;
export type Statistic = (typeof statistics)[number];

export type Times = Readonly<Partial<Record<Statistic, number | undefined>>>;

/** The column of a measured time: `silicon_ttft_ms` is a mean, `silicon_ttft_p99_ms` a percentile. */
export function measuredColumn(figure: Figure, statistic: Statistic): string {
  return statistic === "mean" ? `silicon_${figure}_ms` : `silicon_${figure}_${statistic}_ms`;
}

export const throughputColumn = "silicon_output_tokens_per_second";

/** @param times in milliseconds */
export function timeCells(figure: Figure, times: Times): Record<string, number | undefined> {
  return Object.fromEntries(statistics.map((statistic) => [measuredColumn(figure, statistic), times[statistic]]));
}

/** The known values as text. */
export function cellsOf(values: Readonly<Record<string, string | number | undefined>>): Cells {
  return Object.fromEntries(
    Object.entries(values).flatMap(([column, value]) => {
      if (value === undefined || value === "") return [];
      if (typeof value === "string") return [[column, value]];
      return Number.isFinite(value) ? [[column, String(Number(value.toPrecision(9)))]] : [];
    }),
  );
}

/** The mean tokens of a prompt or an answer, at least one. */
export function meanTokens(total: number | undefined, requests = 1): number | undefined {
  return total === undefined || !(requests > 0) ? undefined : Math.max(1, Math.round(total / requests));
}

/**
 * Each request's lengths, in the order of sending. Failed requests, whose answers have no tokens, are left out.
 *
 * @param starts when each was sent, in seconds of any clock. Without them the order of the list is kept.
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

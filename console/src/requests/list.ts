/** The list of requests: pages and live events in one order, each request once. Pure. */
import type { RequestTrace } from "../../../src/stack/report.ts";

export type Filter = {
  readonly tenant: string;
  readonly model: string;
  readonly outcome: string;
  /** A part of an id. */
  readonly text: string;
};

/** An empty filter matches everything. */
export function matches(trace: RequestTrace, { tenant, model, outcome, text }: Filter): boolean {
  return (
    (tenant === "" || trace.tenant === tenant) &&
    (model === "" || trace.model === model) &&
    (outcome === "" || trace.outcome === outcome) &&
    (text === "" || trace.id.includes(text.toLowerCase()))
  );
}

/** Lists in one, each request once; of two copies the one in the earlier list. */
export function merge(...lists: readonly (readonly RequestTrace[])[]): RequestTrace[] {
  const byId = new Map<string, RequestTrace>();
  for (const trace of lists.flat()) if (!byId.has(trace.id)) byId.set(trace.id, trace);
  return [...byId.values()];
}

/** By the instant at which they ended, as the API lists them. */
export function newestFirst(traces: readonly RequestTrace[]): RequestTrace[] {
  return traces.toSorted((one, other) => endOf(other) - endOf(one) || (one.id < other.id ? 1 : -1));
}

function endOf({ at, durationMs }: RequestTrace): number {
  return Date.parse(at) + durationMs;
}

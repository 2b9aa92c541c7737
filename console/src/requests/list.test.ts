import assert from "node:assert/strict";
import { test } from "node:test";
import type { RequestTrace } from "../../../src/stack/report.ts";
import { matches, merge, newestFirst } from "./list.ts";

const trace = (id: string, at: string, more: Partial<RequestTrace> = {}): RequestTrace => ({
  id,
  at,
  tenant: "acme",
  project: "web",
  model: "m",
  endpoint: "chat.completions",
  deployment: null,
  source: null,
  outcome: "complete",
  cut: null,
  status: 200,
  streamed: true,
  ttftMs: null,
  durationMs: 0,
  tokens: { input: 1, cachedInput: 0, output: 1, reasoning: 0 },
  countedBy: "engine",
  acceleratorMs: { value: null, unit: "ms", provenance: "unavailable" },
  joules: { value: null, unit: "J", provenance: "unavailable" },
  revenue: "0",
  cost: "0",
  margin: "0",
  tries: 1,
  ...more,
});

test("a request that arrives live and again by page is listed once, as it arrived", () => {
  const live = trace("a", "2026-01-01T00:00:02Z", { revenue: "1" });
  const merged = merge([live], [trace("b", "2026-01-01T00:00:01Z"), trace("a", "2026-01-01T00:00:02Z")]);
  assert.deepEqual(
    merged.map(({ id, revenue }) => [id, revenue]),
    [
      ["a", "1"],
      ["b", "0"],
    ],
  );
});

test("the list goes by the end of a request: a long one that ended last comes first", () => {
  const long = trace("long", "2026-01-01T00:00:00Z", { durationMs: 60_000 });
  const short = trace("short", "2026-01-01T00:00:30Z", { durationMs: 100 });
  assert.deepEqual(
    newestFirst([short, long]).map(({ id }) => id),
    ["long", "short"],
  );
});

test("filters narrow by tenant, model, outcome and a part of the id, and empty ones do not", () => {
  const one = trace("0199-abc", "2026-01-01T00:00:00Z", { outcome: "partial" });
  const none = { tenant: "", model: "", outcome: "", text: "" };
  assert.ok(matches(one, none));
  assert.ok(matches(one, { tenant: "acme", model: "m", outcome: "partial", text: "ABC" }));
  for (const other of [{ tenant: "x" }, { model: "x" }, { outcome: "failed" }, { text: "zzz" }]) {
    assert.equal(matches(one, { ...none, ...other }), false);
  }
});

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { periodAt } from "./period.ts";

test("days and months are UTC, and named as people name them", () => {
  const at = Date.parse("2026-12-31T23:59:59.999Z");
  assert.deepEqual(periodAt("day", at), {
    name: "2026-12-31",
    startMs: Date.parse("2026-12-31"),
    endMs: Date.parse("2027-01-01"),
  });
  assert.deepEqual(periodAt("month", at), {
    name: "2026-12",
    startMs: Date.parse("2026-12-01"),
    endMs: Date.parse("2027-01-01"),
  });
});

test("every instant is in its period, and the next instant after it is in the next one", () => {
  const period = fc.constantFrom("day" as const, "month" as const);
  fc.assert(
    fc.property(period, fc.integer({ min: 0, max: Date.parse("2100-01-01") }), (kind, at) => {
      const { startMs, endMs } = periodAt(kind, at);
      assert.ok(endMs !== null && startMs <= at && at < endMs);
      assert.equal(periodAt(kind, endMs).startMs, endMs);
    }),
  );
});

test("a budget in total has one period without an end", () => {
  assert.deepEqual(periodAt("total", 5), { name: "total", startMs: 0, endMs: null });
});

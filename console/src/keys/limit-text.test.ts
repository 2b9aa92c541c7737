import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { limits as limitsSchema } from "../../../src/stack/resource.ts";
import { emptyLimits, limitText, readLimits } from "./limit-text.ts";

const positive = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
const budget = fc.record({
  amountUsd: fc.tuple(fc.nat(), fc.nat({ max: 999 })).map(([whole, part]) => `${whole}.${part}`),
  period: fc.constantFrom("day" as const, "month" as const, "total" as const),
});

test("limits that are shown and read again are the same limits", () => {
  const some = fc.record(
    { requestsPerMinute: positive, tokensPerMinute: positive, concurrency: positive, budget },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(some, (limits) => {
      const read = readLimits(limitText(limits));
      assert.deepEqual(read, { limits: JSON.parse(JSON.stringify(limits)), problems: {} });
    }),
  );
});

test("whatever is typed, what is read is what the API takes, or a problem beside its field", () => {
  const typed = fc.oneof(fc.string({ maxLength: 12 }), fc.constantFrom("1,000", "$ 25.50", "1e3", "-1", "0", "１２"));
  fc.assert(
    fc.property(typed, typed, typed, typed, (requestsPerMinute, tokensPerMinute, concurrency, budgetUsd) => {
      const { limits } = readLimits({ requestsPerMinute, tokensPerMinute, concurrency, budgetUsd, period: "day" });
      assert.equal(limitsSchema.safeParse(limits).success, true);
    }),
  );
});

test("separators that people type are taken, and what is no number is named", () => {
  const { limits, problems } = readLimits({
    ...emptyLimits,
    requestsPerMinute: "1,000",
    budgetUsd: "$ 25.50",
    concurrency: "many",
  });
  assert.deepEqual(limits, { requestsPerMinute: 1000, budget: { amountUsd: "25.50", period: "month" } });
  assert.deepEqual(problems, { concurrency: "notCount" });
});

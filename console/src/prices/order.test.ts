import assert from "node:assert/strict";
import { test } from "node:test";
import { inOrder } from "./order.ts";

const price = (model: string, from: string) => ({ model, from, inputUsdPerMillion: "1", outputUsdPerMillion: "2" });

test("of each model the price in force comes first, then what is coming, then what is past", () => {
  const book = [
    price("b", "2026-01-01T00:00:00Z"),
    price("a", "2025-01-01T00:00:00Z"),
    price("a", "2027-01-01T00:00:00Z"),
    price("a", "2026-01-01T00:00:00Z"),
  ];
  const shown = inOrder(book, Date.parse("2026-06-01T00:00:00Z")).map(({ price: { model, from }, state }) => [
    model,
    from.slice(0, 4),
    state,
  ]);
  assert.deepEqual(shown, [
    ["a", "2026", "now"],
    ["a", "2027", "coming"],
    ["a", "2025", "past"],
    ["b", "2026", "now"],
  ]);
});

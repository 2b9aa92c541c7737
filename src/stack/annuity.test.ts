import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { annuity } from "./annuity.ts";

test("an annuity's payments are worth what was borrowed", () => {
  const rate = fc.double({ min: 0, max: 0.05, noNaN: true });
  fc.assert(
    fc.property(rate, fc.integer({ min: 1, max: 360 }), (perMonth, months) => {
      const payment = annuity(1000, perMonth, months);
      let worth = 0;
      for (let month = 1; month <= months; month += 1) worth += payment / (1 + perMonth) ** month;
      assert.ok(Math.abs(worth - 1000) < 1e-6);
    }),
  );
  assert.throws(() => annuity(1, 0.1, 0), { code: "invalid_value" });
});

test("it is continuous where the rate vanishes", () => {
  assert.ok(Math.abs(annuity(1, 1e-14, 60) - 1 / 60) < 1e-12);
});

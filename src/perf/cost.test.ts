import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { hourCost, usdPerMillionTokens } from "./cost.ts";

test("the published H200 chain: $1.66 an hour, and $1.676 a million tokens at a rent of $2.00", () => {
  const hour = hourCost(
    {
      type: "own",
      capitalUsd: 34_698,
      lifeYears: 4,
      costOfCapital: 0.133,
      hostingUsdPerKwMonth: 130,
      provisionedWatts: 1400,
      electricityUsdPerKwh: 0.087,
      pue: 1.088,
    },
    1400,
  );
  assert.equal(hour.totalUsd.toFixed(2), "1.66");
  const rented = hourCost({ type: "rent", usdPerHour: 2 }, 1400);
  assert.equal(usdPerMillionTokens(rented.totalUsd, 442 * 0.75).toFixed(3), "1.676");
});

test("$/Mtok times tokens per second is dollars per hour", () => {
  const positive = fc.double({ min: 1e-3, max: 1e6, noNaN: true });
  fc.assert(
    fc.property(positive, positive, (usdPerHour, tokensPerSecond) => {
      const back = (usdPerMillionTokens(usdPerHour, tokensPerSecond) * tokensPerSecond * 3600) / 1e6;
      assert.ok(Math.abs(back / usdPerHour - 1) < 1e-12);
    }),
  );
});

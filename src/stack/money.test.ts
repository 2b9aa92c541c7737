import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { floorDivide, formatUsd, pico, share, usd, usdPerMillionTokens } from "./money.ts";

test("dollars read and written are the same dollars, to the pico-dollar", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 37n), max: 10n ** 37n }), (amount) => {
      assert.equal(usd(formatUsd(pico(amount))), amount);
    }),
  );
});

test("a price of one dollar per million tokens is a million pico-dollars a token, exactly", () => {
  assert.equal(usdPerMillionTokens("1"), 1_000_000n);
  assert.equal(usdPerMillionTokens("0.000001"), 1n);
  assert.throws(() => usdPerMillionTokens("0.0000001"), /7 decimals; at most 6/);
});

test("what is not a plain decimal is refused with what would do", () => {
  for (const text of ["", "1e3", "$1", "1,000", ".5", "5.", "NaN", " 1"]) {
    assert.throws(() => usd(text), /is not a plain decimal number such as "0.15"/);
  }
});

test("shares by differences of running totals add up to the whole, however it is cut", () => {
  const cuts = fc.array(fc.integer({ min: 1, max: 10_000 }), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), cuts, (total, parts) => {
      const whole = BigInt(parts.reduce((sum, part) => sum + part, 0));
      let upTo = 0n;
      let sum = 0n;
      for (const part of parts) {
        const before = share(pico(total), upTo, whole);
        upTo += BigInt(part);
        sum += share(pico(total), upTo, whole) - before;
      }
      assert.equal(sum, total);
    }),
  );
});

test("division rounds towards minus infinity on both sides of zero", () => {
  assert.equal(floorDivide(7n, 2n), 3n);
  assert.equal(floorDivide(-7n, 2n), -4n);
  assert.equal(floorDivide(-8n, 2n), -4n);
});

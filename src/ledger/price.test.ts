import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { PriceBook } from "../stack/resource.ts";
import { chargeFor, mostItCanCost, priceAt } from "./price.ts";

const book = (name: string, from: string, usd: string): PriceBook => ({
  kind: "PriceBook",
  name,
  prices: [{ model: "m", from, inputUsdPerMillion: usd, outputUsdPerMillion: usd }],
});
const at = Date.parse;

test("a price holds from its instant until the next, and before the first there is none", () => {
  const list = {
    ...book("list", "2026-01-01T00:00:00Z", "1"),
    prices: [...book("list", "2026-02-01T00:00:00Z", "2").prices, ...book("list", "2026-01-01T00:00:00Z", "1").prices],
  };
  assert.equal(priceAt([list], undefined, "m", at("2025-12-31T23:59:59.999Z")), undefined);
  assert.equal(priceAt([list], undefined, "m", at("2026-01-01T00:00:00Z"))?.input, 1_000_000n);
  assert.equal(priceAt([list], undefined, "m", at("2026-01-31T23:59:59.999Z"))?.input, 1_000_000n);
  assert.equal(priceAt([list], undefined, "m", at("2026-02-01T00:00:00Z"))?.input, 2_000_000n);
  assert.equal(priceAt([list], undefined, "other", at("2026-02-01T00:00:00Z")), undefined);
});

test("a tenant's own book is asked before the list, which holds where it is silent", () => {
  const books = [book("list", "2026-01-01T00:00:00Z", "1"), book("own", "2026-02-01T00:00:00Z", "0.5")];
  const tenant = { priceBook: "own" };
  assert.equal(priceAt(books, tenant, "m", at("2026-01-15T00:00:00Z"))?.input, 1_000_000n);
  assert.equal(priceAt(books, tenant, "m", at("2026-02-15T00:00:00Z"))?.input, 500_000n);
  assert.equal(priceAt(books, {}, "m", at("2026-02-15T00:00:00Z"))?.input, 1_000_000n);
});

test("cached input costs as input and reasoning as output unless they have prices of their own", () => {
  const price = priceAt([book("list", "2026-01-01T00:00:00Z", "1")], undefined, "m", at("2026-01-01T00:00:00Z"));
  assert.deepEqual(price, { input: 1_000_000n, cachedInput: 1_000_000n, output: 1_000_000n, reasoning: 1_000_000n });
});

const amount = fc.bigInt({ min: 0n, max: 10n ** 9n });
const anyPrice = fc.record({ input: amount, cachedInput: amount, output: amount, reasoning: amount });
const tokens = fc.integer({ min: 0, max: 1_000_000 });
const anyTokens = fc.record({ input: tokens, cachedInput: tokens, output: tokens, reasoning: tokens });

test("no request within its limits costs more than the most that it can cost", () => {
  fc.assert(
    fc.property(anyPrice, anyTokens, (prices, used) => {
      const price = prices as unknown as Parameters<typeof chargeFor>[1];
      const most = { input: used.input + used.cachedInput, maxOutput: used.output + used.reasoning };
      assert.ok(chargeFor(used, price) <= mostItCanCost(price, most));
    }),
  );
});

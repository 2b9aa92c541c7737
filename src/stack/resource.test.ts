import assert from "node:assert/strict";
import { test } from "node:test";
import { factoryFile, resource } from "./resource.ts";

test("a price is a decimal in quotes: a bare number is refused, with its path", () => {
  const parsed = factoryFile.safeParse({
    resources: [{ kind: "Site", name: "here", electricityUsdPerKwh: 0.15 }],
  });
  assert.equal(parsed.success, false);
  assert.deepEqual(parsed.error?.issues[0]?.path, ["resources", 0, "electricityUsdPerKwh"]);
});

test("a price finer than a pico-dollar a token is refused", () => {
  const book = (inputUsdPerMillion: string) => ({
    kind: "PriceBook",
    name: "list",
    prices: [{ model: "m", from: "2026-01-01T00:00:00Z", inputUsdPerMillion, outputUsdPerMillion: "1" }],
  });
  assert.equal(resource.safeParse(book("0.000001")).success, true);
  assert.equal(resource.safeParse(book("0.0000001")).success, false);
});

test("an unknown field is refused by name", () => {
  const parsed = resource.safeParse({ kind: "Site", name: "here", electricityUsdPerKwh: "0.1", puee: "1.2" });
  assert.match(parsed.error?.issues[0]?.message ?? "", /puee/);
});

test("a source without a type, or of an unknown one, is refused with the types that there are", () => {
  const parsed = resource.safeParse({ kind: "Source", name: "x", type: "borrowed" });
  assert.equal(parsed.success, false);
  assert.deepEqual(parsed.error?.issues[0]?.path, ["type"]);
});

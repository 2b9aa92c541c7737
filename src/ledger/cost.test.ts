import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { pico } from "../stack/money.ts";
import { type CapacitySource, type Site, resource } from "../stack/resource.ts";
import { accruedBetween, costOfEnergy, costOfTime, costsOf, monthlyCapital } from "./cost.ts";

const terms = (capital: string, lifeYears: number, costOfCapital: string, residual = "0") => ({
  capitalUsdPerAccelerator: capital,
  residualUsdPerAccelerator: residual,
  lifeYears,
  costOfCapital,
});

test("capital of US$34,698 at 13.3 % a year costs 1.282, 1.608, 1.089 and 0.962 an hour over 4, 3, 5 and 6 years", () => {
  const hourly = [4, 3, 5, 6].map((years) => Number(monthlyCapital(terms("34698", years, "0.133"))) / 1e12 / 730);
  assert.deepEqual(
    hourly.map((usd) => usd.toFixed(3)),
    ["1.282", "1.608", "1.089", "0.962"],
  );
});

test("the monthly annuity pays back capital less residual with interest, to the pico-dollar", () => {
  const anyTerms = fc.record({
    capital: fc.integer({ min: 1, max: 500_000 }),
    residual: fc.integer({ min: 0, max: 100 }),
    years: fc.integer({ min: 1, max: 30 }),
    rate: fc.integer({ min: 0, max: 999 }),
  });
  fc.assert(
    fc.property(anyTerms, ({ capital, residual, years, rate }) => {
      const left = Math.floor((capital * residual) / 100);
      const payment = monthlyCapital(terms(String(capital), years, `0.${String(rate).padStart(3, "0")}`, String(left)));
      // Paid down month by month in whole pico-dollars times 10^30: the balance at the end is the residual.
      const scale = 10n ** 30n;
      let balance = BigInt(capital) * 10n ** 12n * scale;
      for (let month = 0; month < years * 12; month += 1) {
        balance += (balance * BigInt(rate)) / 12_000n - payment * scale;
      }
      const off = balance - BigInt(left) * 10n ** 12n * scale;
      // The payment is rounded by at most half a pico-dollar, which grows with interest over all payments.
      const growth = (1 + rate / 12_000) ** (years * 12);
      const most = BigInt(Math.ceil(years * 12 * growth)) * scale;
      assert.ok(off < most && -off < most, `off by ${off}`);
    }),
    { numRuns: 50 },
  );
});

test("without interest, capital is spread evenly", () => {
  assert.equal(monthlyCapital(terms("1200", 1, "0")), 100n * 10n ** 12n);
  assert.equal(monthlyCapital(terms("1200", 1, "0", "600")), 50n * 10n ** 12n);
});

test("what accrues over any chain of periods is what accrues over the whole", () => {
  const anyCuts = fc.array(fc.integer({ min: 0, max: 10_000_000 }), { minLength: 2, maxLength: 20 });
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 10n ** 18n }), anyCuts, (perMonth, cuts) => {
      const at = cuts.toSorted((one, other) => one - other).map((ms) => ms + 1_790_000_000_000);
      const parts = at.slice(1).map((to, index) => accruedBetween(pico(perMonth), 8n, at[index] ?? 0, to));
      const whole = accruedBetween(pico(perMonth), 8n, at[0] ?? 0, at.at(-1) ?? 0);
      assert.equal(
        parts.reduce<bigint>((sum, part) => sum + part, 0n),
        whole,
      );
    }),
  );
});

test("a month of 730 hours costs its monthly price", () => {
  const month = 730 * 3_600_000;
  assert.equal(accruedBetween(pico(1_234_567n), 3n, 0, month), 3n * 1_234_567n);
  assert.equal(costOfTime(pico(1_234_567n), BigInt(month)), 1_234_567n);
});

const site = resource.parse({ kind: "Site", name: "here", electricityUsdPerKwh: "0.10", pue: "1.2" }) as Site;
const source = (fields: object) =>
  resource.parse({
    kind: "Source",
    name: "s",
    site: "here",
    accelerator: "a",
    accelerators: 4,
    power: { idleWatts: 50, maxWatts: 500 },
    ...fields,
  }) as CapacitySource;

test("a kilowatt-hour at the plug costs its price times the site's PUE", () => {
  const costs = costsOf(source({ type: "lease", leaseUsdPerAcceleratorMonth: "730" }), site);
  assert.equal(costOfEnergy(costs, 3_600_000_000n), 120_000_000_000n);
  assert.equal(costs.infrastructurePerMonth, 730n * 10n ** 12n);
  assert.equal(costs.chipsPerMonth, 0n);
});

test("rent that includes energy has no energy cost, and rent that does not, has", () => {
  const rented = { type: "rent", rentUsdPerAcceleratorHour: "2" };
  assert.equal(costOfEnergy(costsOf(source(rented), site), 3_600_000_000n), 0n);
  assert.equal(
    costOfEnergy(costsOf(source({ ...rented, energyIncluded: false }), site), 3_600_000_000n),
    120_000_000_000n,
  );
  assert.equal(costsOf(source(rented), site).infrastructurePerMonth, 1460n * 10n ** 12n);
});

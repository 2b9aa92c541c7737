import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { annuity } from "../../stack/annuity.ts";
import { usd } from "../../stack/money.ts";
import { npv } from "../finance/cash-flow.ts";
import { asPlanned, emptyFlows, fillFlows } from "./flows.ts";
import { evaluateDeal } from "./evaluate.ts";
import { measuresOf, sum } from "./measures.ts";
import { modelOf, plannedFlows } from "./model.ts";
import { deal, plainDeal, said } from "./fixture.ts";
import { scheduleOf } from "./schedule.ts";
import { dealFile } from "./schema.ts";

const few = { draws: 50, seed: 1 };

function close(one: number | null, other: number, within = 1e-9): void {
  assert.ok(one !== null && Math.abs(one - other) <= within * Math.max(1, Math.abs(other)), `${one} is not ${other}`);
}

/** A deal with every part that moves cash, its numbers drawn. */
const anyDeal = fc
  .record({
    accelerators: fc.integer({ min: 1, max: 5000 }),
    tranches: fc.uniqueArray(fc.integer({ min: 3, max: 12 }), { minLength: 1, maxLength: 4 }),
    day: fc.integer({ min: 1, max: 28 }),
    term: fc.integer({ min: 6, max: 72 }),
    life: fc.integer({ min: 36, max: 84 }),
    price: fc.integer({ min: 50, max: 900 }),
    floor: fc.constantFrom(0, 0.5, 0.9, 1),
    prepaid: fc.constantFrom(0.05, 0.2),
    escalator: fc.constantFrom(0, 0.03),
    taxRate: fc.constantFrom(0, 0.21),
    isLeased: fc.boolean(),
    lag: fc.integer({ min: 0, max: 3 }),
    residual: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  .map((drawn) =>
    deal({
      capacity: {
        termMonths: drawn.term,
        kilowattsPerAccelerator: said(2),
        tranches: drawn.tranches.map((month) => ({
          delivered: `2026-${String(month).padStart(2, "0")}-${String(drawn.day).padStart(2, "0")}`,
          accelerators: drawn.accelerators,
        })),
      },
      price: {
        usdPerAcceleratorHour: (drawn.price / 100).toFixed(2),
        takeOrPayFloor: drawn.floor,
        escalatorPerYear: drawn.escalator,
      },
      utilisation: said(0.8),
      prepayment: { share: drawn.prepaid, monthsBeforeDelivery: 2, creditedFromMonth: 3, creditedToMonth: 6 },
      costs: {
        ...plainDeal.costs,
        networkUsdPerAccelerator: said(5000),
        lifeMonths: drawn.life,
        residualShare: said(drawn.residual),
        building: drawn.isLeased
          ? {
              type: "lease",
              usdPerKwMonth: said(150),
              escalatorPerYear: 0.03,
              monthsBeforeDelivery: 3,
              leaseMonths: 90,
              subletShare: said(0.8),
            }
          : { type: "own", usdPerMegawattIt: said(12e6), constructionMonths: 9, residualShareOfBook: said(0.7) },
      },
      finance: {
        costOfCapital: said(0.1),
        taxRate: drawn.taxRate,
        overheadShareOfRevenue: said(0.05),
        paidAfterMonths: drawn.lag,
      },
    }),
  );

test("all cash is profit in the end: what is paid for capital comes back as depreciation and what the books let go", () => {
  fc.assert(
    fc.property(anyDeal, (one) => {
      const flows = plannedFlows(modelOf(one));
      const profit = sum(flows.operating) + sum(flows.other) - sum(flows.tax);
      close(sum(flows.cash), profit, 1e-7);
      assert.ok(Math.abs(flows.invested.at(-1) ?? NaN) < 1e-3 + sum(flows.capital) * 1e-9);
    }),
    { numRuns: 200 },
  );
});

test("so it is when the customer fails along the way, and a prepayment that was not credited is kept", () => {
  fc.assert(
    fc.property(anyDeal, fc.integer({ min: 0, max: 80 }), (one, after) => {
      const model = modelOf(one);
      const flows = emptyFlows(model.schedule.service.length);
      const defaultAt = model.terms.firstMonth - model.schedule.start + after;
      fillFlows(flows, one, model.schedule, model.planned, { defaultAt, obsoleteAt: Infinity });
      close(sum(flows.cash), sum(flows.operating) + sum(flows.other) - sum(flows.tax), 1e-7);
    }),
    { numRuns: 200 },
  );
});

test("the obligation at signature is what is recognised over the term, to the pico-dollar, and it is what revenue counts", () => {
  fc.assert(
    fc.property(anyDeal, (one) => {
      const model = modelOf(one);
      const { rpo, contract } = evaluateDeal(one, { draws: 1, seed: 1 });
      const recognised = rpo.reduce((total, quarter) => total + usd(quarter.recognisedUsd), 0n);
      assert.equal(recognised, usd(contract.committedUsd));
      assert.equal(usd(rpo[0]?.signedUsd ?? "0"), usd(contract.committedUsd));
      assert.equal(rpo.at(-1)?.closingUsd, "0");
      const billed = Math.max(one.price.takeOrPayFloor, 0.8);
      close(sum(plannedFlows(model).revenue), Number(contract.totalUsd) * billed, 1e-7);
    }),
    { numRuns: 60 },
  );
});

test("at the economic cost of an hour a deal is worth nothing, when its life is its term and nothing is left over", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1000, max: 90_000 }),
      fc.double({ min: 0, max: 0.25, noNaN: true }),
      fc.integer({ min: 12, max: 84 }),
      (capital, rate, term) => {
        const make = (price: number) =>
          deal({
            capacity: { ...plainDeal.capacity, termMonths: term },
            price: { usdPerAcceleratorHour: price.toFixed(12) },
            costs: { ...plainDeal.costs, serverUsdPerAccelerator: said(capital), lifeMonths: term },
            finance: { costOfCapital: said(rate) },
          });
        const hourly = annuity(capital, rate / 12, term) / 730 + 2 * 1.25 * 0.8 * 0.06 + 100 / 730;
        const one = evaluateDeal(make(hourly), { draws: 1, seed: 1 });
        close(one.buildUp.economicUsdPerHour, hourly, 1e-9);
        assert.ok(Math.abs(one.npvUsd) < 1e-6 * capital * 1000);
        close(one.breakEven.usdPerAcceleratorHour, hourly, 1e-6);
      },
    ),
    { numRuns: 40 },
  );
});

test("hardware does not serve for ever: a term of more than two of its lives is refused at its life", () => {
  const problems = (termMonths: number, building: object) =>
    dealFile
      .safeParse({
        ...plainDeal,
        capacity: { ...plainDeal.capacity, termMonths },
        costs: { ...plainDeal.costs, building },
      })
      .error?.issues.map(({ path, message }) => `${path.join(".")}: ${message}`) ?? [];
  const own = { type: "own", usdPerMegawattIt: said(12e6), lifeMonths: 40 };
  assert.deepEqual(problems(96, { type: "included" }), []);
  assert.match(problems(97, { type: "included" }).join("\n"), /^costs\.lifeMonths: It would serve for 97 months/);
  assert.match(problems(96, own).join("\n"), /^costs\.building\.lifeMonths: It would serve for 96 months/);
});

test("what one has to believe of $420 billion: at $40.4 M per MW of IT, 4.56 GW leave about $150 billion of gross profit", () => {
  // The reconstruction of the case study, to the model that it was made with: five-year terms, leased at $140.
  const kilowatts = 1000 / 507;
  const one = evaluateDeal(
    deal({
      from: "2027-01-01",
      capacity: {
        termMonths: 60,
        kilowattsPerAccelerator: said(kilowatts),
        ramp: { first: "2027-01-01", last: "2028-12-01", everyMonths: 1, megawattsIt: 4560 },
      },
      price: { totalUsd: "420000000000" },
      costs: {
        ...plainDeal.costs,
        serverUsdPerAccelerator: said(40_400 * kilowatts),
        lifeMonths: 60,
        building: { type: "lease", usdPerKwMonth: said(140), escalatorPerYear: 0.03, monthsBeforeDelivery: 2 },
        power: { usdPerKwh: said(0.055), pue: said(1.25), load: said(0.85) },
        operationsUsdPerAcceleratorYear: said(0.035 * 40_400 * kilowatts),
      },
      finance: { costOfCapital: said(0.09) },
    }),
    few,
  );
  close(one.grossProfitUsd, 150e9, 0.01);
  close(one.ebitdaMargin, 0.79, 0.01);
  close(one.capitalUsd, 184e9, 0.005);
  close(one.roic, 0.32, 0.05);
  assert.ok(one.irr.type === "one");
  close(one.irr.perYear, 0.3, 0.02);
});

test("late deliveries move revenue, not what it is worth in all, and cost what waiting costs", () => {
  const one = deal({ risks: { lateDelivery: { chance: said(0), months: said(0) } } });
  const model = modelOf(one);
  const late = scheduleOf(one, model.terms, 5);
  const flows = emptyFlows(late.service.length);
  fillFlows(flows, one, late, model.planned, asPlanned);
  const planned = plannedFlows(model);
  close(sum(flows.revenue), sum(planned.revenue), 1e-12);
  assert.ok(npv(0.12, flows.cash) < npv(0.12, planned.cash));
  // Where the end stays, what is late is lost.
  const fixed = deal({ risks: { lateDelivery: { chance: said(0), months: said(0), extendsTerm: false } } });
  const short = scheduleOf(fixed, modelOf(fixed).terms, 5);
  fillFlows(flows, fixed, short, model.planned, asPlanned);
  close(sum(flows.revenue), sum(planned.revenue) * (43 / 48), 1e-12);
});

test("a customer that fails pays nothing any more; remarketed, the hours earn their share of the price", () => {
  const one = deal({
    risks: {
      counterpartyDefault: { chancePerYear: said(0), remarketingMonths: 6, remarketingPriceShare: said(0.5) },
    },
  });
  const model = modelOf(one);
  const flows = emptyFlows(model.schedule.service.length);
  const start = model.terms.firstMonth - model.schedule.start;
  fillFlows(flows, one, model.schedule, model.planned, { defaultAt: start + 12, obsoleteAt: Infinity });
  const month = 1000 * 730 * 2.5;
  close(sum(flows.revenue), month * (12 + 0.5 * 30), 1e-12);
});

test("a prepayment changes when cash comes, not how much, and is worth its interest", () => {
  const terms = { share: 0.2, monthsBeforeDelivery: 2, creditedFromMonth: 24, creditedToMonth: 48 };
  const [without, prepaid] = [evaluateDeal(deal(), few), evaluateDeal(deal({ prepayment: terms }), few)];
  const all = (cash: readonly number[]) => cash.reduce((total, flow) => total + flow, 0);
  close(all(prepaid.months.cashUsd), all(without.months.cashUsd), 1e-9);
  assert.ok(prepaid.npvUsd > without.npvUsd);
  assert.ok(prepaid.peakFundingUsd < without.peakFundingUsd);
  assert.equal(prepaid.contract.committedUsd, without.contract.committedUsd);
});

test("a month bills its floor where less is used, and says how many hours nobody used", () => {
  const changes = { price: { usdPerAcceleratorHour: "2.5", takeOrPayFloor: 0.9 }, utilisation: said(0.7) };
  assert.deepEqual(evaluateDeal(deal(changes), few).contract.monthlyBill, {
    usedHours: 511_000,
    billedHours: 657_000,
    unusedHours: 146_000,
    amountUsd: "1642500",
  });
});

test("a buyer pays what the seller earns", () => {
  const { costs: _, ...terms } = plainDeal;
  const bought = dealFile.parse({
    ...terms,
    role: "buyer",
    price: { usdPerAcceleratorHour: "2.5", takeOrPayFloor: 0.9 },
    prepayment: { share: 0.2, monthsBeforeDelivery: 1, creditedFromMonth: 24, creditedToMonth: 48 },
    utilisation: said(0.7),
    use: {
      worthUsdPerAcceleratorHour: said(4),
      goodput: said(0.95),
      partsUsdPerAcceleratorHour: { storage: said(0.1), support: said(0.05) },
      setupUsdPerAccelerator: said(100),
    },
  });
  const one = evaluateDeal(bought, few);
  const sold = evaluateDeal(
    deal({ price: { usdPerAcceleratorHour: "2.5", takeOrPayFloor: 0.9 }, utilisation: said(0.7) }),
    few,
  );
  const part = (name: string) => one.buildUp.parts.find((each) => each.part === name)?.usdPerHour ?? NaN;
  close(part("contract") * one.acceleratorHours, sold.revenueUsd);
  close(part("contract"), 2.25);
  close(part("parts"), 0.15);
  close(part("setup"), 100 / (48 * 730));
  close(one.revenueUsd / one.acceleratorHours, 4 * 0.7 * 0.95);
  assert.equal(one.capitalUsd, 0);
  close(one.months.runningCashUsd.at(-1) ?? null, one.grossProfitUsd);
});

test("rented capacity is paid by the hour and earns the difference", () => {
  const one = evaluateDeal(deal({ costs: { type: "rent", rentUsdPerAcceleratorHour: said(2) } }), few);
  assert.deepEqual(one.buildUp.parts, [{ part: "rent", usdPerHour: 2 }]);
  close(one.grossMargin, 0.2);
  assert.equal(one.roic, null);
});

test("tax is paid on profit once losses are made good", () => {
  const model = modelOf(deal({ finance: { costOfCapital: said(0.1), taxRate: 0.25 } }));
  const flows = plannedFlows(model);
  close(sum(flows.tax), 0.25 * (sum(flows.operating) + sum(flows.other)), 1e-9);
  assert.ok(flows.tax.every((tax) => tax >= 0));
});

test("the tornado's longest bar comes first, and moving to the planned value moves nothing", () => {
  const one = evaluateDeal(deal({ utilisation: said(0.9, { low: 0.9, high: 0.9 }) }), few);
  const sizes = one.tornado.map(({ npvLowUsd, npvHighUsd }) => Math.abs(npvHighUsd - npvLowUsd));
  assert.deepEqual(
    sizes,
    sizes.toSorted((a, b) => b - a),
  );
  assert.ok(one.tornado.every(({ field }) => field !== "utilisation"));
  const price = one.tornado.find(({ field }) => field === "price");
  assert.ok(price !== undefined && price.npvLowUsd < one.npvUsd && one.npvUsd < price.npvHighUsd);
});

test("a deal that breaks even with part of its hours is worth nothing at that part", () => {
  const one = deal({ price: { usdPerAcceleratorHour: "2.5", takeOrPayFloor: 0 } });
  const { breakEven } = evaluateDeal(one, few);
  assert.ok(breakEven.billedShare !== null && breakEven.billedShare > 0 && breakEven.billedShare < 1);
  const at = evaluateDeal({ ...one, utilisation: { ...said(breakEven.billedShare), confidence: "assumption" } }, few);
  assert.ok(Math.abs(at.npvUsd) < 1);
});

test("part of a month earns part of a month's fee", () => {
  const { termMonths: _, ...capacity } = plainDeal.capacity;
  const tranches = [{ delivered: "2026-03-01", accelerators: 2 }];
  const one = evaluateDeal(deal({ to: "2026-04-15", capacity: { ...capacity, tranches } }), few);
  assert.equal(one.acceleratorHours, 2 * 1.5 * 730);
  assert.equal(one.contract.totalUsd, "5475");
  assert.equal(one.to, "2026-04-15");
});

test("return on capital and payback are those of the closed form for a plain deal", () => {
  const one = deal();
  const model = modelOf(one);
  const { paybackMonths, roic, revenueUsd } = measuresOf(plannedFlows(model), model.schedule, 0.12);
  const monthly = 1000 * (730 * 2.5 - 730 * 0.12 - 100);
  close(paybackMonths, 40e6 / monthly, 1e-9);
  close(revenueUsd, 1000 * 730 * 2.5 * 48);
  // Capital wears evenly from 47/48 of it to nothing: its mean is 47/96.
  close(roic, (12 * (monthly - 40e6 / 48)) / (40e6 * (47 / 96)), 1e-9);
});

test("a loan moves nothing of the deal's own figures, and leverage raises a return that is above its interest", () => {
  const bare = evaluateDeal(deal({ finance: { costOfCapital: said(0.1), taxRate: 0.25 } }), { draws: 1, seed: 1 });
  const { debt, figures, ...rest } = evaluateDeal(
    deal({
      finance: {
        costOfCapital: said(0.1),
        taxRate: 0.25,
        debt: { shareOfCapital: said(0.7), interestPerYear: said(0.09), termMonths: 36 },
      },
    }),
    { draws: 1, seed: 1 },
  );
  const { figures: bareFigures, ...bareRest } = bare;
  assert.deepEqual(rest, bareRest);
  assert.equal(figures.length, bareFigures.length + 2);
  assert.ok(debt !== undefined && debt.leveredIrr.type === "one" && bare.irr.type === "one");
  assert.ok(bare.irr.perYear > 0.1 && debt.leveredIrr.perYear > bare.irr.perYear);
  close(debt.drawnUsd, 0.7 * bare.capitalUsd, 1e-9);
  close(
    debt.toOwnersUsd.reduce((all, usd) => all + usd, 0),
    bare.months.runningCashUsd.at(-1)! - debt.interestUsd + debt.taxSavedUsd,
    1e-9,
  );
  assert.equal(debt.coverRatios.length, 3);
});

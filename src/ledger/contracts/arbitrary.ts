/** Contracts and their histories at random, for property tests. */
import fc from "fast-check";
import { type Contract, contract } from "../../stack/contract.ts";
import type { Currency } from "../journal.ts";
import { dateOf, dayMs, dayOf } from "./terms.ts";

export const firstDay = dayOf("2027-01-15");

const cents = (most: number) => fc.integer({ min: 0, max: most }).map((amount) => (amount / 100).toFixed(2));

/** A seller's or a buyer's, of up to two years, with any of what a contract may have. */
export const anyContract: fc.Arbitrary<Contract> = fc
  .record({
    role: fc.constantFrom("seller" as const, "buyer" as const),
    days: fc.integer({ min: 1, max: 730 }),
    total: fc.integer({ min: 100, max: 1_000_000 }),
    floorPercent: fc.integer({ min: 0, max: 60 }),
    takeOrPay: fc.constantFrom("none", "whole", "month", "quarter", "year", "term"),
    rampDay: fc.option(fc.integer({ min: 1, max: 400 }), { nil: undefined }),
    prepaidPercent: fc.option(fc.integer({ min: 0, max: 100 }), { nil: undefined }),
    cancelDay: fc.option(fc.integer({ min: 0, max: 800 }), { nil: undefined }),
    committed: fc.option(fc.integer({ min: 0, max: 1000 }), { nil: undefined }),
  })
  .map(({ role, days, total, floorPercent, takeOrPay, rampDay, prepaidPercent, cancelDay, committed }) => {
    const lastDay = firstDay + days - 1;
    const isSeller = role === "seller";
    const line = { model: "m", inputUsdPerMillion: "1", outputUsdPerMillion: "2" };
    const tokens = [
      { ...line, ...(committed === undefined ? {} : { committedMillions: { output: committed / 1e3 } }) },
    ];
    const hasRamp = rampDay !== undefined && rampDay < days;
    const ramp = [
      { from: dateOf(firstDay), share: "0.25" },
      { from: dateOf(firstDay + (rampDay ?? 0)), share: "1" },
    ];
    return contract.parse({
      kind: "Contract",
      name: "c",
      counterparty: "Somebody",
      role,
      ...(isSeller ? { tenant: "acme", tokens } : { source: "provider" }),
      from: dateOf(firstDay),
      to: dateOf(lastDay),
      ...(cancelDay === undefined ? {} : { cancelledOn: dateOf(firstDay + cancelDay) }),
      totalUsd: String(total),
      ...(hasRamp ? { ramp } : {}),
      takeOrPay:
        takeOrPay === "none"
          ? false
          : takeOrPay === "whole"
            ? true
            : { period: takeOrPay, floorUsd: ((total * floorPercent) / 100).toFixed(2) },
      ...(prepaidPercent === undefined ? {} : { prepayment: { usd: ((total * prepaidPercent) / 100).toFixed(2) } }),
    });
  });

/** Something delivered on a day of the contract, that reaches the books so many days later. */
export type Delivered = {
  readonly day: number;
  readonly lateDays: number;
  readonly amounts: readonly (readonly [Currency, bigint])[];
};

export const anyDeliveries: fc.Arbitrary<Delivered[]> = fc.array(
  fc
    .record({
      day: fc.oneof(fc.integer({ min: 0, max: 120 }), fc.integer({ min: 0, max: 729 })),
      lateDays: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 60 })),
      usd: fc.oneof(cents(200_000), cents(20_000_000)),
      tokens: fc.integer({ min: 0, max: 400_000 }),
    })
    .map(({ day, lateDays, usd: amount, tokens }) => ({
      day: firstDay + day,
      lateDays,
      amounts: [
        ["usd", BigInt(Math.round(Number(amount) * 100)) * 10n ** 10n],
        ["token.output", BigInt(tokens)],
      ] as const,
    })),
  { maxLength: 30 },
);

/** Instants of settlement, hours after the contract's first day, in order; the last one long after its end. */
export const anySettlements: fc.Arbitrary<number[]> = fc
  .array(fc.oneof(fc.integer({ min: 0, max: 24 * 200 }), fc.integer({ min: 0, max: 24 * 760 })), { maxLength: 40 })
  .map((hours) =>
    [...hours.toSorted((one, other) => one - other), 24 * 800].map((hour) => firstDay * dayMs + hour * 3_600_000),
  );

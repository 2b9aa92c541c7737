import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { usd } from "../../stack/money.ts";
import { anyContract, firstDay } from "./arbitrary.ts";
import { type Booked, settle } from "./settle.ts";
import { statementOf } from "./statement.ts";
import { dayMs } from "./terms.ts";

/** A contract that was settled every week for so many days, with the same delivered each day. */
const anyBooked = fc
  .record({
    contract: anyContract,
    days: fc.integer({ min: 1, max: 760 }),
    perDay: fc.bigInt({ min: 0n, max: 10n ** 16n }),
  })
  .map(({ contract, days, perDay }) => {
    const booked: Booked[] = [];
    let upTo = firstDay;
    for (let day = firstDay; day <= firstDay + days; day += 7) {
      const fresh = Array.from({ length: day - upTo }, (_, index) => ({
        day: upTo + index,
        currency: "usd" as const,
        amount: perDay,
      })).filter(({ amount }) => amount > 0n);
      upTo = day;
      const state = { contract, layer: "platform" as const, signedDay: firstDay, isGone: false, booked, fresh };
      booked.push(...settle({ ...state, booked: [...booked] }, day * dayMs + 7_200_000).flatMap((step) => step.booked));
    }
    return { of: { contract, signedDay: firstDay, isGone: false, booked }, nowMs: (firstDay + days) * dayMs };
  });

test("months follow each other without a gap, each closing is the next opening, and the last is what is open", () => {
  fc.assert(
    fc.property(anyBooked, ({ of, nowMs }) => {
      const { months, openUsd } = statementOf(of, nowMs);
      assert.equal(months[0]?.opening, "0");
      for (const [index, { opening, signed, recognised, cancelled, closing, month }] of months.entries()) {
        assert.equal(usd(opening) + usd(signed) - usd(recognised) - usd(cancelled), usd(closing));
        const next = months[index + 1];
        if (next === undefined) assert.equal(closing, openUsd);
        else {
          assert.equal(next.opening, closing);
          const after = new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5)), 1)).toISOString();
          assert.equal(next.month, after.slice(0, 7));
        }
      }
    }),
    { numRuns: 25 },
  );
});

test("what is open runs off to the last pico-dollar by the end of the term", () => {
  fc.assert(
    fc.property(anyBooked, ({ of, nowMs }) => {
      const { runOff, openUsd, status } = statementOf(of, nowMs);
      const left = runOff.reduce((sum, month) => sum + usd(month.usd), 0n);
      if (status === "running") assert.equal(left, usd(openUsd));
    }),
    { numRuns: 25 },
  );
});

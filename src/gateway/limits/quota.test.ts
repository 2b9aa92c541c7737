import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Pot } from "./pot.ts";
import {
  atLeastSpent,
  availableOf,
  bereaved,
  type Claim,
  departed,
  grant,
  newQuota,
  type Quota,
  type QuotaKind,
  reconciled,
  report,
} from "./quota.ts";

const nameOf = (kind: QuotaKind) => ({ id: `t|${kind}`, scope: "tenant:t", kind, startMs: 0, endMs: null });
const everyKind = fc.constantFrom<QuotaKind>("requests", "tokens", "concurrency", "budget");

/** A worker as the test knows it to be: its pot, and what its requests in flight took. */
type Worker = { name: string; pot: Pot; inFlight: bigint[]; used: bigint; refunds: bigint };

/** One step of a history. */
const step = fc.record({
  worker: fc.nat(3),
  act: fc.constantFrom(
    "ask",
    "ask",
    "ask",
    "lose the question",
    "lose the answer",
    "take",
    "take",
    "settle",
    "settle",
    "give back",
    "leave",
    "die",
    "wait",
  ),
  amount: fc.bigInt({ min: 1n, max: 40n }),
  percent: fc.bigInt({ min: 0n, max: 100n }),
  ms: fc.nat(20_000),
});

test("whatever is asked, lost, repeated or killed, no history overspends a limit", () => {
  fc.assert(
    fc.property(
      everyKind,
      fc.bigInt({ min: 1n, max: 200n }),
      fc.array(step, { maxLength: 120, size: "max" }),
      (kind, limit, steps) => {
        let nowMs = 0;
        let quota = newQuota(nameOf(kind), limit, nowMs);
        let lives = 0;
        let leases = 0;
        let gone = 0n;
        const admissions: { atMs: number; amount: bigint }[] = [];
        const born = (): Worker => ({
          name: `w${(lives += 1)}`,
          pot: new Pot(nameOf(kind), limit, new Set(), 0),
          inFlight: [],
          used: 0n,
          refunds: 0n,
        });
        const workers = Array.from({ length: 4 }, born);
        const told = (worker: Worker, claim: Claim) => {
          // What a request did not use of a rate counts from when the authority hears of it.
          admissions.push({ atMs: nowMs, amount: -worker.refunds });
          worker.refunds = 0n;
          quota = report(quota, worker.name, claim, `lease ${(leases += 1)}`, nowMs);
          const granted = grant(quota, worker.name, claim.need, { nowMs, workers: 4 });
          quota = granted.quota;
          return granted.answer;
        };
        for (const { worker: index, act, amount, percent, ms } of steps) {
          const worker = workers[index] ?? assert.fail();
          const { pot } = worker;
          if (act === "ask") {
            const claim = pot.claim(amount);
            pot.answered(claim, told(worker, claim), nowMs);
          } else if (act === "lose the question") pot.claim(amount);
          else if (act === "lose the answer") told(worker, pot.claim(amount));
          else if (act === "take") {
            const taken = kind === "requests" || kind === "concurrency" ? 1n : amount;
            if (pot.free < taken) continue;
            pot.take(taken, nowMs);
            worker.inFlight.push(taken);
            admissions.push({ atMs: nowMs, amount: taken });
          } else if (act === "settle") {
            const taken = worker.inFlight.shift();
            if (taken === undefined) continue;
            const actual = (taken * percent) / 100n;
            if (kind === "tokens") pot.refund(taken - actual);
            else if (kind !== "requests") pot.release(taken, kind === "budget" ? actual : 0n);
            if (kind === "tokens") worker.refunds += taken - actual;
            worker.used += actual;
          } else if (act === "give back") pot.giveBack();
          else if (act === "wait") nowMs += ms;
          else if (act === "leave" && worker.inFlight.length === 0) {
            pot.giveBack();
            told(worker, pot.claim(0n));
            quota = departed(quota, worker.name, nowMs);
            gone += worker.used;
            workers[index] = born();
          } else if (act === "die") {
            quota = bereaved(quota, worker.name, nowMs);
            const actual = worker.used + worker.inFlight.reduce((sum, taken) => sum + (taken * percent) / 100n, 0n);
            quota = reconciled(quota, worker.name, actual);
            gone += actual;
            workers[index] = born();
          }
          // What is on lease may be spent at any time, and counts as if it were.
          const free = sum(workers.map(({ pot }) => (pot.free > 0n ? pot.free : 0n)));
          const inFlight = sum(workers.flatMap((each) => each.inFlight));
          if (kind === "concurrency") assert.ok(inFlight + free <= limit, `${inFlight} and ${free} of ${limit}`);
          else if (kind === "budget") {
            const spent = gone + sum(workers.map(({ used }) => used));
            assert.ok(spent + inFlight + free <= limit, `${spent} spent, ${inFlight} held, ${free} free of ${limit}`);
          } else assertRate([...admissions, { atMs: nowMs, amount: free }], limit, nowMs);
        }
      },
    ),
    { numRuns: 1_000 },
  );
});

function sum(amounts: readonly bigint[]): bigint {
  return amounts.reduce((total, amount) => total + amount, 0n);
}

/** In no span of time more than a minute's worth and the refill of that span. */
function assertRate(admissions: readonly { atMs: number; amount: bigint }[], limit: bigint, nowMs: number): void {
  let admitted = 0n;
  for (const { atMs, amount } of admissions.toReversed()) {
    admitted += amount;
    const allowed = limit * 60_000n + limit * BigInt(nowMs - atMs);
    assert.ok(admitted * 60_000n <= allowed, `${admitted} in ${nowMs - atMs} ms of ${limit} a minute`);
  }
}

function granted(quota: Quota, worker: string, need: bigint, nowMs: number, workers = 1) {
  const claim = new Pot(quota.name, quota.limit, new Set(), 0).claim(need);
  const answered = grant(report(quota, worker, claim, "l", nowMs), worker, need, { nowMs, workers });
  return { quota: answered.quota, amount: answered.answer.granted };
}

test("a small limit is granted as asked for, a large one in leases that shrink as it runs out", () => {
  const small = newQuota(nameOf("requests"), 7n, 0);
  assert.equal(granted(small, "a", 1n, 0, 2).amount, 1n);
  let large = newQuota(nameOf("budget"), 8_000n, 0);
  const leases = ["a", "b", "c"].map((worker) => {
    const lease = granted(large, worker, 1n, 0, 2);
    large = lease.quota;
    return lease.amount;
  });
  assert.deepEqual(leases, [1_000n, 875n, 765n]);
});

test("a rate refills by the millisecond to a minute's worth and no further", () => {
  const spent = bereaved(granted(newQuota(nameOf("requests"), 60n, 0), "a", 60n, 0).quota, "a", 0);
  assert.equal(granted(spent, "b", 5n, 999).amount, 0n);
  assert.equal(granted(spent, "b", 5n, 3_500).amount, 3n);
  assert.equal(granted(spent, "b", 100n, 3_600_000).amount, 60n);
});

test("what lies on lease is not refilled by others: a lease and a full bucket are never out at once", () => {
  const { quota } = granted(newQuota(nameOf("tokens"), 100n, 0), "a", 40n, 0);
  assert.equal(granted(quota, "b", 100n, 3_600_000).amount, 60n);
});

test("what a dead worker had on lease of a rate counts as used when it died, and is refilled from then on", () => {
  const { quota } = granted(newQuota(nameOf("tokens"), 60n, 0), "a", 30n, 0);
  const mourned = bereaved(quota, "a", 60_000);
  assert.equal(granted(mourned, "b", 60n, 60_000).amount, 30n);
  assert.equal(granted(mourned, "b", 60n, 70_000).amount, 40n);
});

test("a clock that is set back refills nothing, and goes on from where it is", () => {
  const { quota } = granted(newQuota(nameOf("requests"), 60n, 1_000_000), "a", 60n, 1_000_000);
  const back = granted(quota, "b", 1n, 500_000);
  assert.equal(back.amount, 0n);
  assert.equal(granted(bereaved(back.quota, "a", 500_000), "c", 1n, 501_000).amount, 1n);
});

test("a dead worker's part of a budget stays held until the ledger says what it spent", () => {
  const { quota } = granted(newQuota(nameOf("budget"), 100n, 0), "a", 60n, 0);
  const mourned = bereaved(quota, "a", 0);
  assert.equal(availableOf(mourned), 40n);
  assert.equal(availableOf(reconciled(mourned, "a", 25n)), 75n);
});

test("a worker that starts anew leaves what it had spent on the books", () => {
  const name = nameOf("budget");
  const pot = new Pot(name, 100n, new Set(), 0);
  let quota = newQuota(name, 100n, 0);
  const ask = (worker: Pot, need: bigint) => {
    const claim = worker.claim(need);
    const answered = grant(report(quota, "a", claim, `lease of ${need}`, 0), "a", need, { nowMs: 0, workers: 1 });
    quota = answered.quota;
    worker.answered(claim, answered.answer, 0);
  };
  ask(pot, 40n);
  pot.take(40n, 0);
  pot.release(40n, 30n);
  pot.giveBack();
  ask(pot, 0n);
  assert.equal(availableOf(quota), 70n);
  ask(new Pot(name, 100n, new Set(), 0), 0n);
  assert.equal(availableOf(quota), 70n);
});

test("a worker that was taken for dead and reconciled, but lives, has what it says that it has and is charged once", () => {
  const name = nameOf("budget");
  const pot = new Pot(name, 100n, new Set(), 0);
  const claim = pot.claim(40n);
  const first = grant(report(newQuota(name, 100n, 0), "a", claim, "l1", 0), "a", 40n, { nowMs: 0, workers: 4 });
  pot.answered(claim, first.answer, 0);
  pot.take(20n, 0);
  pot.release(20n, 20n);
  const forgotten = reconciled(first.quota, "a", 20n);
  assert.equal(availableOf(forgotten), 80n);
  assert.equal(availableOf(report(forgotten, "a", pot.claim(0n), "l2", 0)), 60n);
});

test("the ledger raises what is known to be spent, and never lowers it", () => {
  const quota = newQuota(nameOf("budget"), 100n, 0, 30n);
  assert.equal(availableOf(atLeastSpent(quota, 50n)), 50n);
  assert.equal(availableOf(atLeastSpent(quota, 10n)), 70n);
});

test("what a dead worker spent is counted once, whether the ledger or the reconciliation tells of it first", () => {
  const mourned = bereaved(granted(newQuota(nameOf("budget"), 100n, 0), "a", 60n, 0).quota, "a", 0);
  assert.equal(availableOf(reconciled(atLeastSpent(mourned, 25n), "a", 25n)), 75n);
  assert.equal(availableOf(atLeastSpent(reconciled(mourned, "a", 25n), 25n)), 75n);
});

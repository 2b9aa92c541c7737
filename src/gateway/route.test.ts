import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import {
  type Candidate,
  chooseReplica,
  decideRetry,
  RetryBudget,
  retryAfterMsOf,
  type RetryQuestion,
  retryWaitMsMax,
} from "./route.ts";

const candidates = fc.uniqueArray(
  fc.record({
    deployment: fc.constantFrom("a", "b", "c", "d", "e"),
    weight: fc.nat(4),
    priority: fc.nat(2),
    isUp: fc.boolean(),
  }),
  { selector: ({ deployment }) => deployment },
);
const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const names = fc.subarray(["a", "b", "c", "d", "e"]);

type Known = Candidate & { readonly isUp: boolean };
const isUp = (one: Known) => one.isUp;

describe("the choice of a replica", () => {
  test("falls on one that is up, has weight, and was not tried if there is any such", () => {
    fc.assert(
      fc.property(candidates, names, random, (all, tried, dice) => {
        const usable = all.filter((one) => one.isUp && one.weight > 0);
        const fresh = usable.filter((one) => !tried.includes(one.deployment));
        const chosen = chooseReplica(all, isUp, tried, dice);
        if (usable.length === 0) assert.equal(chosen, undefined);
        else assert.ok((fresh.length > 0 ? fresh : usable).some((one) => one === chosen));
      }),
    );
  });

  test("falls on the lowest priority number among those", () => {
    fc.assert(
      fc.property(candidates, random, (all, dice) => {
        const chosen = chooseReplica(all, isUp, [], dice);
        const usable = all.filter((one) => one.isUp && one.weight > 0);
        assert.equal(chosen?.priority ?? 0, usable.length === 0 ? 0 : Math.min(...usable.map((one) => one.priority)));
      }),
    );
  });

  test("is shared out by weight", () => {
    const replicas = [
      { deployment: "a", weight: 1, priority: 0 },
      { deployment: "b", weight: 3, priority: 0 },
      { deployment: "c", weight: 9, priority: 1 },
    ];
    const counts = new Map<string | undefined, number>();
    for (let step = 0; step < 400; step += 1) {
      const name = chooseReplica(replicas, () => true, [], step / 400)?.deployment;
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    assert.deepEqual(
      [...counts],
      [
        ["a", 100],
        ["b", 300],
      ],
    );
  });
});

const question: RetryQuestion = {
  failure: "broken",
  tries: 1,
  triesMax: 3,
  retryAfterMs: undefined,
  hasFreshReplica: false,
  leftMs: 60_000,
  random: 0.5,
};

describe("whether to try again", () => {
  test("is never beyond the tries or the time that there are, and never after a long wait", () => {
    const asked = fc.record({
      failure: fc.constantFrom("unreachable" as const, "timeout" as const, "broken" as const, "busy" as const),
      tries: fc.integer({ min: 1, max: 12 }),
      triesMax: fc.integer({ min: 1, max: 10 }),
      retryAfterMs: fc.option(fc.nat(10_000), { nil: undefined }),
      hasFreshReplica: fc.boolean(),
      leftMs: fc.integer({ min: -100, max: 10_000 }),
      random,
    });
    fc.assert(
      fc.property(asked, (one) => {
        const decision = decideRetry(one);
        if (!decision.retry) return;
        assert.ok(one.tries < one.triesMax && one.leftMs > 0);
        assert.ok(decision.afterMs <= retryWaitMsMax && decision.afterMs < one.leftMs);
        if (one.hasFreshReplica) assert.equal(decision.afterMs, 0);
        else if (one.failure === "busy") assert.ok(decision.afterMs >= (one.retryAfterMs ?? 0));
      }),
    );
  });

  test("is yes, at once, where another replica is left", () => {
    assert.deepEqual(decideRetry({ ...question, hasFreshReplica: true }), { retry: true, afterMs: 0 });
  });

  test("is no when a busy replica asks for more time than a client should wait here", () => {
    assert.deepEqual(decideRetry({ ...question, failure: "busy", retryAfterMs: 30_000 }), { retry: false });
    assert.deepEqual(decideRetry({ ...question, failure: "busy", retryAfterMs: 700 }), { retry: true, afterMs: 700 });
  });
});

test("retries are a tenth of the requests in the long run", () => {
  const budget = new RetryBudget();
  let spent = 0;
  for (let request = 0; request < 10_000; request += 1) {
    budget.earn();
    if (budget.spend()) spent += 1;
  }
  assert.ok(spent <= 10_000 * RetryBudget.perRequest + RetryBudget.most + 1, `${spent}`);
  assert.ok(spent >= 10_000 * RetryBudget.perRequest);
});

test("the wait that headers ask for is read in each of its forms", () => {
  assert.equal(retryAfterMsOf({ "retry-after-ms": "120", "retry-after": "9" }, 0), 120);
  assert.equal(retryAfterMsOf({ "retry-after": "2" }, 0), 2_000);
  assert.equal(retryAfterMsOf({ "retry-after": "Thu, 01 Jan 1970 00:00:05 GMT" }, 1_000), 4_000);
  assert.equal(retryAfterMsOf({ "retry-after": "soon" }, 0), undefined);
  assert.equal(retryAfterMsOf({ "retry-after": "-1" }, 0), undefined);
  assert.equal(retryAfterMsOf({}, 0), undefined);
});

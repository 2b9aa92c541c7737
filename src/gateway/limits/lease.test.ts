import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import fc from "fast-check";
import { usd } from "../../stack/money.ts";
import type { Limits } from "../../stack/resource.ts";
import { MemoryAuthority } from "./authority.ts";
import { type AuthorityLink, LeaseLimiter } from "./lease.ts";
import { type Admitted, type Grant, type LimitAsk, pushLimits } from "./limiter.ts";
import { localLimiter } from "./local.ts";
import type { Claim } from "./quota.ts";

const nowMs = Date.parse("2026-11-23T12:00:00Z");
const ask = (limits: Limits, more: Partial<LimitAsk> = {}): LimitAsk => ({
  scopes: [{ id: "tenant:t", limits }],
  tokens: 0,
  costPico: 0n,
  nowMs,
  ...more,
});
const budget = (amountUsd: string): Limits => ({ budget: { amountUsd, period: "month" } });

function now(grant: Grant | Promise<Grant>): Grant {
  assert.ok(!(grant instanceof Promise), "it should answer at once");
  return grant;
}

function admitted(grant: Grant): Admitted {
  assert.ok(grant.ok, grant.ok ? "" : grant.fault.message);
  return grant;
}

function code(grant: Grant): string {
  return grant.ok ? "ok" : grant.fault.code;
}

/** Workers over one authority, each message a turn of the event loop away. */
function workers(count: number, authority: MemoryAuthority, links: Map<string, AuthorityLink> = new Map()) {
  return Array.from({ length: count }, (_, index) => {
    const worker = `w${index}`;
    authority.enter(worker);
    const link = {
      exchange: async (claims: readonly Claim[]) => {
        await turn();
        const replies = await authority.exchange(worker, claims);
        await turn();
        return replies;
      },
      onRecall: (idle: (ids: readonly string[]) => readonly Claim[]) => void idleOf.set(worker, idle),
      close: async () => {},
    };
    links.set(worker, link);
    return new LeaseLimiter({ authority: link, refusalMs: 0 });
  });
}
const idleOf = new Map<string, (ids: readonly string[]) => readonly Claim[]>();
const recalling = () =>
  new MemoryAuthority({
    now: () => (clock += 100),
    recall: async (worker, ids) => {
      await turn();
      return idleOf.get(worker)?.(ids) ?? [];
    },
  });
let clock = 0;

test("within its limits a request is admitted at once; beyond them it is refused by the limit's own name", () => {
  const limiter = localLimiter({ now: () => 0 });
  const limits: Limits = { requestsPerMinute: 2, concurrency: 1 };
  const first = admitted(now(limiter.admit(ask(limits))));
  assert.equal(code(now(limiter.admit(ask(limits)))), "concurrency_limit_exceeded");
  first.settle({ tokens: 0, costPico: 0n });
  admitted(now(limiter.admit(ask(limits)))).settle({ tokens: 0, costPico: 0n });
  assert.equal(code(now(limiter.admit(ask(limits)))), "rate_limit_exceeded");
});

test("all scopes must agree, and one that does not leaves the others untouched", () => {
  const limiter = localLimiter({ now: () => 0 });
  const scopes = [
    { id: "key:k", limits: { requestsPerMinute: 10 } },
    { id: "tenant:t", limits: { requestsPerMinute: 1 } },
  ];
  admitted(now(limiter.admit(ask({}, { scopes }))));
  for (let tries = 0; tries < 20; tries += 1) {
    const refused = now(limiter.admit(ask({}, { scopes })));
    assert.match(refused.ok ? "" : refused.fault.message, /tenant "t"/);
  }
  const alone = now(limiter.admit(ask({}, { scopes: scopes.slice(0, 1) })));
  assert.equal(alone.headers.remainingRequests, 8);
});

test("tokens are taken for the most that a request may use, and what it did not use is there for the next", () => {
  const limiter = localLimiter({ now: () => 0 });
  const limits: Limits = { tokensPerMinute: 1_000 };
  const first = admitted(now(limiter.admit(ask(limits, { tokens: 900 }))));
  assert.equal(code(now(limiter.admit(ask(limits, { tokens: 200 })))), "rate_limit_exceeded");
  first.settle({ tokens: 100, costPico: 0n });
  first.settle({ tokens: 0, costPico: 0n });
  admitted(now(limiter.admit(ask(limits, { tokens: 900 }))));
  assert.equal(code(now(limiter.admit(ask(limits, { tokens: 1 })))), "rate_limit_exceeded");
});

test("eight calls at once cannot pass one budget check together", async () => {
  const limiters = workers(4, recalling());
  const one = ask(budget("1"), { costPico: usd("0.3") });
  const grants = await Promise.all([...limiters, ...limiters].map((limiter) => limiter.admit(one)));
  assert.deepEqual(grants.map(code).toSorted(), [...Array<string>(5).fill("budget_exhausted"), "ok", "ok", "ok"]);
  for (const grant of grants) if (grant.ok) grant.settle({ tokens: 0, costPico: usd("0.05") });
  // 0.15 is spent; 0.85 is left for two more holds of 0.3.
  assert.equal(code(await limiters[0]!.admit(one)), "ok");
  assert.equal(code(await limiters[3]!.admit(one)), "ok");
  const last = await limiters[1]!.admit(one);
  assert.match(last.ok ? "" : last.fault.message, /US\$0.15 is spent, US\$0.6 is held/);
});

test("a small limit is used to the last unit, whichever workers the requests reach", async () => {
  for (const limits of [{ requestsPerMinute: 60 }, { concurrency: 60 }, budget("0.00000000006")]) {
    const limiters = workers(3, new MemoryAuthority({ now: () => (clock += 0), recall: recallOf }));
    const grants: Grant[] = [];
    for (let n = 0; n < 70; n += 1) grants.push(await limiters[n % 3]!.admit(ask(limits, { costPico: 1n })));
    const taken = grants.filter(({ ok }) => ok).length;
    assert.equal(taken, 60, `${taken} of ${JSON.stringify(limits)}`);
  }
});
const recallOf = async (worker: string, ids: readonly string[]) => idleOf.get(worker)?.(ids) ?? [];

test("over all workers, spent and held never exceed the budget, in any concurrent history", async () => {
  const request = fc.record({
    worker: fc.nat(2),
    cost: fc.nat(40),
    percent: fc.nat(100),
    turns: fc.nat(6),
    wait: fc.nat(3),
  });
  await fc.assert(
    fc.asyncProperty(fc.nat(150), fc.array(request, { maxLength: 40 }), async (limit, requests) => {
      const limiters = workers(3, recalling());
      const limits: Limits = { ...budget(`0.${String(limit).padStart(12, "0")}`), concurrency: 5 };
      let held = 0n;
      let spent = 0n;
      let inFlight = 0;
      const running: Promise<void>[] = [];
      for (const { worker, cost, percent, turns, wait } of requests) {
        running.push(
          (async () => {
            const grant = await limiters[worker]!.admit(ask(limits, { costPico: BigInt(cost) }));
            if (!grant.ok) return;
            held += BigInt(cost);
            inFlight += 1;
            assert.ok(spent + held <= BigInt(limit), `${spent} spent and ${held} held of ${limit}`);
            assert.ok(inFlight <= 5);
            for (let n = 0; n < turns; n += 1) await turn();
            const actual = BigInt(Math.floor((cost * percent) / 100));
            held -= BigInt(cost);
            inFlight -= 1;
            spent += actual;
            grant.settle({ tokens: 0, costPico: actual });
            if (turns === 3) limiters[worker]!.tidy();
          })(),
        );
        for (let n = 0; n < wait; n += 1) await turn();
      }
      await Promise.all(running);
      for (const limiter of limiters) await limiter.close();
    }),
    { numRuns: 60 },
  );
});

test("with its authority away a worker spends what it has on lease, then refuses and says why", async () => {
  const authority = new MemoryAuthority();
  authority.enter("w");
  let isAway = false;
  const limiter = new LeaseLimiter({
    authority: {
      exchange: async (claims) => {
        if (isAway) throw new Error("the supervisor does not answer");
        return authority.exchange("w", claims);
      },
      close: async () => {},
    },
  });
  const limits: Limits = { requestsPerMinute: 100 };
  admitted(await limiter.admit(ask(limits)));
  isAway = true;
  for (let n = 0; n < 24; n += 1) admitted(now(limiter.admit(ask(limits))));
  const refused = await limiter.admit(ask(limits));
  assert.equal(code(refused), "overloaded");
  assert.match(
    refused.ok ? "" : refused.fault.message,
    /cannot be checked at this time: the supervisor does not answer/,
  );
  isAway = false;
  admitted(await limiter.admit(ask(limits)));
});

test("who waits for a first lease gets it, though the worker tidies up meanwhile", async () => {
  let exchanges = 0;
  const authority = new MemoryAuthority({ spentSince: async () => (await turn(), 0n) });
  authority.enter("w");
  const exchange = (claims: readonly Claim[]) => {
    exchanges += 1;
    assert.ok(exchanges < 10, "it asks again and again");
    return authority.exchange("w", claims);
  };
  const limiter = new LeaseLimiter({ authority: { exchange, close: async () => {} } });
  const waiting = limiter.admit(ask(budget("1"), { costPico: 1n }));
  limiter.tidy();
  admitted(await waiting);
  await limiter.close();
});

test("what lies idle on lease is given back, and all of it at the end", async () => {
  const authority = new MemoryAuthority({ now: () => 0 });
  const [busy, other] = workers(2, authority);
  assert.ok(busy && other);
  const limits: Limits = { requestsPerMinute: 800 };
  admitted(await busy.admit(ask(limits)));
  const available = () => Number(authority.quotas()[0]!.level / 60_000n);
  assert.equal(available(), 700);
  for (let n = 0; n < 2; n += 1) {
    busy.tidy();
    for (let turns = 0; turns < 4; turns += 1) await turn();
  }
  assert.equal(available(), 799);
  admitted(await other.admit(ask(limits)));
  await other.close();
  assert.equal(available(), 798);
});

test("a budget that the ledger cannot be asked about is refused, not taken to be unspent", async () => {
  let spent: bigint | undefined;
  const limiter = localLimiter({
    spentSince: async () => spent ?? Promise.reject(new Error("the database is away")),
  });
  const one = ask(budget("1"), { costPico: usd("0.3") });
  assert.equal(code(await limiter.admit(one)), "overloaded");
  spent = usd("0.5");
  assert.equal(code(await limiter.admit(one)), "ok");
  assert.equal(code(now(limiter.admit(one))), "budget_exhausted");
});

test("what was spent before a restart and reaches the ledger late is counted", async () => {
  let late = 0n;
  let atMs = 0;
  const limiter = localLimiter({ spentSince: async () => late, now: () => atMs });
  const one = ask(budget("1"), { costPico: usd("0.3") });
  admitted(await limiter.admit(one)).settle({ tokens: 0, costPico: 0n });
  late = usd("0.9");
  for (let tries = 0; tries < 3; tries += 1) {
    atMs += 20_000;
    limiter.tidy();
    await turn();
    limiter.tidy();
    await limiter.admit(one);
  }
  const refused = await limiter.admit(one);
  assert.match(refused.ok ? "" : refused.fault.message, /US\$0.9 is spent/);
});

test("a budget begins anew with its period", () => {
  const limiter = localLimiter();
  const limits: Limits = { budget: { amountUsd: "1", period: "day" } };
  const at = (time: string) => ask(limits, { costPico: usd("0.8"), nowMs: Date.parse(time) });
  assert.equal(code(now(limiter.admit(at("2026-11-23T23:59:59Z")))), "ok");
  assert.equal(code(now(limiter.admit(at("2026-11-23T23:59:59.999Z")))), "budget_exhausted");
  assert.equal(code(now(limiter.admit(at("2026-11-24T00:00:00Z")))), "ok");
});

test("a changed limit holds from the next request on", () => {
  const limiter = localLimiter({ now: () => 0 });
  for (let n = 0; n < 3; n += 1) admitted(now(limiter.admit(ask({ concurrency: 3 }))));
  assert.equal(code(now(limiter.admit(ask({ concurrency: 3 })))), "concurrency_limit_exceeded");
  admitted(now(limiter.admit(ask({ concurrency: 4 }))));
  assert.equal(code(now(limiter.admit(ask({ concurrency: 2 })))), "concurrency_limit_exceeded");
});

test("the headers give the figures of the scope with the least left", () => {
  const limiter = localLimiter({ now: () => 0 });
  const scopes = [
    { id: "key:k", limits: { requestsPerMinute: 60, tokensPerMinute: 600 } },
    { id: "tenant:t", limits: { requestsPerMinute: 6_000, tokensPerMinute: 500 } },
  ];
  const grant = now(limiter.admit(ask({}, { scopes, tokens: 50 })));
  const head: string[] = [];
  pushLimits(head, grant.headers);
  assert.equal(
    head.join(" "),
    "x-ratelimit-limit-requests 60 x-ratelimit-remaining-requests 59 x-ratelimit-reset-requests 1s " +
      "x-ratelimit-limit-tokens 500 x-ratelimit-remaining-tokens 450 x-ratelimit-reset-tokens 6s",
  );
});

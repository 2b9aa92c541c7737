import assert from "node:assert/strict";
import { test } from "node:test";
import { usd } from "../../stack/money.ts";
import type { QuotaKind } from "./quota.ts";
import { formatDuration, refillMs, refusal, type Shortage } from "./refusal.ts";

function shortage(kind: QuotaKind, amounts: Partial<Shortage> & { scope?: string; endMs?: number }): Shortage {
  const { scope = "tenant:acme", endMs = null, ...rest } = amounts;
  const name = { id: `${scope}|${kind}`, scope, kind, startMs: 0, endMs };
  return { name, limit: 10n, need: 1n, available: 0n, spent: 0n, held: 0n, ...rest };
}

test("a rate's refusal names the scope and the limit, and when enough is there again", () => {
  const fault = refusal(shortage("requests", { scope: "project:acme/web", limit: 6n }));
  assert.equal(fault.code, "rate_limit_exceeded");
  assert.equal(fault.status, 429);
  assert.equal(fault.retryAfterSeconds, 10);
  assert.equal(fault.message, 'The project "acme/web" may use 6 requests per minute. Try again in 10 s.');
});

test("a request that no waiting helps is told so, and not to try again", () => {
  const tokens = refusal(shortage("tokens", { scope: "key:k1", limit: 1_000n, need: 1_001n }));
  assert.match(tokens.message, /This API key may use 1000 tokens per minute; this request alone may use 1001/);
  assert.equal(tokens.retryAfterSeconds, undefined);
  const budget = refusal(shortage("budget", { limit: usd("1"), need: usd("1.5") }));
  assert.match(budget.message, /has a budget of US\$1; this request alone may cost up to US\$1.5/);
  assert.equal(budget.retryAfterSeconds, undefined);
});

test("an exhausted budget's refusal names the budget, what is spent and held, and when the period ends", () => {
  const fault = refusal(
    shortage("budget", {
      limit: usd("20"),
      spent: usd("19.5"),
      held: usd("0.25"),
      need: usd("0.75"),
      endMs: Date.parse("2026-12-01"),
    }),
  );
  assert.equal(fault.code, "budget_exhausted");
  assert.match(
    fault.message,
    /The tenant "acme" has a budget of US\$20 until 2026-12-01 00:00 UTC: US\$19.5 is spent, US\$0.25 is held/,
  );
  assert.equal(fault.retryAfterSeconds, undefined);
});

test("a budget that is only held by requests in flight says to try again soon", () => {
  const fault = refusal(shortage("budget", { limit: 10n, spent: 2n, held: 8n, need: 3n }));
  assert.equal(fault.retryAfterSeconds, 1);
});

test("a refill of what is missing is as long as it takes, to the millisecond", () => {
  assert.equal(refillMs(1n, 60n), 1_000);
  assert.equal(refillMs(1n, 7n), 8_572);
  assert.equal(refillMs(0n, 7n), 0);
});

test("durations are written as the headers of OpenAI's API write them", () => {
  assert.equal(formatDuration(0), "0ms");
  assert.equal(formatDuration(12), "12ms");
  assert.equal(formatDuration(1_500), "1.5s");
  assert.equal(formatDuration(360_000), "6m0s");
  assert.equal(formatDuration(3_661_000), "1h1m1s");
});

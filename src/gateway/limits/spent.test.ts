import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import fc from "fast-check";
import { anyUsage, exampleFactory } from "../../ledger/arbitrary.ts";
import { booksOf } from "../../ledger/books.ts";
import { postUsage } from "../../ledger/post.ts";
import { rateUsage } from "../../ledger/rate.ts";
import type { Usage } from "../../stack/usage.ts";
import { applyResources } from "../../store/resources.ts";
import { type ScratchStore, scratchStore } from "../../store/scratch.ts";
import { spentByWorker, spentInLedger } from "./spent.ts";

const books = booksOf(exampleFactory);
const dayMs = 86_400_000;
const nowMs = Math.floor(Date.now() / dayMs) * dayMs + dayMs / 2;
/** A UUIDv7 of three days ago. */
const bornHex = (nowMs - 3 * dayMs).toString(16).padStart(12, "0");
const [one, other] = [`${bornHex.slice(0, 8)}-${bornHex.slice(8)}-7000-8000-000000000000`, "named-by-hand"];

let scratch: ScratchStore;
let usages: Usage[] = [];
before(async () => {
  scratch = await scratchStore();
  const changes = exampleFactory.map((resource) => ({ change: "put" as const, resource }));
  await applyResources(scratch.store.db, changes, "test");
  // Over yesterday and today, by two workers.
  usages = fc.sample(anyUsage, { numRuns: 60, seed: 1 }).map((usage, index) => ({
    ...usage,
    startedAtMs: nowMs - (index % 2) * dayMs,
    endedAtMs: nowMs - (index % 2) * dayMs + 1,
    writer: index % 3 === 0 ? one : other,
  }));
  await postUsage(scratch.store, usages);
});
after(() => scratch.dispose());

function charged(which: (usage: Usage) => boolean): bigint {
  return usages.filter(which).reduce((sum, usage) => sum + (rateUsage(usage, books).charge ?? 0n), 0n);
}

const today = Math.floor(nowMs / dayMs) * dayMs;
const scopesOf = ({ keyId, tenant, project }: Usage) => [
  { scope: `key:${keyId}`, has: (usage: Usage) => usage.keyId === keyId },
  {
    scope: `project:${tenant}/${project}`,
    has: (usage: Usage) => usage.tenant === tenant && usage.project === project,
  },
  { scope: `tenant:${tenant}`, has: (usage: Usage) => usage.tenant === tenant },
];

test("a scope's spend since a day is what its requests were charged from then on", async () => {
  const spentSince = spentInLedger(scratch.store.db);
  for (const { scope, has } of usages.slice(0, 5).flatMap(scopesOf)) {
    assert.equal(await spentSince(scope, 0), charged(has));
    assert.equal(
      await spentSince(scope, today),
      charged((usage) => has(usage) && usage.endedAtMs >= today),
    );
  }
  assert.ok((await spentSince(`tenant:${usages[0]?.tenant}`, 0)) > 0n);
  assert.equal(await spentSince("key:none", 0), 0n);
});

test("a worker's spend is what the requests that it metered were charged, in the budget's period", async () => {
  for (const worker of [one, other]) {
    const actual = spentByWorker(scratch.store.db, worker);
    for (const { scope, has } of usages.slice(0, 5).flatMap(scopesOf)) {
      const name = { id: "", scope, kind: "budget" as const };
      const mine = (usage: Usage) => has(usage) && usage.writer === worker;
      assert.equal(await actual({ ...name, startMs: 0, endMs: null }), charged(mine));
      const inDay = await actual({ ...name, startMs: today, endMs: today + dayMs });
      assert.equal(
        inDay,
        charged((usage) => mine(usage) && usage.startedAtMs >= today),
      );
    }
  }
});

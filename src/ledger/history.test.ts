import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import fc from "fast-check";
import { sql } from "kysely";
import { applyResources } from "../store/resources.ts";
import { type ScratchStore, scratchStore } from "../store/scratch.ts";
import { accrueUpTo } from "./accrue.ts";
import { anyUsage, exampleFactory } from "./arbitrary.ts";
import { serviceHistory } from "./history.ts";
import { postUsage } from "./post.ts";
import { stackReport } from "./report.ts";
import { servedHistory } from "./served.ts";

const dayMs = 86_400_000;
const startMs = Date.parse("2026-03-01T00:00:00Z");

let scratch: ScratchStore;
before(async () => {
  scratch = await scratchStore();
  const { store } = scratch;
  await applyResources(
    store.db,
    exampleFactory.map((resource) => ({ change: "put" as const, resource })),
    "test",
  );
  await sql`update resource set created_at = ${new Date(startMs)}`.execute(store.db);
  const usages = fc.sample(anyUsage, { numRuns: 120, seed: 20_270_201 }).map((usage, index) => {
    // Over forty days, none in the second week.
    const day = index % 40;
    const laterMs = (day >= 7 && day < 14 ? day + 40 : day) * dayMs;
    return { ...usage, startedAtMs: usage.startedAtMs + laterMs, endedAtMs: usage.endedAtMs + laterMs };
  });
  await postUsage(store, usages);
  await accrueUpTo(store, startMs + 48 * dayMs, startMs);
});
after(() => scratch.dispose());

const tokensOf = (tokens: object) => Object.values(tokens).reduce((sum: number, count: number) => sum + count, 0);

test("days and months add up to the stack report of the same span, layer by layer", async () => {
  const { db } = scratch.store;
  const span = { from: new Date(startMs), to: new Date(startMs + 90 * dayMs) };
  const report = await stackReport(db, span);
  for (const by of ["day", "month"] as const) {
    const { steps, models, sources } = await serviceHistory(db, { by });
    const sum = (of: (step: (typeof steps)[number]) => number) => steps.reduce((total, step) => total + of(step), 0);
    assert.equal(
      sum(({ requests }) => requests),
      report.requests.complete + report.requests.partial,
    );
    assert.equal(
      sum(({ tokens }) => tokensOf(tokens)),
      tokensOf(report.tokens),
    );
    const charged = report.byModel.reduce((all, { revenue }) => all + Number(revenue), 0);
    assert.equal(sum(({ revenueUsd }) => Number(revenueUsd)).toFixed(6), charged.toFixed(6));
    assert.equal(sum(({ idleUsd }) => Number(idleUsd)).toFixed(6), Number(report.total.idle).toFixed(6));
    const outside = Number(report.total.cost) + Number(report.total.idle);
    const costs = sum(({ costUsd }) => Object.values(costUsd).reduce((all, one) => all + Number(one), 0));
    assert.equal(costs.toFixed(6), outside.toFixed(6));
    for (const model of report.byModel) {
      const found = models.find((one) => one.model === model.name);
      const tokens = found?.steps.reduce((total, step) => total + tokensOf(step.tokens), 0);
      assert.equal(tokens, model.tokens);
    }
    const hours = (of: "acceleratorHours" | "usedHours" | "idleHours" | "soldHours") =>
      sources.reduce((total, { steps: each }) => total + each.reduce((all, step) => all + step[of], 0), 0);
    assert.equal(hours("acceleratorHours").toFixed(6), report.capacity.acceleratorHours.value?.toFixed(6));
    assert.equal(hours("usedHours").toFixed(6), report.capacity.usedAcceleratorHours.value?.toFixed(6));
    assert.ok(Math.abs(hours("soldHours")) < 1e-6);
  }
});

test("days follow each other without a gap, and a day on which nobody asked has nothing", async () => {
  const { steps } = await serviceHistory(scratch.store.db, { by: "day" });
  assert.equal(steps[0]?.at, "2026-03-01");
  steps.forEach(({ at }, index) => {
    assert.equal(Date.parse(at), startMs + index * dayMs);
  });
  assert.equal(steps[9]?.requests, 0);
  const march = await serviceHistory(scratch.store.db, { by: "month", to: new Date("2026-04-01T00:00:00Z") });
  assert.deepEqual(
    march.steps.map(({ at }) => at),
    ["2026-03"],
  );
});

test("the planner gets whole days only: neither the first nor the current one", async () => {
  const nowMs = startMs + 30 * dayMs + 3_600_000;
  const { firstDay, lastDay, models, recent } = await servedHistory(scratch.store.db, nowMs);
  assert.deepEqual([firstDay, lastDay], ["2026-03-02", "2026-03-30"]);
  assert.ok(models.every(({ tokens }) => tokens.length === 29));
  assert.equal(recent.days, 28);
  const all = models.reduce((sum, { tokens }) => sum + tokens.slice(1).reduce((total, one) => total + one, 0), 0);
  const atSources = recent.uses.reduce((sum, { tokens }) => sum + tokens, 0);
  assert.ok(atSources > 0 && atSources <= all, "what reached no source was served by none");
  const none = await servedHistory(scratch.store.db, startMs);
  assert.deepEqual(none.models, []);
});

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { test } from "node:test";
import { parse } from "yaml";
import { smallDocument } from "../planner/capacity/fixture.ts";
import { type CapacityScenario, capacityScenario } from "../planner/capacity/scenario.ts";
import { Fault } from "../stack/fault.ts";
import { type PlanRun, PlanRuns } from "./plan-runs.ts";

const small = capacityScenario.parse(smallDocument);
const large = capacityScenario.parse(
  parse(readFileSync(new URL("../../docs/examples/plan-capacity.yaml", import.meta.url), "utf8")),
);

async function ended(runs: PlanRuns, id: string): Promise<PlanRun> {
  for (;;) {
    const run = runs.run(id);
    if (run.state !== "queued" && run.state !== "running") return run;
    await pause(20);
  }
}

const started = (runs: PlanRuns, scenario: CapacityScenario) => runs.start(scenario, { gap: 0.01 }, 0).id;

test("plans are worked out one after the other, and say how far they are", async () => {
  const runs = new PlanRuns();
  const ids = [started(runs, small), started(runs, { ...small, name: "second" })];
  assert.deepEqual(
    ids.map((id) => runs.run(id).state),
    ["running", "queued"],
  );
  for (const id of ids) {
    const { state, plan, steps } = await ended(runs, id);
    assert.equal(state, "done");
    assert.equal(plan?.solved.status, "within gap");
    assert.deepEqual(plan?.problems, []);
    assert.ok(steps.some(({ phase }) => phase === "relaxation"));
  }
  assert.deepEqual(
    runs.all.map(({ scenario }) => scenario.name),
    ["second", "small"],
  );
  await runs.close();
});

test("why there is no plan is told, and the next in line is worked out all the same", async () => {
  const runs = new PlanRuns();
  const unserved = {
    ...small,
    demand: small.demand.map((one) => ({ ...one, mustServeShare: 1 })),
    supply: small.supply.filter(({ kind }) => kind !== "tokens"),
    sites: small.sites.map((one) => ({ ...one, hallMw: 0 })),
  };
  const [none, next] = [started(runs, unserved), started(runs, small)];
  const { state, failure } = await ended(runs, none);
  assert.equal(state, "failed");
  assert.match(failure ?? "", /2027Q1/);
  assert.equal((await ended(runs, next)).state, "done");
  await runs.close();
});

test("a run that is stopped gives the best so far or none, and one in line is left out", async () => {
  const runs = new PlanRuns();
  const first = runs.start(large, { gap: 0 }, 0).id;
  const waiting = started(runs, small);
  assert.equal(runs.stop(waiting).state, "stopped");
  while (runs.run(first).steps.length === 0) await pause(10);
  runs.stop(first);
  const { state, plan } = await ended(runs, first);
  if (state === "done") assert.notEqual(plan?.solved.status, "within gap");
  else assert.equal(state, "stopped");
  await runs.close();
});

test("a line that is too long is refused, and what is closed leaves nothing running", async () => {
  const runs = new PlanRuns();
  const ids = Array.from({ length: 9 }, () => started(runs, large));
  assert.throws(
    () => started(runs, small),
    (error: unknown) => error instanceof Fault && error.code === "overloaded",
  );
  await runs.close();
  assert.ok(ids.every((id) => runs.run(id).state === "stopped"));
  assert.throws(
    () => runs.run("no such"),
    (error: unknown) => error instanceof Fault && error.code === "not_found",
  );
});

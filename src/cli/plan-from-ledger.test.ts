import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { type Fixture, makeFixture, requestId, usage } from "../api/fixture.ts";
import { postUsage } from "../ledger/post.ts";
import type { CapacityPlan } from "../planner/capacity/plan-capacity.ts";
import { resource } from "../stack/resource.ts";
import { applyResources } from "../store/resources.ts";

const main = fileURLToPath(new URL("main.ts", import.meta.url));
const example = fileURLToPath(new URL("../../docs/examples/plan-capacity.yaml", import.meta.url));
const dayMs = 86_400_000;

let fixture: Fixture;
before(async () => {
  fixture = await makeFixture();
});
after(() => fixture.remove());

function tokenworks(...args: readonly string[]) {
  const env = { ...process.env, TOKENWORKS_DATA: fixture.dataDir };
  return spawnSync(process.execPath, [main, ...args], { encoding: "utf8", env });
}

/** A rack that served so many whole days before today, a little more each day. */
async function serve(days: number): Promise<void> {
  const { store, acme } = fixture;
  const put = (spec: object) => ({ change: "put" as const, resource: resource.parse(spec) });
  await applyResources(
    store.db,
    [
      put({ kind: "Site", name: "fjord", electricityUsdPerKwh: "0.05", pue: "1.2" }),
      put({
        kind: "Source",
        type: "lease",
        name: "rack",
        site: "fjord",
        accelerator: "h200",
        accelerators: 2000,
        power: { idleWatts: 200, maxWatts: 1000 },
        leaseUsdPerAcceleratorMonth: "1200",
      }),
    ],
    "test",
  );
  const today = Math.floor(Date.now() / dayMs) * dayMs;
  const usages = Array.from({ length: days + 1 }, (_, day) => ({
    ...usage(requestId(1000 + day), "acme", "web", acme.id, today - (days + 1 - day) * dayMs + 3_600_000),
    source: "rack",
    deployment: "rack",
    tokens: { input: 3e10 + day * 1e8, cachedInput: 0, output: 1e10, reasoning: 0 },
    work: { acceleratorMs: 1e10, acceleratorProvenance: "measured" as const, energyProvenance: "unavailable" as const },
  }));
  await postUsage(store, usages);
}

test("a factory of one day is told what is missing, and one that has no scenario what to name", () => {
  const { status, stderr, stdout } = tokenworks("plan", "capacity", "--from-ledger");
  assert.equal(status, 2);
  assert.match(stderr, /There is no whole day of demand in the ledger; a forecast takes 14/);
  assert.equal(stdout, "");
  assert.match(tokenworks("plan", "capacity").stderr, /no scenario to plan for/);
  assert.match(tokenworks("plan", "capacity", "x.yaml", "--from-ledger").stderr, /by --base x\.yaml/);
});

test("what was served is forecast, planned for, and the scenario can be saved, edited and planned again", async () => {
  await serve(100);
  const file = join(fixture.dataDir, "next.yaml");
  const args = ["--from-ledger", "--quarters", "3", "--gap", "0.05", "--save", file];
  const { status, stdout, stderr } = tokenworks("plan", "capacity", ...args);
  assert.equal(status, 0, stderr);
  assert.match(stdout, /from 14 whole weeks/);
  assert.match(stdout, /Tested from \d+ points in the past/);
  assert.match(stdout, /80 % interval/);
  assert.match(stdout, /present value/);
  assert.match(stdout, /low\s+30 %[\s\S]*mid\s+40 %[\s\S]*high\s+30 %/);
  assert.match(readFileSync(file, "utf8"), /tokenworks-tiny[\s\S]*tokensPerSecond: 4/);
  const again = tokenworks("plan", "capacity", file, "--gap", "0.05", "--json");
  assert.equal(again.status, 0, again.stderr);
  const plan = JSON.parse(again.stdout) as CapacityPlan;
  assert.equal(plan.quarters.length, 3);
  assert.deepEqual(plan.problems, []);
});

test("a base scenario keeps what the ledger does not know", () => {
  const args = ["--from-ledger", "--base", example, "--gap", "0.1", "--json"];
  const { status, stdout, stderr } = tokenworks("plan", "capacity", ...args);
  assert.equal(status, 0, stderr);
  assert.match(stderr, /tokenworks-tiny is not in the base scenario/);
  const plan = JSON.parse(stdout) as CapacityPlan;
  assert.ok(plan.prices.some(({ model }) => model === "tokenworks-tiny"));
  assert.deepEqual(plan.problems, []);
});

test("history is shown by day and by month, for people and for programs", () => {
  assert.match(tokenworks("ledger", "history", "--by", "month").stdout, /month\s+requests\s+tokens\s+revenue/);
  const { steps } = JSON.parse(tokenworks("ledger", "history", "--json").stdout) as { steps: { at: string }[] };
  assert.ok(steps.length >= 101);
});

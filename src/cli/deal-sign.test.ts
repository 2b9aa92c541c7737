import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { stringify } from "yaml";
import { type Fixture, makeFixture } from "../api/fixture.ts";
import { accrueUpTo } from "../ledger/accrue.ts";
import { checkLedger } from "../ledger/check.ts";
import { settleContracts } from "../ledger/contracts/book.ts";
import { contractStatement } from "../ledger/contracts/read.ts";
import { plainDeal } from "../planner/deal/fixture.ts";
import { resource } from "../stack/resource.ts";
import { applyResources } from "../store/resources.ts";

const bin = fileURLToPath(new URL("../../bin/tokenworks.mjs", import.meta.url));
const hourMs = 3_600_000;

let fixture: Fixture;
before(async () => {
  fixture = await makeFixture();
  const put = (spec: object) => ({ change: "put" as const, resource: resource.parse(spec) });
  await applyResources(
    fixture.store.db,
    [
      put({ kind: "Site", name: "fjord", electricityUsdPerKwh: "0.05" }),
      put({
        kind: "Source",
        type: "lease",
        name: "rack",
        site: "fjord",
        accelerator: "gb300",
        accelerators: 1000,
        power: { idleWatts: 200, maxWatts: 1400 },
        leaseUsdPerAcceleratorMonth: "1000",
      }),
    ],
    "test",
  );
});
after(() => fixture.remove());

const today = new Date().toISOString().slice(0, 10);
const file = (changes: object) =>
  stringify({ ...plainDeal, counterparty: "Acme", signed: today, from: today, ...changes });
const tranches = (delivered: string, accelerators: number) => ({
  capacity: { ...plainDeal.capacity, tranches: [{ delivered, accelerators }] },
});

function sign(input: string, ...args: readonly string[]) {
  const env = { ...process.env, TOKENWORKS_DATA: fixture.dataDir };
  return spawnSync(process.execPath, [bin, "deal", "sign", "-", ...args], { encoding: "utf8", env, input });
}

test("signing tells first what it will do, with its price, and does it only when it is told to", async () => {
  const deal = file(tranches(today, 600));
  const shown = sign(deal);
  assert.equal(shown.status, 5, shown.stderr);
  assert.match(shown.stdout, /\+ Contract\/plain[\s\S]*total: none → \$52560000 USD[\s\S]*none → \$2\.5 USD\/hour/);
  assert.match(shown.stdout, /Nothing was done: --yes signs it/);
  await assert.rejects(contractStatement(fixture.store, "plain", Date.now()), { code: "not_found" });

  const signed = sign(deal, "--yes");
  assert.equal(signed.status, 0, signed.stderr);
  const again = sign(deal, "--yes");
  assert.equal(again.status, 4);
  assert.match(again.stderr, /signed already/);
});

test("what was signed is delivered hour by hour by the factory, and draws its RPO down", async () => {
  const { store } = fixture;
  const nowMs = Math.ceil(Date.now() / hourMs) * hourMs + hourMs;
  await settleContracts(store, Date.now());
  await accrueUpTo(store, nowMs, Date.now());
  await settleContracts(store, nowMs + 120_000);
  const { openUsd, deliveredUsd, totalUsd, quantities } = await contractStatement(store, "plain", nowMs);
  assert.ok(Number(deliveredUsd) >= 600 * 2.5);
  assert.equal(Number(openUsd), Number(totalUsd) - Number(deliveredUsd));
  assert.equal(Number(quantities[0]?.delivered), Number(deliveredUsd) / 2.5);
  assert.equal((await checkLedger(store)).ok, true);
});

test("a deal that the factory cannot fulfil, or whose parties are not clear, is refused with what would fit", () => {
  const more = sign(file({ name: "more", ...tranches(today, 700) }));
  assert.equal(more.status, 2);
  assert.match(more.stderr, /1300 accelerators of "rack" would be under contract at once; it has 1000/);
  const whose = sign(file({ name: "whose", counterparty: "Nobody", ...tranches(today, 1) }));
  assert.match(whose.stderr, /No tenant fits this deal by itself\. Name it by --tenant: acme, /);
  const what = sign(file({ name: "what", accelerator: "mi355x", ...tranches(today, 1) }));
  assert.match(what.stderr, /No source fits.*--source: rack, this-computer/);
  assert.match(sign("name: x\n").stderr, /standard input:1:1/);
});

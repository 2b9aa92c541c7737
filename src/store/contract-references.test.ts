import assert from "node:assert/strict";
import { test } from "node:test";
import { contract } from "../stack/contract.ts";
import { type Resource, resource } from "../stack/resource.ts";
import { changesOfPast, checkReferences } from "./references.ts";

const factory: readonly Resource[] = [
  { kind: "Site", name: "here", electricityUsdPerKwh: "0.1" },
  {
    kind: "Source",
    type: "lease",
    name: "rack",
    site: "here",
    accelerator: "H200",
    accelerators: 8,
    power: { idleWatts: 100, maxWatts: 700 },
    leaseUsdPerAcceleratorMonth: "900",
  },
  { kind: "Source", type: "upstream", name: "provider", prices: [] },
  { kind: "Model", name: "m" },
  { kind: "Tenant", name: "acme", projects: [{ name: "p" }] },
  { kind: "Tenant", name: "ours", projects: [{ name: "p" }], application: { unit: "seat", priceUsd: "20" } },
].map((one) => resource.parse(one));

const signed = (fields: object) =>
  contract.parse({
    kind: "Contract",
    name: "c",
    counterparty: "Acme",
    role: "seller",
    tenant: "acme",
    from: "2027-01-01",
    to: "2027-12-31",
    totalUsd: "100",
    ...fields,
  });
const line = { model: "m", inputUsdPerMillion: "1", outputUsdPerMillion: "1" };
const rented = (count: number, source = "rack") => ({
  accelerators: { source, count, usdPerAcceleratorHour: "2" },
});

function problems(...contracts: readonly Resource[]): string[] {
  return checkReferences([...factory, ...contracts]).map(({ resource, path }) => `${resource} ${path}`);
}

test("a contract's tenant, models and sources are there", () => {
  assert.deepEqual(problems(signed({ tokens: [line], ...rented(8) })), []);
  assert.deepEqual(problems(signed({ tenant: "gone" })), ["Contract/c tenant"]);
  assert.deepEqual(problems(signed({ tokens: [{ ...line, model: "gone" }] })), ["Contract/c tokens[0].model"]);
  assert.deepEqual(problems(signed(rented(1, "gone"))), ["Contract/c accelerators.source"]);
  assert.deepEqual(problems(signed(rented(1, "provider"))), ["Contract/c accelerators.source"]);
  assert.deepEqual(problems(signed({ role: "buyer", tenant: undefined, source: "gone" })), ["Contract/c source"]);
});

test("an application of ours has no contract", () => {
  assert.deepEqual(problems(signed({ tenant: "ours" })), ["Contract/c tenant"]);
});

test("two contracts that claim the same at the same time do not fit; one after the other they do", () => {
  const first = signed({ tokens: [line] });
  const same = signed({ name: "d", tokens: [line], from: "2027-12-31", to: "2028-12-31" });
  assert.deepEqual(problems(first, same), ["Contract/c tokens[0].model", "Contract/d tokens[0].model"]);
  assert.deepEqual(problems(first, { ...same, from: "2028-01-01" }), []);
  assert.deepEqual(problems({ ...first, cancelledOn: "2027-12-01" }, same), []);
  assert.deepEqual(problems(signed(rented(5)), signed({ name: "d", ...rented(4) })), [
    "Contract/c accelerators.count",
    "Contract/d accelerators.count",
  ]);
  const buys = { role: "buyer", tenant: undefined, source: "provider" };
  assert.deepEqual(problems(signed(buys), signed({ name: "d", ...buys })), ["Contract/c source", "Contract/d source"]);
});

test("a contract that has begun keeps its terms until it is over, and may be cancelled from tomorrow on", () => {
  const before = signed({});
  const changes = (after: Resource | undefined, now: string) =>
    changesOfPast(before, after, Date.parse(now)).map(({ path }) => path);
  const begun = "2027-03-01T12:00:00Z";
  assert.deepEqual(changes(signed({ totalUsd: "99" }), "2026-12-31T23:59:59Z"), []);
  assert.deepEqual(changes(undefined, "2026-12-31T23:59:59Z"), []);
  assert.deepEqual(changes(signed({ totalUsd: "99" }), begun), ["from"]);
  assert.deepEqual(changes(undefined, begun), ["name"]);
  assert.deepEqual(changes(signed({ counterparty: "Acme AG" }), begun), []);
  assert.deepEqual(changes(signed({ cancelledOn: "2027-03-02" }), begun), []);
  assert.deepEqual(changes(signed({ cancelledOn: "2027-03-01" }), begun), ["cancelledOn"]);
  assert.deepEqual(changes(undefined, "2028-01-01T00:00:00Z"), []);
});

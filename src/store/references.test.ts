import assert from "node:assert/strict";
import { test } from "node:test";
import { type PriceBook, type Resource, resource } from "../stack/resource.ts";
import { changedPast, checkReferences } from "./references.ts";

const site = resource.parse({ kind: "Site", name: "here", electricityUsdPerKwh: "0.1" });
const own = resource.parse({
  kind: "Source",
  type: "lease",
  name: "rack",
  site: "here",
  accelerator: "H200",
  accelerators: 8,
  power: { idleWatts: 100, maxWatts: 700 },
  leaseUsdPerAcceleratorMonth: "900",
});
const upstream = resource.parse({ kind: "Source", type: "upstream", name: "provider", prices: [] });
const model = resource.parse({ kind: "Model", name: "m" });
const deployment = (fields: object): Resource =>
  resource.parse({
    kind: "Deployment",
    name: "d",
    model: "m",
    source: "rack",
    engine: { type: "llama.cpp", file: "m.gguf" },
    ...fields,
  });

test("resources whose every name exists fit", () => {
  assert.deepEqual(checkReferences([deployment({}), model, own, site]), []);
});

test("a name that does not exist is a problem at its field", () => {
  const found = checkReferences([site, own, deployment({ model: "gone" })]);
  assert.deepEqual(found, [{ resource: "Deployment/d", path: "model", message: 'There is no Model "gone".' }]);
  assert.equal(checkReferences([own])[0]?.path, "site");
  const cluster = resource.parse({ kind: "Cluster", name: "c", site: "here", sources: ["rack", "gone"] });
  assert.equal(checkReferences([site, own, cluster])[0]?.path, "sources[1]");
  const tenant = resource.parse({ kind: "Tenant", name: "t", projects: [{ name: "p" }], priceBook: "gone" });
  assert.equal(checkReferences([tenant])[0]?.path, "priceBook");
});

test("two of a kind with one name, two projects or two prices at one moment, are problems", () => {
  assert.equal(checkReferences([model, model])[0]?.path, "name");
  const tenant = resource.parse({ kind: "Tenant", name: "t", projects: [{ name: "p" }, { name: "p" }] });
  assert.equal(checkReferences([tenant])[0]?.path, "projects[1].name");
  // One moment, written twice.
  const twice = book(["2026-01-01T00:00:00Z", "1"], ["2026-01-01T00:00:00.000Z", "2"]);
  assert.equal(checkReferences([twice])[0]?.path, "prices[1].from");
});

test("an upstream runs no engine of ours, and a policy's hosts are the only ones", () => {
  assert.equal(checkReferences([upstream, model, deployment({ source: "provider" })])[0]?.path, "engine.type");
  const far = deployment({ source: "provider", engine: { type: "openai", url: "https://api.example.com/v1" } });
  assert.deepEqual(checkReferences([upstream, model, far]), []);
  const policy = resource.parse({ kind: "Policy", name: "p", upstreamHosts: ["api.example.org"] });
  assert.equal(checkReferences([upstream, model, far, policy])[0]?.path, "engine.url");
});

function book(...prices: (readonly [from: string, usd: string])[]): PriceBook {
  return {
    kind: "PriceBook",
    name: "list",
    prices: prices.map(([from, usd]) => ({ model: "m", from, inputUsdPerMillion: usd, outputUsdPerMillion: usd })),
  };
}

const now = Date.parse("2026-06-01T00:00:00Z");
const past = "2026-01-01T00:00:00Z";
const earlier = "2025-12-01T00:00:00Z";
const future = "2026-07-01T00:00:00Z";

test("a price that has begun may be neither changed nor taken away nor overtaken from the past", () => {
  const before = book([past, "1"]);
  assert.match(changedPast(before, book([past, "2"]), now)[0]?.message ?? "", /may not be changed/);
  assert.match(changedPast(before, book(), now)[0]?.message ?? "", /may not be taken away/);
  assert.match(changedPast(before, undefined, now)[0]?.message ?? "", /may not be taken away/);
  assert.match(
    changedPast(before, book([past, "1"], [earlier, "2"]), now)[0]?.message ?? "",
    /may not begin in the past/,
  );
});

test("a future price may come, change and go, and a model's first price may begin in the past", () => {
  assert.deepEqual(changedPast(book([past, "1"]), book([past, "1"], [future, "2"]), now), []);
  assert.deepEqual(changedPast(book([past, "1"], [future, "2"]), book([past, "1"], [future, "3"]), now), []);
  assert.deepEqual(changedPast(book([past, "1"], [future, "2"]), book([past, "1"]), now), []);
  assert.deepEqual(changedPast(book(), book([past, "1"]), now), []);
  assert.deepEqual(changedPast(book([future, "1"]), book([past, "1"], [future, "1"]), now), []);
});

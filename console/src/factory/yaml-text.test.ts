import assert from "node:assert/strict";
import { test } from "node:test";
import { parse } from "yaml";
import { factoryFile } from "../../../src/stack/resource.ts";
import { yamlText } from "./yaml-text.ts";

const file = factoryFile.parse({
  factory: "here",
  resources: [
    { kind: "Tenant", name: "acme", projects: [{ name: "web", limits: { budget: { amountUsd: "25" } } }] },
    {
      kind: "PriceBook",
      name: "list",
      prices: [{ outputUsdPerMillion: "0.08", inputUsdPerMillion: "1", model: "m", from: "2026-01-01T00:00:00Z" }],
    },
    {
      kind: "Deployment",
      name: "m",
      model: "m",
      source: "rack",
      engine: { url: "http://127.0.0.1:1/v1", type: "openai" },
    },
    { kind: "Site", name: "hall", electricityUsdPerKwh: "0.10", pue: "1.20" },
  ],
});

test("the text says what the factory is: read back, it is the same declaration", () => {
  const back = factoryFile.parse(parse(yamlText(file)));
  const byName = (one: { kind: string }, other: { kind: string }) => (one.kind < other.kind ? -1 : 1);
  assert.deepEqual(back.resources.toSorted(byName), file.resources.toSorted(byName));
  assert.equal(back.factory, "here");
});

test("an amount stays a text with all its digits, and sites come before what stands on them", () => {
  const text = yamlText(file);
  assert.match(text, /electricityUsdPerKwh: "0\.10"/);
  assert.match(text, /inputUsdPerMillion: "1"/);
  const places = ["kind: Site", "kind: Deployment", "kind: PriceBook", "kind: Tenant"].map((line) =>
    text.indexOf(line),
  );
  assert.deepEqual(
    places,
    places.toSorted((one, other) => one - other),
  );
  assert.match(text, /engine:\n {6}type: openai\n {6}url:/);
});

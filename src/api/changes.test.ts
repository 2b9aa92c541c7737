import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import { defaultFactory, localFigures } from "../catalog/local.ts";
import { h200Resources } from "../ledger/example.ts";
import { Fault } from "../stack/fault.ts";
import { formatUsd } from "../stack/money.ts";
import { factoryFile, type Resource, resource, type Tenant } from "../stack/resource.ts";
import { changesBetween, checkApplies, declaredWith, hourlyTotals, renaming, storeChanges } from "./changes.ts";
import { readFactoryFile, writeFactoryFile } from "./factory-file.ts";

const { resources } = defaultFactory({ cpus: 8, memoryGiB: 32 });
const nowMs = Date.parse("2026-11-01T00:00:00Z");
const options = { prune: false, nowMs };

function changed(kind: string, name: string, change: object): Resource[] {
  return resources.map((one) => (one.kind === kind && one.name === name ? resource.parse({ ...one, ...change }) : one));
}

const tenants: fc.Arbitrary<Resource[]> = fc.uniqueArray(
  fc.record(
    {
      kind: fc.constant("Tenant" as const),
      name: fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/),
      displayName: fc.string({ unit: "grapheme" }),
      limits: fc.record({ concurrency: fc.integer({ min: 1, max: 100 }) }, { requiredKeys: [], noNullPrototype: true }),
      projects: fc.constant<Tenant["projects"]>([{ name: "default", limits: {} }]),
    },
    { noNullPrototype: true },
  ),
  { selector: ({ name }) => name, maxLength: 6 },
);

/** What the store does with changes, in memory. */
function applied(before: readonly Resource[], changes: ReturnType<typeof storeChanges>): Resource[] {
  const after = new Map(before.map((one) => [`${one.kind}/${one.name}`, one]));
  for (const one of changes) {
    if (one.change === "put") after.set(`${one.resource.kind}/${one.resource.name}`, one.resource);
    else after.delete(`${one.kind}/${one.name}`);
  }
  return [...after.values()];
}

const byName = (list: readonly Resource[]) => list.toSorted((a, b) => (a.name < b.name ? -1 : 1));

test("applying the changes makes what was declared, and then nothing is left to change", () => {
  fc.assert(
    fc.property(tenants, tenants, fc.boolean(), (before, declared, prune) => {
      const changes = changesBetween(before, declared, { prune, nowMs });
      const after = applied(before, storeChanges(changes, declared));
      assert.deepEqual(byName(after), byName(declaredWith(before, declared, prune)));
      assert.deepEqual(changesBetween(after, declared, { prune, nowMs }), []);
    }),
  );
});

test("a file that is written and read declares the same factory, whatever its texts", () => {
  fc.assert(
    fc.property(tenants, fc.string({ unit: "grapheme" }), (some, name) => {
      const text = writeFactoryFile(name, [...resources, ...some]);
      const read = readFactoryFile(text, "factory.yaml");
      assert.equal(read.factory, name);
      assert.deepEqual(changesBetween([...resources, ...some], read.resources, { prune: true, nowMs }), []);
      assert.equal(writeFactoryFile(name, read.resources), text);
    }),
  );
});

test("the price of capacity is the one that the ledger accrues", () => {
  // The published H200 chain: US$1.66 per GPU-hour, energy and colocation included.
  const { fixed, fullLoad } = hourlyTotals(h200Resources);
  assert.equal(Number(formatUsd(fullLoad)).toFixed(2), "1.66");
  assert.ok(fixed < fullLoad);
});

test("a dearer kilowatt-hour shows on the site, in dollars an hour of each source there", () => {
  const [change, ...others] = changesBetween(
    resources,
    changed("Site", "here", { electricityUsdPerKwh: "0.2682" }),
    options,
  );
  assert.deepEqual(others, []);
  assert.deepEqual(change?.fields, [{ path: "electricityUsdPerKwh", before: "0.1341", after: "0.2682" }]);
  assert.equal(change?.effects.length, 2);
  for (const { what, before, after } of change?.effects ?? []) {
    assert.match(what, /^this-computer: energy/);
    // Twice the price; each is rounded down to a whole pico-dollar.
    assert.ok(Math.abs(Number(after) - 2 * Number(before)) <= 2e-12);
  }
});

test("a price that is to come shows with its day, beside the one that holds", () => {
  const list = resources.find(({ kind }) => kind === "PriceBook");
  assert.ok(list?.kind === "PriceBook");
  const next = {
    model: "tokenworks-tiny",
    from: "2027-01-01T00:00:00Z",
    inputUsdPerMillion: "0.03",
    outputUsdPerMillion: "0.08",
  };
  const [change] = changesBetween(resources, changed("PriceBook", "list", { prices: [...list.prices, next] }), options);
  assert.deepEqual(
    change?.effects.map(({ what, before, after }) => [what, before, after]),
    [
      ["tokenworks-tiny input from 2027-01-01T00:00:00.000Z", null, "0.03"],
      ["tokenworks-tiny cached input from 2027-01-01T00:00:00.000Z", null, "0.03"],
      ["tokenworks-tiny output from 2027-01-01T00:00:00.000Z", null, "0.08"],
    ],
  );
  assert.deepEqual(change?.fields[0]?.path, "prices[tokenworks-tiny 2027-01-01T00:00:00Z]");
});

test("what the store would refuse is refused by the diff already", () => {
  const lost = resources.filter(({ kind }) => kind !== "Site");
  const isFault = (code: string) => (error: unknown) => error instanceof Fault && error.code === code;
  assert.throws(() => checkApplies(resources, lost, nowMs), isFault("invalid_value"));
  const free = changed("PriceBook", "list", { prices: [] });
  assert.throws(() => checkApplies(resources, free, nowMs), isFault("conflict"));
  checkApplies(resources, resources, nowMs);
});

test("a factory that is not named keeps its name", () => {
  assert.deepEqual(renaming("north", undefined), []);
  assert.deepEqual(renaming("north", "north"), []);
  assert.equal(renaming("north", "south")[0]?.fields[0]?.after, "south");
});

test("each mistake in a file is told with its line, its column, its path and what would do", () => {
  const text = [
    "resources:",
    "  - kind: Site",
    "    name: here",
    "    electricityUsdPerKwh: 0.15",
    '    puee: "1.2"',
    "  - kind: Source",
    "    type: borrowed",
    "    name: x",
    "  - { kind: Tenant, name: UPPER, projects: [{ name: a }] }",
  ].join("\n");
  assert.throws(
    () => readFactoryFile(text, "f.yaml"),
    (error: Fault) => {
      const lines = error.message.split("\n");
      assert.equal(lines.length, 4);
      assert.match(lines[0] ?? "", /^f\.yaml:4:5: resources\[0\]\.electricityUsdPerKwh: .*quotes.*"0\.15"/);
      assert.match(lines[1] ?? "", /^f\.yaml:5:5: resources\[0\]\.puee: There is no field "puee"/);
      assert.match(lines[2] ?? "", /^f\.yaml:7:5: resources\[1\]\.type: .*borrowed/);
      assert.match(lines[3] ?? "", /^f\.yaml:9:21: resources\[2\]\.name: .*lower-case.*UPPER/);
      return true;
    },
  );
});

test("a file that is no YAML, empty, or a bomb is refused with its place", () => {
  const bomb = `a: &a [x, x, x, x, x, x, x, x, x, x]\n${"bcdefghij"
    .split("")
    .map(
      (name, index) => `${name}: &${name} [${Array.from({ length: 10 }, () => `*${"abcdefghij"[index]}`).join(", ")}]`,
    )
    .join("\n")}\n`;
  for (const [text, place] of [
    ["resources: [", /^f\.yaml:1:1\d: /],
    ["", /^f\.yaml:1:1: The file is empty/],
    ["- 1", /^f\.yaml:1:1: /],
    [bomb, /^f\.yaml/],
    ["kind: Site\nkind: Site\n", /^f\.yaml:2:1: /],
  ] as const) {
    assert.throws(
      () => readFactoryFile(text, "f.yaml"),
      (error) => error instanceof Fault && error.code === "invalid_value" && place.test(error.message),
      text.slice(0, 20),
    );
  }
});

test("no text makes reading fail otherwise than by a Fault, or accept what the schema does not", () => {
  const valid = writeFactoryFile("f", resources);
  const cut = fc
    .tuple(fc.nat(valid.length), fc.string({ maxLength: 6 }), fc.nat(6))
    .map(([at, put, drop]) => valid.slice(0, at) + put + valid.slice(at + drop));
  fc.assert(
    fc.property(cut, (text) => {
      try {
        factoryFile.parse({ resources: readFactoryFile(text, "f.yaml").resources });
      } catch (error) {
        assert.ok(error instanceof Fault, String(error));
      }
    }),
    { numRuns: 60 },
  );
});

test("every example of the guide is a file that is accepted, and together they fit", () => {
  const guide = readFileSync(new URL("../../docs/factory-yaml.md", import.meta.url), "utf8");
  const examples = [...guide.matchAll(/```yaml\n([\s\S]*?)```/g)].map((match) => match[1] ?? "");
  assert.ok(examples.length >= 4);
  const declared = examples.flatMap((text, index) => readFactoryFile(text, `example ${index + 1}`).resources);
  checkApplies([], declared, nowMs);
});

test("the guide tells the figures that a new factory takes for granted", () => {
  const guide = readFileSync(new URL("../../docs/factory-yaml.md", import.meta.url), "utf8");
  const table = guide.slice(guide.indexOf("## What a new factory"));
  const { lifeYears: _life, pue: _pue, costOfCapital: _rate, ...shown } = localFigures;
  const { capitalUsdPerGpu: _capital, maxWattsPerGpu: _watts, idleShareOfGpu: _share, ...told } = shown;
  for (const { value } of Object.values(told)) {
    assert.ok(table.includes(String(value)), String(value));
  }
  assert.ok(table.includes(localFigures.electricityUsdPerKwh.source.split(", ").at(-1) ?? "?"));
});

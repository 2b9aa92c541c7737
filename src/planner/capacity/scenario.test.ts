import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { chipNamed } from "../../catalog/chips.ts";
import { caseOf } from "./case.ts";
import { smallDocument, smallScenario } from "./fixture.ts";
import { quarterIndex, quarterName } from "./quarter.ts";
import { capacityScenario } from "./scenario.ts";
import { valuesOf } from "./series.ts";

test("a quarter's name and its index are each other's inverse, and four are a year", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1900, max: 2200 }), fc.integer({ min: 1, max: 4 }), (year, number) => {
      const name = `${year}Q${number}`;
      assert.equal(quarterName(quarterIndex(name)), name);
      assert.equal(quarterName(quarterIndex(name) + 4), `${year + 1}Q${number}`);
    }),
  );
});

test("a series is a number, a list whose last holds, a growth, or steps from their quarters on", () => {
  const start = quarterIndex("2027Q1");
  assert.deepEqual(valuesOf(3, start, 3), [3, 3, 3]);
  assert.deepEqual(valuesOf([1, 2], start, 4), [1, 2, 2, 2]);
  assert.deepEqual(valuesOf({ first: 8, growthPerQuarter: -0.5 }, start, 3), [8, 4, 2]);
  assert.deepEqual(valuesOf({ first: 8, growthPerQuarter: -0.5, from: "2027Q2" }, start, 4), [8, 8, 4, 2]);
  assert.deepEqual(valuesOf({ "2027Q4": 9, "2026Q1": 1, "2027Q2": 5 }, start, 5), [1, 5, 5, 9, 9]);
  assert.deepEqual(valuesOf({ "2027Q2": 5 }, start, 3), [0, 5, 5]);
});

test("an entry takes over what it does not say itself, through several hands", () => {
  const [colo] = smallDocument.supply;
  const { supply } = smallScenario({
    supply: [
      { name: "third", extends: "second", moduleMw: 9 },
      { name: "second", extends: "colo", rentUsdPerKwMonth: 99 },
      colo,
    ],
  });
  const [third] = supply;
  assert.ok(third?.kind === "colocation");
  assert.deepEqual([third.moduleMw, third.rentUsdPerKwMonth, third.leadQuarters], [9, 99, 1]);
});

const refused: readonly (readonly [what: string, changed: Record<string, unknown>, path: string, said: RegExp])[] = [
  [
    "a circle of three",
    { supply: ["a", "b", "c"].map((name, index) => ({ name, extends: "bca"[index] })) },
    "supply.0.extends",
    /a → b → c → a/,
  ],
  [
    "a lease without a term",
    { supply: [{ ...smallDocument.supply[0], termQuarters: undefined }] },
    "supply.0.termQuarters",
    /What is rented has a term/,
  ],
  [
    "an accelerator without a price",
    { accelerators: [{ ...smallDocument.accelerators[0], usdPerAccelerator: undefined }] },
    "accelerators.0.usdPerAccelerator",
    /the catalog has no price of "chip"/,
  ],
  [
    "tokens sold by the hour",
    { demand: [{ ...smallDocument.demand[0], usdPerAcceleratorHour: 2 }] },
    "demand.0.usdPerAcceleratorHour",
    /not sold by it/,
  ],
  ["a stream twice", { demand: [smallDocument.demand[0], smallDocument.demand[0]] }, "demand.1", /add them up/],
  ["a name twice", { regions: [{ name: "north" }, { name: "north" }] }, "regions.1.name", /there twice/],
  ["a quarter that is none", { start: "2027-01" }, "start", /A quarter is written like 2027Q2/],
  [
    "a power below nothing",
    { sites: [{ ...smallDocument.sites[0], energisedMw: [5, -1] }] },
    "sites.0.energisedMw.1",
    /expected number to be >=0/,
  ],
];

for (const [what, changed, path, said] of refused) {
  test(`${what} is refused at its field`, () => {
    const parsed = capacityScenario.safeParse({ ...smallDocument, ...changed });
    assert.ok(!parsed.success);
    const issue = parsed.error.issues.find((one) => one.path.join(".") === path);
    assert.ok(issue, parsed.error.issues.map((one) => `${one.path.join(".")}: ${one.message}`).join("\n"));
    assert.match(issue.message, said);
  });
}

test("the catalog gives an accelerator's price and power when the scenario does not", () => {
  const scenario = smallScenario({
    accelerators: [{ name: "h200", source: "The catalog.", speed: { chat: { tokensPerSecond: 442 } } }],
  });
  const [h200] = caseOf(scenario).accelerators;
  const { capitalUsd, allInWatts } = chipNamed("h200");
  assert.equal(h200?.acceleratorsPerMw, 1e6 / allInWatts!.value);
  assert.equal(h200?.usdMPerMwAt[0], (Number(capitalUsd!.value) * h200.acceleratorsPerMw) / 1e6);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { quartersOf } from "./charts.ts";
import { copyOf, filesOf, keep, nothingKept, readKept, withText, without } from "./files.ts";
import { swingsOf } from "./swings.ts";

const examples = { one: "name: one\nrole: seller\n", two: "name: two\n" };

/** A browser's storage, as far as it is used. */
function storage(first: string | null = null) {
  let held = first;
  return {
    getItem: () => held,
    setItem: (_: string, value: string) => {
      held = value;
    },
  };
}

test("the pipeline is the examples, with what was edited, added and removed kept over a reload", () => {
  const drive = storage();
  let kept = withText(readKept(drive), "one", "name: one\nrole: buyer\n", examples);
  kept = withText(kept, "mine", "name: mine\n", examples);
  kept = without(kept, "two", examples);
  keep(drive, kept);
  const files = filesOf(readKept(drive), examples);
  assert.deepEqual(
    files.map(({ key, yaml }) => [key, yaml]),
    [
      ["one", "name: one\nrole: buyer\n"],
      ["mine", "name: mine\n"],
    ],
  );
  assert.equal(files[0]?.example, examples.one);
});

test("an example that is put back takes no place, and what is added and removed is gone", () => {
  const edited = withText(nothingKept, "one", "name: other\n", examples);
  assert.deepEqual(withText(edited, "one", examples.one, examples), nothingKept);
  const added = withText(nothingKept, "mine", "name: mine\n", examples);
  assert.deepEqual(without(added, "mine", examples), nothingKept);
});

test("storage that is switched off or holds something else leaves the examples", () => {
  const broken = {
    getItem: () => {
      throw new Error("off");
    },
  };
  assert.deepEqual(readKept(broken), nothingKept);
  for (const text of ["{", '{"texts":{"a":1}}', "[]", '"x"'])
    assert.deepEqual(readKept(storage(text)), nothingKept, text);
});

test("a copy takes the next free name, in its file too", () => {
  const files = filesOf(nothingKept, examples);
  const first = copyOf({ key: "one", yaml: examples.one }, files);
  assert.deepEqual(first, { key: "one-2", yaml: "name: one-2\nrole: seller\n" });
  assert.equal(copyOf({ key: "one", yaml: examples.one }, [...files, first]).key, "one-3");
});

test("months are added up to the quarters they lie in", () => {
  const quarters = quartersOf({ from: "2025-11", cashUsd: [1, 2, 4, 8, 16], runningCashUsd: [1, 3, 7, 15, 31] });
  assert.deepEqual(quarters, [
    { quarter: "2025Q4", cash: 3, running: 3 },
    { quarter: "2026Q1", cash: 28, running: 31 },
  ]);
});

test("bars have their places between the least and the most, nothing among them where it lies between", () => {
  const swing = { field: "price", low: 1, planned: 2, high: 3, isRanged: true };
  const { swings, planned, zero } = swingsOf(
    {
      npvUsd: 0,
      tornado: [
        { ...swing, npvLowUsd: -50, npvHighUsd: 150 },
        { ...swing, npvLowUsd: 50, npvHighUsd: -10 },
      ],
    },
    12,
  );
  assert.deepEqual(
    swings.map(({ lower, higher }) => [lower, higher]),
    [
      [0, 1],
      [0.5, 0.2],
    ],
  );
  assert.equal(planned, 0.25);
  assert.equal(zero, 0.25);
  assert.equal(swingsOf({ npvUsd: 5, tornado: [{ ...swing, npvLowUsd: 1, npvHighUsd: 9 }] }, 12).zero, undefined);
});

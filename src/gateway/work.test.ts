import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { unknownWork } from "../stack/usage.ts";
import { modelledWork, workOf } from "./work.ts";

const ms = "x-tokenworks-accelerator-ms";
const mj = "x-tokenworks-millijoules";
const how = "x-tokenworks-energy-provenance";

describe("work as an engine reports it", () => {
  test("is in whole units, energy with how it is known", () => {
    assert.deepEqual(workOf({ [ms]: "12.5", [mj]: "1000", [how]: "measured" }), {
      acceleratorMs: 13,
      acceleratorProvenance: "measured",
      millijoules: 1000,
      energyProvenance: "measured",
    });
  });

  test("is unavailable where it is not told, and never zero instead", () => {
    assert.equal(workOf({}), undefined);
    assert.equal(workOf({ [ms]: "soon" }), undefined);
    assert.equal(workOf({ [ms]: "-1" }), undefined);
    const noEnergy = { acceleratorMs: 0, acceleratorProvenance: "measured", energyProvenance: "unavailable" };
    assert.deepEqual(workOf({ [ms]: "0", [mj]: "5", [how]: "unavailable" }), noEnergy);
    assert.deepEqual(workOf({ [ms]: "0", [mj]: "5", [how]: "guessed" }), noEnergy);
    assert.deepEqual(workOf({ [ms]: "0", [how]: "measured" }), noEnergy);
  });
});

test("work is modelled from a stated speed over computed tokens, or unavailable", () => {
  const tokens = { input: 100, cachedInput: 1_000, output: 300, reasoning: 100 };
  assert.equal(modelledWork(tokens, 442).acceleratorMs, Math.round((500 / 442) * 1000));
  assert.equal(modelledWork(tokens, 442).acceleratorProvenance, "modelled");
  assert.deepEqual(modelledWork(tokens, undefined), unknownWork);
});

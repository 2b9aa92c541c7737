import assert from "node:assert/strict";
import { test } from "node:test";
import { chipNamed } from "../../catalog/chips.ts";
import { modelNamed } from "../../catalog/models.ts";
import { engineNames, type Served } from "../deployment.ts";
import { allReducesOf } from "./all-reduces.ts";

const on = (chip: string, engine: Served["engine"]): Served => ({
  chip: chipNamed(chip),
  model: modelNamed("llama-3.1-70b"),
  engine,
  tensorParallel: 8,
  expertParallel: 1,
  attentionParallel: 1,
  weights: "fp8",
  kv: "fp8",
});

test("racks of Blackwell, whose sums over eight nobody measured, sum as Blackwell's servers do and not as Hopper's", () => {
  for (const engine of engineNames.filter((name) => name !== "atom")) {
    const server = allReducesOf(on("b200", engine), 8);
    for (const rack of ["gb200", "gb300", "rubin"]) {
      const { efficiencies, provenance } = allReducesOf(on(rack, engine), 8);
      assert.deepEqual(efficiencies, server.efficiencies, rack);
      assert.equal(provenance, "transferred", rack);
    }
  }
});

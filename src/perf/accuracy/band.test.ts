import assert from "node:assert/strict";
import { test } from "node:test";
import { chipNamed } from "../../catalog/chips.ts";
import { modelNamed } from "../../catalog/models.ts";
import { bandsOf } from "./band.ts";
import type { Served } from "../deployment.ts";
import { inferenceXLoad } from "../inferencex/inferencex.ts";
import { predict } from "../predict.ts";

const served: Served = {
  chip: chipNamed("h200"),
  model: modelNamed("llama-3.1-70b"),
  engine: "vllm",
  tensorParallel: 4,
  expertParallel: 1,
  attentionParallel: 1,
  weights: "fp8",
  kv: "fp8",
};

test("a prediction's band is around its mean, by factors of what was measured of deployments like it", () => {
  const { tpotMs, provenance } = predict(served, inferenceXLoad(1024, 128, 4));
  const { tpot, rows } = bandsOf(served, provenance);
  assert.ok(rows >= 20);
  assert.equal(tpotMs.band.low, tpotMs.mean * tpot.low);
  assert.equal(tpotMs.band.high, tpotMs.mean * tpot.high);
  assert.ok(tpot.low < tpot.high);
});

test("a load that nobody describes, drafts and pools have bands of their own", () => {
  const untold = predict(served, inferenceXLoad(1024, 128, 4), { isUntold: true });
  const told = predict(served, inferenceXLoad(1024, 128, 4));
  assert.equal(untold.ttftMs.mean, told.ttftMs.mean);
  assert.ok(untold.ttftMs.band.low < told.ttftMs.band.low && untold.ttftMs.band.high > told.ttftMs.band.high);
  const experts = { ...served, model: modelNamed("deepseek-r1"), tensorParallel: 8 };
  const drafting = bandsOf({ ...experts, speculation: { drafts: 3, accepted: 1.6 } }, "interpolated");
  assert.deepEqual(drafting, bandsOf(experts, "interpolated", "drafting"));
  assert.notDeepEqual(drafting, bandsOf(experts, "interpolated", "pools"));
});

test("a chip of a kind that no deployment was measured of has a wider band", () => {
  const known = bandsOf(served, "transferred").ttft;
  const unknown = bandsOf({ ...served, chip: chipNamed("tpu-v6e") }, "analytic").ttft;
  assert.ok(unknown.high / unknown.low > known.high / known.low);
});

test("AMD's chips have the band of what others have published of them, but for attention that nobody measured", () => {
  const amd = { ...served, chip: chipNamed("mi355x") };
  assert.ok(bandsOf(amd, "transferred").rows >= 20);
  assert.equal(bandsOf({ ...amd, model: modelNamed("deepseek-v4-pro") }, "analytic").rows, 0);
});

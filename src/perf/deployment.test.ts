import assert from "node:assert/strict";
import { test } from "node:test";
import { chipNamed } from "../catalog/chips.ts";
import { modelNamed } from "../catalog/models.ts";
import { isSince, type Served } from "./deployment.ts";

const served: Served = {
  chip: chipNamed("h200"),
  model: modelNamed("gpt-oss-120b"),
  engine: "vllm",
  tensorParallel: 1,
  expertParallel: 1,
  attentionParallel: 1,
  weights: "fp4",
  kv: "fp8",
};

test("versions are compared by their numbers, and what has none is the newest", () => {
  const since = (version: string) => isSince({ ...served, version }, "1.2");
  assert.deepEqual(["1.1.0rc2.post2", "0.19.0", "1.2.0rc6", "v1.10", "2.0"].map(since), [
    false,
    false,
    true,
    true,
    true,
  ]);
  assert.ok(since("nightly-5b8c30d") && since("gpt-oss-dev"));
  assert.ok(isSince(served, "1.2"));
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { chipNamed } from "../catalog/chips.ts";
import { modelNamed } from "../catalog/models.ts";
import type { Served } from "./deployment.ts";
import { frontEndNote, frontEndShare } from "./front-end.ts";
import { beyondRange } from "./accuracy/range.ts";

const served: Served = {
  chip: chipNamed("b200"),
  model: modelNamed("llama-3.1-8b"),
  engine: "vllm",
  tensorParallel: 1,
  expertParallel: 1,
  attentionParallel: 1,
  weights: "fp8",
  kv: "fp8",
};

test("one Python process streams some twenty thousand tokens a second, fewer where answers are short", () => {
  assert.ok(frontEndShare(20, 1000) < 1 && frontEndShare(22, 1000) > 1);
  assert.ok(frontEndShare(1100, 20) > 1.5);
});

test("what comes near that is told, with the engine's option against it", () => {
  assert.equal(frontEndNote("vllm", 5, 1000), undefined);
  assert.match(frontEndNote("vllm", 16, 1000)!, /^streaming 16,000 tokens\/s .* 76 % busy.*--api-server-count/);
  assert.match(frontEndNote("tensorrt-llm", 32, 1000)!, /152 % busy.*num_postprocess_workers/);
  assert.doesNotMatch(frontEndNote("atom", 32, 1000)!, /avoids/);
});

test("a question is told so where its rate is known", () => {
  const asked = { promptTokens: 1024, outputTokens: 1024, concurrency: 512 };
  assert.deepEqual(beyondRange(served, asked), []);
  assert.deepEqual(beyondRange(served, { ...asked, requestsPerSecond: 1 }), []);
  assert.match(beyondRange(served, { ...asked, requestsPerSecond: 30 }).join(), /HTTP server in one Python process/);
});

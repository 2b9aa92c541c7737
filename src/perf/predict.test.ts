import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { chipNamed } from "../catalog/chips.ts";
import { modelNamed } from "../catalog/models.ts";
import { usdPerMillionTokens } from "./cost.ts";
import type { Served } from "./deployment.ts";
import { inferenceXLoad } from "./inferencex/inferencex.ts";
import { predict } from "./predict.ts";
import { closedLoop } from "./loads/workload.ts";

const h200: Served = {
  chip: chipNamed("h200"),
  model: modelNamed("llama-3.1-70b"),
  engine: "vllm",
  tensorParallel: 4,
  expertParallel: 1,
  attentionParallel: 1,
  weights: "fp8",
  kv: "fp8",
};

test("Little's law: clients are requests per second times the time that each takes", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 96 }), fc.constantFrom(64, 900), (concurrency, outputTokens) => {
      const load = closedLoop({ concurrency, requests: concurrency * 40, promptTokens: 500, outputTokens });
      const { result, e2eMs } = predict(h200, load);
      const inSystem = (result.requestsPerSecond * e2eMs.mean) / 1e3;
      assert.ok(inSystem <= concurrency * 1.001 && inSystem > concurrency * 0.93, `${inSystem} of ${concurrency}`);
    }),
    { numRuns: 25 },
  );
});

test("a pipeline takes as many batches as it has stages: twice the tokens at twice the clients, as fast for each", () => {
  const load = (concurrency: number) => closedLoop({ concurrency, ratio: 1, promptTokens: 20, outputTokens: 500 });
  const alone = predict(h200, load(16));
  const staged = predict({ ...h200, pipelineParallel: 2 }, load(32));
  // A stage sends to the next at every step.
  const slower = staged.tpotMs.mean / alone.tpotMs.mean;
  assert.ok(slower > 1 && slower < 1.03, String(slower));
  const same = staged.outputTokensPerSecondPerAccelerator / alone.outputTokensPerSecondPerAccelerator;
  assert.ok(Math.abs(same - 1) < 0.05, String(same));
  assert.ok(staged.kvTokens > alone.kvTokens);
  for (const shares of ["tensor", "memory", "host"] as const) {
    const ratio = staged.utilisation.decode[shares] / alone.utilisation.decode[shares];
    assert.ok(Math.abs(ratio - 1) < 0.05, `${shares} ${ratio}`);
  }
});

test("batches of a pipeline wait for the slowest: prompts in one hold up the decodes of the other", () => {
  const load = (concurrency: number) => closedLoop({ concurrency, ratio: 0.2, promptTokens: 6000, outputTokens: 60 });
  const perAccelerator = (pipelineParallel: number) =>
    predict({ ...h200, pipelineParallel }, load(16 * pipelineParallel)).outputTokensPerSecondPerAccelerator;
  const kept = perAccelerator(2) / perAccelerator(1);
  assert.ok(kept > 0.6 && kept < 0.95, String(kept));
});

test("$/Mtok times tokens per second is what the accelerators cost an hour", () => {
  const { outputTokensPerSecondPerAccelerator: perSecond } = predict(h200, inferenceXLoad(1024, 1024, 16));
  assert.ok(Math.abs(usdPerMillionTokens(2, perSecond) * perSecond * 3.6e-3 - 2) < 1e-12);
});

test("too little KV cache is a cliff in TTFT, and no more than a slope in TPOT", () => {
  const at = (blocks: number) => predict(h200, inferenceXLoad(1024, 1024, 64), { kvBlocks: blocks });
  const [enough, little] = [at(20_000), at(2_500)];
  assert.ok(enough.kvTokensMost < enough.kvTokens && enough.preemptions === 0);
  assert.ok(little.ttftMs.mean > 10 * enough.ttftMs.mean, `${little.ttftMs.mean}`);
  assert.ok(little.tpotMs.mean < 2 * enough.tpotMs.mean);
});

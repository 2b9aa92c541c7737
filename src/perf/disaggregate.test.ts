import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { chipNamed } from "../catalog/chips.ts";
import { modelNamed } from "../catalog/models.ts";
import { calibrationOf } from "./kernels/calibration.ts";
import type { Served } from "./deployment.ts";
import { type Disaggregated, predictDisaggregated } from "./disaggregate.ts";
import { predict } from "./predict.ts";
import { unhiddenCosts } from "./steps/sampling.ts";
import { closedLoop } from "./loads/workload.ts";

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
const pools = (prefills: number, decodes: number, one = served): Disaggregated => ({
  prefill: { served: one, replicas: prefills },
  decode: { served: one, replicas: decodes },
});
const load = (concurrency: number, promptTokens = 4000, outputTokens = 200) =>
  closedLoop({ concurrency, promptTokens, outputTokens });

test("one client alone waits for the transfer besides, and decodes as fast as in one piece but for what is hidden", () => {
  const apart = predictDisaggregated(pools(1, 1), load(1), { decode: { overlapsSteps: false } });
  const whole = predict(served, load(1));
  assert.ok(Math.abs(apart.ttftMs.mean - apart.transferMs - whole.ttftMs.mean) < 0.02 * whole.ttftMs.mean);
  assert.ok(Math.abs(apart.tpotMs.mean / whole.tpotMs.mean - 1) < 0.01);
  const hidden = whole.tpotMs.mean - predictDisaggregated(pools(1, 1), load(1)).tpotMs.mean;
  const costs = calibrationOf(served.engine, served.chip);
  const unhidden = unhiddenCosts(costs, served);
  const host = costs.stepSeconds + costs.sequenceSeconds - unhidden.stepSeconds - unhidden.sequenceSeconds;
  assert.ok(Math.abs(hidden / (host * 1e3) - 1) < 0.05, `${hidden} ms`);
});

test("prompts no longer hold up the answers of others", () => {
  const apart = predictDisaggregated(pools(1, 1), load(48));
  const whole = predict(served, load(24));
  assert.ok(apart.itlMs.p99 < 0.5 * whole.itlMs.p99, `${apart.itlMs.p99} ms, ${whole.itlMs.p99} ms`);
});

test("more prefill replicas never make a first token later, and Little's law holds over both pools", () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 40 }), fc.integer({ min: 1, max: 3 }), (concurrency, prefills) => {
      const fewer = predictDisaggregated(pools(prefills, 2), load(concurrency));
      const more = predictDisaggregated(pools(prefills + 1, 2), load(concurrency));
      assert.ok(more.ttftMs.mean <= fewer.ttftMs.mean * 1.05);
      const atWork = (fewer.result.requestsPerSecond * fewer.e2eMs.mean) / 1e3;
      assert.ok(atWork <= concurrency * 1.001 && atWork > concurrency * 0.75, `${atWork} of ${concurrency}`);
    }),
    { numRuns: 15 },
  );
});

test("keys and values pass a rack's links sooner than the network between servers, and sooner still layer by layer", () => {
  const on = (chip: string, byLayer: boolean) =>
    predictDisaggregated(pools(1, 1, { ...served, chip: chipNamed(chip) }), load(1, 8000), {
      transfer: { setupSeconds: 0, byLayer },
    }).transferMs;
  // 8,000 tokens of 40,960 bytes on each of four, over 70 % of 50 GB/s; both pools of four fit into a server of eight.
  const within = on("h200", false);
  const nine = predictDisaggregated(pools(2, 1), load(1, 8000), { transfer: { setupSeconds: 0, byLayer: false } });
  assert.ok(Math.abs(nine.transferMs / ((7200 * 40_960) / 35e9 / 1e-3) - 1) < 0.02, `${nine.transferMs} ms`);
  assert.ok(Math.abs(nine.transferMs / within / (450 / 50) - 1) < 0.02);
  assert.ok(on("h200", true) < within / 10);
});

test("the pools' joules add up, and their accelerators", () => {
  const { joulesPerOutputToken, accelerators, prefill, decode } = predictDisaggregated(pools(2, 1), load(16));
  assert.equal(accelerators, 12);
  assert.ok(prefill.power.type === "predicted" && decode.power.type === "predicted");
  assert.equal(joulesPerOutputToken, prefill.power.joulesPerOutputToken + decode.power.joulesPerOutputToken);
  assert.equal(prefill.boundBy, "compute");
  assert.equal(decode.boundBy, "memory");
});

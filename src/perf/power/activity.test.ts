import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { chipNamed } from "../../catalog/chips.ts";
import { modelNamed } from "../../catalog/models.ts";
import { activitiesOf, boundOf } from "./activity.ts";
import { calibrationOf } from "../kernels/calibration.ts";
import type { Served } from "../deployment.ts";
import { weightBytes } from "../memory/memory.ts";
import { predict } from "../predict.ts";
import { closedLoop } from "../loads/workload.ts";

const served: Served = {
  chip: chipNamed("h100"),
  model: modelNamed("llama-3.1-8b"),
  engine: "vllm",
  tensorParallel: 1,
  expertParallel: 1,
  attentionParallel: 1,
  weights: "bf16",
  kv: "bf16",
};

test("one short sequence reads the weights, but for the embedding, at each step", () => {
  const { result, utilisation } = predict(served, closedLoop({ concurrency: 1, promptTokens: 8, outputTokens: 50 }));
  const [use] = result.pools[0]!.replicas;
  const { decode } = utilisation;
  const embedding = served.model.vocabulary * served.model.hidden * 2;
  const read = (weightBytes(served) - embedding) * (use!.steps - use!.prefillSteps);
  assert.ok(Math.abs((decode.memory * decode.seconds * 3350e9) / read - 1) < 0.01);
});

test("a prompt's arithmetic is twice the weights a token, and attention's triangle of pairs", () => {
  const tokens = 4000;
  const load = closedLoop({ concurrency: 1, requests: 1, ratio: 1, promptTokens: tokens, outputTokens: 2 });
  const { prefill } = predict(served, load).utilisation;
  const { layers, hidden, vocabulary } = served.model;
  const weights = 8.03e9 - 2 * vocabulary * hidden;
  const flops = 2 * weights * tokens + layers * 4 * 32 * 128 * ((tokens * (tokens + 1)) / 2);
  assert.ok(Math.abs((prefill.tensor * prefill.seconds * 989.4e12) / flops - 1) < 0.01);
});

test("no share is below 0 or above 1, whatever is served", () => {
  fc.assert(
    fc.property(
      fc.constantFrom("llama-3.1-70b", "deepseek-r1", "gpt-oss-120b", "mixtral-8x7b"),
      fc.constantFrom(1, 8),
      fc.integer({ min: 1, max: 40 }),
      fc.constantFrom(200, 6000),
      (model, copies, concurrency, promptTokens) => {
        const split = { tensorParallel: 8 / copies, attentionParallel: copies, expertParallel: copies };
        const one: Served = { ...served, ...split, chip: chipNamed("b200"), model: modelNamed(model), weights: "fp8" };
        const moe = one.model.feedForward.type === "moe";
        fc.pre(moe || copies === 1);
        const { utilisation } = predict(one, closedLoop({ concurrency, promptTokens, outputTokens: 40 }));
        for (const { seconds, ...shares } of Object.values(utilisation)) {
          assert.ok(seconds >= 0);
          for (const share of Object.values(shares)) assert.ok(share >= 0 && share <= 1);
        }
      },
    ),
    { numRuns: 40 },
  );
});

test("long prompts are bound by arithmetic, few decodes by memory; nothing done is bound by nothing that counts", () => {
  const of = (promptTokens: number, outputTokens: number, concurrency: number) =>
    predict(served, closedLoop({ concurrency, promptTokens, outputTokens })).boundBy;
  assert.equal(of(8000, 2, 8), "compute");
  assert.equal(of(100, 400, 4), "memory");
  const none = activitiesOf(served, calibrationOf("vllm", served.chip), []);
  assert.deepEqual(none.prefill, { seconds: 0, tensor: 0, memory: 0, link: 0, host: 0 });
  assert.equal(boundOf(none), "compute");
});

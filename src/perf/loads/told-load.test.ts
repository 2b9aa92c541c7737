import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { chipNamed } from "../../catalog/chips.ts";
import { modelNamed } from "../../catalog/models.ts";
import type { Served } from "../deployment.ts";
import { PointColumns } from "../points/points.ts";
import { predictPoint } from "../points/predict-point.ts";
import { mean } from "../statistics.ts";
import { toldWorkload } from "./told-load.ts";

const served: Served = {
  chip: chipNamed("h200"),
  model: modelNamed("llama-3.1-8b"),
  engine: "vllm",
  tensorParallel: 1,
  expertParallel: 1,
  attentionParallel: 1,
  weights: "bf16",
  kv: "bf16",
};

test("lengths have the mean and the spread that are told, and none is below one token", () => {
  const told = fc.record({
    promptTokens: fc.integer({ min: 2, max: 20_000 }),
    outputTokens: fc.integer({ min: 2, max: 4000 }),
    share: fc.double({ min: 0, max: 0.5, noNaN: true }),
    concurrency: fc.integer({ min: 1, max: 200 }),
  });
  fc.assert(
    fc.property(told, ({ share, ...load }) => {
      const promptDeviation = load.promptTokens * share;
      const { promptTokens, outputTokens } = toldWorkload(served, { ...load, promptDeviation, requests: 2000 });
      assert.equal(promptTokens.length, 2000);
      assert.ok(promptTokens.every((tokens) => tokens >= 1) && outputTokens.every((tokens) => tokens >= 1));
      const average = mean(promptTokens);
      const squares = promptTokens.reduce((sum, tokens) => sum + (tokens - average) ** 2, 0);
      const spread = Math.sqrt(squares / promptTokens.length);
      assert.ok(Math.abs(average - load.promptTokens) < 1 + 0.05 * load.promptTokens);
      assert.ok(Math.abs(spread - promptDeviation) < 1 + 0.05 * load.promptTokens);
    }),
    { numRuns: 50 },
  );
});

test("clients, a rate and everything at once are told apart, and each replica has its share", () => {
  const load = { promptTokens: 100, outputTokens: 10, requests: 60 };
  const closed = toldWorkload(served, { ...load, concurrency: 8 }, 2);
  assert.deepEqual([closed.arrivals, closed.promptTokens.length], [{ type: "closed", concurrency: 4 }, 30]);
  const all = toldWorkload(served, { ...load, concurrency: 1000 });
  assert.deepEqual(all.arrivals, { type: "closed", concurrency: 60 });
  const open = toldWorkload(served, { ...load, requestsPerSecond: 5, requests: 6000 });
  assert.ok(open.arrivals.type === "open");
  const rate = 6000 / (open.arrivals.seconds.at(-1) ?? 0);
  assert.ok(Math.abs(rate / 5 - 1) < 0.05, String(rate));
});

test("lengths that a file has are asked in their order", () => {
  const sent = { promptTokens: Int32Array.of(5, 6, 7), outputTokens: Int32Array.of(2, 3, 4) };
  const { promptTokens, outputTokens, arrivals } = toldWorkload(served, {
    promptTokens: 6,
    outputTokens: 3,
    requests: 3,
    concurrency: 8,
    sent,
  });
  assert.deepEqual(
    [[...promptTokens], [...outputTokens]],
    [
      [5, 6, 7],
      [2, 3, 4],
    ],
  );
  assert.deepEqual(arrivals, { type: "closed", concurrency: 3 });
});

test("times that a file has are kept, unless it is a share of several replicas", () => {
  const sent = {
    promptTokens: Int32Array.of(5, 6, 7),
    outputTokens: Int32Array.of(2, 3, 4),
    seconds: Float64Array.of(0, 2, 9),
  };
  const load = { promptTokens: 6, outputTokens: 3, requests: 3, requestsPerSecond: 1, sent };
  assert.deepEqual(toldWorkload(served, load).arrivals, { type: "open", seconds: sent.seconds });
  assert.notDeepEqual(toldWorkload(served, load, 2).arrivals, { type: "open", seconds: sent.seconds.subarray(0, 2) });
});

test("of a rate and a limit of requests under way, the one that holds requests back rules", () => {
  const names = "tool,backend,model_path,system,isl,osl,requests,request_rate,concurrency";
  const table = new PointColumns(names.split(","));
  const of = (load: string) => {
    const point = table.pointOf(`vllm bench serve,vllm,llama-3.1-8b,h200,1024,256,400,${load}`.split(","));
    return predictPoint(point).tpotMs.mean;
  };
  // Eight clients are far fewer than come of fifty requests a second, and far more than of one.
  assert.equal(of("50,8"), of(",8"));
  assert.equal(of("1,8"), of("1,"));
  assert.ok(of("1,8") < of(",8"));
});

test("an engine's own word on its cache and its limits is taken", () => {
  const names = "tool,backend,model_path,system,isl,osl,requests,concurrency,kv_tokens,max_sequences";
  const table = new PointColumns(names.split(","));
  const of = (limits: string) => {
    const point = table.pointOf(`vllm bench serve,vllm,llama-3.1-8b,h200,1024,128,256,64,${limits}`.split(","));
    return predictPoint(point).ttftMs.mean;
  };
  assert.ok(of("16000,") > 2 * of(","));
  assert.ok(of(",8") > 2 * of(","));
});

test("pools that a run was on are predicted under its own load, with drafts where answers are made", () => {
  const given = {
    mode: "disagg",
    system: "h200",
    prefill_tp_size: "1",
    prefill_num_workers: "2",
    decode_tp_size: "2",
    decode_num_workers: "1",
  };
  const names = "tool,backend,model_path,isl,osl,requests,concurrency,request_rate,drafts,accepted_drafts";
  const table = new PointColumns(names.split(","), given);
  const of = (load: string) => table.pointOf(`vllm bench serve,vllm,llama-3.1-8b,2048,128,${load}`.split(","));
  const point = of("64,8,,3,1.5");
  assert.ok(point.deployed.type === "disaggregated");
  const { prefill, decode } = point.deployed;
  assert.deepEqual([prefill.replicas, decode.served.tensorParallel], [2, 2]);
  assert.deepEqual([prefill.served.speculation, decode.served.speculation], [undefined, { drafts: 3, accepted: 1.5 }]);
  const [few, many] = [predictPoint(of("64,8,,,")), predictPoint(of("640,64,,,"))];
  assert.ok(few.ttftMs.mean < many.ttftMs.mean && few.outputTokensPerSecond < many.outputTokensPerSecond);
  const open = predictPoint(of("200,,4,,"));
  assert.ok(Math.abs(open.outputTokensPerSecond / (4 * 128) - 1) < 0.2, String(open.outputTokensPerSecond));
});

/** That a search, an estimate and a replay of the same deployment under the same load have the same figures, to the digit. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { chipNamed } from "../../catalog/chips.ts";
import { modelNamed } from "../../catalog/models.ts";
import { engineNames, type Served } from "../deployment.ts";
import { estimateAt, type Question } from "../estimate.ts";
import { kvFor, inferenceXLoad } from "../inferencex/inferencex.ts";
import { poissonArrivals } from "../loads/workload.ts";
import { underLoad } from "../under-load.ts";
import { Course } from "./course.ts";
import { faster, firstOf } from "./load.ts";
import { race } from "./race.ts";
import { machinesOf, type Search, usualWeights } from "./space.ts";

const prices = { h100: 1.5, h200: 1.8, b200: 2.9, mi355x: 1.9, "tpu-v6e": 1.2, trainium2: 1 };

const search: Search = {
  model: modelNamed("llama-3.1-8b"),
  chips: Object.keys(prices).map(chipNamed),
  engines: engineNames,
  weights: ["fp8"],
  tensorParallel: [1, 4],
  expertParallel: [1, 8],
  attentionParallel: [1, 8],
  stepTokens: [2048, 8192],
  mode: "aggregated",
  acceleratorsMost: 16,
  load: { type: "lengths", promptTokens: 700, outputTokens: 100 },
  objective: { ttftMs: 2000, tpotMs: 40 },
  usdPerHour: prices,
  finalists: 3,
};

function run(of: Search) {
  const course = new Course(of);
  const running = race(course);
  let turn = running.next();
  while (!turn.done) turn = running.next(turn.value.tasks.map((task) => course.carryOut(task)));
  return turn.value;
}

const asked: readonly (Partial<Search> & { readonly on: readonly (keyof typeof prices)[] })[] = [
  { on: ["h100"] },
  { on: ["b200"], model: modelNamed("llama-3.1-70b"), weights: ["fp4", "bf16"] },
  { on: ["mi355x"], model: modelNamed("deepseek-r1"), load: { type: "lengths", promptTokens: 3000, outputTokens: 60 } },
  { on: ["tpu-v6e", "trainium2"], weights: ["bf16", "fp8"] },
  // Room for few requests, some of which are preempted.
  {
    on: ["h100"],
    model: modelNamed("llama-3.1-70b"),
    engines: ["vllm", "sglang"],
    tensorParallel: [1],
    load: { type: "lengths", promptTokens: 900, outputTokens: 500 },
    objective: { ttftMs: 60_000, tpotMs: 200 },
  },
  {
    on: ["h200"],
    model: modelNamed("gpt-oss-120b"),
    weights: usualWeights(modelNamed("gpt-oss-120b")),
    tensorParallel: [1, 8],
  },
  { on: ["h200"], model: modelNamed("llama-3.1-70b"), mode: "disaggregated", kv: "bf16" },
  { on: ["b200"], model: modelNamed("deepseek-r1"), mode: "both", tensorParallel: [1], acceleratorsMost: 32 },
];

for (const { on, ...changes } of asked) {
  const { model, mode } = { ...search, ...changes };
  test(`${model.title} on ${on.join(" and ")}, ${mode}: finalists and the front have the figures of an estimate`, () => {
    const of: Search = { ...search, ...changes, chips: on.map(chipNamed) };
    const { byCost, byEnergy, front } = run(of);
    assert.ok(byCost.length > 0 && front.length > 0);
    assert.ok(of.load.type === "lengths");
    const { promptTokens, outputTokens } = of.load;
    const all = [...byCost, ...byEnergy, ...front.map(({ candidate, point: best }) => ({ candidate, best }))];
    for (const { candidate, best } of all) {
      const { served, maxStepTokens } = candidate;
      const question: Question = {
        ...machinesOf(candidate),
        promptTokens,
        outputTokens,
        sharedShare: 0,
        seed: 0,
        recipe: "none",
        // As the command line gives them.
        settings: { blockTokens: 16, pue: 1, maxStepTokens },
        usdPerHour: of.usdPerHour[served.chip.name],
      };
      const { steadyTtftMs, steadyTpotMs, ...estimated } = estimateAt(question, best.concurrency);
      const { band: _, ...ttftMs } = best.ttftMs;
      const { band: __, ...tpotMs } = best.tpotMs;
      assert.deepEqual([ttftMs, tpotMs], [steadyTtftMs, steadyTpotMs]);
      for (const name of [
        "outputTokensPerSecondPerAccelerator",
        "tokensPerSecondPerUser",
        "requestsPerSecond",
        "provenance",
      ] as const) {
        assert.equal(best[name], estimated[name], name);
      }
      assert.equal(best.usdPerMillionOutputTokens, estimated.usd?.perMillionOutputTokens.value);
      assert.equal(best.joulesPerOutputToken, estimated.joulesPerOutputToken?.value);
      if (of.kv === undefined) assert.equal(served.kv, kvFor(served.weights, served.chip));
    }
  });
}

test("of a trace, finalists have the figures of a replay so much faster, and the whole trace those of its replicas", () => {
  const count = 500;
  const workload = {
    promptTokens: Int32Array.from({ length: count }, (_, at) => 200 + ((at * 37) % 900)),
    outputTokens: Int32Array.from({ length: count }, (_, at) => 20 + ((at * 53) % 300)),
    arrivals: poissonArrivals(count, 60),
  };
  const of: Search = {
    ...search,
    chips: [chipNamed("l40s"), chipNamed("h100")],
    engines: ["vllm", "sglang"],
    load: { type: "trace", workload, speed: 2 },
    usdPerHour: { h100: 1.5, l40s: 0.8 },
  };
  const { byCost } = run(of);
  assert.ok(byCost.length > 0);
  for (const { candidate, best, whole } of byCost) {
    const { maxStepTokens } = candidate;
    const replay = (point: typeof best, replicas: number) => {
      const { requests, speed } = point.replayed!;
      const load = faster(firstOf(workload, requests), speed);
      const settings = { blockTokens: 16, pue: 1, maxStepTokens, prefixCache: false };
      return underLoad(machinesOf(candidate), load, { ...settings, router: "round-robin", replicas });
    };
    assert.deepEqual(replay(best, 1).ttftMs, best.ttftMs);
    assert.ok(whole !== undefined);
    const { ttftMs, tpotMs, outputTokensPerSecondPerAccelerator: perSecond } = replay(whole.point, whole.replicas);
    assert.deepEqual(
      [ttftMs, tpotMs, perSecond],
      [whole.point.ttftMs, whole.point.tpotMs, whole.point.outputTokensPerSecondPerAccelerator],
    );
    assert.equal(whole.point.replayed?.speed, 2);
    assert.ok(whole.point.ttftMs.p90 <= of.objective.ttftMs && whole.point.tpotMs.p90 <= of.objective.tpotMs);
  }
  assert.ok(byCost.some(({ whole }) => (whole?.replicas ?? 0) > 1));
});

test("a replay of the very requests of an estimate has its times", () => {
  for (const chip of ["h200", "b200", "mi355x"] as const) {
    for (const engine of engineNames.filter((one) => one !== "atom" && (one !== "tensorrt-llm" || chip !== "mi355x"))) {
      const served: Served = {
        chip: chipNamed(chip),
        model: modelNamed("llama-3.1-70b"),
        engine,
        tensorParallel: 2,
        expertParallel: 1,
        attentionParallel: 1,
        weights: "fp8",
        kv: "fp8",
      };
      const closed = inferenceXLoad(900, 120, 24);
      const { result } = underLoad({ served }, closed, {});
      // Those who ask again when they have their answer, as a trace of when they did.
      const order = Array.from(result.arrivalSeconds.keys()).toSorted(
        (one, other) => result.arrivalSeconds[one]! - result.arrivalSeconds[other]! || one - other,
      );
      const sorted = (values: Int32Array | Float64Array) => order.map((request) => values[request]!);
      const replayed = underLoad(
        { served },
        {
          promptTokens: Int32Array.from(sorted(closed.promptTokens)),
          outputTokens: Int32Array.from(sorted(closed.outputTokens)),
          arrivals: { type: "open", seconds: Float64Array.from(sorted(result.arrivalSeconds)) },
        },
        {},
      );
      const { ttft, tpot, requestsPerSecond } = replayed.result;
      for (const [one, other] of [
        [ttft.mean, result.ttft.mean],
        [tpot.p90, result.tpot.p90],
        [requestsPerSecond, result.requestsPerSecond],
      ]) {
        assert.ok(Math.abs(one! / other! - 1) < 1e-9, `${chip} ${engine}: ${one}, ${other}`);
      }
    }
  }
});

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { chipNamed, chips } from "../catalog/chips.ts";
import { modelNamed, models } from "../catalog/models.ts";
import { Fault } from "../stack/fault.ts";
import { acceleratorsOf, engineNames, type Served } from "./deployment.ts";
import { checkSplit } from "./check-split.ts";
import { cliffOf, estimateAt, type Question, recipes } from "./estimate.ts";
import { weightBytes } from "./memory/memory.ts";
import { parameterCount } from "./memory/parameters.ts";
import { kvFor } from "./inferencex/inferencex.ts";
import { PointColumns } from "./points/points.ts";
import { predictPoint } from "./points/predict-point.ts";
import { publishedModels } from "./memory/published-configurations.ts";
import { bytesOf, peakOf } from "./operations/rates.ts";

function asked(served: Served, lengths: Pick<Question, "promptTokens" | "outputTokens">): Question {
  return { served, ...lengths, sharedShare: 0, seed: 0, recipe: "none", settings: {}, usdPerHour: 2 };
}

const deployed = {
  engine: "vllm",
  tensorParallel: 1,
  expertParallel: 1,
  attentionParallel: 1,
  weights: "fp8",
  kv: "fp8",
} as const;

/** Undefined where it cannot be: heads that do not divide, weights that leave no room. */
function estimateIfPossible(question: Question, concurrency: number) {
  try {
    checkSplit(question.served);
    return estimateAt(question, concurrency);
  } catch (error) {
    if (error instanceof Fault) return undefined;
    throw error;
  }
}

/** What a step reads of an accelerator's weights at the least: those of one token, without the embedding's look-up. */
function bytesOfToken(served: Served): number {
  const { model, weights, tensorParallel } = served;
  const { feedForward, hidden, vocabulary } = model;
  const embedding = model.tiedEmbeddings ? 0 : (2 * hidden * vocabulary) / tensorParallel;
  if (feedForward.type === "dense") return weightBytes(served) - embedding;
  const { experts, expertsPerToken, expertWidth, denseLayers, latentWidth = hidden } = feedForward;
  const expert = model.feedForwardMatrices * latentWidth * expertWidth * bytesOf(weights);
  const idle = (model.layers - denseLayers) * (experts - expertsPerToken) * expert;
  return weightBytes(served) - embedding - idle / acceleratorsOf(served);
}

/** Names of the figures that are no numbers of 0 or more. */
function unsound(value: unknown, path = ""): string[] {
  if (typeof value === "number") return Number.isFinite(value) && value >= 0 ? [] : [`${path} ${value}`];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, one]) => unsound(one, `${path}.${name}`));
}

test("no model on any accelerator is faster than its weights can be read and its products computed", () => {
  const any = fc.record({
    chip: fc.constantFrom(...chips.map(({ name }) => name)),
    model: fc.constantFrom(...models.map(({ name }) => name)),
    engine: fc.constantFrom(...engineNames),
    weights: fc.constantFrom("bf16", "fp8", "int8", "fp4", "int4"),
    tensorParallel: fc.constantFrom(1, 2, 4, 8),
    promptTokens: fc.integer({ min: 1, max: 1500 }),
    outputTokens: fc.integer({ min: 2, max: 300 }),
    concurrency: fc.integer({ min: 1, max: 100 }),
  });
  fc.assert(
    fc.property(any, ({ chip: chipName, model: modelName, promptTokens, outputTokens, concurrency, ...split }) => {
      const [chip, model] = [chipNamed(chipName), modelNamed(modelName)];
      const served: Served = { ...deployed, ...split, chip, model, kv: kvFor(split.weights, chip) };
      const found = estimateIfPossible(asked(served, { promptTokens, outputTokens }), concurrency);
      fc.pre(found !== undefined);
      assert.deepEqual(unsound(found), []);
      const tokenMs = (bytesOfToken(served) / (chip.memoryGigabytesPerSecond.value * 1e9)) * 1e3;
      assert.ok(found.tpotMs.mean >= tokenMs, `${found.tpotMs.mean} ms a token, weights alone take ${tokenMs}`);
      const peak = Math.max(peakOf(chip, served.weights), peakOf(chip, "bf16"));
      const flops = 2 * (parameterCount(model).activePerToken - model.vocabulary * model.hidden);
      // Lengths are drawn from 80 % on.
      const tokens = found.outputTokensPerSecondPerAccelerator * (1 + (0.8 * promptTokens) / outputTokens);
      assert.ok(tokens * flops <= peak, `${tokens} tokens/s of an accelerator`);
      for (const { p50, p90, p99 } of [found.ttftMs, found.tpotMs, found.itlMs, found.e2eMs]) {
        assert.ok(p50 <= p90 && p90 <= p99, `${p50}, ${p90}, ${p99}`);
      }
    }),
    { numRuns: 300 },
  );
});

test("a deployment that is asked for by itself and as a row of a table has the same answer, by either's settings", () => {
  const names = ["backend", "model_path", "system", "precision", "isl", "osl", "concurrency", "tp_size"];
  const columns = new PointColumns(names);
  for (const cells of [
    ["vllm", "llama-3.1-70b", "h200", "fp8", "1024", "1024", "64", "4"],
    ["sglang", "qwen3.5-397b-a17b", "b200", "fp8", "1024", "1024", "128", "8"],
    ["tensorrt-llm", "mixtral-8x7b", "h100", "fp8", "512", "128", "8", "2"],
  ]) {
    const point = columns.pointOf(cells);
    assert.ok(point.deployed.type === "whole");
    for (const recipe of recipes) {
      const alone = estimateAt({ ...asked(point.deployed.served, point), recipe }, point.concurrency);
      const { ttftMs, tpotMs } = predictPoint(point, {}, recipe);
      assert.deepEqual([alone.ttftMs, alone.tpotMs], [ttftMs, tpotMs], `${cells.join()} ${recipe}`);
    }
    // Who does not say who measured it has InferenceX's columns, and so its settings.
    assert.equal(predictPoint(point).recipe, "inferencex");
  }
});

test("an engine's step of few tokens has room for as many sequences, and clients beyond a recipe's do not queue", () => {
  const served = { ...deployed, chip: chipNamed("h100"), model: modelNamed("llama-3.1-8b") };
  const small = { ...asked(served, { promptTokens: 200, outputTokens: 50 }), settings: { maxStepTokens: 32 } };
  assert.equal(cliffOf(small).sequencesMost, 32);
  const qwen = { chip: chipNamed("b200"), model: modelNamed("qwen3.5-397b-a17b"), tensorParallel: 8 };
  const one = asked({ ...deployed, ...qwen, engine: "sglang" }, { promptTokens: 1024, outputTokens: 256 });
  const many = estimateAt({ ...one, recipe: "inferencex" }, 256);
  // InferenceX's recipe runs 128: half the clients would wait for a whole answer.
  assert.ok(many.ttftMs.p50 < many.tpotMs.mean * 256, `${many.ttftMs.p50}`);
});

test("the burst with which all clients begin is in TTFT, and not in that of the steady load", () => {
  const served = { ...deployed, chip: chipNamed("h200"), model: modelNamed("llama-3.1-70b"), tensorParallel: 4 };
  const question = asked(served, { promptTokens: 1024, outputTokens: 256 });
  const { ttftMs, steadyTtftMs } = estimateAt(question, 128);
  // One request of ten is a client's first.
  assert.ok(steadyTtftMs.p99 < ttftMs.p99 / 2, `${steadyTtftMs.p99} of ${ttftMs.p99}`);
  assert.ok(steadyTtftMs.mean < ttftMs.mean);
  const { mean } = estimateAt(question, 1).steadyTtftMs;
  assert.ok(mean > 0);
});

test("of answers of one token there is no TPOT, and what they cost is as uncertain as the first token", () => {
  const served = { ...deployed, chip: chipNamed("h100"), model: modelNamed("llama-3.1-8b") };
  const { tpotMs, ttftMs, usd } = estimateAt(asked(served, { promptTokens: 1024, outputTokens: 1 }), 8);
  assert.ok(Number.isNaN(tpotMs.mean));
  const { value, high } = usd!.perMillionTokens;
  assert.ok(Math.abs(high / value - ttftMs.band.high / ttftMs.mean) < 1e-9);
});

test("every published configuration is predicted, on as many accelerators as it takes", () => {
  for (const { shape: model, billions } of publishedModels) {
    const tensorParallel = [1, 2, 4, 8].find((count) => billions < 100 * count && model.attention.heads % count === 0);
    const served = { ...deployed, chip: chipNamed("h200"), model, tensorParallel: tensorParallel ?? 1 };
    for (const engine of ["vllm", "sglang", "tensorrt-llm"] as const) {
      const question = asked({ ...served, engine }, { promptTokens: 512, outputTokens: 64 });
      const { ttftMs, tpotMs } = estimateAt(question, 4);
      for (const value of [ttftMs.mean, ttftMs.band.high, tpotMs.mean, tpotMs.band.low]) {
        assert.ok(value > 0 && Number.isFinite(value), `${model.name} by ${engine}: ${value}`);
      }
    }
  }
});

test("a client more than the cache has room for costs no throughput: what a preempted prompt had computed is kept", () => {
  const served: Served = {
    chip: chipNamed("a100"),
    model: modelNamed("llama-3.1-70b"),
    engine: "vllm",
    tensorParallel: 1,
    expertParallel: 1,
    attentionParallel: 1,
    weights: "fp8",
    kv: "bf16",
  };
  const asked: Question = {
    served,
    promptTokens: 8192,
    outputTokens: 1024,
    sharedShare: 0,
    seed: 0,
    recipe: "none",
    settings: {},
    usdPerHour: 2,
  };
  const [one, two] = [1, 2].map((clients) => estimateAt(asked, clients).outputTokensPerSecondPerAccelerator);
  assert.ok(two! > 0.95 * one!, `${two} of ${one} tokens/s`);
});

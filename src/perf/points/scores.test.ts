import assert from "node:assert/strict";
import { test } from "node:test";
import { chipNamed } from "../../catalog/chips.ts";
import { modelNamed } from "../../catalog/models.ts";
import type { Point } from "./point.ts";
import type { PointPrediction } from "./predict-point.ts";
import { Scoreboard } from "./scores.ts";

const point = (chip: string, tpotMs?: number): Point => ({
  id: "",
  deployed: {
    type: "whole",
    replicas: 1,
    served: {
      chip: chipNamed(chip),
      model: modelNamed("llama-3.1-8b"),
      engine: "vllm",
      tensorParallel: 1,
      expertParallel: 1,
      attentionParallel: 1,
      weights: "fp8",
      kv: "fp8",
    },
  },
  version: "",
  promptTokens: 1000,
  outputTokens: 1000,
  concurrency: 1,
  isInferenceX: true,
  measured: tpotMs === undefined ? {} : { tpotMs },
  measurements: tpotMs === undefined ? [] : [{ figure: "tpot", statistic: "mean", ms: tpotMs }],
  source: "InferenceX",
});

const prediction = (mean: number): PointPrediction => {
  const of = { mean, p50: mean / 2, p90: mean, p99: mean * 3, band: { low: mean * 0.8, high: mean * 1.2 } };
  return {
    ttftMs: of,
    tpotMs: of,
    itlMs: of,
    e2eMs: of,
    outputTokensPerSecond: 1e3 / mean,
    outputTokensPerSecondPerAccelerator: 1,
    provenance: "interpolated",
    recipe: "inferencex",
    beyond: [],
  };
};

test("errors are of the measured: their mean, median, side, and how many are within the band", () => {
  const board = new Scoreboard();
  assert.equal(board.scores(), undefined);
  board.add(point("h100", 10), prediction(11));
  board.add(point("h100", 10), prediction(5));
  board.add(point("h200", 20), prediction(20));
  board.add(point("h200"), prediction(20));
  const { all, by } = board.scores() ?? assert.fail();
  assert.equal(all.ttft, undefined);
  assert.equal(all.tpot?.rows, 3);
  assert.ok(Math.abs((all.tpot?.mean ?? 0) - 0.2) < 1e-12);
  assert.ok(Math.abs((all.tpot?.median ?? 0) - 0.1) < 1e-12);
  assert.equal(all.tpot?.bias, 0);
  assert.ok(Math.abs((all.tpot?.withinBand ?? 0) - 2 / 3) < 1e-12);
  assert.deepEqual(
    by["chip"]?.map(({ name, tpot }) => [name, tpot?.rows]),
    [
      ["h100", 2],
      ["h200", 1],
    ],
  );
});

test("each figure counts by the statistic that was measured, and a point without means by its medians", () => {
  const board = new Scoreboard();
  const own: Point = {
    ...point("h100"),
    source: "vllm bench serve",
    measurements: [
      { figure: "ttft", statistic: "p50", ms: 50 },
      { figure: "ttft", statistic: "p99", ms: 400 },
      { figure: "throughput", tokensPerSecond: 10 / 1.2 + 0.01 },
    ],
  };
  board.add(own, prediction(100));
  const { all, by, figures } = board.scores() ?? assert.fail();
  assert.equal(all.ttft?.mean, 0);
  assert.equal(all.tpot, undefined);
  assert.deepEqual(
    by["source"]?.map(({ name }) => name),
    ["vllm bench serve"],
  );
  assert.deepEqual(
    figures.map(({ figure, statistic, bias, withinBand }) => [figure, statistic, Number(bias.toFixed(6)), withinBand]),
    [
      ["ttft", "p50", 0, 1],
      ["ttft", "p99", -0.25, 0],
      ["throughput", "mean", 0.198562, 1],
    ],
  );
});

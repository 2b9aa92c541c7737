import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type LocalCalibration, scaleTo, simulateLocal } from "./local.ts";
import { fitLocal } from "./local-fit.ts";
import { closedLoop } from "../loads/workload.ts";

test("a curve is found again from what it made, whatever its coefficients", () => {
  const coefficient = (most: number) => fc.double({ min: 0, max: most, noNaN: true });
  fc.assert(
    fc.property(
      fc.tuple(fc.double({ min: 1e-3, max: 0.1, noNaN: true }), coefficient(0.01), coefficient(1e-5)),
      fc.tuple(coefficient(0.02), fc.double({ min: 1e-5, max: 1e-3, noNaN: true }), coefficient(1e-7)),
      ([step, sequence, context], [ingest, prompt, pair]) => {
        const decodes = [1, 2, 4, 8].flatMap((sequences) =>
          [32, 256, 900].map((contextTokens) => ({
            sequences,
            contextTokens,
            seconds: step + sequence * sequences + context * sequences * contextTokens,
          })),
        );
        const prompts = [16, 64, 256, 512, 1024].map((tokens) => ({
          tokens,
          firstTokenSeconds: ingest + step + prompt * tokens + pair * tokens ** 2,
        }));
        const { quality } = fitLocal(decodes, prompts);
        assert.ok(quality.decode < 1e-6 && quality.prompt < 1e-6, JSON.stringify(quality));
      },
    ),
  );
});

test("coefficients are never below 0, however the measurements scatter", () => {
  const seconds = fc.double({ min: 1e-3, max: 1, noNaN: true });
  fc.assert(
    fc.property(fc.array(seconds, { minLength: 6, maxLength: 6 }), (values) => {
      const { curve } = fitLocal(
        values.map((value, at) => ({ sequences: 1 + (at % 3), contextTokens: 64 * at + 1, seconds: value })),
        values.map((value, at) => ({ tokens: 32 * (at + 1), firstTokenSeconds: value })),
      );
      for (const [name, value] of Object.entries(curve)) assert.ok(value >= 0 && Number.isFinite(value), name);
    }),
  );
});

const calibration: LocalCalibration = {
  version: 1,
  chip: "this-cpu",
  processor: "",
  threads: 2,
  memoryGigabytes: 8,
  isOnGpu: false,
  model: { name: "tiny", parameters: 5e6, weightBytes: 5e6, hidden: 256 },
  parallel: 4,
  contextTokens: 1024,
  batchTokens: 512,
  curve: {
    stepSeconds: 0.002,
    sequenceSeconds: 0.0005,
    contextSeconds: 1e-7,
    promptSeconds: 2e-5,
    pairSeconds: 1e-9,
    ingestSeconds: 0.003,
  },
  quality: { decode: 0.03, prompt: 0.03 },
  date: "2026-11-27",
};

test("who finds no sequence waits for one, and a larger model takes as much longer as it is larger", () => {
  const load = (concurrency: number) => closedLoop({ concurrency, promptTokens: 100, outputTokens: 40, requests: 40 });
  const few = simulateLocal(calibration, load(4));
  const many = simulateLocal(calibration, load(12));
  assert.ok(many.ttft.mean > few.ttft.mean + few.e2e.mean);
  assert.ok(Math.abs(many.outputTokensPerSecond / few.outputTokensPerSecond - 1) < 0.15);
  const scale = scaleTo(calibration.model, { name: "large", parameters: 5e7, weightBytes: 5e7, hidden: 512 });
  assert.ok(simulateLocal(calibration, load(4), scale).tpot.mean > 9.9 * few.tpot.mean);
});

test("too few measurements are no curve", () => {
  assert.throws(() => fitLocal([], []), { code: "invalid_value", message: /There are 0 and 0/ });
});

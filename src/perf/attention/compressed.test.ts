import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { chipNamed } from "../../catalog/chips.ts";
import type { Compressed, ModelShape } from "../../catalog/model-shape.ts";
import { modelNamed } from "../../catalog/models.ts";
import { bandsOf } from "../accuracy/band.ts";
import { compressedPromptSeconds, compressedWork } from "./compressed.ts";
import { type Served } from "../deployment.ts";
import { checkSplit } from "../check-split.ts";
import { kvBytesPerToken, weightBytes } from "../memory/memory.ts";
import { denseFormat } from "../operations/weight-formats.ts";
import { parameterCount } from "../memory/parameters.ts";
import { beyondRange } from "../accuracy/range.ts";
import { ratesOf } from "../operations/rates.ts";
import { compileStep } from "../steps/step.ts";

const attentionOf = (model: ModelShape): Compressed => {
  assert.equal(model.attention.type, "compressed");
  return model.attention as Compressed;
};
const served = (model: string, changes: Partial<Served> = {}): Served => ({
  chip: chipNamed("b200"),
  model: modelNamed(model),
  engine: "sglang",
  tensorParallel: 8,
  expertParallel: 1,
  attentionParallel: 1,
  weights: "fp4",
  kv: "fp8",
  ...changes,
});

test("after a million tokens DeepSeek V4 Pro does 27 % of V3.2's arithmetic for a token, as published, and keeps a tenth", () => {
  const context = 2 ** 20;
  const [pro, before] = [modelNamed("deepseek-v4-pro"), modelNamed("deepseek-v3.2")];
  const work = { promptTokens: 0, promptPairs: 0, decodedTokens: 1, contextTokens: context };
  const { attendedFlops, indexedFlops } = compressedWork(attentionOf(pro), pro.layers, "fp8", work);
  const flops = 2 * parameterCount(pro).activePerToken + attendedFlops + indexedFlops;
  // V3.2: an indexer over all tokens, 64 heads of 128, and absorbed attention to the 2,048 that it chooses.
  const indexed = 2 * 64 * 128 * context;
  const attended = 2048 * 128 * 2 * (2 * 512 + 64);
  const flopsBefore = 2 * parameterCount(before).activePerToken + before.layers * (indexed + attended);
  assert.ok(Math.abs(flops / flopsBefore - 0.27) < 0.02, String(flops / flopsBefore));
  // DeepSeek counts the indexer's keys in FP4; engines keep them in FP8, which makes it somewhat more than a tenth.
  const kept = kvBytesPerToken(pro, "fp8", 8) / kvBytesPerToken(before, "fp8", 8);
  assert.ok(kept > 0.09 && kept < 0.135, String(kept));
});

test("a key of 512 numbers takes 584 bytes in FP8: 146 of each token, and the indexer's 33, where four become one", () => {
  const shape = modelNamed("deepseek-v4-flash");
  const { chosen, whole } = attentionOf(shape);
  const bytes = chosen.layers * (584 / 4 + 132 / 4) + (whole.layers * 584) / 128;
  assert.equal(kvBytesPerToken(shape, "fp8", 1), bytes);
  assert.equal(kvBytesPerToken(shape, "fp8", 8), bytes);
});

test("longer prompts take longer, but less than by their square once more is there than the indexer chooses", () => {
  const attention = attentionOf(modelNamed("deepseek-v4-pro"));
  const [bf16, fp8] = [ratesOf(chipNamed("b200"), "bf16"), ratesOf(chipNamed("b200"), "fp8")];
  const seconds = (tokens: number) => compressedPromptSeconds(attention, 61, bf16, fp8, 16, tokens);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 500_000 }), (tokens) => {
      assert.ok(seconds(tokens) < seconds(tokens + 1));
      assert.ok(seconds(2 * tokens) <= 4 * seconds(tokens) * (1 + 1e-9));
    }),
  );
  assert.ok(seconds(32_768) < 3 * seconds(16_384));
});

test("a token of context is read faster than DeepSeek V3.2's, and much faster than V3.1's, on every chip that has measured kernels", () => {
  for (const chip of ["h100", "h200", "b200", "gb200"].map(chipNamed)) {
    const of = (model: string) =>
      compileStep(served(model, { chip, weights: "fp8" }), 64, 2048).table.contextSeconds[64]!;
    assert.ok(of("deepseek-v4-pro") < of("deepseek-v3.2"), chip.name);
    assert.ok(4 * of("deepseek-v4-pro") < of("deepseek-v3.1"), chip.name);
  }
});

test("FP4 is of the experts alone, and the rest in FP8, or in BF16 on a chip that has no FP8", () => {
  const four = served("deepseek-v4-flash");
  assert.equal(denseFormat(four), "fp8-block");
  assert.equal(denseFormat({ ...four, chip: chipNamed("a100") }), "bf16");
  const { total } = parameterCount(four.model);
  assert.ok(8 * weightBytes(four) > 0.5625 * total && weightBytes(four) < weightBytes({ ...four, weights: "fp8" }));
});

test("groups of heads that share an output are not torn apart", () => {
  assert.throws(
    () => checkSplit(served("deepseek-v4-flash", { tensorParallel: 16 })),
    /8 groups.*Tensor parallel could be 1, 2, 4, 8\./,
  );
});

test("what nobody has measured says so: analytic, with the widest band, and beyond the measured", () => {
  const pro = served("deepseek-v4-pro");
  assert.equal(compileStep(pro, 16, 2048).provenance, "analytic");
  assert.deepEqual(bandsOf(pro, "analytic").tpot, { low: 0.5, high: 2 });
  const asked = { promptTokens: 1024, outputTokens: 1024, concurrency: 16 };
  assert.match(beyondRange(pro, asked).join(), /no deployment of a model with such attention/);
  assert.deepEqual(beyondRange(served("deepseek-v3.2"), asked), []);
});

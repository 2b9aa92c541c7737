import assert from "node:assert/strict";
import { test } from "node:test";
import { chipNamed } from "../../catalog/chips.ts";
import type { Grouped, ModelShape } from "../../catalog/model-shape.ts";
import { modelNamed } from "../../catalog/models.ts";
import { blockIndexFlops, blockPairs } from "./block-sparse.ts";
import type { Served } from "../deployment.ts";
import { kvBytesPerToken } from "../memory/memory.ts";
import { chunkSeconds } from "../simulate/step-table.ts";
import { compileStep } from "../steps/step.ts";

const m3 = modelNamed("minimax-m3");
assert.equal(m3.attention.type, "gqa");
const attention = m3.attention as Grouped;
const { sparse, ...whole } = attention;
/** The same model, were it to attend to all of its context. */
const unsparse: ModelShape = { ...m3, name: "minimax-whole", attention: whole };
const tableOf = (model: ModelShape, tensorParallel = 4) => {
  const served: Served = {
    chip: chipNamed("b200"),
    model,
    engine: "vllm",
    tensorParallel,
    expertParallel: 1,
    attentionParallel: 1,
    weights: "fp8",
    kv: "bf16",
  };
  return compileStep(served, 64, 8192);
};

test("a million tokens of a prompt take at least nine times less than whole attention to them, as published", () => {
  const [some, all] = [tableOf(m3).table, tableOf(unsparse).table];
  const million = 1_000_000;
  assert.ok(9 * chunkSeconds(some.prefillAttention, million, 0) < chunkSeconds(all.prefillAttention, million, 0));
  // Short prompts have nothing to leave out, and an index besides.
  assert.ok(chunkSeconds(some.prefillAttention, 1024, 0) >= chunkSeconds(all.prefillAttention, 1024, 0));
});

test("of a long context decodes read their index alone, of a short one the choice costs more than it saves", () => {
  const [some, all] = [tableOf(m3, 1).table, tableOf(unsparse, 1).table];
  const seconds = ({ decodeSeconds, contextSeconds }: typeof some, context: number) =>
    decodeSeconds[8]! + 8 * context * contextSeconds[8]!;
  assert.ok(seconds(some, 512) > seconds(all, 512));
  assert.ok(4 * (seconds(some, 500_000) - some.decodeSeconds[8]!) < seconds(all, 500_000) - all.decodeSeconds[8]!);
  assert.equal(tableOf(m3).provenance, "analytic");
});

test("all layers keep keys and values, and those with an index its keys, whole on every accelerator", () => {
  assert.equal(kvBytesPerToken(m3, "bf16", 4), 60 * 2 * 128 * 2 + 57 * 256);
  assert.equal(kvBytesPerToken(m3, "fp8", 1), 60 * 2 * 4 * 128 + 57 * 256);
});

test("an index of four heads does a thirty-second of the arithmetic of 64 heads of attention, and 2,048 keys are read", () => {
  assert.ok(sparse !== undefined);
  assert.equal((4 * attention.heads * attention.headDim) / blockIndexFlops(sparse), 32);
  assert.equal(blockPairs(sparse, 1024, 1024 ** 2 / 2), 1024 ** 2 / 2);
  assert.equal(blockPairs(sparse, 100_000, 100_000 ** 2 / 2), 100_000 * 2048);
});

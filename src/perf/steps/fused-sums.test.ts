import assert from "node:assert/strict";
import { test } from "node:test";
import { chipNamed } from "../../catalog/chips.ts";
import { modelNamed } from "../../catalog/models.ts";
import { fusedRows, hiddenShare } from "./fused-sums.ts";
import { compileStep } from "./step.ts";

const hopper = chipNamed("h200");
const blackwell = chipNamed("b200");

test("Blackwell's one kernel that sums its product computes 512 rows however few there are, Hopper's do not", () => {
  assert.deepEqual(
    [20, 512, 513].map((rows) => fusedRows(blackwell, rows)),
    [512, 512, 1024],
  );
  assert.equal(fusedRows(hopper, 20), 20);
});

test("a sum hides behind all waves of tiles but the last", () => {
  assert.equal(hiddenShare(hopper, 64), 0);
  assert.equal(hiddenShare(hopper, 2048), 15 / 16);
  assert.equal(hiddenShare(blackwell, 256), 0);
  assert.equal(hiddenShare(blackwell, 2048), 7 / 8);
});

test("a step of few rows takes longer with sums in the products' kernels, the more so on Blackwell", () => {
  const longer = (chip: typeof hopper) => {
    const decode = (fusesSums: boolean) =>
      compileStep(
        {
          chip,
          model: modelNamed("llama-3.1-405b"),
          engine: "tensorrt-llm",
          tensorParallel: 8,
          expertParallel: 1,
          attentionParallel: 1,
          weights: "fp8",
          kv: "fp8",
          fusesSums,
        },
        64,
        2048,
      ).table.decodeSeconds[64]!;
    return decode(true) - decode(false);
  };
  assert.ok(longer(hopper) > 0);
  assert.ok(longer(blackwell) > 1.2 * longer(hopper), `${longer(blackwell)} against ${longer(hopper)}`);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { chipNamed } from "../../catalog/chips.ts";
import { modelNamed, models } from "../../catalog/models.ts";
import { kvFor } from "../inferencex/inferencex.ts";
import { type Served } from "../deployment.ts";
import { checkSplit } from "../check-split.ts";
import { outdone } from "./siblings.ts";
import { compileStep } from "../steps/step.ts";
import { chunkSeconds, type StepTable } from "../simulate/step-table.ts";

const pairs = Object.entries(outdone);

test("a chip outdoes another only where no figure of its datasheet is lower, but for INT8, which Blackwell's engines do not use", () => {
  for (const [newer, older] of pairs) {
    const [one, other] = [chipNamed(newer), chipNamed(older)];
    for (const precision of ["bf16", "fp8", "fp4"] as const) {
      const [mine, its] = [one.peakTeraflops[precision]?.value ?? 0, other.peakTeraflops[precision]?.value ?? 0];
      assert.ok(mine >= its, `${newer} ${precision}`);
    }
    assert.ok(one.memoryGigabytesPerSecond.value >= other.memoryGigabytesPerSecond.value, newer);
    assert.ok(one.scaleUp!.gigabytesPerSecond.value >= other.scaleUp!.gigabytesPerSecond.value, newer);
    assert.ok(one.scaleUp!.accelerators.value >= other.scaleUp!.accelerators.value, newer);
  }
});

const anyDeployment = fc.record({
  pair: fc.constantFrom(...pairs),
  model: fc.constantFrom(...models.filter(({ layers }) => layers > 8).map(({ name }) => name)),
  engine: fc.constantFrom("vllm", "sglang", "tensorrt-llm", "atom"),
  weights: fc.constantFrom("bf16", "fp8", "fp4", "int4"),
  tensorParallel: fc.constantFrom(1, 2, 4, 8),
  attentionParallel: fc.constantFrom(1, 1, 4),
});

test("a step takes no longer on a chip than on the one that it outdoes, whatever is asked of both", () => {
  fc.assert(
    fc.property(anyDeployment, ({ pair: [newer, older], model: name, engine, weights, ...split }) => {
      const model = modelNamed(name);
      const on = (chip: string): Served => ({
        chip: chipNamed(chip),
        model,
        engine,
        weights,
        kv: kvFor(weights, chipNamed(chip)),
        expertParallel: 1,
        ...split,
      });
      const [mine, its] = [on(newer), on(older)];
      fc.pre(isPossible(mine) && isPossible(its));
      const [one, other] = [compileStep(mine, 64, 2048).table, compileStep(its, 64, 2048).table];
      for (const [what, seconds] of Object.entries(stepsOf(one))) {
        assert.ok(seconds <= stepsOf(other)[what]! * (1 + 1e-12), `${what}: ${seconds}, ${stepsOf(other)[what]}`);
      }
    }),
    { numRuns: 150 },
  );
});

function isPossible(served: Served): boolean {
  try {
    checkSplit(served);
    return true;
  } catch {
    return false;
  }
}

/** Steps of decodes after 2,048 tokens, and of prompts. */
function stepsOf(table: StepTable): Readonly<Record<string, number>> {
  const decodes = [1, 8, 64].map((count): [string, number] => [
    `${count} decodes`,
    table.decodeSeconds[count]! +
      table.contextSeconds[count]! * 2048 * count +
      (table.together?.decodeSeconds(count) ?? 0),
  ]);
  const prompts = [16, 256, 2048].map((tokens): [string, number] => [
    `a prompt of ${tokens}`,
    table.mixedSeconds[tokens]! +
      chunkSeconds(table.prefillAttention, tokens, 0) +
      (table.together?.mixedSeconds(tokens) ?? 0),
  ]);
  return Object.fromEntries([...decodes, ...prompts]);
}

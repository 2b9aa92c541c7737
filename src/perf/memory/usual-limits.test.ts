import assert from "node:assert/strict";
import { test } from "node:test";
import { chipNamed } from "../../catalog/chips.ts";
import { usualLimits } from "./usual-limits.ts";

test("vLLM's steps are large where its own test says so: with 70 GiB and more, but on no A100", () => {
  const of = (chip: string) => Object.values(usualLimits("vllm", chipNamed(chip)));
  for (const chip of ["h100", "h200", "b200", "mi300x", "rtx-pro-6000"]) assert.deepEqual(of(chip), [8192, 1024], chip);
  for (const chip of ["a100", "l40s", "rtx-4090"]) assert.deepEqual(of(chip), [2048, 256], chip);
  assert.deepEqual(of("tpu-v6e"), [1024, 256]);
});

test("SGLang's chunk of a prompt grows with the accelerator's memory", () => {
  const chunk = (chip: string) => usualLimits("sglang", chipNamed(chip)).maxStepTokens;
  assert.deepEqual(
    ["rtx-4090", "l40s", "a100", "h200", "b200", "mi300x"].map(chunk),
    [2048, 4096, 8192, 8192, 16_384, 16_384],
  );
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { chipNamed } from "../../catalog/chips.ts";
import { modelNamed } from "../../catalog/models.ts";
import type { Served } from "../deployment.ts";
import { kvRoom } from "./kv-room.ts";
import { sglangShare } from "./sglang-memory.ts";
import { usualLimits } from "./usual-limits.ts";

function served(chip: string, tensorParallel: number, version: string, changes: Partial<Served> = {}): Served {
  return {
    chip: chipNamed(chip),
    model: modelNamed("llama-3.1-8b"),
    engine: "sglang",
    tensorParallel,
    expertParallel: 1,
    attentionParallel: 1,
    weights: "bf16",
    kv: "bf16",
    version,
    ...changes,
  };
}

test("SGLang 0.4 of January and March 2025 beside Llama 3.1 8B on one H100: 444,500 and 442,750 tokens, within 1.2 %", () => {
  // Of a public log of 2025-01-23 (78.81 GiB free before the weights) and of the tests of Flash Attention 3 (sgl-project/sglang#4709).
  for (const reported of [444_500, 442_750]) {
    const { blocks } = kvRoom(served("h100", 1, "0.4.2"), 1, usualLimits("sglang", chipNamed("h100")));
    assert.ok(Math.abs(blocks / reported - 1) < 0.012, String(blocks));
  }
});

test("since 0.5 the share follows from chunks, graphs and accelerators", () => {
  const share = (of: Served) => sglangShare(of, usualLimits("sglang", of.chip).maxStepTokens);
  // (81,559 − 512 − 1.5 · 8,192 − 2 · 256 − 128) of 81,559 MiB; (143,771 − 512 − 12,288 − 1,024 − 1,024) of 143,771.
  assert.ok(Math.abs(share(served("h100", 1, "0.5.6")) - 0.835) < 0.001);
  assert.ok(Math.abs(share(served("h200", 8, "0.5.6")) - 0.897) < 0.001);
  assert.ok(Math.abs(share(served("b200", 8, "0.5.6")) - 0.852) < 0.001);
  assert.deepEqual(
    [1, 2, 4, 8, 16].map((split) => share(served("h100", split, "0.4.2"))),
    [0.88, 0.87, 0.85, 0.81, 0.79],
  );
});

test("copies of attention leave more for their graphs, and small accelerators less than 10 GiB", () => {
  const alone = sglangShare(served("h200", 8, "0.5.6"), 8192);
  const copies = sglangShare(served("h200", 1, "0.5.6", { attentionParallel: 8 }), 8192);
  assert.ok(Math.abs(alone - copies - (512 * 8 * 4.5) / 143_771) < 1e-3, `${alone} ${copies}`);
  const card = sglangShare(served("rtx-4090", 1, "0.5.6"), 2048);
  assert.ok(card > 0.8 && card < 0.9, String(card));
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { chipNamed } from "../catalog/chips.ts";
import { modelNamed } from "../catalog/models.ts";
import type { Search } from "../perf/search/space.ts";
import { searchInThreads } from "./race-threads.ts";

const search: Search = {
  model: modelNamed("llama-3.1-8b"),
  chips: ["h100", "l40s"].map(chipNamed),
  engines: ["vllm", "tensorrt-llm"],
  weights: ["bf16", "fp8"],
  kv: "bf16",
  tensorParallel: [1, 2],
  expertParallel: [1],
  attentionParallel: [1],
  stepTokens: [2048, 8192],
  mode: "aggregated",
  acceleratorsMost: 64,
  load: { type: "lengths", promptTokens: 512, outputTokens: 128 },
  objective: { ttftMs: 500, tpotMs: 20 },
  usdPerHour: { h100: 1.5 },
  finalists: 3,
};

test("one thread and three find the same", async () => {
  const one = await searchInThreads(search, { threads: 1 });
  const three = await searchInThreads(search, { threads: 3 });
  assert.ok(one.byCost.length > 0 && one.front.length > 1);
  assert.deepEqual(three, one);
});

test("a search that is stopped says what it has, and that it was stopped", async () => {
  const stopped = new AbortController();
  let rounds = 0;
  const findings = await searchInThreads(search, {
    threads: 1,
    signal: stopped.signal,
    onRound: () => {
      rounds += 1;
      if (rounds === 3) stopped.abort();
    },
  });
  assert.equal(findings.isComplete, false);
  assert.ok(findings.byCost.length > 0);
});

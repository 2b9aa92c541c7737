import assert from "node:assert/strict";
import { test } from "node:test";
import { parseTrace } from "./trace.ts";

const ours = (...lines: string[]) => ["arrival_seconds,prompt_tokens,output_tokens", ...lines].join("\n");

test("the three forms give the same workload", () => {
  const own = parseTrace(ours("5,374,44", "9.5,396,109", ""));
  const azure = parseTrace(
    "TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:15:46.5000000,374,44\r\n2023-11-16 18:15:51.0000000,396,109\r\n",
  );
  const mooncake = parseTrace(
    '{"timestamp": 0, "input_length": 374, "output_length": 44, "hash_ids": [1]}\n{"timestamp": 4500, "input_length": 396, "output_length": 109, "hash_ids": [2]}\n',
  );
  assert.deepEqual(own.arrivals, { type: "open", seconds: Float64Array.of(0, 4.5) });
  assert.deepEqual(azure, own);
  assert.deepEqual(mooncake, own);
});

test("a trace that is wrong says in which line and field, and what would be right", () => {
  for (const [text, message] of [
    ["", /Line 1: file is empty/],
    ["time,in,out\n1,2,3", /Line 1: head is time,in,out/],
    [ours("0,10,5", "1,ten,5"), /Line 3: prompt_tokens is ten/],
    [ours("0,10,5", "1,10"), /Line 3: output_tokens is missing/],
    [ours("0,10,0"), /Line 2: output_tokens is 0/],
    [ours("-1,10,5"), /Line 2: arrival_seconds is no time/],
    [ours("3,10,5", "1,10,5"), /Line 3: time goes back by 2\.000 s/],
    ['{"timestamp":1', /Line 1: line is no JSON/],
    ['{"timestamp":1,"input_length":5}', /Line 1: output_length is missing/],
  ] as const) {
    assert.throws(() => parseTrace(text), { code: "invalid_value", message });
  }
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { table } from "../simulate/plain/fixture.ts";
import { simulate } from "../simulate/run.ts";
import { parseTrace } from "./trace.ts";

test("Azure's trace: instants to a tenth of a microsecond become seconds from the first", () => {
  const { arrivals, promptTokens, outputTokens } = parseTrace(
    "TIMESTAMP,ContextTokens,GeneratedTokens\r\n2023-11-16 23:59:59.9799600,374,44\r\n2023-11-17 00:00:00.0319601,396,109\r\n",
  );
  assert.ok(arrivals.type === "open");
  assert.equal(arrivals.seconds[0], 0);
  assert.ok(Math.abs(arrivals.seconds[1]! - 0.0520001) < 1e-6);
  assert.deepEqual([...promptTokens], [374, 396]);
  assert.deepEqual([...outputTokens], [44, 109]);
});

test("our own form, with and without an end of line at the end", () => {
  const text = "arrival_seconds,prompt_tokens,output_tokens\n0.5,10,2\n2,20,3";
  assert.deepEqual(parseTrace(text), parseTrace(`${text}\n`));
  assert.deepEqual(parseTrace(text).arrivals, { type: "open", seconds: Float64Array.from([0, 1.5]) });
});

test("columns of other traces' names, in any order, beside others, quoted, by semicolons, or as objects", () => {
  const wanted = parseTrace("arrival_seconds,prompt_tokens,output_tokens\n5,472,18\n45,1087,230\n");
  for (const text of [
    "Timestamp,Model,Request tokens,Response tokens,Log Type\n5,GPT-4,472,18,API log\n45,GPT-4,1087,230,API log\n",
    '"output_tokens";"arrival_seconds"; "prompt_tokens"\n18;5;472\n"230";"45";"1087"\n',
    "arrived_at,num_prefill_tokens,num_decode_tokens\n5.0,472,18\n45.0,1087,230\n",
    "TIMESTAMP\tContextTokens\tGeneratedTokens\n2024-05-10 00:00:05+00:00\t472\t18\n2024-05-10 00:00:45+00:00\t1087\t230",
    '{"timestamp": 5, "model": "m", "prompt_tokens": 472, "output_tokens": 18}\n{"output_tokens": 230, "prompt_tokens": 1087, "timestamp": 45}',
    '{"timestamp":"2024-05-10T00:00:05Z","prompt_tokens":472,"output_tokens":18}\n{"timestamp":"2024-05-10T02:00:45+02:00","prompt_tokens":1087,"output_tokens":230}',
    '[{"arrival":5,"prompt_len":472,"expected_output_len":18},\n {"arrival":45,"prompt_len":1087,"expected_output_len":230}]\n',
    "arrival_seconds;input_len;output_len\r\n5,0;472;18\r\n45,0;1087;230\r\n",
  ]) {
    assert.deepEqual(parseTrace(text), wanted, text);
  }
});

test("Mooncake's trace: hashes of full blocks become prefixes, which the simulator finds cached", () => {
  const workload = parseTrace(
    '{"timestamp": 0, "input_length": 1100, "output_length": 3, "hash_ids": [46, 47, 48]}\n' +
      '{"timestamp": 60000, "input_length": 1600, "output_length": 2, "hash_ids": [46, 47, 49, 50]}\n',
  );
  assert.deepEqual(workload.prefix, {
    unitTokens: 512,
    offsets: Int32Array.from([0, 2, 5]),
    units: Int32Array.from([0, 1, 0, 1, 2]),
  });
  const run = simulate(workload, {
    table,
    scheduler: { type: "vllm-v1", maxStepTokens: 2048, maxSequences: 8 },
    kvBlocks: 400,
    blockTokens: 16,
    prefixCache: true,
  });
  assert.equal(run.cachedTokens, 1024);
});

test("Bailian's lines count seconds, and blocks of sixteen tokens", () => {
  const { prefix, arrivals, promptTokens } = parseTrace(
    '{"chat_id": 159, "parent_chat_id": -1, "timestamp": 61.114, "input_length": 40, "output_length": 13, "type": "text", "turn": 1, "hash_ids": [7, 8, 9]}\n' +
      '{"chat_id": 160, "parent_chat_id": 159, "timestamp": 62.614, "input_length": 70, "output_length": 5, "type": "text", "turn": 2, "hash_ids": [7, 8, 10, 11, 12]}\n',
  );
  assert.ok(arrivals.type === "open" && Math.abs(arrivals.seconds[1]! - 1.5) < 1e-9);
  assert.deepEqual([...promptTokens], [40, 70]);
  assert.deepEqual(prefix, { unitTokens: 16, offsets: Int32Array.of(0, 2, 6), units: Int32Array.of(0, 1, 0, 1, 2, 3) });
});

test("BurstGPT's requests that failed are left out, and that is told; an answer of no tokens in another table is a mistake", () => {
  const rows = "5,GPT-4,472,18,API log\n9,GPT-4,300,0,API log\n45,GPT-4,1087,230,API log\n";
  const { promptTokens, arrivals, notes } = parseTrace(
    `Timestamp,Model,Request tokens,Response tokens,Log Type\n${rows}`,
  );
  assert.deepEqual([...promptTokens], [472, 1087]);
  assert.deepEqual(arrivals, { type: "open", seconds: Float64Array.of(0, 40) });
  assert.deepEqual(notes, ["left out: 1 that failed"]);
});

test("a rate takes the place of times that a trace has, or has not, and a length that of answers that it does not tell", () => {
  const lines = Array.from({ length: 4000 }, (_, at) => `${100 + (at % 7)}`).join("\n");
  const { arrivals, promptTokens, outputTokens } = parseTrace(`prompt_tokens\n${lines}\n`, {
    requestsPerSecond: 8,
    outputTokens: 64,
  });
  assert.ok(arrivals.type === "open" && arrivals.seconds.length === 4000);
  assert.ok(Math.abs(4000 / arrivals.seconds.at(-1)! / 8 - 1) < 0.05);
  assert.deepEqual([promptTokens[6], new Set(outputTokens)], [106, new Set([64])]);
  const own = parseTrace("arrival,prompt_tokens,output_tokens\n9,10,5\n3,20,6\n", {
    requestsPerSecond: 1,
    outputTokens: 64,
  });
  assert.deepEqual([...own.outputTokens], [5, 6]);
  assert.throws(() => parseTrace("prompt_tokens\n5\n"), { message: /no column of the arrival.*Or give --rate/ });
  assert.throws(() => parseTrace("prompt_tokens\n5\n", { requestsPerSecond: 1 }), {
    message: /Or give --answer-tokens/,
  });
});

test("prompts as text are estimated, which is told: ShareGPT's, custom lines, AIPerf's and batches", () => {
  const english = "word ".repeat(80);
  const of = (text: string, more = {}) => {
    const { promptTokens, outputTokens, arrivals, notes } = parseTrace(text, { requestsPerSecond: 1, ...more });
    assert.match(notes[0] ?? "", /estimated from the text/);
    return { prompts: [...promptTokens], outputs: [...outputTokens], arrivals, notes };
  };
  const turns = (...said: string[]) => said.map((value, at) => ({ from: at % 2 === 0 ? "human" : "gpt", value }));
  const shareGpt = [
    { id: "a", conversations: turns(english, "word ".repeat(40), english) },
    { id: "b", conversations: turns(english) },
    { id: "c", conversations: turns("請問這個問題的答案是什麼呢請您說明白", english) },
  ];
  const { prompts, outputs, notes } = of(JSON.stringify(shareGpt));
  assert.deepEqual(
    [prompts, outputs],
    [
      [100, 11],
      [50, 100],
    ],
  );
  assert.match(notes[1] ?? "", /left out: 1 without an answer/);
  const custom = { prompt: english, output_tokens: 30 };
  assert.deepEqual(of(JSON.stringify(custom)).outputs, [30]);
  assert.deepEqual(of(JSON.stringify({ prompt: english }), { outputTokens: 7 }).outputs, [7]);
  assert.deepEqual(of(JSON.stringify({ prompt: english, completion: english })).outputs, [100]);
  const batch = {
    custom_id: "1",
    url: "/v1/chat/completions",
    body: { messages: [{ role: "user", content: [{ type: "text", text: english }] }], max_tokens: 12 },
  };
  assert.deepEqual([of(JSON.stringify(batch)).prompts, of(JSON.stringify(batch)).outputs], [[100], [12]]);
  const timed = [
    { text: english, timestamp: 1000, output_length: 3 },
    { text: english, timestamp: 3500, output_length: 3 },
  ];
  const { arrivals } = parseTrace(timed.map((line) => JSON.stringify(line)).join("\n"));
  assert.deepEqual(arrivals, { type: "open", seconds: Float64Array.of(0, 2.5) });
  assert.throws(() => parseTrace(JSON.stringify(custom)), { message: /timestamp is missing.*--rate/ });
});

test("what is no trace is refused with its line, its field and what would be right", () => {
  const own = "arrival_seconds,prompt_tokens,output_tokens\n";
  const azure = "TIMESTAMP,ContextTokens,GeneratedTokens\n";
  const cases: readonly [text: string, param: string, message: RegExp][] = [
    ["", "line 1, head", /is empty.*arrival_seconds,prompt_tokens,output_tokens/],
    ["a,b,c\n1,2,3", "line 1, head", /has no column of the arrival: "a,b,c".*must have arrival_seconds/],
    ["timestamp,arrived_at,prompt_tokens,output_tokens\n", "line 1, head", /has 2 columns of the arrival/],
    [own, "line 2, requests", /missing/],
    [`${own}0,1,1\n\n1,1,1`, "line 3, columns", /are 0.*must be 3/],
    [`${own}0,1\n`, "line 2, columns", /are 2/],
    [`${own}-1,5,5\n`, "line 2, arrival_seconds", /is -1 s.*begins at 0/],
    [`${own}0,5,5\n3,5,5\n2,5,5`, "line 4, arrival_seconds", /1\.000 s before the line above/],
    [`${own},5,5\n`, "line 2, arrival_seconds", /missing.*number of seconds/],
    [`${own}0,5.5,5\n`, "line 2, prompt_tokens", /"5.5".*whole number/],
    [`${own}0,five,5\n`, "line 2, prompt_tokens", /"five"/],
    [`${own}0,5,0\n`, "line 2, output_tokens", /"0".*1 or more/],
    [`${azure}yesterday,5,5\n`, "line 2, TIMESTAMP", /"yesterday".*an instant, like 2023-11-16/],
    ['{"timestamp": 0, "input_length": 5, "output_length": 5}\n{"timestamp"', "line 2, line", /must be an object/],
    ['{"timestamp": "0", "input_length": 5, "output_length": 5}', "line 1, timestamp", /"0".*milliseconds/],
    ['{"timestamp": 0, "output_length": 5}', "line 1, head", /no column of the prompt: "timestamp,output_length"/],
    ['{"timestamp": 0, "input_length": 5}', "line 1, output_length", /missing/],
    [`${own}1700000000000,5,5\n`, "line 2, arrival_seconds", /in seconds, not milliseconds/],
    ['{"timestamp": null, "prompt_tokens": 5, "output_tokens": 5}', "line 1, timestamp", /missing/],
    ['{"timestamp": 0, "input_length": 5, "output_length": 5, "hash_ids": 7}', "line 1, hash_ids", /is 7.*list/],
  ];
  for (const [text, param, message] of cases) {
    assert.throws(() => parseTrace(text), { code: "invalid_value", param, message }, text);
  }
});

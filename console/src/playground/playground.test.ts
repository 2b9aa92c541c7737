import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { formatUsd } from "../../../src/stack/money.ts";
import { costOf, tokensOf } from "./cost.ts";
import { chatEvents, EventLines, readChunk } from "./stream.ts";

const recorded = [
  'data: {"id":"c","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}\n\n',
  'data: {"id":"c","choices":[{"index":0,"delta":{"content":"電表"},"finish_reason":null}]}\n\n',
  ": still here\n\n",
  'data: {"id":"c","choices":[{"index":0,"delta":{"content":" → token"},"finish_reason":null}]}\r\n\r\n',
  'data: {"id":"c","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n',
  'data: {"id":"c","choices":[],"usage":{"prompt_tokens":12,"completion_tokens":2,"total_tokens":14,"prompt_tokens_details":{"cached_tokens":4}}}\n\n',
  "data: [DONE]\n\n",
].join("");

function bodyOf(bytes: Uint8Array, cuts: readonly number[]): ReadableStream<Uint8Array> {
  const places = [...new Set([0, ...cuts.map((cut) => cut % bytes.length), bytes.length])].toSorted((a, b) => a - b);
  return new ReadableStream({
    start(controller) {
      for (const [index, from] of places.entries()) {
        const to = places[index + 1];
        if (to !== undefined) controller.enqueue(bytes.slice(from, to));
      }
      controller.close();
    },
  });
}

test("an answer reads the same however its bytes are cut, in the middle of a character too", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(), { maxLength: 40 }), async (cuts) => {
      const events = [];
      for await (const event of chatEvents(bodyOf(new TextEncoder().encode(recorded), cuts))) events.push(event);
      const text = events.map((event) => (event.is === "text" ? event.text : "")).join("");
      assert.equal(text, "電表 → token");
      assert.deepEqual(
        events.map(({ is }) => is),
        ["text", "text", "text", "finish", "usage", "done"],
      );
    }),
  );
});

test("an event of several data lines is one, and comments are none", () => {
  assert.deepEqual(new EventLines().push(": hi\n\ndata: a\ndata:b\n\ndata: c"), ["a\nb"]);
});

test("an error in the stream says so", () => {
  assert.deepEqual(readChunk('{"error":{"message":"The upstream left."}}'), [
    { is: "error", message: "The upstream left." },
  ]);
});

test("cached and reasoning tokens are taken out of the sums that hold them, and priced as their own", () => {
  const tokens = tokensOf({
    prompt_tokens: 12,
    completion_tokens: 10,
    prompt_tokens_details: { cached_tokens: 4 },
    completion_tokens_details: { reasoning_tokens: 6 },
  });
  assert.deepEqual(tokens, { input: 8, cachedInput: 4, output: 4, reasoning: 6 });
  const price = {
    inputUsdPerMillion: "1",
    cachedInputUsdPerMillion: "0.1",
    outputUsdPerMillion: "2",
    reasoningUsdPerMillion: "3",
  };
  assert.equal(formatUsd(costOf(tokens, price)), "0.0000344");
});

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { StreamScanner } from "./sse.ts";

type Token = { readonly text: string; readonly kind: "content" | "reasoning_content" };

const tokens = fc.array(
  fc.record({
    text: fc.string({ unit: "binary", minLength: 1 }),
    kind: fc.constantFrom("content" as const, "reasoning_content" as const),
  }),
  { maxLength: 8 },
);

const style = fc.record({
  newline: fc.constantFrom("\n", "\r\n"),
  space: fc.constantFrom("", " "),
  isPretty: fc.boolean(),
  hasComments: fc.boolean(),
  nullUsage: fc.boolean(),
  usagePlace: fc.constantFrom("own" as const, "finish" as const),
});

/** A stream as an upstream might write it, with its usage. */
function written(of: readonly Token[], how: typeof style extends fc.Arbitrary<infer S> ? S : never): string {
  const usage = { prompt_tokens: 7, completion_tokens: of.length };
  const extra = how.nullUsage ? { usage: null } : {};
  const chunks: object[] = [
    { choices: [{ index: 0, delta: { role: "assistant", content: "" }, finish_reason: null }], ...extra },
    ...of.map(({ text, kind }) => ({
      choices: [{ index: 0, delta: { [kind]: text }, finish_reason: null }],
      ...extra,
    })),
    { choices: [{ index: 0, delta: {}, finish_reason: "stop" }], ...(how.usagePlace === "finish" ? { usage } : extra) },
    ...(how.usagePlace === "own" ? [{ choices: [], usage }] : []),
  ];
  const { newline, space } = how;
  const comment = how.hasComments ? `: still here${newline}${newline}` : "";
  const events = chunks.map((one) => {
    // Printed over lines, an event has several lines of data.
    const lines = JSON.stringify(one, null, how.isPretty ? 1 : 0).split("\n");
    return comment + lines.map((line) => `data:${space}${line}${newline}`).join("") + newline;
  });
  return `${events.join("")}data:${space}[DONE]${newline}${newline}`;
}

function cut(bytes: Buffer, at: readonly number[]): Buffer[] {
  const places = [...new Set(at.map((one) => one % (bytes.length + 1)))].toSorted((one, other) => one - other);
  return [0, ...places].map((start, index) => bytes.subarray(start, places[index] ?? bytes.length));
}

function run(scanner: StreamScanner, pieces: readonly Buffer[]): Buffer {
  return Buffer.concat([...pieces.map((piece) => scanner.push(piece)), scanner.end()]);
}

function dataOf(text: string): string[] {
  return text
    .split(/\r?\n\r?\n/)
    .map((one) => one.split(/\r?\n/).filter((line) => line.startsWith("data:")))
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.map((line) => line.slice(5)).join("\n"));
}

describe("a scanner", () => {
  test("passes on every byte but [DONE] when usage was asked for, wherever the stream is cut", () => {
    fc.assert(
      fc.property(tokens, style, fc.array(fc.nat(), { maxLength: 12 }), (of, how, at) => {
        const text = written(of, how);
        const scanner = new StreamScanner(true);
        const out = run(scanner, cut(Buffer.from(text), at));
        assert.equal(out.toString(), text.slice(0, text.lastIndexOf("data:")));
        assert.equal(scanner.isDone, true);
      }),
    );
  });

  test("counts each token once and catches the usage, wherever the stream is cut", () => {
    fc.assert(
      fc.property(tokens, style, fc.array(fc.nat(), { maxLength: 12 }), fc.boolean(), (of, how, at, keeps) => {
        const scanner = new StreamScanner(keeps);
        run(scanner, cut(Buffer.from(written(of, how)), at));
        assert.equal(scanner.outputChunks, of.filter(({ kind }) => kind === "content").length);
        assert.equal(scanner.reasoningChunks, of.filter(({ kind }) => kind === "reasoning_content").length);
        assert.deepEqual(JSON.parse(scanner.usageJson ?? ""), { prompt_tokens: 7, completion_tokens: of.length });
        assert.equal(scanner.hasFinished, true);
      }),
    );
  });

  test("takes usage out when it was not asked for, and nothing else", () => {
    fc.assert(
      fc.property(tokens, style, fc.array(fc.nat(), { maxLength: 12 }), (of, how, at) => {
        const out = run(new StreamScanner(false), cut(Buffer.from(written(of, how)), at)).toString();
        const expected = dataOf(written(of, { ...how, nullUsage: false, usagePlace: "own" })).slice(0, -2);
        const passed = dataOf(out).map((one): unknown => JSON.parse(one));
        assert.deepEqual(
          passed,
          expected.map((one): unknown => JSON.parse(one)),
        );
      }),
    );
  });

  test("gives whole events only, so that an error can follow at any moment", () => {
    fc.assert(
      fc.property(tokens, style, fc.array(fc.nat(), { maxLength: 12 }), (of, how, at) => {
        const scanner = new StreamScanner(false);
        for (const piece of cut(Buffer.from(written(of, how)), at)) {
          assert.match(scanner.push(piece).toString(), /^$|\n\r?\n$/);
        }
      }),
    );
  });

  test("never throws, whatever comes", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array()), (pieces) => {
        run(
          new StreamScanner(false),
          pieces.map((piece) => Buffer.from(piece)),
        );
      }),
    );
  });
});

function scanned(...pieces: string[]): StreamScanner & { out: string } {
  const scanner = new StreamScanner(false);
  const out = run(
    scanner,
    pieces.map((piece) => Buffer.from(piece)),
  ).toString();
  return Object.assign(scanner, { out });
}

const chunkOf = (delta: object, extra: object = {}) =>
  `data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason: null }], ...extra })}\n\n`;

describe("what counts as a token", () => {
  const cases: [string, object, number][] = [
    ["the role alone does not", { role: "assistant", content: "" }, 0],
    ["a role with content does", { role: "assistant", content: "Hi" }, 1],
    ["a token that is part of a character does", { content: "" }, 1],
    ["a refusal does", { refusal: "No" }, 1],
    ["a tool's name does", { tool_calls: [{ index: 0, id: "a", function: { name: "f", arguments: "" } }] }, 1],
    ["a tool's arguments do", { tool_calls: [{ index: 0, function: { arguments: '{"a' } }] }, 1],
    ["nothing does not", {}, 0],
    ["null does not", { content: null }, 0],
  ];
  for (const [what, delta, count] of cases) {
    test(what, () => assert.equal(scanned(chunkOf(delta)).outputChunks, count));
  }

  test("log probabilities beside content add nothing", () => {
    const logprobs = { content: [{ token: "a", logprob: -1, bytes: [97], top_logprobs: [] }] };
    const line = `data: ${JSON.stringify({ choices: [{ delta: { content: "a" }, logprobs, finish_reason: null }] })}\n\n`;
    assert.equal(scanned(line).outputChunks, 1);
  });

  test("text that quotes our keys is text", () => {
    const text = '"usage":{"completion_tokens":9},"error":{"message":"x"},"finish_reason":"stop" data: [DONE]\n\n';
    const scanner = scanned(chunkOf({ content: text }));
    assert.equal(scanner.usageJson, undefined);
    assert.equal(scanner.errorJson, undefined);
    assert.equal(scanner.hasFinished, false);
    assert.equal(scanner.isDone, false);
    assert.equal(scanner.outputChunks, 1);
  });
});

describe("a stream's end", () => {
  test("is [DONE]: what follows goes nowhere", () => {
    const scanner = scanned(chunkOf({ content: "a" }), "data: [DONE]\n\n", chunkOf({ content: "b" }));
    assert.equal(scanner.out, chunkOf({ content: "a" }));
    assert.equal(scanner.outputChunks, 1);
  });

  test("is an error, nested or flat, which is kept back", () => {
    for (const error of [
      '{"error":{"message":"x"}}',
      '{"object":"error","message":"x"}',
      '{"type":"error","message":"x"}',
    ]) {
      const scanner = scanned(chunkOf({ content: "a" }), `data: ${error}\n\n`, chunkOf({ content: "b" }));
      assert.equal(scanner.errorJson, error);
      assert.equal(scanner.out, chunkOf({ content: "a" }));
    }
    assert.equal(scanned('data: {"choices":[],"error":null}\n\n').errorJson, undefined);
  });

  test("is an event that has none", () => {
    const endless = new StreamScanner(false);
    const piece = Buffer.alloc(1024 * 1024, "x");
    for (let at = 0; at <= StreamScanner.eventBytesMax; at += piece.length) endless.push(piece);
    assert.match(endless.defect ?? "", /without an end/);
  });
});

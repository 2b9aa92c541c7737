import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { believable, countInput, countRelayed } from "./tally.ts";

const count = fc.nat(100_000);
const chunks = fc.record({ output: count, reasoning: count });
const input = fc.record({
  inputTokens: fc.option(count, { nil: undefined }),
  cachedTokens: fc.option(count, { nil: undefined }),
  inputBytes: count,
  inputMax: count,
});
const reported = fc.option(fc.record({ input: count, cachedInput: count, output: count, reasoning: count }), {
  nil: undefined,
});

describe("input", () => {
  test("adds up to what an engine of ours counted, or is an estimate within its bound", () => {
    fc.assert(
      fc.property(input, (facts) => {
        const { tokens, countedBy } = countInput(facts);
        assert.ok(tokens.input >= 0 && tokens.cachedInput >= 0);
        if (facts.inputTokens === undefined) {
          assert.equal(countedBy, "estimate");
          assert.ok(tokens.input <= facts.inputMax);
        } else assert.equal(tokens.input + tokens.cachedInput, facts.inputTokens);
      }),
    );
  });
});

describe("a report", () => {
  test("within the context is believed as it is, and one beyond it is none", () => {
    const bounds = { inputBytes: 100, contextTokens: 4096, choices: 2 };
    const tokens = { input: 4000, cachedInput: 4292, output: 8000, reasoning: 192 };
    assert.equal(believable(tokens, bounds), tokens);
    assert.equal(believable(undefined, bounds), undefined);
    for (const field of ["input", "cachedInput", "output", "reasoning"] as const) {
      assert.equal(believable({ ...tokens, [field]: tokens[field] + 1 }, bounds), undefined, field);
    }
  });
});

describe("what was relayed", () => {
  test("is never less than the chunks that went out, and no more unless the upstream said so", () => {
    fc.assert(
      fc.property(chunks, fc.boolean(), reported, input, (passed, isEverythingOut, report, facts) => {
        const { tokens } = countRelayed(passed, isEverythingOut, report, facts);
        assert.ok(tokens.output >= passed.output && tokens.reasoning >= passed.reasoning);
        if (report === undefined || !isEverythingOut) {
          assert.deepEqual([tokens.output, tokens.reasoning], [passed.output, passed.reasoning]);
        }
      }),
    );
  });

  test("takes a running report for the tokens that its chunks held together", () => {
    const facts = { inputTokens: undefined, cachedTokens: undefined, inputBytes: 40, inputMax: 100 };
    const report = { input: 9, cachedInput: 1, output: 12, reasoning: 0 };
    const { tokens } = countRelayed({ output: 4, reasoning: 0 }, true, report, facts);
    assert.deepEqual(tokens, { input: 9, cachedInput: 1, output: 12, reasoning: 0 });
    const unread = countRelayed({ output: 3, reasoning: 0 }, false, report, facts);
    assert.equal(unread.tokens.output, 3);
  });
});

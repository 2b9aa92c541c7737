import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { countsOfOpenAi, countsOfOpenAiJson, estimateTokens, tokensIn } from "./usage.ts";

describe("OpenAI's usage as disjoint counts", () => {
  test("adds up to what was reported, with no class negative, whatever the details claim", () => {
    const count = fc.nat(1_000_000);
    fc.assert(
      fc.property(count, count, count, count, (prompt, completion, cached, reasoning) => {
        const counts = countsOfOpenAi({
          prompt_tokens: prompt,
          completion_tokens: completion,
          prompt_tokens_details: { cached_tokens: cached },
          completion_tokens_details: { reasoning_tokens: reasoning },
        });
        assert.ok(counts !== undefined);
        assert.equal(counts.input + counts.cachedInput, prompt);
        assert.equal(counts.output + counts.reasoning, completion);
        assert.ok(Object.values(counts).every((one) => one >= 0));
        assert.equal(tokensIn(counts), prompt + completion);
      }),
    );
  });

  test("are safe counts or none, whatever stands in their place", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), fc.jsonValue(), (prompt, completion, details) => {
        const counts = countsOfOpenAi({
          prompt_tokens: prompt,
          completion_tokens: completion,
          prompt_tokens_details: details,
          completion_tokens_details: details,
        });
        if (counts === undefined) return;
        assert.ok(Object.values(counts).every((one) => Number.isSafeInteger(one) && one >= 0));
      }),
    );
  });

  test("of embeddings have no output", () => {
    const expected = { input: 8, cachedInput: 0, output: 0, reasoning: 0 };
    assert.deepEqual(countsOfOpenAi({ prompt_tokens: 8, total_tokens: 8 }), expected);
  });

  test("are none where nothing was reported", () => {
    for (const nothing of [null, undefined, 3, {}, { total_tokens: 5 }, { prompt_tokens: -1, completion_tokens: 1 }]) {
      assert.equal(countsOfOpenAi(nothing), undefined);
    }
    assert.equal(countsOfOpenAiJson("{"), undefined);
  });
});

test("an estimate of something is never zero", () => {
  fc.assert(fc.property(fc.integer({ min: 1 }), (bytes) => assert.ok(estimateTokens(bytes) >= 1)));
});

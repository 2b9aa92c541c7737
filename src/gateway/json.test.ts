import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { depthMax, endOfValue, fieldsOf } from "./json.ts";

/** An object's JSON with space wherever space may stand. */
const spaced = fc
  .tuple(fc.dictionary(fc.string({ unit: "binary" }), fc.jsonValue()), fc.constantFrom("", " ", "\n\t", "  \r\n "))
  .map(([object, space]) => {
    const fields = Object.entries(object).map(
      ([key, value]) =>
        `${space}${JSON.stringify(key)}${space}:${space}${JSON.stringify(value, null, space.length)}${space}`,
    );
    return { object, text: `${space}{${fields.length === 0 ? space : fields.join(",")}}${space}` };
  });

describe("the fields of an object", () => {
  test("are those that a parser finds, each value in its own bytes", () => {
    fc.assert(
      fc.property(spaced, ({ object, text }) => {
        const bytes = Buffer.from(text);
        const fields = fieldsOf(bytes);
        assert.ok(fields !== undefined);
        assert.deepEqual(
          fields.map(({ key }) => key),
          Object.keys(object),
        );
        for (const { key, keyStart, valueStart, valueEnd } of fields) {
          assert.equal(bytes[keyStart], 0x22);
          assert.deepEqual(
            JSON.parse(bytes.toString("utf8", valueStart, valueEnd)),
            JSON.parse(JSON.stringify(object[key])),
          );
        }
      }),
    );
  });

  test("are found whatever the length of strings and however many backslashes end them", () => {
    const tail = fc.tuple(fc.nat(90), fc.nat(5), fc.boolean());
    fc.assert(
      fc.property(tail, ([length, backslashes, hasQuote]) => {
        const value = `${"x".repeat(length)}${"\\".repeat(backslashes)}${hasQuote ? '"' : ""}`;
        const bytes = Buffer.from(JSON.stringify({ [value]: value, b: [value] }));
        const fields = fieldsOf(bytes);
        assert.deepEqual(
          fields?.map(({ key }) => key),
          [value, "b"],
        );
        assert.equal(fields?.[0]?.valueEnd, JSON.stringify({ [value]: value }).length - 1);
      }),
    );
  });

  test("are undefined for what a cut leaves of an object", () => {
    fc.assert(
      fc.property(spaced, fc.nat(), ({ text }, at) => {
        const whole = Buffer.from(text.trim());
        assert.equal(fieldsOf(whole.subarray(0, at % whole.length)), undefined);
      }),
    );
  });

  test("are undefined for what is no object, and never throw", () => {
    for (const text of [
      "",
      "1",
      "[]",
      '"a"',
      "null",
      "{} {}",
      "{,}",
      '{"a"}',
      '{"a":}',
      '{"a":1,}',
      '{"a" 1}',
      '{"\\x":1}',
    ]) {
      assert.equal(fieldsOf(Buffer.from(text)), undefined, text);
    }
    fc.assert(fc.property(fc.uint8Array(), (bytes) => void fieldsOf(Buffer.from(bytes))));
  });

  test("read a duplicate twice, also when an escape hides it", () => {
    const fields = fieldsOf(Buffer.from('{"model":1,"\\u006dodel":2}'));
    assert.deepEqual(
      fields?.map(({ key }) => key),
      ["model", "model"],
    );
  });
});

test("nesting is followed to a depth, and no deeper", () => {
  const nested = (depth: number) => Buffer.from("[".repeat(depth) + "]".repeat(depth));
  assert.equal(endOfValue(nested(depthMax), 0, depthMax * 2), depthMax * 2);
  assert.equal(endOfValue(nested(depthMax + 1), 0, depthMax * 2 + 2), -1);
});

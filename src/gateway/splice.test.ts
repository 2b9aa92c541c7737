import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { fieldsOf } from "./json.ts";
import { applyEdits, cutOf, setField, setNested } from "./splice.ts";

const object = fc.dictionary(fc.string({ minLength: 1 }), fc.jsonValue()).filter((one) => !("__proto__" in one));

function edited(
  text: string,
  edit: (bytes: Buffer, fields: NonNullable<ReturnType<typeof fieldsOf>>) => ReturnType<typeof setField>,
) {
  const bytes = Buffer.from(text);
  const fields = fieldsOf(bytes);
  assert.ok(fields !== undefined);
  return applyEdits(bytes, [edit(bytes, fields)]).toString();
}

describe("setting a field", () => {
  test("changes that field, and not a byte of the others", () => {
    fc.assert(
      fc.property(object, fc.string({ minLength: 1 }), fc.jsonValue(), (before, key, value) => {
        fc.pre(key !== "__proto__");
        const json = JSON.stringify(value);
        const after = edited(JSON.stringify(before), (bytes, fields) => setField(bytes, fields, key, json));
        assert.deepEqual(JSON.parse(after), JSON.parse(JSON.stringify({ ...before, [key]: value })));
        for (const [other, kept] of Object.entries(before)) {
          if (other !== key) assert.ok(after.includes(`${JSON.stringify(other)}:${JSON.stringify(kept)}`));
        }
      }),
    );
  });

  test("keeps numbers that no double can hold", () => {
    const text = '{"seed":123456789012345678901234567890,"t":1.10}';
    const after = edited(text, (bytes, fields) => setField(bytes, fields, "model", '"m"'));
    assert.equal(after, `{"model":"m",${text.slice(1)}`);
  });

  test("inside another makes that one where it is missing or null", () => {
    const set = (text: string) => edited(text, (bytes, fields) => setNested(bytes, fields, "o", "k", "true"));
    assert.equal(set('{"a":1}'), '{"o":{"k":true},"a":1}');
    assert.equal(set('{"o":null}'), '{"o":{"k":true}}');
    assert.equal(set('{"o":{}}'), '{"o":{"k":true}}');
    assert.equal(set('{"o": { "x":[1] } }'), '{"o": {"k":true, "x":[1] } }');
    assert.equal(set('{"o":{"k":false,"x":1}}'), '{"o":{"k":true,"x":1}}');
  });
});

test("cutting a field leaves the object without it, wherever it stands", () => {
  fc.assert(
    fc.property(object, fc.nat(), (before, pick) => {
      const keys = Object.keys(before);
      fc.pre(keys.length > 0);
      const text = JSON.stringify(before, null, pick % 3);
      const bytes = Buffer.from(text);
      const field = fieldsOf(bytes)?.[pick % keys.length];
      assert.ok(field !== undefined);
      const [start, end] = cutOf(bytes, 0, bytes.length, field.keyStart, field.valueEnd);
      const { [field.key]: _gone, ...rest } = before;
      assert.deepEqual(
        JSON.parse(applyEdits(bytes, [{ start, end, text: "" }]).toString()),
        JSON.parse(JSON.stringify(rest)),
      );
    }),
  );
});

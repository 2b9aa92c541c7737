import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { csvLine } from "./csv.ts";

test("a cell of a table is read back as it was, and is no formula", () => {
  const cell = fc.string();
  fc.assert(
    fc.property(cell, (text) => {
      const written = csvLine([text]);
      const read = written.startsWith('"') ? written.slice(1, -1).replaceAll('""', '"') : written;
      assert.ok(read === text || read === `'${text}`);
      assert.doesNotMatch(read, /^[=+@]/);
    }),
  );
  assert.equal(csvLine(["-12"]), "-12");
  assert.equal(csvLine(["-1+cmd|x"]), "'-1+cmd|x");
});

test("numbers stay numbers, and what is not there is an empty cell", () => {
  assert.equal(csvLine(["-12.50", -1e-7, null, 'a "b", c', undefined]), '-12.50,-1e-7,,"a ""b"", c",');
});

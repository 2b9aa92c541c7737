import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { csvLine, CsvReader, type Separator } from "./csv.ts";

function recordsOf(...pieces: string[]) {
  const reader = new CsvReader();
  return [...pieces.flatMap((piece) => [...reader.push(piece)]), ...reader.end()];
}

test("what was written is read again, however the text is cut into pieces", () => {
  const cell = fc.string({ unit: fc.constantFrom("a", "1", ",", ";", "\t", '"', "\n", "\r", " ", "é") });
  const separator = fc.constantFrom<Separator>(",", ";", "\t");
  const lineEnd = fc.constantFrom("\n", "\r\n", "\r");
  const row = fc.array(cell, { minLength: 2, maxLength: 4 });
  fc.assert(
    fc.property(fc.array(row, { maxLength: 5 }), separator, lineEnd, fc.nat(), (more, between, end, seed) => {
      // The first line tells what is between.
      const rows = [["isl", "osl", "notes"], ...more];
      const text = rows.map((cells) => csvLine(cells, between)).join(end);
      const cut = seed % (text.length + 1);
      const read = recordsOf(text.slice(0, cut), text.slice(cut));
      assert.deepEqual(
        read.map(({ cells }) => cells),
        rows,
      );
    }),
  );
});

test("a record knows its line; empty lines and a byte-order mark are none of it", () => {
  assert.deepEqual(recordsOf('\uFEFFa,b\r\n\r\n"x\ny",2\n3,4'), [
    { line: 1, cells: ["a", "b"] },
    { line: 3, cells: ["x\ny", "2"] },
    { line: 5, cells: ["3", "4"] },
  ]);
});

test("a quote that is never closed is told with its line", () => {
  assert.throws(() => recordsOf('a,b\n1,"2\n3,4\n'), /Line 2: a quote is opened and never closed/);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { TextStream } from "./text.ts";

/** A tokenizer of bytes: the smallest pieces that any real one may make. */
const decode = (tokens: readonly number[]) => Buffer.from(tokens).toString("utf8");

function stream(text: string, stops: readonly string[]): { pieces: string[]; stopped: boolean } {
  const streamed = new TextStream(decode, stops);
  const pieces: string[] = [];
  for (const byte of Buffer.from(text)) {
    const piece = streamed.push(byte);
    pieces.push(piece.text);
    if (piece.stopped) return { pieces, stopped: true };
  }
  return { pieces: [...pieces, streamed.end()], stopped: false };
}

test("a character is never shown in parts, in whatever language it is", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (text) => {
      fc.pre(!text.includes("\uFFFD") && text.isWellFormed());
      const { pieces } = stream(text, []);
      assert.equal(pieces.join(""), text);
      assert.ok(pieces.every((piece) => !piece.includes("\uFFFD")));
    }),
  );
});

test("tokens that each end in the middle of a character hold nothing back but that one", () => {
  const cuts = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom("中", "文", "é", "a", "🌏") }), cuts, (text, lengths) => {
      const bytes = Buffer.from(text);
      const tokens: Buffer[] = [];
      for (let at = 0; at < bytes.length;) {
        const length = lengths[tokens.length % lengths.length] ?? 1;
        tokens.push(bytes.subarray(at, at + length));
        at += length;
      }
      const streamed = new TextStream((ids) => Buffer.concat(ids.map((id) => tokens[id]!)).toString("utf8"), []);
      let shown = "";
      let passed = 0;
      for (const [id, token] of tokens.entries()) {
        shown += streamed.push(id).text;
        passed += token.length;
        assert.equal(shown, wholeCharacters(bytes.subarray(0, passed)));
      }
      assert.equal(shown + streamed.end(), text);
    }),
  );
});

function wholeCharacters(bytes: Buffer): string {
  return bytes.toString("utf8").replace(/\uFFFD$/, "");
}

test("text ends before the first stop string, wherever the tokens fall", () => {
  const letters = fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 30 });
  const stop = fc.string({ unit: fc.constantFrom("a", "b", "c"), minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(letters, fc.array(stop, { maxLength: 4 }), (text, stops) => {
      const { pieces, stopped } = stream(text, stops);
      // The stop string that is completed first, as a reader of the stream meets it.
      const ends = stops.flatMap((one) => (text.includes(one) ? [text.indexOf(one) + one.length] : []));
      const end = Math.min(...ends);
      assert.equal(stopped, ends.length > 0);
      if (!stopped) assert.equal(pieces.join(""), text);
      else {
        const starts = stops.flatMap((one) => (text.slice(0, end).includes(one) ? [text.indexOf(one)] : []));
        assert.equal(pieces.join(""), text.slice(0, Math.min(...starts)));
      }
    }),
  );
});

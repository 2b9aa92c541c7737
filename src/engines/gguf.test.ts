import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { Fault } from "../stack/fault.ts";
import { readModelCard } from "./gguf.ts";

const tiny = fileURLToPath(new URL("../../models/tokenworks-tiny.gguf", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "tokenworks-gguf-"));
after(() => rmSync(folder, { recursive: true }));

test("a model's own words are read from the head of its file", () => {
  const card = readModelCard(tiny);
  assert.equal(card.title, "tokenworks-tiny");
  assert.equal(card.architecture, "llama");
  assert.equal(card.quantisation, "Q8_0");
  assert.equal(card.license, "Apache-2.0");
  assert.equal(card.contextTokens, 2048);
  assert.equal(card.dimensions, 256);
  assert.equal(card.hasChatTemplate, true);
  // At 8.5 bits a weight.
  assert.ok(Math.abs((card.parameters ?? 0) * (8.5 / 8) - readFileSync(tiny).length) < 200_000);
});

test("a file that is not there, is something else, or has no end is refused in a sentence", () => {
  const file = join(folder, "x.gguf");
  assert.throws(() => readModelCard(file), /x\.gguf cannot be read \(ENOENT\)/);
  for (const [text, why] of [
    ["<html>not found</html>", /is not a GGUF file: it does not begin like one/],
    ["GGUF and nothing more than that", /is not a GGUF file: version \d+ is unknown/],
    ["GG", /is cut short/],
    ["", /is cut short/],
  ] as const) {
    writeFileSync(file, text);
    assert.throws(() => readModelCard(file), why);
  }
});

test("a file that was cut or damaged is read or refused, soon, whatever its lengths claim", () => {
  const whole = readFileSync(tiny).subarray(0, 120_000);
  const file = join(folder, "damaged.gguf");
  const damage = fc.array(fc.tuple(fc.nat(2_000), fc.uint8Array({ minLength: 1, maxLength: 8 })), { maxLength: 3 });
  fc.assert(
    fc.property(damage, fc.nat(whole.length), (changes, end) => {
      const bytes = Buffer.from(whole);
      for (const [at, put] of changes) bytes.set(put, at);
      writeFileSync(file, bytes.subarray(0, end));
      assert.throws(
        () => readModelCard(file),
        (error) => error instanceof Fault && error.code === "invalid_value",
      );
    }),
  );
});

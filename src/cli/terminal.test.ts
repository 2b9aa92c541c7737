import assert from "node:assert/strict";
import { test } from "node:test";
import { stripVTControlCharacters } from "node:util";
import fc from "fast-check";
import { CommanderError } from "commander";
import { h200Chain, h200Report } from "../ledger/example.ts";
import { Fault, type FaultCode, faultStatus } from "../stack/fault.ts";
import { pico } from "../stack/money.ts";
import type { StackReport } from "../stack/report.ts";
import { exitCodeOf, exitMeanings } from "./exit.ts";
import { progressText } from "./progress.ts";
import { examplePicture, money, stackPicture } from "./stack-picture.ts";
import { bar, bytesText, number, table, widthOf } from "./terminal.ts";

const plain = stripVTControlCharacters;

test("every line of a table puts its columns at the same place, whatever the alphabet", () => {
  const cell = fc.stringMatching(/^[a-zé繁體中文]{1,8}$/u);
  fc.assert(
    fc.property(fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 8 }), (rows) => {
      const lines = plain(table([{ title: "one" }, { title: "two", align: "right" }], rows)).split("\n");
      assert.equal(lines.length, rows.length + 1);
      assert.equal(new Set(lines.map(widthOf)).size, 1);
      assert.ok(lines.every((line) => line === line.trimEnd()));
    }),
  );
});

test("Chinese letters take two columns and joined marks none", () => {
  assert.equal(widthOf("繁體"), 4);
  assert.equal(widthOf("e\u0301"), 1);
  assert.equal(widthOf("abc"), 3);
});

test("a bar is as long as its share, to an eighth of a column, and never longer than its place", () => {
  assert.equal(bar(0.5, 10), "█████");
  assert.equal(bar(0.0125, 10), "▏");
  fc.assert(
    fc.property(fc.double({ min: -2, max: 3, noNaN: true }), fc.integer({ min: 1, max: 80 }), (share, width) => {
      assert.ok(bar(share, width).length <= width);
    }),
  );
});

test("bytes and progress are told in units that a person reads", () => {
  assert.equal(bytesText(4_863_040), "4.9 MB");
  assert.equal(bytesText(999), "999 B");
  assert.match(progressText("m.gguf", 25, 100, 5), /25 %\s+25 B of 100 B\s+5 B\/s\s+15 s left$/);
  assert.equal(progressText("m.gguf", 25, null, 0), "m.gguf  25 B");
});

test("money is never shown as zero when it is not", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }), (amount) => {
      const shown = money(pico(amount));
      assert.equal(shown === "$0", amount === 0n);
      assert.equal(shown.startsWith("−"), amount < 0n);
      if (amount !== 0n) assert.match(shown, /[1-9]/);
    }),
  );
});

test("the published chain shows each published figure beside ours", () => {
  const report = h200Report();
  const text = plain(examplePicture(h200Chain(report)));
  assert.match(text, /Total cost of ownership\s+1\.66\d*\s+1\.66/);
  assert.match(text, /Compute cost\s+1\.676\s+1\.676/);
  const picture = plain(stackPicture(report));
  assert.match(picture, /infrastructure\s+\$2\.000\s+\$1\.664/);
  assert.match(picture, /− idle\s+\$0\.4160\s+█+.*25\.0 % of the capacity/);
});

test("a figure that is unavailable is a dash, never a zero", () => {
  const report = h200Report();
  const unknown = { value: null, unit: "J/token", provenance: "unavailable" } as const;
  const lines = plain(stackPicture({ ...report, joulesPerToken: unknown })).split("\n");
  assert.match(lines.find((line) => line.startsWith("energy  ") && !line.includes("$")) ?? "", /^energy\s+–$/);
});

test("a factory that serves nobody shows what it costs to be idle", () => {
  const report = h200Report();
  const none = { external: "0", internal: "0" };
  const empty: StackReport = {
    ...report,
    layers: report.layers.map((row) => ({ ...row, revenue: none, marginRatio: null })),
    total: { revenue: "0", cost: "0", idle: "1.5", margin: "-1.5" },
  };
  const text = plain(stackPicture(empty));
  assert.match(text, /the factory\s+\$0\s+\$0\s+\$1\.500\s+−\$1\.500\s+–/);
  assert.match(text, /= margin\s+−\$1\.500\s+█{28}/);
});

test("every kind of failure has an exit code from the one table", () => {
  const codes = new Set(exitMeanings.map(([code]) => code));
  for (const code of Object.keys(faultStatus) as FaultCode[]) {
    assert.ok(codes.has(exitCodeOf(new Fault(code, { message: "x" }))), code);
  }
  assert.equal(exitCodeOf(new Fault("store_unavailable", { message: "x" })), 3);
  assert.equal(exitCodeOf(new Fault("conflict", { message: "x" })), 4);
  assert.equal(exitCodeOf(new Fault("invalid_value", { message: "x" })), 2);
  assert.equal(exitCodeOf(new CommanderError(1, "commander.unknownOption", "x")), 2);
  assert.equal(exitCodeOf(new CommanderError(0, "commander.helpDisplayed", "x")), 0);
  assert.equal(exitCodeOf(new Error("a defect")), 1);
});

test("a number has three digits that count, and never an exponent below a million", () => {
  assert.deepEqual([0.01234, 4.5, 99.96, 999.4, 999.6, 1234.5, Number.NaN].map(number), [
    "0.0123",
    "4.50",
    "100",
    "999",
    "1,000",
    "1,235",
    "–",
  ]);
});

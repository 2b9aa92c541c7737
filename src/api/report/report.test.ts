import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";
import { inflateSync } from "node:zlib";
import { fonts, runs } from "./fonts.ts";
import { fontFamily } from "./look.ts";
import { pdfOf } from "./pdf.ts";
import { svgOf } from "./picture.ts";
import type { Part, Report } from "./report.ts";

const bars = {
  xAxis: { type: "category", data: ["2026", "2027"] },
  yAxis: { type: "value" },
  series: [{ name: "revenue", type: "bar", data: [1, 2.5] }],
};

const parts: readonly Part[] = [
  { type: "heading", text: "What it earns" },
  { type: "paragraph", text: "Žluťoučký kůň, Đặng Thị Thảo, Ελληνικά, Кириллица." },
  { type: "figures", figures: [{ label: "NPV", value: "−$3 M", tone: "bad", note: "at 9 %" }] },
  {
    type: "table",
    columns: [{ title: "part" }, { title: "$/h", align: "right" }],
    rows: [["power", "0.12"]],
    total: [],
  },
  {
    type: "pictures",
    pictures: [
      { title: "Cash", option: bars },
      { option: bars, caption: "the same" },
    ],
  },
  { type: "sources", sources: ["https://example.com/"] },
];
const report: Report = { title: "A deal", subtitle: "of two", date: "2026-11-27", parts };

test("a report is a PDF file, the same bytes each time", async () => {
  const one = Buffer.from(await pdfOf(report, undefined));
  assert.equal(one.subarray(0, 5).toString(), "%PDF-");
  assert.equal(pagesOf(one), 1);
  assert.deepEqual(Buffer.from(await pdfOf(report, undefined)), one);
});

test("a long table goes on on the next page", async () => {
  const rows = Array.from({ length: 100 }, (_, row) => [`quarter ${row}`, "1"]);
  const columns = [{ title: "quarter" }, { title: "RPO" }];
  const bytes = Buffer.from(await pdfOf({ ...report, parts: [{ type: "table", columns, rows }] }, undefined));
  assert.equal(pagesOf(bytes), 3);
});

test("every character that is set in Roboto has a glyph there, in each face", () => {
  const fontkit = createRequire(createRequire(import.meta.url).resolve("pdfkit"))("fontkit") as {
    openSync(file: string): { hasGlyphForCodePoint(code: number): boolean };
  };
  const faces = Object.values(fonts(undefined)[fontFamily] ?? {}).map((file) => fontkit.openSync(String(file)));
  assert.equal(faces.length, 4);
  const missing: string[] = [];
  for (let code = 0xa0; code < 0xd800; code++) {
    const text = String.fromCodePoint(code);
    const isRoboto = runs(text).every(({ isBeyond }) => !isBeyond) && runs(text)[0]?.text === text;
    if (isRoboto && faces.some((face) => !face.hasGlyphForCodePoint(code))) missing.push(code.toString(16));
  }
  assert.deepEqual(missing, []);
});

test("text is cut where Roboto ends", () => {
  assert.deepEqual(runs("Oracle 甲骨文 → 5 年"), [
    { text: "Oracle ", isBeyond: false },
    { text: "甲骨文", isBeyond: true },
    { text: " ", isBeyond: false },
    { text: "→", isBeyond: true },
    { text: " 5 ", isBeyond: false },
    { text: "年", isBeyond: true },
  ]);
  assert.deepEqual(runs("Šťáva"), [{ text: "Šťáva", isBeyond: false }]);
});

test("a picture is an SVG of its own with its words in it", () => {
  const svg = svgOf(bars, 400, 200);
  assert.match(svg, /^<svg width="400" height="200" xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
  assert.match(svg, />2027<\/text>/);
  assert.doesNotMatch(svg, /NaN|url\(http|<image/);
});

/** Pages are told in an object stream, which is deflated. */
function pagesOf(pdf: Buffer): number {
  const text = [pdf.toString("latin1"), ...[...streams(pdf)].map((one) => one.toString("latin1"))].join("\n");
  return Number(/\/Type \/Pages\s*\/Count (\d+)/.exec(text)?.[1]);
}

function* streams(pdf: Buffer): Generator<Buffer> {
  const text = pdf.toString("latin1");
  for (const { index, 0: mark } of text.matchAll(/stream\r?\n/g)) {
    try {
      yield inflateSync(pdf.subarray(index + mark.length));
    } catch {
      // Not deflated: a font, or the word in some text.
    }
  }
}

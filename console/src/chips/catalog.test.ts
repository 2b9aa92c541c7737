import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { columns, figureOf, matches, orderOf, sorted, valueOf } from "./catalog.ts";
import { comparedMax, comparedOf } from "./compared.ts";
import { attained, intensities, roofOf } from "./roofline.ts";
import type { Chip, Figure } from "./shapes.ts";

function figure<Value extends number | string>(value: Value, unit: string): Figure<Value> {
  return { value, unit, source: "datasheet", asOf: "2026", confidence: "reported" };
}

function chip(name: string, of: { vendor?: string; fp8?: number; tdp?: number; rent?: string } = {}): Chip {
  return {
    name,
    title: name.toUpperCase(),
    vendor: of.vendor ?? "Maker",
    aliases: [`${name}-sxm`],
    available: figure("2026-01", "month"),
    peakTeraflops: {
      bf16: figure(1000, "TFLOP/s"),
      ...(of.fp8 === undefined ? {} : { fp8: figure(of.fp8, "TFLOP/s") }),
    },
    memoryGigabytes: figure(141, "GB"),
    memoryGigabytesPerSecond: figure(4800, "GB/s"),
    ...(of.tdp === undefined ? {} : { tdpWatts: figure(of.tdp, "W") }),
    ...(of.rent === undefined ? {} : { rentUsdPerHour: figure(of.rent, "USD/h") }),
  };
}

const chips = [chip("a", { tdp: 700 }), chip("b"), chip("c", { tdp: 1400, fp8: 4500, vendor: "Other", rent: "2.10" })];
const names = (some: readonly Chip[]) => some.map(({ name }) => name).join("");

test("what nobody has published comes last, upwards and downwards", () => {
  assert.equal(names(sorted(chips, { by: "tdp", down: false })), "acb");
  assert.equal(names(sorted(chips, { by: "tdp", down: true })), "cab");
  assert.equal(names(sorted(chips, { by: "name", down: true })), "cba");
  assert.equal(names(sorted(chips, undefined)), "abc");
});

test("an address names the order, and anything else names none", () => {
  assert.deepEqual(orderOf("tdp"), { by: "tdp", down: false });
  assert.deepEqual(orderOf("-rent"), { by: "rent", down: true });
  assert.deepEqual(
    [orderOf(null), orderOf(""), orderOf("-"), orderOf("--tdp"), orderOf("idle")],
    Array(5).fill(undefined),
  );
});

test("a chip is found by any of its names, however they are written, by its maker and by what it computes in", () => {
  const found = (text: string, vendor = "", precision = "") =>
    names(chips.filter((one) => matches(one, { text, vendor, precision })));
  assert.equal(found(""), "abc");
  assert.equal(found("B SXM"), "b");
  assert.equal(found("", "Other"), "c");
  assert.equal(found("", "", "fp8"), "c");
  assert.equal(found("", "", "nonsense"), "abc");
});

test("memory is shown in GiB, as datasheets count it; an amount of money is a number to sort by", () => {
  const [one, , three] = chips as [Chip, Chip, Chip];
  assert.equal(valueOf(one, "memory")?.toFixed(1), "131.3");
  assert.equal(figureOf(one, "memory")?.unit, "GiB");
  assert.equal(valueOf(three, "rent"), 2.1);
  assert.equal(columns.filter((column) => figureOf(one, column) === undefined).length, 7);
});

test("those that are compared exist, stand once, and are no more than four", () => {
  const many = ["a", "b", "c", "d", "e"].map((name) => chip(name));
  assert.deepEqual(comparedOf("c,a,c,nobody", many), ["c", "a"]);
  assert.equal(comparedOf("a,b,c,d,e", many).length, comparedMax);
  assert.deepEqual(comparedOf("", many), []);
  assert.deepEqual(comparedOf(null, [chip("h200"), chip("gb300")]), ["h200", "gb300"]);
});

test("a roof rises with the bandwidth and is flat from its ridge on", () => {
  const roof = roofOf(chip("a", { fp8: 2000 }), "fp8");
  assert.ok(roof);
  assert.equal(roof.ridge, 2000 / 4.8);
  fc.assert(
    fc.property(fc.double({ min: 0.01, max: 1e6, noNaN: true }), (intensity) => {
      const here = attained(roof, intensity);
      const expected = intensity < roof.ridge ? 4.8 * intensity : 2000;
      assert.ok(Math.abs(here - expected) <= 1e-9 * expected);
    }),
  );
  assert.ok(intensities([roof]).includes(roof.ridge));
  assert.equal(roofOf(chip("a"), "fp4"), undefined);
});

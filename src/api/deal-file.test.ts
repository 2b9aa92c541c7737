import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { Fault } from "../stack/fault.ts";
import { readDeal } from "./deal-file.ts";

const example = new URL("../../docs/examples/deals/iren-microsoft.yaml", import.meta.url);
const source = readFileSync(example, "utf8");

function refused(yaml: string, message: RegExp): void {
  assert.throws(
    () => readDeal(yaml, "deal.yaml"),
    (error) => {
      assert.ok(error instanceof Fault);
      assert.equal(error.code, "invalid_value");
      assert.match(error.message, message);
      return true;
    },
  );
}

test("the example reads as it stands", () => {
  assert.equal(readDeal(source, "deal.yaml").name, "iren-microsoft");
});

test("a figure without its source is refused at its line, with how to say it", () => {
  refused(
    source.replace("    source: ours, 2.5 % a year of what IT costs\n", ""),
    /deal\.yaml:\d+:\d+: costs\.operationsUsdPerAcceleratorYear\.source: This is missing\. A figure from outside says who says so/,
  );
  refused(
    source.replace(/ {2}operationsUsdPerAcceleratorYear:\n(?: {4}.*\n)+/, "  operationsUsdPerAcceleratorYear: 1430\n"),
    /deal\.yaml:\d+:3: costs\.operationsUsdPerAcceleratorYear: A figure from outside needs its source: \{ value: .* \(found 1430\)/,
  );
});

test("a contract that ends before it starts, mixed currencies and a range that leaves out its value are refused", () => {
  refused(
    source.replace('from: "2026-03-01"', 'from: "2026-03-01"\nto: "2025-12-31"'),
    /deal\.yaml:\d+:1: to: The contract ends before it starts on 2026-03-01/,
  );
  refused(
    source.replace('totalUsd: "9700000000"', 'totalUsd: "8300000000 EUR"'),
    /deal\.yaml:\d+:3: price\.totalUsd: Currencies are not mixed here: convert it to US dollars/,
  );
  refused(source.replace("role: seller", "role: seller\ncurrency: EUR"), /currency: Plans are in US dollars/);
  refused(source.replace("low: 1000\n", "low: 2000\n"), /operationsUsdPerAcceleratorYear\.low: It is above the value/);
});

test("what is signed too late, delivered too early, or too little to be one accelerator is told where it stands", () => {
  refused(
    source.replace('signed: "2025-11-03"', 'signed: "2026-11-03"'),
    /:\d+:1: signed: It is signed after it starts/,
  );
  refused(
    source.replace('delivered: "2026-03-01"', 'delivered: "2026-02-01"'),
    /:\d+:\d+: capacity\.tranches\[0\]\.delivered: It is delivered before the contract starts/,
  );
  refused(
    source.replace('"2026-06-01", megawattsIt: 50', '"2026-06-01", megawattsIt: 0.001'),
    /:\d+:\d+: capacity\.tranches\[1\]: 0\.001 MW are less than one accelerator of 1\.97 kW/,
  );
  refused(
    source.replace("creditedToMonth: 60", "creditedToMonth: 24"),
    /creditedToMonth: The credit ends before it begins/,
  );
});

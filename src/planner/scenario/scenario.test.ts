import assert from "node:assert/strict";
import { test } from "node:test";
import { disagree, rangeOf, usedFigure, usedValue } from "../../catalog/readings.ts";
import { auditOf } from "./assumptions.ts";
import { caseFile, caseNamed, cases } from "./cases.ts";
import { type ScenarioFile, scenarioSchema } from "./scenario.ts";

/** The paths and messages of what is wrong with the Microsoft case once it is changed. */
function wrong(change: (file: ScenarioFile) => void): string[] {
  const file = structuredClone(caseFile("microsoft")) as ScenarioFile;
  change(file);
  const parsed = scenarioSchema.safeParse(file);
  return parsed.success ? [] : parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
}

for (const { name } of cases) {
  test(`${name}: every number has a source, a date and a confidence, and where sources disagree a reason for the one used`, () => {
    const { rows, statements } = auditOf(caseNamed(name));
    assert.ok(rows.length > 30 && statements.length > 3);
    for (const row of rows) {
      for (const { source, asOf, unit } of row.readings) {
        assert.ok(source.length > 3 && unit.length > 0 && /^\d{4}/.test(asOf), row.path);
      }
      if (disagree(row)) assert.ok((row.because ?? "").length > 3, `${row.path} disagrees without a reason`);
      assert.ok(row.low <= row.high);
      const used = row.readings[row.use - 1]?.value ?? Number.NaN;
      assert.ok(row.low <= used && used <= row.high, row.path);
    }
    for (const { path, source } of statements) assert.ok(source.length > 3, path);
  });
}

test("a number without a source is refused at its place", () => {
  const problems = wrong((file) => {
    Reflect.deleteProperty(file.inputs.itCapital.readings[0], "source");
  });
  assert.match(problems.join("\n"), /^inputs\.itCapital\.readings\.0\.source: /m);
});

test("currencies are not mixed, and each input is taken in its unit", () => {
  const euros = wrong((file) => {
    const figure = { ...file.inputs.electricity.readings[0], unit: "EUR/kWh" };
    file.inputs.electricity = { what: "electricity", readings: [figure] };
  });
  assert.deepEqual(euros, [
    "inputs.electricity.readings.0.unit: Currencies are mixed: the scenario counts in USD, this is in EUR.",
  ]);
  const months = wrong((file) => {
    file.inputs.itLife = { what: "life", readings: [{ ...usedFigure(file.inputs.itLife), unit: "months" }] };
  });
  assert.deepEqual(months, ["inputs.itLife.readings.0.unit: It is taken in years, not in months."]);
  const both = wrong((file) => {
    const [first] = file.inputs.electricity.readings;
    file.inputs.electricity = { what: "electricity", because: "x y", readings: [first, { ...first, unit: "EUR/kWh" }] };
  });
  assert.match(both.join(), /readings\.1\.unit: Readings of one thing are in one unit/);
});

test("power below nothing, a life of no time and a share above all are refused at their reading", () => {
  const problems = wrong((file) => {
    const of = (name: "itLife" | "ownUseShare", value: number) => ({
      what: name,
      readings: [{ ...usedFigure(file.inputs[name]), value }] as const,
    });
    file.inputs.itLife = of("itLife", 0);
    file.inputs.ownUseShare = of("ownUseShare", 60);
    for (const { decisions } of Object.values(file.strategies)) {
      const [order] = decisions?.filter((one) => one.do === "lease") ?? [];
      if (order !== undefined) order.mw = { what: "power", readings: [{ ...usedFigure(order.mw), value: -800 }] };
    }
  });
  assert.match(problems.join("\n"), /^inputs\.itLife\.readings\.0\.value: It can be 0\.25 to 100 \(years\)\.$/m);
  assert.match(problems.join("\n"), /^inputs\.ownUseShare\.readings\.0\.value: It can be 0 to 1 \(ratio\)\.$/m);
  assert.match(problems.join("\n"), /^strategies\..*\.mw\.readings\.0\.value: It can be 0 or more \(MW\)\.$/m);
});

test("a contract that ends before it starts, and one that closes before it opens, are refused", () => {
  const ends = wrong((file) => {
    const deal = file.deals?.["openai-azure"];
    if (deal !== undefined) deal.years = { what: "term", readings: [{ ...usedFigure(deal.years), value: -5 }] };
  });
  assert.deepEqual(ends, [
    "deals.openai-azure.years: The contract ends before it starts: its term is at least a quarter of a year.",
  ]);
  const closes = wrong((file) => Object.assign(file.deals?.["openai-2025"] ?? {}, { closes: "2024Q1" }));
  assert.match(closes.join("\n"), /deals\.openai-2025\.closes: It closes before it opens, 2024Q4\./);
  assert.deepEqual(
    wrong((file) => Object.assign(file, { to: "2022Q4" })),
    ["to: It ends before it begins, 2023Q1."],
  );
});

test("a strategy that follows itself is refused with the way round", () => {
  const problems = wrong((file) => Object.assign(file.strategies["no-pause"] ?? {}, { follows: "comeback" }));
  assert.match(problems.join("\n"), /follows: It follows itself: no-pause → comeback → as-it-happened → no-pause\./);
});

test("a deal is taken in its window only", () => {
  const problems = wrong((file) => {
    for (const one of file.strategies["comeback"]?.decisions ?? []) if (one.do === "accept") one.at = "2027Q1";
  });
  assert.match(problems.join(), /decisions\.\d\.at: The deal can be taken from 2026Q1 to 2026Q4 only\./);
});

test("readings that disagree need a reason", () => {
  const problems = wrong((file) => Reflect.deleteProperty(file.inputs.itCapital, "because"));
  assert.match(problems.join(), /inputs\.itCapital\.readings: They disagree: say in `because` why one is used\./);
});

test("what is used lies in its own range, whatever the range says", () => {
  const figure = { value: 5, unit: "MW", source: "ours", asOf: "2025", confidence: "assumption" } as const;
  const of = { what: "x", readings: [figure] as const, range: { low: 6, high: 8, source: "ours" } };
  assert.deepEqual(rangeOf(of), { low: 5, high: 8 });
  assert.equal(usedValue({ ...of, readings: [figure, { ...figure, value: 7 }], use: 2 }), 7);
});

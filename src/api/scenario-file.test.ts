import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { stringify } from "yaml";
import { caseFile, caseNamed, cases } from "../planner/scenario/cases.ts";
import { runScenario } from "../planner/scenario/run.ts";
import { readScenario } from "./scenario-file.ts";

for (const { name } of cases) {
  test(`${name}, printed as YAML and read again, is the same case`, () => {
    const text = stringify(caseFile(name), { aliasDuplicateObjects: false });
    assert.deepEqual(readScenario(text, "mine.yaml"), caseNamed(name));
  });
}

const dearer = `extends: microsoft
name: mine
title: Dearer equipment
inputs:
  itCapital:
    readings:
      - { value: 44000000, unit: USD/MW, source: "a quote", asOf: "2026-10", confidence: reported }
`;

test("a file says only what differs from the case that it extends", () => {
  const mine = readScenario(dearer, "mine.yaml");
  assert.equal(mine.title, "Dearer equipment");
  assert.equal(mine.inputs.itCapital.what, caseNamed("microsoft").inputs.itCapital.what);
  assert.equal(mine.inputs.itCapital.range, undefined, "the old range goes with the old readings");
  assert.deepEqual(mine.deals, caseNamed("microsoft").deals);
  const cost = (of: typeof mine) => runScenario(of, { draws: 0 }).pause.used.grossProfit;
  assert.ok(cost(mine) < cost(caseNamed("microsoft")));
});

test("the file that the docs show runs", () => {
  const docs = readFileSync(new URL("../../docs/scenarios.md", import.meta.url), "utf8");
  const [, text = ""] = /```yaml\n(.*?)```/s.exec(docs) ?? [];
  const shown = readScenario(text, "docs/scenarios.md");
  assert.deepEqual(Object.keys(shown.strategies), ["no-pause", "as-it-happened", "slower"]);
  assert.equal(shown.inputs.itLife.use, 2);
});

test("another reading is used by its number, and null takes away", () => {
  const mine = readScenario(
    "extends: oracle\ninputs:\n  itCapital: { use: 3 }\nstrategies:\n  comeback: null\n",
    "mine.yaml",
  );
  assert.equal(mine.inputs.itCapital.use, 3);
  assert.deepEqual(Object.keys(mine.strategies), ["as-it-happened", "paused"]);
});

test("a missing source is told at its line, and so are mixed currencies", () => {
  const sourceless = dearer.replace('source: "a quote", ', "");
  assert.throws(
    () => readScenario(sourceless, "mine.yaml"),
    /mine\.yaml:7:\d+: inputs\.itCapital\.readings\[0\]\.source: This is missing/,
  );
  const euros = dearer.replace("USD/MW", "EUR/MW");
  assert.throws(
    () => readScenario(euros, "mine.yaml"),
    /mine\.yaml:7:\d+: inputs\.itCapital\.readings\[0\]\.unit: Currencies are mixed: the scenario counts in USD, this is in EUR/,
  );
});

test("files that extend each other are refused with the way round", () => {
  const files: Record<string, string> = { "a.yaml": "extends: b.yaml\n", "b.yaml": "extends: a.yaml\n" };
  const find = (name: string) => ({ text: files[name] ?? "", place: name });
  assert.throws(
    () => readScenario(files["a.yaml"] ?? "", "a.yaml", find),
    /a\.yaml: extends: it extends itself: a\.yaml → b\.yaml → a\.yaml/,
  );
});

test("a file that extends another one takes what it does not say from there", () => {
  const find = () => ({ text: dearer, place: "mine.yaml" });
  const grand = readScenario("extends: mine.yaml\nname: other\n", "other.yaml", find);
  assert.equal(grand.title, "Dearer equipment");
  assert.throws(() => readScenario("extends: mine.yaml\n", "other.yaml"), /the file mine\.yaml cannot be read here/);
  assert.throws(() => readScenario("extends: orcale\n", "other.yaml"), /no scenario "orcale".*Nearest: oracle/);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { z } from "zod";
import { readYaml } from "./yaml-file.ts";

const schema = z.strictObject({
  name: z.string().min(1),
  role: z.enum(["seller", "buyer"]),
  quarters: z.int().min(1).max(60),
  share: z.number().positive().max(1),
  sites: z.array(z.strictObject({ mw: z.number() })).min(1),
  kind: z.discriminatedUnion("type", [
    z.strictObject({ type: z.literal("own") }),
    z.strictObject({ type: z.literal("rent") }),
  ]),
});
const whole = "name: a\nrole: seller\nquarters: 4\nshare: 0.5\nsites: [{ mw: 1 }]\nkind: { type: own }\n";

const refused = (text: string, says: RegExp) =>
  assert.throws(() => readYaml(text, "plan.yaml", schema), { code: "invalid_value", message: says });

test("each mistake is one line with its place, its field and what would fit", () => {
  assert.equal(readYaml(whole, "plan.yaml", schema).data.quarters, 4);
  const changed = (from: string, to: string) => whole.replace(from, to);
  for (const [text, says] of [
    [
      changed("quarters: 4", 'quarters: "4"'),
      /^plan\.yaml:3:1: quarters: A number is wanted: write 4 without quotes \(found "4"\)\.$/,
    ],
    [changed("quarters: 4", "quarters: 4.5"), /^plan\.yaml:3:1: quarters: A whole number is wanted \(found 4\.5\)\.$/],
    [changed("quarters: 4", "quarters: 99"), /quarters: It must be 60 at the most/],
    [changed("quarters: 4", "quarters:"), /quarters: A number is wanted\.$/],
    [changed("quarters: 4", "quarters: ten"), /quarters: A number is wanted \(found "ten"\)/],
    [changed("share: 0.5", "share: 0"), /share: It must be above 0 /],
    [changed("share: 0.5\n", ""), /share: This is missing\. A number is wanted\.$/],
    [changed("share: 0.5", "share: .nan"), /^plan\.yaml:4:8: \.nan is no number\.$/],
    [changed("share: 0.5", "share: 1e308"), /^plan\.yaml:4:8: 1e308 is larger than/],
    [changed("role: seller", "role: broker"), /role: It must be seller or buyer \(found "broker"\)/],
    [changed("type: own", "type: build"), /kind\.type: It must be own or rent \(found "build"\)/],
    [changed("sites: [{ mw: 1 }]", "sites: []"), /sites: It must have an entry at the least/],
    [changed("sites: [{ mw: 1 }]", "sites: 7"), /sites: A list is wanted \(found 7\)/],
    [changed("name: a", 'name: ""'), /name: It must not be empty/],
  ] as const) {
    refused(text, says);
  }
});

test("of a text that is no YAML the first mistake is told, in words", () => {
  refused("name: a\nsites:\n\t- mw: 1\n\t- mw: 2\n", /^plan\.yaml:3:1: A tab cannot indent a line: use spaces\.$/);
  refused(`${whole}name: b\n`, /^plan\.yaml:7:1: The field name stands twice: leave one of them\.$/);
  refused(`${whole}---\n${whole}`, /^plan\.yaml:7:1: A second document begins here/);
  refused("name: *nobody\n", /^plan\.yaml:1:7: \*nobody names nothing that stands above it as &nobody\.$/);
  const doubled = Array.from({ length: 9 }, (_, at) => `a${at + 1}: &a${at + 1} [${`*a${at}, `.repeat(9)}]`);
  refused(["a0: &a0 x", ...doubled].join("\n"), /^plan\.yaml: Its aliases repeat each other too often/);
});

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { z } from "zod";
import { chips } from "../../catalog/chips.ts";
import { Fault } from "../../stack/fault.ts";
import type { RawAsk } from "../route.ts";
import { chipRoutes } from "./chips.ts";

const tokenworks = fileURLToPath(new URL("../../../bin/tokenworks.mjs", import.meta.url));
const exampleFile = fileURLToPath(new URL("../../../docs/examples/make-or-buy.yaml", import.meta.url));
const example = readFileSync(exampleFile, "utf8");

/** Asks as a viewer; these routes look at nothing but the body. */
async function ask(path: string, body?: unknown): Promise<unknown> {
  const route = chipRoutes.find((one) => one.path === path);
  assert.ok(route?.answer instanceof z.ZodType);
  const principal = { role: "viewer" } as NonNullable<RawAsk["principal"]>;
  const asked = { query: {}, params: {}, principal, readBody: async () => body } as unknown as RawAsk;
  const answer = await route.handle(asked);
  assert.ok(typeof answer === "object");
  return route.answer.parse(JSON.parse(JSON.stringify(answer.body)));
}

const compare = (body: unknown) => ask("/api/chips/make-or-buy", body);

function refused(body: unknown, message: RegExp, param?: string): Promise<void> {
  return assert.rejects(compare(body), (error) => {
    assert.ok(error instanceof Fault);
    assert.match(error.message, message);
    assert.equal(error.code, "invalid_value");
    assert.equal(error.param, param);
    return true;
  });
}

test("the catalog comes whole, every figure with its source", async () => {
  assert.deepEqual(await ask("/api/chips"), { chips: JSON.parse(JSON.stringify(chips)) });
});

test("a scenario as text, as JSON in text and as an object gives what the command line gives", async () => {
  const printed = execFileSync(process.execPath, [tokenworks, "chips", "make-or-buy", exampleFile, "--json"]);
  const expected: unknown = JSON.parse(printed.toString());
  const scenario: unknown = parse(example);
  assert.deepEqual(await compare({ yaml: example }), expected);
  assert.deepEqual(await compare({ yaml: JSON.stringify(scenario) }), expected);
  assert.deepEqual(await compare({ scenario }), expected);
});

test("a mistake is told with its line and field", async () => {
  await refused(
    { yaml: example.replace("widthMillimetres: 26", "widthMillimetres: 40") },
    /^scenario\.yaml:32:5: own\.die\.widthMillimetres: A scanner .*\(found 40\)\.$/,
  );
  await refused(
    { yaml: `${example}\nwafers: 3\n` },
    /^scenario\.yaml:\d+:1: wafers: There is no field "wafers" here\.$/,
  );
  await refused({ yaml: "name: [" }, /^scenario\.yaml:1:\d+: /);
  await refused({ yaml: "" }, /empty/);
  await refused(
    { scenario: { ...parse(example), site: {} } },
    /^scenario\.site\.electricityUsdPerKwh: /,
    "scenario.site.electricityUsdPerKwh",
  );
});

test("what can be read but not compared is told where it stands too", async () => {
  await refused(
    { yaml: example.replace("chip: b200", "chip: b2000") },
    /^scenario\.yaml:60:5: merchants\[1\]\.chip: There is no chip "b2000" in the catalog\. Nearest: b200/,
  );
  await refused(
    { yaml: example.replace("chip: b200", "chip: tpu-v7") },
    /^scenario\.yaml:60:5: merchants\[1\]: the catalog has no usdPerChip of tpu-v7\. Say it in the scenario: usdPerChip\.$/,
  );
  await refused(
    { yaml: example.replace("chip: gb300", "chip: h100") },
    /^scenario\.yaml:58:5: merchants\[0\]: the catalog has no peakTeraflops\.fp4 of h100/,
  );
});

test("either the text or the scenario is asked for, not both and not neither", async () => {
  await refused({}, /Give either/);
  await refused({ yaml: example, scenario: parse(example) }, /Give either/);
});

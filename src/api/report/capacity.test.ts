import assert from "node:assert/strict";
import { test } from "node:test";
import { smallDocument, smallScenario } from "../../planner/capacity/fixture.ts";
import { planCapacity } from "../../planner/capacity/plan-capacity.ts";
import { capacityReport } from "./capacity.ts";

test("what to decide has a row for each quarter, and a legend of several lines stays below its picture", async () => {
  const bottomAndRows = async (suffix: string) => {
    const supply = smallDocument.supply.map((one) => ({ ...one, name: `${one.name}${suffix}` }));
    const scenario = smallScenario({ supply });
    const plan = await planCapacity(scenario, { gap: 0 });
    const { parts } = capacityReport(scenario, plan, "2026-11-27");
    const pictures = parts.flatMap((part) => (part.type === "pictures" ? part.pictures : []));
    const tables = parts.flatMap((part) => (part.type === "table" ? [part] : []));
    const { bottom } = pictures[0]!.option["grid"] as { bottom: number };
    return { bottom, rows: tables[0]!.rows, decisions: plan.decisions };
  };
  const short = await bottomAndRows("");
  assert.ok(short.decisions.length > 0);
  assert.deepEqual(
    short.rows.map(([quarter]) => quarter),
    [...new Set(short.decisions.filter(({ kind }) => kind !== "open").map(({ quarter }) => quarter))],
  );
  const long = await bottomAndRows("-of-a-landlord-with-quite-a-long-name-beside-the-old-harbour");
  assert.ok(long.bottom > short.bottom, `${long.bottom} and ${short.bottom}`);
});

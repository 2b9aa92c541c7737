import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Fault } from "../../stack/fault.ts";
import { solveHere } from "../optimise/solve-here.ts";
import { arbitraryScenario } from "./arbitrary.ts";
import { planCapacity } from "./plan-capacity.ts";
import { capacityScenario } from "./scenario.ts";

test("whatever the scenario, its plan keeps every rule and adds up, or it is told why there is none", async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryScenario, async (document) => {
      const scenario = capacityScenario.parse(document);
      const plan = await planCapacity(scenario, { solver: solveHere, gap: 0 }).catch((error: unknown) => error);
      if (plan instanceof Fault) {
        assert.match(plan.message, /The least that would have to give: .|whole blocks|no limit/);
        return;
      }
      if (plan instanceof Error) throw plan;
      const { problems, solved, futures } = plan as Awaited<ReturnType<typeof planCapacity>>;
      assert.deepEqual(problems, []);
      assert.ok(solved.bound !== null && solved.bound >= solved.value - 1e-6 * Math.max(1, Math.abs(solved.value)));
      if (scenario.objective === "roic" || scenario.risk.weight > 0) return;
      const mean = futures.reduce((sum, { probability, valueUsd }) => sum + probability * valueUsd, 0);
      assert.ok(Math.abs(mean - solved.value) <= 10 + 1e-6 * Math.abs(mean), `${mean} and ${solved.value}`);
    }),
    { numRuns: Number(process.env["RUNS"] ?? 60) },
  );
});

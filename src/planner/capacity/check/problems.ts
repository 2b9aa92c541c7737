/**
 * Whether a plan keeps its scenario's rules: told from the scenario and the plan alone, by walking through the quarters of
 * each future. It shares no line with the model that made the plan, so that a mistake there, or a solver that cuts a corner,
 * does not pass unseen.
 */
import { quarterIndex } from "../quarter.ts";
import type { CapacityScenario } from "../scenario.ts";
import type { Decision } from "../decided.ts";
import { checkCash } from "./cash.ts";
import { checkOrders } from "./orders.ts";
import { type Checked, View } from "./view.ts";
import { checkSales, checkWork } from "./work.ts";

/**
 * @param integerQuarters For so many quarters blocks must be whole.
 * @returns a sentence for each rule that is broken.
 */
export function problemsOfPlan(scenario: CapacityScenario, plan: Checked, integerQuarters = Infinity): string[] {
  const start = quarterIndex(scenario.start);
  const branch =
    scenario.branch === undefined ? Math.ceil(scenario.quarters / 3) : quarterIndex(scenario.branch) - start;
  const problems: string[] = [];
  for (const decision of plan.decisions) {
    const quarter = quarterIndex(decision.quarter) - start;
    if (quarter < branch && decision.futures.length < scenario.futures.length) {
      problems.push(
        `${told(decision)} is decided in ${decision.quarter} for some futures, which nobody can tell apart yet.`,
      );
    }
    if (
      decision.kind === "build" &&
      quarter < integerQuarters &&
      Math.abs(decision.blocks - Math.round(decision.blocks)) > 1e-4
    ) {
      problems.push(`${told(decision)} in ${decision.quarter}: ${decision.blocks} is no whole number of blocks.`);
    }
  }
  for (const future of scenario.futures) {
    const view = new View(scenario, plan, future);
    let cashUsd = scenario.finance.openingCashUsd;
    for (let quarter = 0; quarter < scenario.quarters; quarter++) {
      const operation = view.operation(quarter);
      if (operation === undefined) {
        view.say(quarter, "nothing is said of this quarter");
        continue;
      }
      checkOrders(view, quarter);
      checkWork(view, quarter, operation);
      checkSales(view, quarter, operation);
      cashUsd = checkCash(view, quarter, operation, cashUsd);
    }
    problems.push(...view.problems);
  }
  return problems;
}

function told(decision: Decision): string {
  const { kind, quarter: _, futures: __, ...what } = decision;
  return `${kind} ${Object.values(what)
    .filter((value) => typeof value === "string")
    .join(", ")}`;
}

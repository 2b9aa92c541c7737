/** Scenarios worked out in a thread of their own: they take longer than live events should wait. */
import type { ScenarioRun } from "../planner/scenario/run.ts";
import type { Scenario } from "../planner/scenario/scenario.ts";
import type { Overview, ScenarioWork } from "./scenario-worker.ts";
import { Thread } from "./thread.ts";

const waitingMost = 64;
const thread = new Thread<ScenarioWork>(new URL("./scenario-worker.ts", import.meta.url), "scenarios", waitingMost);
let overview: Promise<Overview> | undefined;

/** The scenario has been read: nothing in it can be refused any more. */
export function runInThread(scenario: Scenario, options: { draws: number; seed: number }): Promise<ScenarioRun> {
  return thread.ask("runScenario", scenario, options);
}

/** Worked out once: nothing changes it while the process runs. */
export function overviewInThread(): Promise<Overview> {
  overview ??= thread.ask("overview").catch((error: unknown) => {
    overview = undefined;
    throw error;
  });
  return overview;
}

/** The thread of `scenario-thread.ts`: takes scenarios, and gives back what comes of them. */
import { parentPort } from "node:worker_threads";
import { caseNamed, cases } from "../planner/scenario/cases.ts";
import { headlines } from "../planner/scenario/headlines.ts";
import { runScenario } from "../planner/scenario/run.ts";
import type { Done, Overview, Task } from "./scenario-thread.ts";

parentPort?.on("message", (task: Task) => {
  const answer = task.asks === "run" ? runScenario(task.scenario, task.options) : overview();
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port, not a window
  parentPort?.postMessage({ id: task.id, answer } satisfies Done);
});

function overview(): Overview {
  return {
    cases: cases.map(({ name, company }) => ({ name, company, run: runScenario(caseNamed(name), { draws: 0 }) })),
    headlines: headlines(),
  };
}

/** The thread of `scenario-thread.ts`. */
import { caseNamed, cases } from "../planner/scenario/cases.ts";
import { type Headline, headlines } from "../planner/scenario/headlines.ts";
import { runScenario, type ScenarioRun } from "../planner/scenario/run.ts";
import { answer } from "./thread.ts";

/** Every case as it comes with Tokenworks, none of it drawn. */
export type Overview = {
  readonly cases: readonly { readonly name: string; readonly company: string; readonly run: ScenarioRun }[];
  readonly headlines: readonly Headline[];
};

const work = {
  runScenario,
  overview(): Overview {
    return {
      cases: cases.map(({ name, company }) => ({ name, company, run: runScenario(caseNamed(name), { draws: 0 }) })),
      headlines: headlines(),
    };
  },
};
export type ScenarioWork = typeof work;
answer(work);

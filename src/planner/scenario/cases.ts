/** The cases that come with Tokenworks, each as its file would say it. */
import { lookup } from "../../catalog/nearest.ts";
import { Fault } from "../../stack/fault.ts";
import { aws } from "./cases/aws.ts";
import { coreweave } from "./cases/coreweave.ts";
import { google } from "./cases/google.ts";
import { meta } from "./cases/meta.ts";
import { microsoft } from "./cases/microsoft.ts";
import { oracle } from "./cases/oracle.ts";
import { type Scenario, type ScenarioFile, scenarioSchema } from "./scenario.ts";

export const cases: readonly ScenarioFile[] = [microsoft, oracle, google, aws, meta, coreweave];

const named = lookup(
  "scenario",
  cases.map((file) => ({ name: file.name, aliases: file.company === file.name ? [] : [file.company], file })),
  (name) => name,
);

/** @throws Fault `invalid_value` with the nearest names. */
export function caseFile(name: string): ScenarioFile {
  return named(name).file;
}

/** A case, read as a user's file is. */
export function caseNamed(name: string): Scenario {
  const parsed = scenarioSchema.safeParse(caseFile(name));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Fault("internal_error", { message: `${name}: ${issue?.path.join(".")}: ${issue?.message}` });
}

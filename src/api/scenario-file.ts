/**
 * A scenario's file: YAML that may say only what differs from another one. `extends` names a case that comes with Tokenworks,
 * or a file beside it; what is said replaces what is inherited, and `null` takes it away.
 */
import { z } from "zod";
import { caseFile } from "../planner/scenario/cases.ts";
import { type Scenario, scenarioSchema } from "../planner/scenario/scenario.ts";
import { Fault } from "../stack/fault.ts";
import { readYaml } from "./yaml-file.ts";

/** Finds the file that `extends` names from where it stands; undefined where files may not be read. */
export type FindFile = (name: string, from: string) => { readonly text: string; readonly place: string };

/**
 * @param place Its file's name, as it stands before the line in an error.
 * @throws Fault `invalid_value` with a line for each mistake; also when a file extends itself by whatever way.
 */
export function readScenario(text: string, place: string, findFile?: FindFile): Scenario {
  return readYaml(text, place, schemaFor(place, findFile)).data;
}

function schemaFor(place: string, findFile: FindFile | undefined) {
  return z.unknown().transform((own, context) => {
    const parsed = scenarioSchema.safeParse(wholeOf(own, [place], findFile));
    if (parsed.success) return parsed.data;
    // As they are: the reader of the file tells them at the lines of what the file itself says.
    for (const issue of parsed.error.issues) context.issues.push({ ...issue, input: own } as z.core.$ZodRawIssue);
    return z.NEVER;
  });
}

/** What a file says, over what it extends. */
function wholeOf(own: unknown, way: readonly string[], findFile: FindFile | undefined): unknown {
  if (!isRecord(own) || typeof own["extends"] !== "string") return own;
  const name = own["extends"];
  const told = <T>(find: () => T): T => {
    try {
      return find();
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      throw new Fault("invalid_value", { message: `${way.at(-1)}: extends: ${error.message}`, param: "extends" });
    }
  };
  if (!/\.(ya?ml|json)$/.test(name))
    return merged(
      told(() => caseFile(name)),
      own,
    );
  if (findFile === undefined) {
    throw new Fault("invalid_value", {
      message: `${way.at(-1)}: extends: the file ${name} cannot be read here.`,
      remedy: "Extend one that comes with Tokenworks, by its name.",
      param: "extends",
    });
  }
  const { text, place } = told(() => findFile(name, way.at(-1) ?? ""));
  if (way.includes(place)) {
    throw new Fault("invalid_value", {
      message: `${way[0]}: extends: it extends itself: ${[...way, place].join(" → ")}.`,
      param: "extends",
    });
  }
  const { value } = readYaml(text, place, z.unknown());
  return merged(wholeOf(value, [...way, place], findFile), own);
}

function merged(base: unknown, own: unknown): unknown {
  if (!isRecord(base) || !isRecord(own)) return own;
  // New readings come without the choice and the range of the old ones.
  if (Array.isArray(own["readings"])) return "what" in own ? own : { what: base["what"], ...own };
  const entries = new Map(Object.entries(base));
  for (const [key, value] of Object.entries(own)) {
    if (value === null) entries.delete(key);
    else entries.set(key, merged(entries.get(key), value));
  }
  return Object.fromEntries(entries);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

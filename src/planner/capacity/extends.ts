/** Entries of a list that take over the fields of another: `extends: colo-east`. */
import { z } from "zod";

type Entry = Readonly<Record<string, unknown>>;
type Problem = { readonly path: readonly (string | number)[]; readonly message: string };

/** A schema of a document some of whose lists have entries that may extend one another, by name, in any order. */
export function withExtends<Schema extends z.ZodType>(lists: readonly string[], schema: Schema) {
  return z.preprocess((value, context) => {
    if (!isEntry(value)) return value;
    const problems: Problem[] = [];
    const expanded = { ...value };
    for (const list of lists) {
      const entries = value[list];
      if (Array.isArray(entries)) expanded[list] = entries.map((_, index) => resolve(list, entries, index, problems));
    }
    for (const { path, message } of problems) context.addIssue({ code: "custom", path: [...path], message });
    return expanded;
  }, schema);
}

function resolve(list: string, entries: readonly unknown[], index: number, problems: Problem[]): unknown {
  const chain = [index];
  let at = entries[index];
  let fields: Entry = {};
  while (isEntry(at)) {
    const { extends: parent, ...own } = at;
    fields = { ...own, ...fields };
    if (parent === undefined) break;
    const next = entries.findIndex((entry) => isEntry(entry) && entry["name"] === parent);
    const path = [list, index, "extends"];
    if (next < 0) {
      problems.push({ path, message: `There is no entry "${String(parent)}" in ${list}.` });
      break;
    }
    if (chain.includes(next)) {
      const names = [...chain, next].map((one) => String((entries[one] as Entry)["name"]));
      problems.push({ path, message: `It goes round in a circle: ${names.join(" → ")}.` });
      break;
    }
    chain.push(next);
    at = entries[next];
  }
  return isEntry(at) ? fields : at;
}

function isEntry(value: unknown): value is Entry {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

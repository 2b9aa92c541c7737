/** A YAML file read by a schema, with errors that point at the line and say what would do. */
import { type Document, isAlias, isMap, isNode, isScalar, LineCounter, type Node, parseDocument } from "yaml";
import { z } from "zod";
import { Fault } from "../stack/fault.ts";

const errorsShownMax = 20;

/**
 * @param place Its file's name, as it will stand before the line in an error.
 * @returns what the schema makes of it, and the bare value that stood there.
 * @throws Fault `invalid_value`: one line for each thing that is wrong, `factory.yaml:12:5: path: what`.
 */
export function readYaml<Schema extends z.ZodType>(
  text: string,
  place: string,
  schema: Schema,
): { readonly data: z.output<Schema>; readonly value: unknown } {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${place}:${line}:${col}`;
  };
  if (document.errors.length > 0) {
    refuse(document.errors.map((error) => `${at(error.pos[0])}: ${error.message.split("\n")[0]}`));
  }
  const value = valueOf(document, place);
  if (value === null || value === undefined) refuse([`${place}:1:1: The file is empty.`]);
  const parsed = schema.safeParse(value);
  if (parsed.success) return { data: parsed.data, value };
  const issues = parsed.error.issues.flatMap((issue) => explain(issue, value));
  return refuse(
    issues.map(({ path, message }) => {
      const offset = offsetOf(document.contents, path);
      return `${at(offset)}: ${path.length === 0 ? "" : `${z.core.toDotPath([...path])}: `}${message}`;
    }),
  );
}

/** The text's value; aliases that would grow it without bound, or that name nothing, are refused. */
function valueOf(document: Document, place: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    return refuse([`${place}: ${error.message}.`]);
  }
}

type Issue = { readonly path: readonly PropertyKey[]; readonly message: string };

/** A sentence for each issue, at the path where a person would mend it. */
function explain(issue: z.core.$ZodIssue, value: unknown): Issue[] {
  const { path } = issue;
  const found = valueAt(value, path);
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({ path: [...path, key], message: `There is no field "${key}" here.` }));
  }
  if (issue.code === "invalid_type" && issue.expected === "string" && typeof found === "number") {
    return [{ path, message: `Write it in quotes, "${found}", so that no digit is lost.` }];
  }
  if (found === undefined && issue.code !== "custom")
    return [{ path, message: `This is missing. ${issue.message.replace(/\.$/, "")}.` }];
  const shown = typeof found === "object" ? "" : ` (found ${JSON.stringify(found)})`;
  return [{ path, message: `${issue.message.replace(/\.$/, "")}${shown}.` }];
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inside, key) =>
      typeof inside === "object" && inside !== null ? (inside as Record<PropertyKey, unknown>)[key] : undefined,
    value,
  );
}

/** Where a path begins in the text: its key, or as far along it as the text goes. */
function offsetOf(root: Node | null, path: readonly PropertyKey[]): number {
  let node: unknown = root;
  let offset = isNode(root) ? (root.range?.[0] ?? 0) : 0;
  for (const key of path) {
    if (isAlias(node)) return offset;
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key));
      if (pair === undefined) return offset;
      offset = (isNode(pair.key) ? pair.key.range?.[0] : undefined) ?? offset;
      node = pair.value;
    } else if (isNode(node) && "items" in node && Array.isArray(node.items)) {
      node = node.items[Number(key)];
      offset = (isNode(node) ? node.range?.[0] : undefined) ?? offset;
    } else return offset;
  }
  return offset;
}

function refuse(problems: readonly string[]): never {
  const shown = problems.slice(0, errorsShownMax);
  const more = problems.length > shown.length ? [`and ${problems.length - shown.length} more.`] : [];
  throw new Fault("invalid_value", { message: [...shown, ...more].join("\n") });
}

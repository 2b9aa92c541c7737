/** A YAML file read by a schema, with errors that point at the line and say what would do. */
import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  LineCounter,
  type Node,
  parseDocument,
  visit,
  type YAMLParseError,
} from "yaml";
import { z } from "zod";
import { Fault } from "../stack/fault.ts";

const errorsShownMax = 20;
/** Larger than any amount in a file of ours, and small enough to be worked with. */
const numberMost = 1e18;

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
  // What follows from the first mistake is none of its own.
  const [broken] = document.errors;
  if (broken !== undefined) refuse([`${at(broken.pos[0])}: ${brokenText(broken, text)}`]);
  const value = valueOf(document, (offset) => (offset === undefined ? place : at(offset)));
  if (value === null || value === undefined) refuse([`${place}:1:1: The file is empty.`]);
  const odd = oddNumbers(document);
  if (odd.length > 0) refuse(odd.map(({ offset, message }) => `${at(offset)}: ${message}`));
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

/** What is wrong with the text itself, and what would be right. */
function brokenText({ code, message, pos: [offset] }: YAMLParseError, text: string): string {
  if (code === "TAB_AS_INDENT") return "A tab cannot indent a line: use spaces.";
  if (code === "DUPLICATE_KEY") {
    const [name = ""] = /^[^:\s]+/.exec(text.slice(offset)) ?? [];
    return `The field ${name} stands twice: leave one of them.`;
  }
  if (code === "MULTIPLE_DOCS") return "A second document begins here (---): a file holds one.";
  return `${(message.split("\n")[0] ?? "").replace(/\.$/, "")}.`;
}

/** The text's value; aliases that would grow it without bound, or that name nothing, are refused. */
function valueOf(document: Document, at: (offset?: number) => string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    const anchors = new Set<string>();
    let unknown: string | undefined;
    visit(document, {
      Node: (_, node) => {
        if (!isAlias(node) && node.anchor !== undefined) anchors.add(node.anchor);
      },
      Alias: (_, { source, range }) => {
        if (anchors.has(source)) return undefined;
        unknown = `${at(range?.[0])}: *${source} names nothing that stands above it as &${source}.`;
        return visit.BREAK;
      },
    });
    return refuse([unknown ?? `${at()}: Its aliases repeat each other too often: write out what they stand for.`]);
  }
}

/** Numbers that are none, and such as nothing can be worked out with. */
function oddNumbers(document: Document): { readonly offset: number; readonly message: string }[] {
  const found: { offset: number; message: string }[] = [];
  visit(document, {
    Scalar: (_, { value, source, range }) => {
      if (typeof value !== "number" || Math.abs(value) <= numberMost) return;
      const message = Number.isFinite(value)
        ? `${source} is larger than any number that can be meant here.`
        : `${source} is no number.`;
      found.push({ offset: range?.[0] ?? 0, message });
    },
  });
  return found;
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
  const said = issue.message.startsWith(defaultWords(issue)) ? wanted(issue, found) : issue.message;
  const what = said.replace(/\.$/, "");
  if (found === undefined && issue.code !== "custom") return [{ path, message: `This is missing. ${what}.` }];
  const shown = typeof found === "object" ? "" : ` (found ${shortened(JSON.stringify(found) ?? "")})`;
  return [{ path, message: `${what}${shown}.` }];
}

const shownMost = 80;

function shortened(text: string): string {
  return text.length > shownMost ? `${text.slice(0, shownMost)}…` : text;
}

/** How the library's own words for an issue begin; a schema's are other ones. */
function defaultWords({ code }: z.core.$ZodIssue): string {
  if (code === "too_small") return "Too small";
  return code === "too_big" ? "Too big" : "Invalid";
}

const kinds: Readonly<Record<string, string>> = {
  number: "A number is wanted",
  int: "A whole number is wanted",
  string: "A text is wanted",
  boolean: "true or false is wanted",
  object: "Fields, `name: value`, are wanted",
  record: "Fields, `name: value`, are wanted",
  array: "A list is wanted",
  tuple: "A list is wanted",
};

const counted: Readonly<Record<string, string>> = { string: " letters", array: " entries" };

/** What would fit, in words. */
function wanted(issue: z.core.$ZodIssue, found: unknown): string {
  if (issue.code === "invalid_type") {
    const isQuoted = typeof found === "string" && found.trim() !== "" && Number.isFinite(Number(found));
    const bare = issue.expected === "number" && isQuoted ? `: write ${Number(found)} without quotes` : "";
    return `${kinds[issue.expected] ?? issue.message}${bare}`;
  }
  if (issue.code === "too_small") {
    const { minimum, inclusive, origin } = issue;
    if (origin === "string" && minimum === 1) return "It must not be empty";
    if (origin === "array")
      return `It must have ${minimum === 1n || minimum === 1 ? "an entry" : `${minimum} entries`} at the least`;
    const unit = counted[origin] ?? "";
    return inclusive === false ? `It must be above ${minimum}${unit}` : `It must be ${minimum}${unit} or more`;
  }
  if (issue.code === "too_big") {
    const { maximum, inclusive, origin } = issue;
    const unit = counted[origin] ?? "";
    return inclusive === false ? `It must be below ${maximum}${unit}` : `It must be ${maximum}${unit} at the most`;
  }
  if (issue.code === "invalid_value") return `It must be ${either(issue.values)}`;
  if (issue.code === "invalid_union" && "options" in issue && issue.options !== undefined)
    return `It must be ${either(issue.options)}`;
  return issue.message;
}

function either(values: readonly unknown[]): string {
  const words = values.map(String);
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
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

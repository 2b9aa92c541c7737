/**
 * `factory.yaml` as text: read with errors that point at the line and say what would do, and written so that
 * what is read back is what was applied.
 */
import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  LineCounter,
  type Node,
  parseDocument,
  stringify,
} from "yaml";
import { z } from "zod";
import { Fault } from "../stack/fault.ts";
import { factoryFile, type Resource, resource } from "../stack/resource.ts";

const errorsShownMax = 20;
/** In the order in which one would explain a factory. */
const kinds: readonly Resource["kind"][] = [
  "Site",
  "Source",
  "Cluster",
  "Model",
  "Deployment",
  "PriceBook",
  "Tenant",
  "Contract",
  "Policy",
];

export type DeclaredFactory = {
  /** The factory's name, when the file gives one. */
  readonly factory: string | undefined;
  readonly resources: readonly Resource[];
};

/**
 * @param place Its file's name, as it will stand before the line in an error.
 * @throws Fault `invalid_value`: one line for each thing that is wrong, `factory.yaml:12:5: path: what`.
 */
export function readFactoryFile(text: string, place: string): DeclaredFactory {
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
  const parsed = factoryFile.safeParse(value);
  if (parsed.success) {
    const isNamed = typeof value === "object" && "factory" in value;
    return { factory: isNamed ? parsed.data.factory : undefined, resources: parsed.data.resources };
  }
  const issues = parsed.error.issues.flatMap((issue) => explain(issue, value));
  return refuse(
    issues.map(({ path, message }) => {
      const offset = offsetOf(document.contents, path);
      return `${at(offset)}: ${path.length === 0 ? "" : `${z.core.toDotPath([...path])}: `}${message}`;
    }),
  );
}

/** The whole factory, or a part of it, as a file that `apply` takes. */
export function writeFactoryFile(factory: string, resources: readonly Resource[]): string {
  const order = (one: Resource) => kinds.indexOf(one.kind);
  const sorted = resources.toSorted((one, other) => order(one) - order(other) || (one.name < other.name ? -1 : 1));
  // The store gives fields back in an order of its own; the schema's is the one that reads well.
  const written = sorted.map((one) => resource.parse(one));
  return stringify({ factory, resources: written }, { lineWidth: 0, singleQuote: false });
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
  if (found === undefined && issue.code !== "custom") return [{ path, message: `This is missing. ${issue.message}.` }];
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

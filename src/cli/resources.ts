/**
 * `tokenworks get`, `diff` and `apply`: the factory as one declarative file. `diff` and `apply` work out the same
 * changes by the same code; `apply` then makes them.
 */
import { readFile } from "node:fs/promises";
import { text as readAll } from "node:stream/consumers";
import { Argument, type Command } from "commander";
import { type Change, hourlyTotals } from "../api/changes.ts";
import { compare, declare } from "../api/declare.ts";
import { type DeclaredFactory, readFactoryFile, writeFactoryFile } from "../api/factory-file.ts";
import { Fault } from "../stack/fault.ts";
import { formatUsd, type PicoUsd } from "../stack/money.ts";
import { type Resource, type ResourceKind, resource } from "../stack/resource.ts";
import type { Store } from "../store/open.ts";
import { factoryName, listResources } from "../store/resources.ts";
import { exitCodes } from "./exit.ts";
import { actor, printJson, storeCommand, type StoreOptions, withStore } from "./options.ts";
import { bold, dim, green, red, yellow } from "./terminal.ts";

type FileOptions = StoreOptions & { readonly file: string; readonly prune?: boolean };

const kinds: readonly ResourceKind[] = resource.options.flatMap((option) =>
  "options" in option ? ["Source" as const] : [option.shape.kind.value],
);

export const getCommand = storeCommand("get")
  .summary("print the factory, or part of it, as factory.yaml")
  .description("Prints the factory, or a part of it, as a factory.yaml that `apply` takes back unchanged.")
  .addArgument(
    new Argument("[kind]", "only resources of this kind").choices([
      ...kinds,
      ...kinds.map((kind) => kind.toLowerCase()),
    ]),
  )
  .argument("[name]", "only this one")
  .addHelpText(
    "after",
    `
Examples:
  $ tokenworks get > factory.yaml
  $ tokenworks get Source
  $ tokenworks get PriceBook list --json`,
  )
  .action(get);

export const diffCommand = fileOptions(storeCommand("diff"))
  .summary("show what applying a factory.yaml would change, with its price")
  .description(
    "Shows what applying a factory.yaml would change, and what that does to costs and prices. Changes nothing. " +
      "Exits with 0 when nothing would change and with 5 when something would.",
  )
  .addHelpText(
    "after",
    `
Examples:
  $ tokenworks diff -f factory.yaml
  $ tokenworks get | sed 's/"0.1341"/"0.09"/' | tokenworks diff -f -
  $ tokenworks diff -f factory.yaml --json | jq '.changes[].effects'`,
  )
  .action(diff);

export const applyCommand = fileOptions(storeCommand("apply"))
  .summary("make the factory what a factory.yaml says")
  .description(
    "Makes the changes that `diff` shows, all or none, and records them in the audit log. A factory that runs " +
      "follows within a second. What the file does not name stays, unless --prune.",
  )
  .addHelpText(
    "after",
    `
Examples:
  $ tokenworks apply -f factory.yaml
  $ cat *.yaml | tokenworks apply -f - --prune`,
  )
  .action(apply);

function fileOptions(command: Command): Command {
  return command
    .requiredOption("-f, --file <file>", "the factory.yaml; - reads standard input")
    .option("--prune", "delete what the file does not name");
}

async function get(kind: string | undefined, name: string | undefined, options: StoreOptions): Promise<void> {
  const { factory, resources } = await withStore(options, async (store) => ({
    factory: await factoryName(store.db),
    resources: await specs(store),
  }));
  const found = resources.filter(
    (one) =>
      (kind === undefined || one.kind.toLowerCase() === kind.toLowerCase()) &&
      (name === undefined || one.name === name),
  );
  if (name !== undefined && found.length === 0) {
    throw new Fault("not_found", { message: `There is no ${kind ?? "resource"} "${name}".` });
  }
  if (options.json) printJson({ factory, resources: found });
  else process.stdout.write(writeFactoryFile(factory, found));
}

async function diff(options: FileOptions): Promise<void> {
  const { prune = false } = options;
  const file = await readDeclared(options);
  const { changes, before, after } = await withStore(options, (store) =>
    compare(store.db, file, { prune, nowMs: Date.now() }),
  );
  if (options.json) printJson({ changes });
  else console.log(changesText(changes, before, after));
  if (changes.length > 0) process.exitCode = exitCodes.changes;
}

async function apply(options: FileOptions): Promise<void> {
  const { prune = false } = options;
  const file = await readDeclared(options);
  const { changes, before, after } = await withStore(
    options,
    (store) => declare(store.db, file, { prune, actor, nowMs: Date.now() }),
    { make: true },
  );
  if (options.json) printJson({ changes });
  else {
    console.log(changesText(changes, before, after));
    if (changes.length > 0) console.log(green("\nApplied."));
  }
}

async function readDeclared({ file }: FileOptions): Promise<DeclaredFactory> {
  if (file === "-") return readFactoryFile(await readAll(process.stdin), "standard input");
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new Fault("invalid_value", { message: `${file} cannot be read (${error.code ?? error.message}).` });
  });
  return readFactoryFile(text, file);
}

async function specs(store: Store): Promise<Resource[]> {
  return (await listResources(store.db)).map(({ spec }) => spec);
}

const signs = { create: green("+"), update: yellow("~"), delete: red("-") };

export function changesText(
  changes: readonly Change[],
  before: readonly Resource[],
  after: readonly Resource[],
): string {
  if (changes.length === 0) return "Nothing changes: the factory is what the file says.";
  const parts = changes.map(({ action, kind, name, fields, effects }) =>
    [
      `${signs[action]} ${bold(`${kind}/${name}`)}`,
      ...fields.map(({ path, before, after }) => `    ${path}: ${valueText(before)} → ${valueText(after)}`),
      ...effects.map(
        ({ what, unit, before, after }) => `    ${dim("$")} ${what}: ${dollars(before)} → ${dollars(after)} ${unit}`,
      ),
    ].join("\n"),
  );
  const count = (action: Change["action"]) => changes.filter((change) => change.action === action).length;
  const counts = `${count("create")} to create, ${count("update")} to update, ${count("delete")} to delete.`;
  const [was, will] = [hourlyTotals(before), hourlyTotals(after)];
  const totals = [
    totalText("Capacity", was.fixed, will.fixed),
    totalText("With energy at full load", was.fullLoad, will.fullLoad),
  ];
  return [...parts, "", counts, ...totals].join("\n");
}

function totalText(what: string, before: PicoUsd, after: PicoUsd): string {
  const same = before === after;
  return `${what}: $${formatUsd(before)} ${same ? "an hour, as before" : `→ $${formatUsd(after)} an hour`}.`;
}

function valueText(value: unknown): string {
  return value === undefined ? dim("none") : typeof value === "string" ? value : JSON.stringify(value);
}

function dollars(text: string | null): string {
  return text === null ? dim("none") : `$${text}`;
}

/** Options that commands share, and the store opened by them. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import { Fault } from "../stack/fault.ts";
import { findCluster } from "../store/cluster.ts";
import { migrate } from "../store/migrate.ts";
import { openStore, type Store } from "../store/open.ts";

export type StoreOptions = { readonly data: string; readonly databaseUrl?: string; readonly json?: boolean };

/** Who the audit log says it was. */
export const actor = `cli/${process.env["USER"] ?? process.env["LOGNAME"] ?? "unknown"}`;

export function dataOption(): Option {
  return new Option("--data <folder>", "the factory's data folder").env("TOKENWORKS_DATA").default(".tokenworks");
}

/** The same for commands whose --data is another folder. */
export function factoryOption(): Option {
  return new Option("--factory <folder>", "the factory's data folder, where the calibration of this-cpu is kept")
    .env("TOKENWORKS_DATA")
    .default(".tokenworks");
}

export function databaseOption(): Option {
  return new Option("--database-url <url>", "the factory's Postgres, when it is not the embedded one").env(
    "DATABASE_URL",
  );
}

/** A command that works on the store: `--data`, `--database-url` and `--json`. */
export function storeCommand(name: string): Command {
  return new Command(name)
    .addOption(dataOption())
    .addOption(databaseOption())
    .option("--json", "print JSON, for programs");
}

/**
 * Opens the store of the factory that the options name, running or not, and closes it afterwards.
 *
 * @param make Makes the database when there is none yet; otherwise that is a Fault that says how to start.
 */
export async function withStore<T>(
  options: StoreOptions,
  work: (store: Store) => Promise<T>,
  { make = false }: { readonly make?: boolean } = {},
): Promise<T> {
  const dataDir = resolve(options.data);
  const { databaseUrl } = options;
  if (databaseUrl === undefined && !make && (!existsSync(dataDir) || findCluster(dataDir) === undefined)) {
    throw new Fault("store_unavailable", {
      message: `There is no factory in ${dataDir} yet.`,
      remedy: "Start one with `tokenworks up`, or name its folder with --data.",
    });
  }
  const store = await openStore({ dataDir, databaseUrl });
  try {
    // Whoever supervises a running database has brought its tables up to date already.
    if (store.embedded === undefined || !store.embedded.isSupervised()) await migrate(store);
    return await work(store);
  } finally {
    await store.close();
  }
}

/**
 * Refuses options that were given and that nothing would read, so that nobody takes them for heeded.
 *
 * @param idle Attributes of the options, `chip` or `prefillTp`.
 * @param why What makes them idle: `without --trace`.
 */
export function refuseIdle(command: Command, idle: readonly string[], why: string): void {
  const found = command.options.find(
    (option) => idle.includes(option.attributeName()) && command.getOptionValueSource(option.attributeName()) === "cli",
  );
  if (found === undefined) return;
  throw new Fault("invalid_value", {
    message: `${found.long} has no effect ${why}.`,
    remedy: "Leave one of the two out.",
    param: found.attributeName(),
  });
}

export function printJson(value: unknown): void {
  console.log(JSON.stringify(value, null, 2));
}

export function wholeNumber(least: number, most: number) {
  return (text: string): number => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < least || value > most) {
      throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
    }
    return value;
  };
}

/** A number within limits, such as a price or a factor. */
export function numberWithin(least: number, most: number) {
  return (text: string): number => {
    const value = text.trim() === "" ? Number.NaN : Number(text);
    if (value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It must be a number from ${least} to ${most}.`);
  };
}

/** `--option` texts that must be what a schema of the factory says. */
export function checked<T>(name: string, schema: { safeParse(value: unknown): Parsed<T> }, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const inside = issue === undefined || issue.path.length === 0 ? "" : ` (${issue.path.join(".")})`;
  throw new Fault("invalid_value", { message: `${name}${inside}: ${issue?.message ?? "is not valid"}`, param: name });
}

type Parsed<T> =
  | { readonly success: true; readonly data: T }
  | {
      readonly success: false;
      readonly error: {
        readonly issues: readonly { readonly message: string; readonly path: readonly PropertyKey[] }[];
      };
    };

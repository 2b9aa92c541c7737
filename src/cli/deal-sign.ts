/** `tokenworks deal sign`: a deal becomes a contract of the running factory. */
import { readFile } from "node:fs/promises";
import { text as readAll } from "node:stream/consumers";
import { compare, declare } from "../api/declare.ts";
import { readDeal } from "../api/deal-file.ts";
import { contractOf } from "../planner/deal/contract.ts";
import type { Deal } from "../planner/deal/schema.ts";
import { Fault } from "../stack/fault.ts";
import type { Source, Tenant } from "../stack/resource.ts";
import type { Store } from "../store/open.ts";
import { listResources, specsOf } from "../store/resources.ts";
import { exitCodes } from "./exit.ts";
import { actor, printJson, storeCommand, type StoreOptions, withStore } from "./options.ts";
import { changesText } from "./resources.ts";
import { dim, green, yellow } from "./terminal.ts";

type SignOptions = StoreOptions & { readonly tenant?: string; readonly source?: string; readonly yes?: boolean };

export const signCommand = storeCommand("sign")
  .summary("make a deal a contract of the factory")
  .description(
    "Makes a deal a contract that the factory fulfils. A seller's accelerators become the customer's alone and are " +
      "delivered hour by hour; a source's bills draw down a buyer's commitment. Shows what it will do, with its price. " +
      "--yes does it; without it the command exits with 5.",
  )
  .argument("<deal>", "a deal.yaml; - reads standard input")
  .option("--tenant <name>", "for a seller's deal: the customer; by default the tenant named like the counterparty")
  .option("--source <name>", "whose accelerators, or whose bills; by default the only one that fits")
  .option("--yes", "sign it")
  .addHelpText(
    "after",
    `
Examples:
  $ tokenworks deal sign deal.yaml --tenant acme --source rack-7
  $ tokenworks deal sign deal.yaml --tenant acme --source rack-7 --yes
  $ tokenworks contracts show NAME`,
  )
  .action(sign);

async function sign(file: string, options: SignOptions): Promise<void> {
  const deal = await dealOf(file);
  await withStore(options, async (store) => {
    const { contract, notes } = contractOf(deal, await partiesOf(store, deal, options));
    const before = (await listResources(store.db, "Contract")).map(({ spec }) => spec.name);
    if (before.includes(contract.name)) {
      throw new Fault("conflict", {
        message: `Contract "${contract.name}" is signed already.`,
        remedy: "Give the deal another name to sign it again.",
      });
    }
    const declared = { factory: undefined, resources: [contract] };
    const nowMs = Date.now();
    const found = options.yes
      ? await declare(store.db, declared, { prune: false, actor, nowMs })
      : await compare(store.db, declared, { prune: false, nowMs });
    const { changes } = found;
    if (!options.yes) process.exitCode = exitCodes.changes;
    if (options.json) {
      printJson({ contract, notes, changes, signed: options.yes === true });
      return;
    }
    console.log(changesText(changes, found.before, found.after));
    for (const note of notes) console.log(yellow(`! ${note}`));
    if (contract.from < new Date(nowMs).toISOString().slice(0, 10)) {
      console.log(yellow(`! It began on ${contract.from}: it is drawn and owed from the day of its signing here.`));
    }
    console.log(
      options.yes
        ? green(`\nSigned. \`tokenworks contracts show ${contract.name}\` follows it.`)
        : dim("\nNothing was done: --yes signs it."),
    );
  });
}

async function dealOf(file: string): Promise<Deal> {
  if (file === "-") return readDeal(await readAll(process.stdin), "standard input");
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new Fault("invalid_value", { message: `${file} cannot be read (${error.code ?? error.message}).` });
  });
  return readDeal(text, file);
}

async function partiesOf(store: Store, deal: Deal, options: SignOptions): Promise<{ tenant?: string; source: string }> {
  const sources = await specsOf(store.db, "Source");
  if (deal.role === "buyer") return { source: options.source ?? only(sources, "source", isBought) };
  const makes = (source: Source) => source.type !== "upstream" && source.accelerator === deal.accelerator;
  const tenants = await specsOf(store.db, "Tenant");
  return {
    tenant: options.tenant ?? only(tenants, "tenant", (one) => isCalled(one, deal.counterparty)),
    source: options.source ?? only(sources, "source", makes),
  };
}

function isBought({ type }: Source): boolean {
  return type !== "own";
}

function isCalled({ name, displayName }: Tenant, counterparty: string): boolean {
  return [name, displayName].some((one) => one.toLowerCase() === counterparty.toLowerCase());
}

/** The name of the one that fits. */
function only<One extends { readonly name: string }>(
  all: readonly One[],
  option: "tenant" | "source",
  fits: (one: One) => boolean,
): string {
  const [first, ...others] = all.filter(fits);
  if (first !== undefined && others.length === 0) return first.name;
  const names = (first === undefined ? all : [first, ...others]).map(({ name }) => name).join(", ");
  throw new Fault("invalid_value", {
    message: `${first === undefined ? `No ${option} fits this deal by itself` : `More than one ${option} fits this deal`}.`,
    remedy: `Name it by --${option}: ${names === "" ? `there is no ${option} yet` : names}.`,
    param: option,
  });
}

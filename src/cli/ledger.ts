/** `tokenworks ledger`: the books proved, read and exported. */
import { once } from "node:events";
import { Command, Option } from "commander";
import { allTransactions, type JournalSpan, type JournalTransaction, latestTransactions } from "../api/journal.ts";
import { checkLedger } from "../ledger/check.ts";
import { serviceHistory } from "../ledger/history.ts";
import { transactionKinds } from "../ledger/journal.ts";
import { csvLine } from "../stack/csv.ts";
import { Fault } from "../stack/fault.ts";
import { pico } from "../stack/money.ts";
import { exitCodes } from "./exit.ts";
import { printJson, storeCommand, type StoreOptions, wholeNumber, withStore } from "./options.ts";
import { historyPicture } from "./history-picture.ts";
import { money } from "./stack-picture.ts";
import { bold, dim, green, instantText, red, table } from "./terminal.ts";

type SpanOptions = {
  readonly from?: string;
  readonly to?: string;
  readonly kind?: string;
  readonly subject?: string;
};

export const ledgerCommand = new Command("ledger")
  .summary("prove, read and export the books")
  .description("Proves the ledger's invariants, shows the journal and exports it.")
  .addCommand(
    storeCommand("check")
      .summary("prove the invariants of the books")
      .description(
        "Proves the books: debits equal credits, every token metered is rated and billed, nothing is posted twice, " +
          "what accrued was drawn or is idle, the audit log is whole. Exits with 1 when something does not hold.",
      )
      .addHelpText("after", "\nExample:\n  $ tokenworks ledger check && echo balanced")
      .action(check),
  )
  .addCommand(
    spanOptions(storeCommand("journal"))
      .summary("the latest transactions")
      .description("Shows the latest transactions with their entries: a debit is positive, a credit negative.")
      .option("--limit <n>", "how many transactions", wholeNumber(1, 10_000), 5)
      .addHelpText(
        "after",
        "\nExamples:\n  $ tokenworks ledger journal --limit 1\n  $ tokenworks ledger journal --subject 0192f0c1-8a2b-7c3d-9e4f-5a6b7c8d9e0f",
      )
      .action(journal),
  )
  .addCommand(
    storeCommand("history")
      .summary("tokens, revenue, cost and use by day or month")
      .description(
        "Shows what was served by day or month: tokens, what they were charged, what each layer owes outside for it, " +
          "idle capacity, and accelerator-hours used and sold.",
      )
      .addOption(new Option("--by <step>", "day or month").choices(["day", "month"]).default("day"))
      .option("--from <instant>", "only from this instant on (ISO 8601)")
      .option("--to <instant>", "only before this instant")
      .addHelpText(
        "after",
        "\nExamples:\n  $ tokenworks ledger history --by month\n  $ tokenworks ledger history --json | jq '.models[] | {model, days: [.steps[].tokens.output]}'",
      )
      .action(history),
  )
  .addCommand(
    spanOptions(storeCommand("export"))
      .summary("write the journal as CSV or JSON Lines")
      .description(
        "Writes every entry of the journal to standard output, oldest first. Amounts are whole units of their " +
          "currency: usd in pico-dollars, tokens, accelerator-milliseconds, millijoules.",
      )
      .addOption(
        new Option("--format <format>", "csv: a line an entry; jsonl: a line a transaction")
          .choices(["csv", "jsonl"])
          .default("csv"),
      )
      .addHelpText(
        "after",
        "\nExamples:\n  $ tokenworks ledger export > books.csv\n  $ tokenworks ledger export --format jsonl --from 2026-11-01T00:00:00Z --to 2026-12-01T00:00:00Z > november.jsonl",
      )
      .action(exportJournal),
  );

function spanOptions(command: Command): Command {
  return command
    .option("--from <instant>", "only from this instant on (ISO 8601)")
    .option("--to <instant>", "only before this instant")
    .addOption(new Option("--kind <kind>", "only transactions of a kind").choices(transactionKinds))
    .option("--subject <id>", "only of a request (its id), a source, a tenant or a contract");
}

async function check(options: StoreOptions): Promise<void> {
  const result = await withStore(options, checkLedger);
  if (options.json) printJson(result);
  else {
    const rows = result.invariants.map(({ name, holds, detail }) => [
      holds ? green("holds") : red("BROKEN"),
      name,
      dim(detail),
    ]);
    console.log(table([{ title: "" }, { title: "invariant" }, { title: "checked" }], rows));
    console.log(result.ok ? `\n${green("The books are in order.")}` : `\n${red("The books are not in order.")}`);
  }
  if (!result.ok) process.exitCode = exitCodes.failure;
}

async function journal(options: StoreOptions & SpanOptions & { readonly limit: number }): Promise<void> {
  const transactions = await withStore(options, (store) =>
    latestTransactions(store.db, spanOf(options), options.limit),
  );
  if (options.json) printJson({ transactions });
  else if (transactions.length === 0) console.log("The journal has no such transaction.");
  else console.log(transactions.toReversed().map(transactionText).join("\n\n"));
}

function transactionText({ id, at, kind, subject, entries }: JournalTransaction): string {
  const rows = entries.map(({ account, currency, amount }) => {
    const shown = currency === "usd" ? money(pico(BigInt(amount))) : BigInt(amount).toLocaleString("en");
    return [`  ${account}`, shown, currency];
  });
  const lines = table([{ title: "  account" }, { title: "amount", align: "right" }, { title: "currency" }], rows);
  return `${bold(`#${id}`)}  ${instantText(at)}  ${kind}  ${dim(subject)}\n${lines}`;
}

async function history(
  options: StoreOptions & { readonly by: "day" | "month"; readonly from?: string; readonly to?: string },
): Promise<void> {
  const { by } = options;
  const [from, to] = [instant("--from", options.from), instant("--to", options.to)];
  const served = await withStore(options, (store) =>
    serviceHistory(store.db, { by, ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }),
  );
  if (options.json) printJson(served);
  else if (served.steps.length === 0) console.log("Nothing was served or accrued in this span.");
  else console.log(historyPicture(served));
}

async function exportJournal(
  options: StoreOptions & SpanOptions & { readonly format: "csv" | "jsonl" },
): Promise<void> {
  const asJson = options.format === "jsonl" || options.json === true;
  await withStore(options, async (store) => {
    if (!asJson) await write("transaction,at,kind,subject,account,currency,amount\n");
    for await (const transaction of allTransactions(store.db, spanOf(options))) {
      await write(asJson ? `${JSON.stringify(transaction)}\n` : csvOf(transaction));
    }
  });
}

function csvOf({ id, at, kind, subject, entries }: JournalTransaction): string {
  return entries
    .map(({ account, currency, amount }) => `${csvLine([id, at, kind, subject, account, currency, amount])}\n`)
    .join("");
}

async function write(text: string): Promise<void> {
  if (!process.stdout.write(text)) await once(process.stdout, "drain");
}

function spanOf({ from, to, kind, subject }: SpanOptions): JournalSpan {
  return { from: instant("--from", from), to: instant("--to", to), kind, subject };
}

function instant(option: string, text: string | undefined): Date | undefined {
  if (text === undefined) return undefined;
  const at = new Date(text);
  if (!Number.isNaN(at.getTime())) return at;
  throw new Fault("invalid_value", {
    message: `${option} ${text} is no instant.`,
    remedy: "Write it as 2026-11-01T00:00:00Z.",
  });
}

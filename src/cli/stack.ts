/** `tokenworks stack`: what was earned and spent at every layer. */
import { setTimeout as sleep } from "node:timers/promises";
import { Option } from "commander";
import { spanBetween } from "../api/span.ts";
import { h200Chain, h200Report } from "../ledger/example.ts";
import { stackReport } from "../ledger/report.ts";
import { printJson, storeCommand, type StoreOptions, withStore } from "./options.ts";
import { examplePicture, stackPicture } from "./stack-picture.ts";
import { bold, dim } from "./terminal.ts";

type StackOptions = StoreOptions & {
  readonly window: string;
  readonly from?: string;
  readonly to?: string;
  readonly example?: string;
  readonly watch?: boolean;
};

const watchMs = 1_000;

export const stackCommand = storeCommand("stack")
  .summary("show revenue, cost, idle capacity and margin of each layer")
  .description(
    "Shows revenue, cost, idle capacity and margin of each layer of the stack, with joules per token and dollars " +
      "per million tokens. Each figure says how it is known: m measured, ~ modelled, – unavailable.",
  )
  .option("--window <span>", "the span that ends now: 15m, 1h, 24h, 7d, …", "1h")
  .option("--from <instant>", "begin here instead (ISO 8601)")
  .option("--to <instant>", "end here instead of now (ISO 8601)")
  .addOption(new Option("--example <name>", "show a published example instead").choices(["h200-chain"]))
  .option("--watch", "show it again every second until Ctrl-C")
  .addHelpText(
    "after",
    `
Examples:
  $ tokenworks stack
  $ tokenworks stack --window 24h --json | jq .total
  $ tokenworks stack --watch
  $ tokenworks stack --example h200-chain`,
  )
  .action(stack);

async function stack(options: StackOptions): Promise<void> {
  if (options.example !== undefined) {
    const report = h200Report();
    const lines = h200Chain(report);
    if (options.json) printJson({ lines, report });
    else
      console.log(
        `${bold("The H200 chain")}, from capital to seat\n\n${examplePicture(lines)}\n\n${stackPicture(report, process.stdout.columns)}`,
      );
    return;
  }
  await withStore(options, async (store) => {
    const span = () => spanBetween(options, Date.now());
    // A span that makes no sense is refused before anything is shown.
    span();
    for (;;) {
      const report = await stackReport(store.db, span());
      if (options.json) console.log(JSON.stringify(report, null, options.watch ? undefined : 2));
      else if (options.watch && process.stdout.isTTY) {
        process.stdout.write(
          `\u001B[H\u001B[2J${stackPicture(report, process.stdout.columns)}\n${dim("Ctrl-C ends this.")}\n`,
        );
      } else console.log(stackPicture(report, process.stdout.columns));
      if (!options.watch) return;
      await sleep(watchMs);
    }
  });
}

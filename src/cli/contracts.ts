/** `tokenworks contracts`: what was signed, what is open of it, and what is owed. */
import { Command } from "commander";
import { contractStatement, contractSummaries } from "../ledger/contracts/read.ts";
import { contractPicture, contractsPicture } from "./contracts-picture.ts";
import { printJson, storeCommand, type StoreOptions, withStore } from "./options.ts";

export const contractsCommand = new Command("contracts")
  .summary("show contracts, what is open of each and what is owed")
  .description(
    "Shows the contracts that the factory has signed: what is open of each (RPO of what we sold, commitments of what " +
      "we bought), what was delivered, and what fell short of a floor. They are declared in factory.yaml.",
  )
  .addCommand(
    storeCommand("list")
      .summary("all contracts")
      .description("Lists the contracts with what is open, delivered and owed of each.")
      .addHelpText("after", "\nExample:\n  $ tokenworks contracts list --json | jq '.contracts[].openUsd'")
      .action(list),
    { isDefault: true },
  )
  .addCommand(
    storeCommand("show")
      .summary("one contract: its months, periods and run-off")
      .description(
        "Shows one contract: its roll-forward by month (opening + signed - recognised - cancelled = closing), its " +
          "take-or-pay periods, and how what is open is expected to run off.",
      )
      .argument("<name>", "the contract")
      .addHelpText("after", "\nExample:\n  $ tokenworks contracts show acme-2027")
      .action(show),
  );

async function list(options: StoreOptions): Promise<void> {
  const contracts = await withStore(options, (store) => contractSummaries(store, Date.now()));
  if (options.json) printJson({ contracts });
  else if (contracts.length === 0) {
    console.log("There is no contract yet. Declare one (kind: Contract) and `tokenworks apply` it.");
  } else console.log(contractsPicture(contracts));
}

async function show(name: string, options: StoreOptions): Promise<void> {
  const contract = await withStore(options, (store) => contractStatement(store, name, Date.now()));
  if (options.json) printJson(contract);
  else console.log(contractPicture(contract));
}

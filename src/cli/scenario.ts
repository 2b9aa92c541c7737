/** `tokenworks scenario`: the case study and the chain of the stack, from data with a source on every figure. */
import { Command } from "commander";
import { type ChainValues, chainSetting, chainValues, linesOf, runChain } from "../planner/stack-chain/chain.ts";
import { chains, stackChain } from "../planner/stack-chain/chains.ts";
import { Fault } from "../stack/fault.ts";
import { printJson } from "./options.ts";
import { chainAudit, chainPicture, chainsPicture, type ShownChain } from "./stack-chain-picture.ts";

const stackName = "token-factory-stack";

type Run = { readonly json?: boolean; readonly set: readonly string[]; readonly chip?: string };

export const scenarioCommand = new Command("scenario")
  .summary("run the case study and the stack's chain, and list where each figure is from")
  .description(
    `Runs what is known of the industry as data. \`${stackName}\` is the chain of a token factory's layers, from the ` +
      "kilowatt hour to the seat.",
  )
  .addCommand(
    new Command("run")
      .summary("run one, and show what comes of it")
      .description("Runs a scenario by its name.")
      .argument("<name>", stackName)
      .option("--set <input=value>", "set inputs of the stack's chain; several by commas", collect, [])
      .option("--chip <name>", "one chain of the stack: h200, gb300, mi355x, tpu-v7")
      .option("--json", "print JSON, for programs")
      .addHelpText(
        "after",
        `
Examples:
  $ tokenworks scenario run ${stackName}
  $ tokenworks scenario run ${stackName} --set lease=140,utilisation=0.6
  $ tokenworks scenario run ${stackName} --chip gb300 --set rent=2.63 --json | jq .lines`,
      )
      .action(run),
  )
  .addCommand(
    new Command("audit")
      .summary("list every input with its source, its date and how far it is known")
      .description("Lists every input of a scenario: all that is said of it, and which of the readings is used.")
      .argument("<name>", stackName)
      .option("--json", "print JSON, for programs")
      .addHelpText("after", `\nExamples:\n  $ tokenworks scenario audit ${stackName}`)
      .action(audit),
  );

function run(name: string, { json, set, chip }: Run): void {
  known(name);
  const shown = stacksOf(chainSetting(set), chip);
  if (json) {
    const plain = shown.map(({ chain, result, lines }) => ({ ...result, name: chain.name, title: chain.title, lines }));
    printJson(chip === undefined ? plain : plain[0]);
    return;
  }
  const [first] = shown;
  if (first === undefined) return;
  console.log(chainPicture(first));
  if (shown.length > 1) console.log(`\n${chainsPicture(shown)}`);
}

function stacksOf(set: Partial<ChainValues>, chip: string | undefined): ShownChain[] {
  return (chip === undefined ? chains : [stackChain(chip)]).map((chain) => {
    const isSet = Object.keys(set).length > 0;
    const result = runChain(chainValues(chain, set));
    return {
      chain,
      result,
      lines: linesOf(chain, result.lines, !isSet),
      before: isSet ? runChain(chainValues(chain)) : undefined,
    };
  });
}

function audit(name: string, { json }: { readonly json?: boolean }): void {
  known(name);
  if (json) printJson(chains);
  else console.log(chains.map(chainAudit).join("\n\n"));
}

function known(name: string): void {
  if (name === stackName) return;
  throw new Fault("invalid_value", { message: `There is no scenario "${name}".`, remedy: `There is ${stackName}.` });
}

function collect(text: string, before: readonly string[]): readonly string[] {
  return [...before, text];
}

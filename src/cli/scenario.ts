/** `tokenworks scenario`: the case study and the chain of the stack, from data with a source on every figure. */
import { readFileSync } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";
import { text as readAll } from "node:stream/consumers";
import { Command } from "commander";
import { stringify } from "yaml";
import { type FindFile, readScenario } from "../api/scenario-file.ts";
import { auditOf } from "../planner/scenario/assumptions.ts";
import { caseFile, caseNamed, cases } from "../planner/scenario/cases.ts";
import { scenarioCsv } from "../planner/scenario/csv.ts";
import { drawsUsually, runScenario, type ScenarioRun } from "../planner/scenario/run.ts";
import type { Scenario } from "../planner/scenario/scenario.ts";
import { type ChainValues, chainSetting, chainValues, linesOf, runChain } from "../planner/stack-chain/chain.ts";
import { chains, stackChain } from "../planner/stack-chain/chains.ts";
import { csvLine } from "../stack/csv.ts";
import { Fault } from "../stack/fault.ts";
import { keep } from "./keep.ts";
import { printJson, wholeNumber } from "./options.ts";
import { auditPicture } from "./scenario-audit.ts";
import { scenarioPicture } from "./scenario-picture.ts";
import { chainAudit, chainPicture, chainsPicture, type ShownChain } from "./stack-chain-picture.ts";
import { bar, dim, table } from "./terminal.ts";

const stackName = "token-factory-stack";
const names = `${cases.map(({ name }) => name).join(", ")}, ${stackName}`;
const drawsMost = 100_000;
/** From so many on, one waits. */
const drawsLong = 5000;

type Run = {
  readonly json?: boolean;
  readonly csv?: boolean;
  readonly set: readonly string[];
  readonly chip?: string;
  readonly draws: number;
  readonly seed: number;
  readonly report?: string;
};

export const scenarioCommand = new Command("scenario")
  .summary("run the case study and the stack's chain, and list the source of each figure")
  .description(
    "Runs public knowledge of the industry as data: strategies of a company side by side, what a pause cost, and " +
      `${stackName}, the chain of a token factory's layers from the kilowatt hour to the seat. Cases: ${names}.`,
  )
  .addCommand(
    new Command("list")
      .summary("list the cases that come with Tokenworks")
      .description("Lists the cases that come with Tokenworks.")
      .option("--json", "print JSON, for programs")
      .addHelpText("after", "\nExamples:\n  $ tokenworks scenario list")
      .action(list),
  )
  .addCommand(
    new Command("show")
      .summary("print a case as YAML, to copy and edit")
      .description("Prints a case in full as YAML, to copy and edit.")
      .argument("<name>", "a case: oracle")
      .option("--json", "print JSON, for programs")
      .addHelpText(
        "after",
        `
A file may be partial: \`extends: oracle\` takes the rest from there (docs/scenarios.md).

Examples:
  $ tokenworks scenario show microsoft-2023-2025 > mine.yaml
  $ tokenworks scenario run mine.yaml`,
      )
      .action(show),
  )
  .addCommand(
    new Command("run")
      .summary("run a case, a file, or the stack's chain, and show the result")
      .description(
        "Runs a case by its name or a file of your own: power by source over time, contracts won and lost, shares of " +
          "backlogs, gross profit by layer, returns, and what the pause cost with its range and what decides it.",
      )
      .argument("<name|file>", `${names}; a .yaml file; - reads standard input`)
      .option("--draws <count>", "draws over the ranges of the assumptions", wholeNumber(0, drawsMost), drawsUsually)
      .option("--seed <number>", "seed of the draws", wholeNumber(0, 2 ** 31), 1)
      .option("--set <input=value>", `${stackName}: set inputs; several by commas`, collect, [])
      .option("--chip <name>", `${stackName}: one chain: h200, gb300, mi355x, tpu-v7`)
      .option("--json", "print JSON, for programs")
      .option("--csv", "print a CSV: every quarter of every strategy, or every figure of the chains")
      .option("--report <file>", "write a PDF report, too")
      .addHelpText(
        "after",
        `
Examples:
  $ tokenworks scenario run microsoft-2023-2025
  $ tokenworks scenario run oracle --draws 10000 --seed 7 --json | jq .pause.grossProfit
  $ tokenworks scenario run mine.yaml --csv > quarters.csv
  $ tokenworks scenario run microsoft-2023-2025 --report pause.pdf
  $ tokenworks scenario run ${stackName} --set lease=140,utilisation=0.6`,
      )
      .action(run),
  )
  .addCommand(
    new Command("audit")
      .summary("list every input with its source, its date and its confidence")
      .description(
        "Lists every input of a case or a file: all its readings, which one is used and why. Fails, with the " +
          "line, when an input has no source, no date, or no reason for one of several readings.",
      )
      .argument("<name|file>", `${names}; a .yaml file; - reads standard input`)
      .option("--json", "print JSON, for programs")
      .addHelpText(
        "after",
        `\nExamples:\n  $ tokenworks scenario audit microsoft-2023-2025\n  $ tokenworks scenario audit mine.yaml --json | jq .disagreements`,
      )
      .action(audit),
  );

function list({ json }: { readonly json?: boolean }): void {
  const all = cases.map(({ name, company, title, about = "" }) => ({ name, company, title, about }));
  if (json) {
    printJson(all);
    return;
  }
  const rows = [...all, { name: stackName, title: "The stack's layers, from the kilowatt hour to the seat" }];
  console.log(
    table(
      [{ title: "case" }, { title: "" }],
      rows.map(({ name, title }) => [name, title]),
    ),
  );
  console.log(dim("\ntokenworks scenario run NAME"));
}

function show(name: string, { json }: { readonly json?: boolean }): void {
  const isStack = name === stackName;
  const file = isStack ? chains : caseFile(name);
  if (json) {
    printJson(file);
    return;
  }
  const note = `# To read: a copy of it does not run. Change it by \`tokenworks scenario run ${stackName} --set INPUT=VALUE\`.\n`;
  process.stdout.write((isStack ? note : "") + stringify(file, { lineWidth: 120, aliasDuplicateObjects: false }));
}

async function run(name: string, options: Run): Promise<void> {
  if (name === stackName) {
    runStack(options);
    return;
  }
  const [stray] = [options.set.length > 0 ? "--set" : undefined, options.chip && "--chip"].filter(Boolean);
  if (stray !== undefined) {
    throw new Fault("invalid_value", {
      message: `${stray} is for ${stackName} only.`,
      remedy: "Change a copy of the case.",
    });
  }
  const scenario = await scenarioOf(name);
  const result = drawn(scenario, options);
  if (options.report !== undefined) {
    // Setting pages takes longer to load than the rest does to run.
    const { scenarioReport } = await import("../api/report/scenario.ts");
    const { pdfOf } = await import("../api/report/pdf.ts");
    keep(options.report, "report", await pdfOf(scenarioReport(scenario, result, new Date())));
    process.stderr.write(dim(`Report in ${options.report}\n`, process.stderr));
  }
  if (options.json) printJson(result);
  else if (options.csv) process.stdout.write(scenarioCsv(result));
  else console.log(scenarioPicture(result));
}

/** With a line on the terminal, while it takes long, that says how far the draws are. */
function drawn(scenario: Scenario, { draws, seed }: Run): ScenarioRun {
  const stream = process.stderr;
  if (!stream.isTTY || draws < drawsLong) return runScenario(scenario, { draws, seed });
  const onDraw = (done: number) => {
    if (done % 500 === 0) stream.write(`\r\u001B[2K${bar(done / draws, 30).padEnd(30)} ${done} of ${draws} draws`);
  };
  const result = runScenario(scenario, { draws, seed, onDraw });
  stream.write("\r\u001B[2K");
  return result;
}

async function audit(name: string, { json }: { readonly json?: boolean }): Promise<void> {
  if (name === stackName) {
    if (json) printJson(chains);
    else console.log(chains.map(chainAudit).join("\n\n"));
    return;
  }
  const scenario = await scenarioOf(name);
  const found = auditOf(scenario);
  if (json) printJson(found);
  else console.log(auditPicture(scenario, found));
}

/** A case by its name, or a file by its path. */
async function scenarioOf(name: string): Promise<Scenario> {
  if (name === "-") return readScenario(await readAll(process.stdin), "standard input", findFile);
  if (!/[./\\]/.test(name)) return caseNamed(name);
  return readScenario(readText(name), name, findFile);
}

/** A file that another one extends stands beside it, unless its path says otherwise. */
const findFile: FindFile = (name, from) => {
  const place = isAbsolute(name) ? name : join(from === "standard input" ? "." : dirname(from), name);
  return { text: readText(place), place };
};

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new Fault("invalid_value", { message: `${file} cannot be read (${code ?? message}).` });
  }
}

function runStack({ json, csv, report, set, chip }: Run): void {
  if (report !== undefined) {
    throw new Fault("invalid_value", { message: `${stackName} has no --report.`, remedy: "Use --csv or --json." });
  }
  const shown = stacksOf(chainSetting(set), chip);
  if (csv) {
    process.stdout.write(chainsCsv(shown));
    return;
  }
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

function chainsCsv(shown: readonly ShownChain[]): string {
  const titles = ["chain", "layer", "figure", "value", "unit", "published"];
  const rows = shown.flatMap(({ chain, lines }) =>
    lines.map(({ layer, label, value, unit, published }) => [chain.name, layer, label, value, unit, published ?? ""]),
  );
  return [titles, ...rows].map((row) => `${csvLine(row)}\r\n`).join("");
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

function collect(text: string, before: readonly string[]): readonly string[] {
  return [...before, text];
}

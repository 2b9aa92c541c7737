/** `tokenworks deal`: the economics of compute contracts, one in depth, some side by side, all together. */
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { text as readAll } from "node:stream/consumers";
import { Command, Option } from "commander";
import { readDeal } from "../api/deal-file.ts";
import { comparisonReport, dealReport, portfolioReport } from "../api/report/deal.ts";
import { pdfOf } from "../api/report/pdf.ts";
import type { Report } from "../api/report/report.ts";
import { compareDeals } from "../planner/deal/compare.ts";
import { type DealEvaluation, type Drawing, evaluateDeal, usualDrawing } from "../planner/deal/evaluate.ts";
import { portfolioOf } from "../planner/deal/portfolio.ts";
import type { Deal } from "../planner/deal/schema.ts";
import { Fault } from "../stack/fault.ts";
import { keep } from "./keep.ts";
import { comparisonCsv, dealCsv, portfolioCsv } from "./deal-csv.ts";
import { dealPicture } from "./deal-picture.ts";
import { signCommand } from "./deal-sign.ts";
import { comparisonPicture, portfolioPicture } from "./deals-picture.ts";
import { printJson, wholeNumber } from "./options.ts";

type Shown = { readonly json?: boolean; readonly csv?: boolean; readonly report?: string };
type Options = Shown & Drawing;

/** A portfolio adds plans up. */
const undrawn: Drawing = { draws: 1, seed: usualDrawing.seed };

const drawsMax = 200_000;
/** So many take long enough to say so. */
const drawsToTell = 50_000;

function drawn(command: Command): Command {
  return shown(command)
    .addOption(
      new Option("--draws <number>", "number of random draws")
        .argParser(wholeNumber(1, drawsMax))
        .default(usualDrawing.draws),
    )
    .addOption(
      new Option("--seed <number>", "replays the draws")
        .argParser(wholeNumber(0, 2 ** 31 - 1))
        .default(usualDrawing.seed),
    );
}

function shown(command: Command): Command {
  return command
    .option("--json", "print JSON, for programs")
    .option("--csv", "print CSV, for spreadsheets")
    .option("--report <file.pdf>", "write a PDF report");
}

export const dealCommand = new Command("deal")
  .summary("work out compute contracts: margin, NPV, IRR, what decides them, what may go wrong")
  .description(
    "Works out compute contracts as seller or buyer: what an accelerator-hour costs, gross margin, NPV, IRR, ROIC, " +
      "payback, peak funding, obligations and their run-off, sensitivities, break-even and risk.",
  )
  .addCommand(
    drawn(new Command("evaluate"))
      .summary("one deal in depth")
      .description("Works out one deal and shows what it earns, what decides it and what may go wrong.")
      .argument("<deal>", "a deal.yaml; - reads standard input")
      .addHelpText(
        "after",
        `
docs/deals.md explains the file's fields; docs/examples/deals holds some to begin with.

Examples:
  $ tokenworks deal evaluate docs/examples/deals/iren-microsoft.yaml
  $ tokenworks deal evaluate deal.yaml --draws 100000 --seed 7 --report deal.pdf
  $ sed 's/lifeMonths: 60/lifeMonths: 48/' deal.yaml | tokenworks deal evaluate - --json | jq .grossMargin`,
      )
      .action(evaluate),
  )
  .addCommand(
    drawn(new Command("compare"))
      .summary("deals side by side")
      .description("Puts deals side by side, one row per measure.")
      .argument("<deals...>", "two or more files")
      .addHelpText(
        "after",
        `
Examples:
  $ tokenworks deal compare docs/examples/deals/{iren,nebius}-microsoft.yaml
  $ tokenworks deal compare seller.yaml buyer.yaml --csv > compared.csv`,
      )
      .action(compare),
  )
  .addCommand(
    shown(new Command("portfolio"))
      .summary("all deals together: concentration, obligations by customer and quarter, cash")
      .description(
        "Adds deals up: who they depend on, what remains to be recognised by customer and quarter, their cash.",
      )
      .argument("<deals...>", "files, or folders of .yaml files")
      .addHelpText(
        "after",
        `
Examples:
  $ tokenworks deal portfolio docs/examples/deals
  $ tokenworks deal portfolio deals/*.yaml --json | jq .herfindahl`,
      )
      .action(portfolio),
  )
  .addCommand(signCommand);

async function evaluate(file: string, options: Options): Promise<void> {
  const read = await dealOf(file);
  tellOf(options);
  const deal = evaluateDeal(read, options);
  await show(options, deal, {
    csv: () => dealCsv(deal),
    picture: () => dealPicture(deal),
    report: () => dealReport(deal, today()),
  });
}

async function compare(files: readonly string[], options: Options): Promise<void> {
  if (files.length < 2) {
    throw new Fault("invalid_value", { message: "One deal has nothing beside it.", remedy: "Name two files or more." });
  }
  tellOf(options);
  const comparison = compareDeals(await evaluated(files, options));
  await show(options, comparison, {
    csv: () => comparisonCsv(comparison),
    picture: () => comparisonPicture(comparison),
    report: () => comparisonReport(comparison, today()),
  });
}

async function portfolio(places: readonly string[], options: Shown): Promise<void> {
  const files = (await Promise.all(places.map(filesIn))).flat();
  const all = portfolioOf(await evaluated(files, undrawn));
  await show(options, all, {
    csv: () => portfolioCsv(all),
    picture: () => portfolioPicture(all),
    report: () => portfolioReport(all, today()),
  });
}

type Shapes = { readonly csv: () => string; readonly picture: () => string; readonly report: () => Report };

async function show({ json, csv, report }: Shown, value: unknown, shapes: Shapes): Promise<void> {
  if (report !== undefined) {
    const bytes = await pdfOf(shapes.report());
    keep(report, "report", bytes);
    process.stderr.write(`${report}: ${bytes.length.toLocaleString("en")} bytes\n`);
  }
  if (json) printJson(value);
  else if (csv) process.stdout.write(shapes.csv());
  else if (report === undefined) console.log(shapes.picture());
}

/** All files are read before the first is worked out, so that a mistake in the last is told at once. */
async function evaluated(files: readonly string[], drawing: Drawing): Promise<DealEvaluation[]> {
  const deals = await Promise.all(files.map(dealOf));
  return deals.map((deal) => evaluateDeal(deal, drawing));
}

async function dealOf(file: string): Promise<Deal> {
  if (file === "-") return readDeal(await readAll(process.stdin), "standard input");
  return readDeal(await readFile(file, "utf8").catch(unreadable(file)), file);
}

async function filesIn(place: string): Promise<string[]> {
  if (place === "-" || !(await stat(place).catch(unreadable(place))).isDirectory()) return [place];
  const names = (await readdir(place)).filter((name) => /\.ya?ml$/.test(name)).toSorted();
  if (names.length === 0) {
    throw new Fault("invalid_value", { message: `${place} has no .yaml file.`, remedy: "Name a folder of deals." });
  }
  return names.map((name) => join(place, name));
}

function unreadable(file: string) {
  return (error: NodeJS.ErrnoException): never => {
    throw new Fault("invalid_value", { message: `${file} cannot be read (${error.code ?? error.message}).` });
  };
}

function tellOf({ draws }: Drawing): void {
  if (draws < drawsToTell || !process.stderr.isTTY) return;
  process.stderr.write(`Drawing ${draws.toLocaleString("en")} courses of things …\n`);
}

function today(): string {
  return new Date().toISOString().slice(0, 10);
}

/** `tokenworks chips`: the catalog of accelerators with a source for every figure, and the economics of an own one. */
import { readFile } from "node:fs/promises";
import { text as readAll } from "node:stream/consumers";
import { Command } from "commander";
import { readYaml } from "../api/yaml-file.ts";
import { type Chip, precisions } from "../catalog/chip.ts";
import { chipNamed, chips } from "../catalog/chips.ts";
import type { Figure } from "../catalog/figure.ts";
import { makeOrBuy } from "../planner/make-or-buy.ts";
import { makeOrBuyScenario } from "../planner/make-or-buy-scenario.ts";
import { sensitivity } from "../planner/sensitivity.ts";
import { Fault } from "../stack/fault.ts";
import { makeOrBuyPicture } from "./make-or-buy-picture.ts";
import { printJson } from "./options.ts";
import { bold, dim, table } from "./terminal.ts";

type Options = { readonly json?: boolean };

export const chipsCommand = new Command("chips")
  .summary("show accelerators with their sources, and whether your own is worth making")
  .description(
    "Lists the accelerators of the catalog: dense peaks, memory, links, power, prices. ~ marks an estimate, ? an " +
      "assumption, – what nobody has published. `chips show` gives each figure's source and date.",
  )
  .option("--json", "print JSON, for programs")
  .addHelpText(
    "after",
    `
Examples:
  $ tokenworks chips
  $ tokenworks chips --json | jq '.[] | select(.tdpWatts.value < 800) | .name'
  $ tokenworks chips show gb300
  $ tokenworks chips make-or-buy docs/examples/make-or-buy.yaml`,
  )
  .action(list)
  .addCommand(
    new Command("show")
      .summary("one accelerator, with the source of every figure")
      .description("Shows one accelerator, each figure with its source, its date and how it is known.")
      .argument("<name>", "a name or an alias: gb300, h100_sxm, MI355X, trillium")
      .option("--json", "print JSON, for programs")
      .addHelpText("after", "\nExamples:\n  $ tokenworks chips show gb300\n  $ tokenworks chips show mi355x --json")
      .action(show),
  )
  .addCommand(
    new Command("make-or-buy")
      .summary("the economics of your own chip against buying")
      .description(
        "Compares making a chip with buying: unit cost from wafer to server, $/Mtok and tokens per watt side by side, " +
          "the volume that pays back its development, what a year's delay costs, and which assumptions decide.",
      )
      .argument("<scenario>", "a scenario.yaml; - reads standard input")
      .option("--json", "print JSON, for programs")
      .addHelpText(
        "after",
        `
docs/chips.md explains a scenario's fields; docs/examples/make-or-buy.yaml is one to begin with.

Examples:
  $ tokenworks chips make-or-buy docs/examples/make-or-buy.yaml
  $ sed 's/slipYears: 0/slipYears: 1/' scenario.yaml | tokenworks chips make-or-buy - --json | jq .worthUsd`,
      )
      .action(compare),
  );

function list(options: Options): void {
  if (options.json) {
    printJson(chips);
    return;
  }
  const rows = chips.map((chip) => [
    chip.name,
    chip.vendor,
    chip.available.value,
    shown(chip.peakTeraflops.bf16),
    shown(chip.peakTeraflops.fp8),
    shown(chip.peakTeraflops.fp4),
    shown(gibibytes(chip.memoryGigabytes), 0),
    shown(chip.memoryGigabytesPerSecond),
    scaleUpText(chip),
    shown(chip.tdpWatts),
    shown(chip.allInWatts),
    shown(chip.capitalUsd),
    shown(chip.rentUsdPerHour, 2),
  ]);
  const [name, vendor, from, ...figures] = [
    "chip",
    "vendor",
    "from",
    "bf16",
    "fp8",
    "fp4",
    "GiB",
    "GB/s",
    "scale-up GB/s",
    "TDP W",
    "all-in W",
    "$",
    "$/h",
  ];
  const columns = [
    ...[name, vendor, from].map((title = "") => ({ title })),
    ...figures.map((title) => ({ title, align: "right" as const })),
  ];
  console.log(table(columns, rows));
  console.log(dim("\nDense TFLOP/s. Links per accelerator and direction. ~ estimate   ? assumption   – not published"));
}

function show(name: string, _: Options, command: Command): void {
  if (name === "this-cpu") {
    throw new Fault("invalid_value", {
      message: "this-cpu is this computer, which is measured instead of looked up.",
      remedy: "`tokenworks perf calibrate` measures it.",
      param: "chip",
    });
  }
  const chip = chipNamed(name);
  if (isJson(command)) {
    printJson(chip);
    return;
  }
  console.log(`${bold(chip.title)}  ${dim(`${chip.vendor}, since ${chip.available.value}`)}`);
  console.log(`${dim("also called")}  ${chip.aliases.join(", ") || "–"}\n`);
  const figures = figuresOf(chip);
  const known = figures.flatMap(([what, figure]) => (figure === undefined ? [] : [{ what, figure }]));
  const sources = [...new Set(known.map(({ figure }) => figure.source))];
  const rows = known.map(({ what, figure }) => [
    what,
    numberText(figure),
    figure.unit,
    figure.confidence,
    figure.asOf,
    `[${sources.indexOf(figure.source) + 1}]`,
  ]);
  const titles = ["figure", "value", "unit", "known", "as of", "source"];
  const aligns = ["left", "right"] as const;
  console.log(
    table(
      titles.map((title, index) => ({ title, align: aligns[index] ?? "left" })),
      rows,
    ),
  );
  console.log(`\n${sources.map((source, index) => dim(`[${index + 1}] ${source}`)).join("\n")}`);
  const missing = figures.filter(([, figure]) => figure === undefined).map(([what]) => what);
  if (missing.length > 0) console.log(dim(`\nNot published, or not found: ${missing.join(", ")}.`));
}

function figuresOf(chip: Chip): [what: string, figure: Figure<number | string> | undefined][] {
  return [
    ...precisions.map((precision): [string, Figure | undefined] => [
      `dense peak, ${precision}`,
      chip.peakTeraflops[precision],
    ]),
    ["memory", chip.memoryGigabytes],
    ["memory bandwidth", chip.memoryGigabytesPerSecond],
    ["scale-up, each way", chip.scaleUp?.gigabytesPerSecond],
    ["scale-up domain", chip.scaleUp?.accelerators],
    ["scale-out, each way", chip.scaleOut?.gigabytesPerSecond],
    ["thermal design power", chip.tdpWatts],
    ["all-in power", chip.allInWatts],
    ["idle power", chip.idleWatts],
    ["price", chip.capitalUsd],
    ["rent", chip.rentUsdPerHour],
  ];
}

async function compare(file: string, _: Options, command: Command): Promise<void> {
  const { data: scenario } = readYaml(
    await scenarioText(file),
    file === "-" ? "standard input" : file,
    makeOrBuyScenario,
  );
  const comparison = makeOrBuy(scenario);
  const moved = sensitivity(scenario);
  if (isJson(command)) printJson({ ...comparison, sensitivity: moved });
  else console.log(makeOrBuyPicture(scenario, comparison, moved));
}

async function scenarioText(file: string): Promise<string> {
  if (file === "-") return readAll(process.stdin);
  return readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new Fault("invalid_value", { message: `${file} cannot be read (${error.code ?? error.message}).` });
  });
}

/** `--json` stands with the list too, which takes it from its sub-commands. */
function isJson(command: Command): boolean {
  return command.optsWithGlobals<Options>().json === true;
}

/** As datasheets count memory, in their GB of 2³⁰ bytes. */
function gibibytes(memory: Figure): Figure {
  return { ...memory, value: (memory.value * 1e9) / 2 ** 30, unit: "GiB" };
}

const marks = { reported: "", estimate: "~", derived: "=", assumption: "?" } as const;

function shown(figure: Figure<number | string> | undefined, decimals?: number): string {
  return figure === undefined ? "–" : `${marks[figure.confidence]}${numberText(figure, decimals)}`;
}

function scaleUpText({ scaleUp }: Chip): string {
  if (scaleUp === undefined) return "–";
  return `${shown(scaleUp.gigabytesPerSecond)} × ${numberText(scaleUp.accelerators)}`;
}

function numberText({ value }: Figure<number | string>, decimals?: number): string {
  const digits = decimals === undefined ? { maximumFractionDigits: Number(value) >= 1000 ? 0 : 1 } : fixed(decimals);
  return Number(value).toLocaleString("en", typeof value === "string" && decimals === undefined ? {} : digits);
}

function fixed(decimals: number) {
  return { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
}

/** `tokenworks plan capacity --from-ledger`: the scenario of a plan made from what the factory really served. */
import { type Command, InvalidArgumentError } from "commander";
import { stringify } from "yaml";
import { servedHistory } from "../ledger/served.ts";
import { quarterAt, quarterName } from "../planner/capacity/quarter.ts";
import type { Forecast } from "../planner/forecast/forecast.ts";
import { type FromHistory, scenarioFromHistory } from "../planner/forecast/scenario.ts";
import { listResources } from "../store/resources.ts";
import { keep } from "./keep.ts";
import { readCapacityScenario } from "./capacity-file.ts";
import { databaseOption, dataOption, type StoreOptions, wholeNumber, withStore } from "./options.ts";
import { bar, bold, cyan, dim, table, yellow } from "./terminal.ts";

export type FromLedgerOptions = StoreOptions & {
  readonly fromLedger?: boolean;
  readonly base?: string;
  readonly quarters: number;
  readonly scale: number;
  readonly save?: string;
};

export function fromLedgerOptions(command: Command): Command {
  return command
    .option("--from-ledger", "plan for the demand that the factory's ledger knows, at its prices, speeds and costs")
    .option("--base <scenario>", "with --from-ledger: a scenario.yaml that says everything else")
    .option("--quarters <count>", "with --from-ledger and no base: quarters to plan", wholeNumber(1, 40), 8)
    .option("--scale <times>", "with --from-ledger: multiplies the forecast demand", timesOf, 1)
    .option("--save <file>", "with --from-ledger: write the scenario as a file, to edit it")
    .addOption(dataOption())
    .addOption(databaseOption());
}

/** @throws Fault `invalid_value` that says what the history lacks. */
export async function scenarioFromLedger(options: FromLedgerOptions, nowMs: number): Promise<FromHistory> {
  const base = options.base === undefined ? undefined : await readCapacityScenario(options.base);
  const made = await withStore(options, async (store) => {
    const served = await servedHistory(store.db, nowMs);
    const resources = (await listResources(store.db)).map(({ spec }) => spec);
    const { quarters, scale } = options;
    return scenarioFromHistory(served, resources, { start: quarterName(quarterAt(nowMs) + 1), quarters, scale, base });
  });
  if (options.save !== undefined) keep(options.save, "save", stringify(made.scenario, { lineWidth: 0 }));
  return made;
}

const barColumns = 24;

/** What was forecast, how well it would have forecast the past, and what was assumed. */
export function forecastPicture({ forecast, notes }: FromHistory): string {
  const most = Math.max(...forecast.quarters.map(({ high }) => high));
  const right = (title: string) => ({ title, align: "right" as const });
  const rows = forecast.quarters.map(({ quarter, low, expected, high }) => {
    const upTo = (value: number) => (most === 0 ? 0 : value / most);
    const solid = bar(upTo(low), barColumns);
    const whole = bar(upTo(high), barColumns);
    return [
      quarter,
      tokens(low),
      bold(tokens(expected)),
      tokens(high),
      cyan(solid) + dim("░".repeat(Math.max(0, whole.length - solid.length))),
    ];
  });
  const level = Math.round(forecast.total.level * 100);
  const columns = [
    { title: "demand" },
    right("low"),
    right("expected"),
    right("high"),
    { title: `${level} % interval` },
  ];
  const models = forecast.models.map(({ model, method, tokens: each }) => [
    `  ${model}`,
    tokens(each[0] ?? 0),
    tokens(each.at(-1) ?? 0),
    dim(method),
  ]);
  const [first, last] = [forecast.quarters[0]?.quarter ?? "", forecast.quarters.at(-1)?.quarter ?? ""];
  return [
    `${bold("Demand")}  by ${forecast.total.method}, from ${forecast.steps} whole ${forecast.grain}s`,
    dim(backTestText(forecast.total)),
    "",
    table(columns, rows),
    "",
    table([{ title: "  model" }, right(first), right(last), { title: "" }], models),
    ...[...forecast.total.notes, ...notes].map((note) => yellow(`  ! ${note}`)),
  ].join("\n");
}

function backTestText({ backTest }: Forecast): string {
  if (backTest === null) return "Too short a history to test it on.";
  const { origins, horizon, mase, smape, coverage } = backTest;
  const against = mase === null ? "" : `, an error of ${mase.toFixed(2)} times that of the last value (MASE)`;
  return (
    `Tested from ${origins} points in the past, ${horizon} steps ahead${against}, sMAPE ${(smape * 100).toFixed(1)} %; ` +
    `its intervals held ${Math.round(coverage * 100)} %.`
  );
}

const units = ["", " k", " M", " bn", " T", " · 10¹⁵"];

function tokens(count: number): string {
  const step = count < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(count) / 3));
  return `${(count / 1000 ** step).toFixed(step === 0 ? 0 : 2)}${units[step] ?? ""}`;
}

function timesOf(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 1e12)) throw new InvalidArgumentError("A number above 0 is wanted, such as 10.");
  return value;
}

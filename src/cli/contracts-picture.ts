/** Contracts as text for a terminal: a table of all; of one its months past and to come, each with a bar. Pure. */
import type { ContractStatement, ContractSummary } from "../ledger/contracts/statement.ts";
import { pico, usd } from "../stack/money.ts";
import { money } from "./stack-picture.ts";
import { bar, bold, cyan, dim, green, red, table, yellow } from "./terminal.ts";

const barColumns = 28;
/** Months shown before the rest is added up by year. */
const monthsMax = 24;

export function contractsPicture(contracts: readonly ContractSummary[]): string {
  const rows = contracts.map((one) => [
    one.name,
    one.counterparty,
    one.role,
    `${one.from} – ${one.to}`,
    statusText(one),
    dollars(one.totalUsd),
    dollars(one.deliveredUsd),
    orNone(one.shortfallUsd),
    bold(dollars(one.openUsd)),
    cyan(bar(shareOf(one.openUsd, one.totalUsd), 12)),
  ]);
  const titles = ["name", "counterparty", "role", "term", "", "total", "delivered", "shortfall", "open", ""];
  const columns = titles.map((title, index) => ({
    title,
    align: index > 4 && index < 9 ? ("right" as const) : ("left" as const),
  }));
  const open = (role: ContractSummary["role"]) =>
    money(pico(contracts.reduce((sum, one) => (one.role === role ? sum + usd(one.openUsd) : sum), 0n)));
  return `${table(columns, rows)}\n\n${bold("RPO")} ${open("seller")}   ${dim("purchase commitments")} ${open("buyer")}`;
}

export function contractPicture(one: ContractStatement): string {
  const side = one.role === "seller" ? "sold to" : "bought from";
  return [
    `${bold(one.name)}  ${side} ${one.counterparty}, ${one.from} to ${one.to}, signed ${one.signedOn}  ${statusText(one)}`,
    "",
    figures(one),
    ...(one.quantities.length === 0 ? [] : ["", quantities(one)]),
    ...(one.months.length === 0 ? [] : ["", rollForwardTable(one)]),
    ...(one.periods.length === 0 ? [] : ["", periodTable(one)]),
    ...(one.runOff.length === 0 ? [] : ["", runOffTable(one)]),
  ].join("\n");
}

function figures(one: ContractStatement): string {
  const left = one.role === "seller" ? "open (RPO)" : "open commitment";
  const lines: [string, string][] = [
    ["total contract value", one.totalUsd],
    ["delivered", one.deliveredUsd],
    ["shortfalls billed", one.shortfallUsd],
    ["prepaid, not credited", one.prepaidUsd],
    ["cancelled or lapsed", one.cancelledUsd],
    [left, one.openUsd],
  ];
  const shown = lines.filter(([, amount], index) => index < 2 || index === lines.length - 1 || usd(amount) !== 0n);
  return table(
    [{ title: "" }, { title: "", align: "right" }],
    shown.map(([what, amount]) => [what, what === left ? bold(dollars(amount)) : dollars(amount)]),
  ).trimStart();
}

function quantities({ quantities: all }: ContractStatement): string {
  const number = (text: string) => Number(text).toLocaleString("en");
  const right = (title: string) => ({ title, align: "right" as const });
  return table(
    [{ title: "quantity" }, right("signed"), right("delivered"), right("open")],
    all.map(({ unit, signed, delivered, open }) => [unit, number(signed), number(delivered), number(open)]),
  );
}

function rollForwardTable({ months, totalUsd }: ContractStatement): string {
  const right = (title: string) => ({ title, align: "right" as const });
  const rows = months
    .slice(-monthsMax)
    .map((month) => [
      month.month,
      dollars(month.opening),
      orNone(month.signed),
      orNone(month.recognised),
      orNone(month.cancelled),
      dollars(month.closing),
      cyan(bar(shareOf(month.closing, totalUsd), barColumns)),
    ]);
  const columns = [
    { title: "month" },
    right("opening"),
    right("+ signed"),
    right("- recognised"),
    right("- cancelled"),
    right("= closing"),
    { title: "" },
  ];
  return table(columns, rows);
}

function periodTable({ periods }: ContractStatement): string {
  const right = (title: string) => ({ title, align: "right" as const });
  const current = periods.filter(({ isClosed }) => isClosed).length;
  const rows = periods.slice(Math.max(0, current - 6), current + 3).map((period) => {
    const taken = shareOf(period.deliveredUsd, period.floorUsd);
    return [
      `${period.from} – ${period.to}`,
      dollars(period.floorUsd),
      dollars(period.deliveredUsd),
      usd(period.shortfallUsd) === 0n ? dim("–") : red(dollars(period.shortfallUsd)),
      (taken >= 1 ? green : yellow)(bar(taken, 16)),
      period.isClosed ? "" : dim("to come"),
    ];
  });
  const columns = [
    { title: "take-or-pay" },
    right("floor"),
    right("delivered"),
    right("shortfall"),
    { title: "" },
    { title: "" },
  ];
  return table(columns, rows);
}

function runOffTable({ runOff }: ContractStatement): string {
  const byYear = runOff.length > monthsMax;
  const steps = byYear
    ? Map.groupBy(runOff, ({ month }) => month.slice(0, 4))
    : Map.groupBy(runOff, ({ month }) => month);
  const rows = [...steps].map(([when, of]) => [when, of.reduce((sum, one) => sum + usd(one.usd), 0n)] as const);
  const most = rows.reduce((high, [, amount]) => (amount > high ? amount : high), 1n);
  return table(
    [{ title: "expected run-off" }, { title: "recognised", align: "right" }, { title: "" }],
    rows.map(([when, amount]) => [
      when,
      money(pico(amount)),
      dim(bar(Number((amount * 1000n) / most) / 1000, barColumns)),
    ]),
  );
}

function statusText({ status }: ContractSummary): string {
  return status === "running" ? green(status) : status === "cancelled" ? red(status) : dim(status);
}

function dollars(text: string): string {
  return money(usd(text));
}

function orNone(text: string): string {
  return usd(text) === 0n ? dim("–") : dollars(text);
}

function shareOf(part: string, whole: string): number {
  const [of, all] = [usd(part), usd(whole)];
  return all <= 0n ? 1 : Number((of * 10_000n) / all) / 10_000;
}

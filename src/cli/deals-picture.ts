/** Several deals as text for a terminal: side by side, and together. Pure. */
import { irrText, measureLabel, measureText, monthsText } from "../api/report/deal-words.ts";
import { dollars, percent } from "../api/report/numbers.ts";
import type { Comparison } from "../planner/deal/compare.ts";
import type { Portfolio } from "../planner/deal/portfolio.ts";
import { bar, bold, cyan, dim, green, pad, table } from "./terminal.ts";

const barColumns = 28;
const right = { align: "right" as const };

export function comparisonPicture({ deals, rows }: Comparison): string {
  const columns = [{ title: "" }, ...deals.map(({ name }) => ({ title: name, ...right }))];
  const lines = rows.map(({ measure, values, best }) => [
    measureLabel(measure),
    ...values.map((value, index) => {
      const text = measureText(measure, value);
      return index === best ? green(text) : text;
    }),
  ]);
  return `${table(columns, lines)}\n${dim("Green is best of its row. NPV is at each deal's own cost of capital.")}`;
}

export function portfolioPicture(all: Portfolio): string {
  const lines: [string, string][] = [
    ["customers' commitments", dollars(Number(all.committedUsd))],
    ["our commitments", dollars(Number(all.purchasesUsd))],
    ["NPV", dollars(all.npvUsd)],
    ["IRR", irrText(all.irr)],
    ["peak funding", `${dollars(all.peakFundingUsd)} in ${all.peakFundingMonth}`],
    ["payback", monthsText(all.paybackMonths)],
    ["concentration (HHI)", all.herfindahl === null ? "–" : all.herfindahl.toFixed(0)],
  ];
  return [
    lines.map(([what, value]) => `${dim(pad(what, 24, "left"))}${value}`).join("\n"),
    "",
    dealsTable(all),
    "",
    customers(all),
    "",
    runOff(all),
  ].join("\n");
}

function dealsTable({ deals }: Portfolio): string {
  const columns = [
    { title: "deal" },
    { title: "side" },
    { title: "with" },
    { title: "value", ...right },
    { title: "MW of IT", ...right },
    { title: "margin", ...right },
    { title: "IRR", ...right },
    { title: "NPV", ...right },
    { title: "until", ...right },
  ];
  const rows = deals.map((deal) => [
    deal.name,
    deal.role,
    deal.counterparty,
    dollars(Number(deal.totalUsd)),
    deal.megawattsIt.toLocaleString("en", { maximumFractionDigits: 1 }),
    percent(deal.grossMargin),
    irrText(deal.irr),
    dollars(deal.npvUsd),
    deal.to,
  ]);
  return table(columns, rows);
}

function customers({ customers: each }: Portfolio): string {
  const rows = each.map(({ counterparty, committedUsd, share }) => [
    counterparty,
    dollars(Number(committedUsd)),
    percent(share),
    cyan(bar(share, barColumns)),
  ]);
  return table(
    [{ title: "customer" }, { title: "committed", ...right }, { title: "share", ...right }, { title: "" }],
    rows,
  );
}

/** What remains at the ends of years, by customer. */
function runOff({ rpo, customers: each }: Portfolio): string {
  const most = Math.max(1, ...rpo.map(({ totalUsd }) => Number(totalUsd)));
  const shown =
    rpo.length <= 16 ? rpo : rpo.filter(({ quarter }, index) => quarter.endsWith("Q4") || index === rpo.length - 1);
  const rows = shown.map(({ quarter, closingUsd, totalUsd, herfindahl }) => [
    quarter,
    ...closingUsd.slice(0, 5).map((usd) => dollars(Number(usd))),
    bold(dollars(Number(totalUsd))),
    herfindahl === null ? "–" : herfindahl.toFixed(0),
    cyan(bar(Number(totalUsd) / most, barColumns)),
  ]);
  const names = each.slice(0, 5).map(({ counterparty }) => ({ title: counterparty, ...right }));
  return table(
    [{ title: "remaining" }, ...names, { title: "all", ...right }, { title: "HHI", ...right }, { title: "" }],
    rows,
  );
}

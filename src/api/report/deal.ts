/** Deals as reports: one in depth, some side by side, all together. */
import type { Comparison } from "../../planner/deal/compare.ts";
import type { DealEvaluation } from "../../planner/deal/evaluate.ts";
import type { Distribution } from "../../planner/deal/monte-carlo.ts";
import type { Portfolio } from "../../planner/deal/portfolio.ts";
import {
  buildUpOption,
  cashOption,
  histogramOption,
  moneyScale,
  portfolioRunOffOption,
  runOffOption,
  tornadoOption,
} from "./deal-pictures.ts";
import { claimText, fieldShown, irrText, measureLabel, measureText, monthsText, unlistedText } from "./deal-words.ts";
import { dollars, hourly, percent, plain, whole } from "./numbers.ts";
import type { Part, Report, Table } from "./report.ts";

const right = { align: "right" as const };
const swingsDrawn = 12;

/** @param date The day on which it was worked out, `2026-11-27`. */
export function dealReport(deal: DealEvaluation, date: string): Report {
  const { title, role, counterparty, accelerators, accelerator, megawattsIt, from, to, risk } = deal;
  const side = role === "seller" ? `Sold to ${counterparty}` : `Bought from ${counterparty}`;
  const size = `${whole(accelerators)} × ${accelerator}, ${plain(megawattsIt)} MW of IT`;
  const { npvUsd, grossMargin } = risk;
  const percents = { name: "gross margin, %", by: 0.01 };
  return {
    title,
    subtitle: `${side} · ${size} · ${from} to ${to}`,
    date,
    parts: [
      figures(deal),
      { type: "paragraph", text: summary(deal) },
      {
        type: "pictures",
        pictures: [
          {
            title: "What an accelerator-hour costs",
            option: buildUpOption(deal),
            ratio: 0.72,
            caption: buildUpCaption(deal),
          },
          { title: "Cash", option: cashOption(deal.months), ratio: 0.72 },
        ],
      },
      { type: "heading", text: "Year by year" },
      yearsTable(deal),
      { type: "heading", text: "What remains to be recognised" },
      { type: "pictures", pictures: [{ option: runOffOption(deal), ratio: 0.3 }] },
      { type: "heading", text: "What decides it" },
      {
        type: "pictures",
        pictures: [
          {
            option: tornadoOption(deal.tornado, deal.npvUsd, swingsDrawn),
            ratio: 0.58,
            caption:
              "NPV when one assumption alone is moved to the ends of its range; where none is given, a fifth to either side, " +
              "a tenth of the price, half a year late.",
          },
        ],
      },
      { type: "heading", text: "What may come" },
      {
        type: "pictures",
        pictures: [
          { title: "NPV", option: histogramOption(npvUsd, moneyScale(npvUsd)), ratio: 0.62 },
          ...(grossMargin === null
            ? []
            : [{ title: "Gross margin", option: histogramOption(grossMargin, percents), ratio: 0.62 }]),
        ],
      },
      riskTable(deal),
      ...claims(deal),
      ...[unlistedText(deal) ?? [], deal.notes].flat().map((text): Part => ({ type: "paragraph", text })),
      { type: "heading", text: "Figures and where they are from" },
      ...figuresAndSources(deal),
    ],
  };
}

function figures(deal: DealEvaluation): Part {
  const { contract, npvUsd, risk, role } = deal;
  return {
    type: "figures",
    figures: [
      {
        label: "Contract value",
        value: dollars(Number(contract.totalUsd)),
        note: `${hourly(contract.usdPerAcceleratorHour)} an accelerator-hour`,
      },
      { label: "Gross margin", value: percent(deal.grossMargin), note: `EBITDA ${percent(deal.ebitdaMargin)}` },
      {
        label: "NPV",
        value: dollars(npvUsd),
        note: `at ${percent(deal.costOfCapital)}`,
        tone: npvUsd < 0 ? "bad" : "good",
      },
      { label: "IRR", value: irrText(deal.irr), note: `ROIC ${percent(deal.roic)}` },
      ...(deal.debt === undefined
        ? []
        : [
            {
              label: "Levered IRR",
              value: irrText(deal.debt.leveredIrr),
              note: `debt ${dollars(deal.debt.drawnUsd)}, least cover ${Math.min(...deal.debt.coverRatios).toFixed(2)}`,
            },
          ]),
      {
        label: "Peak funding",
        value: dollars(deal.peakFundingUsd),
        note: `in ${deal.peakFundingMonth}; capital ${dollars(deal.capitalUsd)}`,
      },
      { label: "Payback", value: monthsText(deal.paybackMonths), note: "from the first cash" },
      {
        label: "Break-even price",
        value: hourly(deal.breakEven.usdPerAcceleratorHour),
        note:
          deal.breakEven.billedShare === null
            ? "at no share of the hours"
            : `or ${percent(deal.breakEven.billedShare, 0)} of the hours ${role === "seller" ? "billed" : "used"}`,
      },
      {
        label: "Chance of a loss",
        value: percent(risk.lossProbability, 0),
        note: `${whole(risk.draws)} draws, seed ${risk.seed}`,
      },
    ],
  };
}

function summary(deal: DealEvaluation): string {
  const { buildUp, contract, role, tornado, risk } = deal;
  const [first, second] = tornado;
  const decides = [first, second]
    .flatMap((one) => (one === undefined ? [] : [fieldShown(one.field).label]))
    .join(" and ");
  const hour =
    role === "seller"
      ? `It sells an accelerator-hour for ${hourly(contract.usdPerAcceleratorHour)} that costs ${hourly(buildUp.usdPerHour)}, ` +
        `${hourly(buildUp.economicUsdPerHour)} with the cost of its capital.`
      : `An accelerator-hour costs ${hourly(buildUp.usdPerHour)} in all, ${hourly(contract.usdPerAcceleratorHour)} of it the price.`;
  return (
    `${hour} Of ${dollars(Number(contract.totalUsd))}, ${dollars(Number(contract.committedUsd))} are owed whether they are ` +
    `used or not. What decides its worth most: ${decides}. In the worst twentieth of ${whole(risk.draws)} draws it is worth ` +
    `${dollars(risk.npvUsd.p5)} or less; in the middle, ${dollars(risk.npvUsd.p50)}.`
  );
}

function buildUpCaption({ buildUp }: DealEvaluation): string {
  return (
    `${hourly(buildUp.usdPerHour)} with capital as straight-line depreciation; ${hourly(buildUp.economicUsdPerHour)} with its ` +
    "cost, as the annuity over the same life without a residual."
  );
}

function yearsTable({ years }: DealEvaluation): Part {
  const table: Table = {
    columns: ["year from", "revenue", "gross profit", "margin", "EBITDA", "capital", "cash"].map((title, index) =>
      index === 0 ? { title } : { title, ...right },
    ),
    rows: years.map((year) => [
      year.from,
      dollars(year.revenueUsd),
      dollars(year.grossProfitUsd),
      percent(year.grossMargin),
      dollars(year.ebitdaUsd),
      dollars(year.capitalUsd),
      dollars(year.cashUsd),
    ]),
  };
  return { type: "table", ...table };
}

function riskTable({ risk }: DealEvaluation): Part {
  const row = (name: string, one: Distribution | null, text: (value: number) => string) =>
    one === null ? [] : [[name, ...[one.p5, one.p25, one.p50, one.p75, one.p95, one.mean].map(text)]];
  return {
    type: "table",
    columns: ["", "p5", "p25", "median", "p75", "p95", "mean"].map((title, index) =>
      index === 0 ? { title } : { title, ...right },
    ),
    rows: [
      ...row("NPV", risk.npvUsd, dollars),
      ...row("IRR", risk.irrPerYear, (rate) => percent(rate)),
      ...row("gross margin", risk.grossMargin, (share) => percent(share)),
    ],
    note:
      `Value at risk (95 %): ${dollars(risk.valueAtRisk95Usd)} below the mean; expected shortfall ` +
      `${dollars(risk.expectedShortfall95Usd)}. Late in ${percent(risk.late.share, 0)} of the draws, by ` +
      `${risk.late.meanMonths.toFixed(1)} months; default in ${percent(risk.defaulted)}; early obsolescence in ` +
      `${percent(risk.obsolete, 0)}.`,
  };
}

function claims({ claims: all }: DealEvaluation): Part[] {
  if (all.length === 0) return [];
  const verdicts = { inside: "agrees", below: "ours is below", above: "ours is above", unknown: "no such number" };
  return [
    { type: "heading", text: "What others say of it" },
    {
      type: "table",
      columns: [
        { title: "source" },
        { title: "" },
        { title: "they say", ...right },
        { title: "here", ...right },
        { title: "" },
      ],
      rows: all.map((claim) => {
        const { label, claimed, found } = claimText(claim);
        return [`${claim.source} (${claim.asOf})`, label, claimed, found, verdicts[claim.verdict]];
      }),
    },
  ];
}

function figuresAndSources({ figures: all }: DealEvaluation): Part[] {
  const sources = [...new Set(all.map(({ source }) => source))];
  return [
    {
      type: "table",
      columns: [
        { title: "figure" },
        { title: "value", ...right },
        { title: "from", ...right },
        { title: "to", ...right },
        { title: "known as" },
        { title: "as of" },
        { title: "source", ...right },
      ],
      rows: all.map(({ field, value, low, high, confidence, asOf, source }) => {
        const { label, text } = fieldShown(field);
        const end = (limit: number | undefined) => (limit === undefined ? "" : text(limit));
        return [label, text(value), end(low), end(high), confidence, asOf, String(sources.indexOf(source) + 1)];
      }),
    },
    { type: "sources", sources },
  ];
}

export function comparisonReport({ deals, rows }: Comparison, date: string): Report {
  return {
    title: "Deals side by side",
    subtitle: deals.map(({ title }) => title).join(" · "),
    date,
    parts: [
      {
        type: "table",
        columns: [{ title: "" }, ...deals.map(({ title }) => ({ title, ...right }))],
        rows: rows.map(({ measure, values }) => [
          measureLabel(measure),
          ...values.map((value) => measureText(measure, value)),
        ]),
        note: "NPV is at each deal's own cost of capital.",
      },
    ],
  };
}

export function portfolioReport(all: Portfolio, date: string): Report {
  const [largest] = all.customers;
  return {
    title: "Portfolio of deals",
    subtitle: `${all.deals.length} deals, ${all.customers.length} customers`,
    date,
    parts: [
      {
        type: "figures",
        figures: [
          { label: "Customers' commitments", value: dollars(Number(all.committedUsd)) },
          { label: "Largest customer", value: percent(largest?.share ?? null, 0), note: largest?.counterparty ?? "" },
          {
            label: "Concentration (HHI)",
            value: all.herfindahl === null ? "–" : all.herfindahl.toFixed(0),
            note: "10,000 is one customer",
          },
          { label: "NPV", value: dollars(all.npvUsd), tone: all.npvUsd < 0 ? "bad" : "good" },
          { label: "IRR", value: irrText(all.irr) },
          { label: "Peak funding", value: dollars(all.peakFundingUsd), note: `in ${all.peakFundingMonth}` },
          { label: "Payback", value: monthsText(all.paybackMonths) },
          { label: "Our commitments", value: dollars(Number(all.purchasesUsd)) },
        ],
      },
      { type: "heading", text: "What remains to be recognised, by customer" },
      { type: "pictures", pictures: [{ option: portfolioRunOffOption(all), ratio: 0.42 }] },
      { type: "pictures", pictures: [{ title: "Cash of all deals", option: cashOption(all.cash), ratio: 0.36 }] },
      {
        type: "table",
        title: "Deals",
        columns: ["deal", "with", "value", "margin", "IRR", "ROIC", "NPV", "until"].map((title, index) =>
          index < 2 ? { title } : { title, ...right },
        ),
        rows: all.deals.map((deal) => [
          deal.title,
          deal.counterparty,
          dollars(Number(deal.totalUsd)),
          percent(deal.grossMargin),
          irrText(deal.irr),
          percent(deal.roic),
          dollars(deal.npvUsd),
          deal.to,
        ]),
      },
      {
        type: "table",
        title: "Customers",
        columns: [{ title: "customer" }, { title: "committed", ...right }, { title: "share", ...right }],
        rows: all.customers.map(({ counterparty, committedUsd, share }) => [
          counterparty,
          dollars(Number(committedUsd)),
          percent(share),
        ]),
      },
    ],
  };
}

/** A deal as text for a terminal: what it earns, what an hour costs, what decides it, what may go wrong. Pure. */
import { claimText, costWords, fieldShown, irrText, monthsText, unlistedText } from "../api/report/deal-words.ts";
import { dollars, hourly, percent, plain, whole } from "../api/report/numbers.ts";
import type { DealEvaluation } from "../planner/deal/evaluate.ts";
import type { Distribution } from "../planner/deal/monte-carlo.ts";
import { bar, bold, cyan, dim, green, pad, red, table, yellow } from "./terminal.ts";

const barColumns = 32;
/** Columns on each side of the worth as planned. */
const swingColumns = 18;
const swingsShown = 10;
const histogramRows = 6;

export function dealPicture(deal: DealEvaluation): string {
  return [
    heading(deal),
    "",
    keyFigures(deal),
    "",
    buildUp(deal),
    "",
    years(deal),
    "",
    runOff(deal),
    "",
    swings(deal),
    "",
    risk(deal),
    ...(deal.claims.length === 0 ? [] : ["", claims(deal)]),
    "",
    ...[unlistedText(deal) ?? []].flat().map((text) => yellow(text)),
    ...deal.notes.map((text) => dim(text)),
    dim(`${deal.figures.length} figures with their sources: --json, or --report FILE.pdf.`),
  ].join("\n");
}

function heading({
  title,
  role,
  counterparty,
  accelerators,
  accelerator,
  megawattsIt,
  from,
  to,
  signed,
}: DealEvaluation) {
  const sides = role === "seller" ? `sold to ${counterparty}` : `bought from ${counterparty}`;
  const size = `${whole(accelerators)} × ${accelerator}, ${plain(megawattsIt)} MW of IT`;
  return `${bold(title)}\n${dim(`${sides}, signed ${signed}: ${size}, ${from} to ${to}`)}`;
}

function keyFigures(deal: DealEvaluation): string {
  const { contract, irr, npvUsd, roic, risk: drawn } = deal;
  const bill = contract.monthlyBill;
  const unused = bill.unusedHours === 0 ? "none" : whole(bill.unusedHours);
  const perMegawatt = `${dollars(contract.usdPerMegawattItYear)} per MW of IT and year`;
  const lines: [string, string, string][] = [
    [
      "contract value",
      dollars(Number(contract.totalUsd)),
      `${hourly(contract.usdPerAcceleratorHour)} an hour, ${perMegawatt}`,
    ],
    ["committed", dollars(Number(contract.committedUsd)), `take-or-pay of ${percent(contract.takeOrPayFloor, 0)}`],
    [
      "a full month",
      dollars(Number(bill.amountUsd)),
      `${whole(bill.billedHours)} hours billed, ${unused} of them not used`,
    ],
    ["revenue", dollars(deal.revenueUsd), `gross profit ${dollars(deal.grossProfitUsd)}`],
    ["gross margin", percent(deal.grossMargin), `EBITDA ${percent(deal.ebitdaMargin)}; leases are in both`],
    ["NPV", signed(npvUsd), `at ${percent(deal.costOfCapital)} a year`],
    ["IRR", irrText(irr), `ROIC ${percent(roic)}`],
    [
      "capital",
      dollars(deal.capitalUsd),
      `peak funding ${dollars(deal.peakFundingUsd)}${deal.peakFundingUsd > 0 ? ` in ${deal.peakFundingMonth}` : ""}`,
    ],
    ...debtLines(deal),
    ["payback", monthsText(deal.paybackMonths), ""],
    ["break-even", hourly(deal.breakEven.usdPerAcceleratorHour), billed(deal)],
    ["chance of a loss", percent(drawn.lossProbability), `in ${whole(drawn.draws)} draws, seed ${drawn.seed}`],
  ];
  return lines
    .map(([what, value, more]) => `${dim(pad(what, 18, "left"))}${pad(value, 12, "right")}  ${dim(more)}`)
    .join("\n");
}

function debtLines({ debt }: DealEvaluation): [string, string, string][] {
  if (debt === undefined) return [];
  const least = `; cover ${Math.min(...debt.coverRatios).toFixed(2)} at the least`;
  return [
    ["debt", dollars(debt.drawnUsd), `interest ${dollars(debt.interestUsd)}${least}`],
    ["levered IRR", irrText(debt.leveredIrr), `NPV to the owners ${signed(debt.leveredNpvUsd)}`],
  ];
}

function billed({ breakEven, role }: DealEvaluation): string {
  const share = breakEven.billedShare;
  const verb = role === "seller" ? "billed" : "used";
  return share === null ? `at no share of its hours ${verb}` : `or with ${percent(share)} of its hours ${verb}`;
}

function buildUp({ buildUp: cost, contract, role }: DealEvaluation): string {
  const price = role === "seller" ? contract.usdPerAcceleratorHour : 0;
  const most = Math.max(price, cost.economicUsdPerHour);
  const row = (name: string, usd: number, colour: (text: string) => string): string[] => [
    name,
    hourly(usd),
    percent(cost.usdPerHour > 0 ? usd / cost.usdPerHour : null, 0),
    colour(bar(usd / most, barColumns)),
  ];
  const rows = [
    ...cost.parts.map(({ part, usdPerHour }) => row(costWords[part], usdPerHour, cyan)),
    row(bold(cost.financeUsdPerHour === 0 ? "all" : "straight line"), cost.usdPerHour, cyan),
    ...(cost.financeUsdPerHour === 0
      ? []
      : [
          row("cost of capital", cost.financeUsdPerHour, yellow),
          row(bold("economic"), cost.economicUsdPerHour, yellow),
        ]),
    ...(role === "seller" ? [row("price", price, green)] : []),
  ];
  const titles = [
    { title: "an accelerator-hour" },
    { title: "$", align: "right" as const },
    { title: "share", align: "right" as const },
    { title: "" },
  ];
  return table(titles, rows);
}

function years({ years: each }: DealEvaluation): string {
  const most = Math.max(1, ...each.map(({ cashUsd }) => Math.abs(cashUsd)));
  const rows = each.map((year) => [
    year.from,
    dollars(year.revenueUsd),
    dollars(year.grossProfitUsd),
    percent(year.grossMargin),
    dollars(year.capitalUsd),
    dollars(year.cashUsd),
    pad((year.cashUsd < 0 ? red : green)(bar(Math.abs(year.cashUsd) / most, 16)), 16, "left"),
  ]);
  const right = { align: "right" as const };
  return table(
    [
      { title: "year from" },
      { title: "revenue", ...right },
      { title: "gross profit", ...right },
      { title: "margin", ...right },
      { title: "capital", ...right },
      { title: "cash", ...right },
      { title: "" },
    ],
    rows,
  );
}

/** By quarter; by year where quarters would be too many. */
function runOff({ rpo, role }: DealEvaluation): string {
  const shown =
    rpo.length <= 24 ? rpo : rpo.filter(({ quarter }, index) => quarter.endsWith("Q4") || index === rpo.length - 1);
  const most = Math.max(1, ...rpo.map(({ openingUsd, signedUsd }) => Number(openingUsd) + Number(signedUsd)));
  const rows = shown.map(({ quarter, recognisedUsd, closingUsd }) => [
    quarter,
    dollars(Number(recognisedUsd)),
    dollars(Number(closingUsd)),
    cyan(bar(Number(closingUsd) / most, barColumns)),
  ]);
  const remains = role === "seller" ? "remaining obligations" : "remaining commitments";
  return table(
    [
      { title: remains },
      { title: "in the quarter", align: "right" },
      { title: "at its end", align: "right" },
      { title: "" },
    ],
    rows,
  );
}

function swings({ tornado, npvUsd }: DealEvaluation): string {
  const shown = tornado.slice(0, swingsShown);
  const widest = Math.max(
    1,
    ...shown.flatMap((one) => [one.npvLowUsd, one.npvHighUsd].map((npv) => Math.abs(npv - npvUsd))),
  );
  const rows = shown.map((one) => {
    const { label, text } = fieldShown(one.field);
    return [
      label,
      text(one.low),
      signed(one.npvLowUsd),
      swing([one.npvLowUsd - npvUsd, one.npvHighUsd - npvUsd], widest),
      signed(one.npvHighUsd),
      `${text(one.high)}${one.isRanged ? "" : dim(" ·")}`,
    ];
  });
  const right = { align: "right" as const };
  const columns = [
    { title: "NPV, if it is" },
    { title: "from", ...right },
    { title: "", ...right },
    { title: `${" ".repeat(swingColumns - 5)}as planned` },
    { title: "", ...right },
    { title: "to" },
  ];
  return `${table(columns, rows)}\n${dim("· no range in the file: a fifth to either side, a tenth of the price, half a year late")}`;
}

function swing(deltas: readonly number[], widest: number): string {
  const columns = (usd: number) => bar(Math.abs(usd) / widest, swingColumns);
  const [loss, gain] = [Math.min(0, ...deltas), Math.max(0, ...deltas)];
  const filled = columns(loss);
  // A bar to the left begins at the middle: only whole columns can.
  const left = pad("█".repeat(Math.round((Math.abs(loss) / widest) * swingColumns)), swingColumns, "right");
  return `${red(filled === "" ? " ".repeat(swingColumns) : left)}│${green(pad(columns(gain), swingColumns, "left"))}`;
}

function risk({ risk: drawn }: DealEvaluation): string {
  const { npvUsd, irrPerYear, grossMargin } = drawn;
  const row = (name: string, one: Distribution, text: (value: number) => string) => [
    name,
    ...[one.p5, one.p25, one.p50, one.p75, one.p95, one.mean].map(text),
  ];
  const rows = [
    row("NPV", npvUsd, dollars),
    ...(irrPerYear === null ? [] : [row("IRR", irrPerYear, (rate) => percent(rate))]),
    ...(grossMargin === null ? [] : [row("gross margin", grossMargin, (share) => percent(share))]),
  ];
  const titles = ["what may come", "p5", "p25", "p50", "p75", "p95", "mean"];
  const columns = titles.map((title, index) => ({
    title,
    align: index === 0 ? ("left" as const) : ("right" as const),
  }));
  const events = [
    drawn.late.share > 0 ? `late in ${percent(drawn.late.share, 0)}` : "",
    drawn.defaulted > 0 ? `default in ${percent(drawn.defaulted)}` : "",
    drawn.obsolete > 0 ? `early obsolescence in ${percent(drawn.obsolete, 0)}` : "",
  ].filter((one) => one !== "");
  const more = `Value at risk (95 %) ${dollars(drawn.valueAtRisk95Usd)} below the mean${events.length === 0 ? "" : `; ${events.join(", ")}`}.`;
  return `${table(columns, rows)}\n${histogram(npvUsd)}\n${dim(more)}`;
}

/** Columns as high as their share of the draws; those of a loss are red. */
function histogram({ histogram: { from, to, counts } }: Distribution): string {
  const most = Math.max(1, ...counts);
  const width = (to - from) / counts.length;
  const blocks = " ▁▂▃▄▅▆▇█";
  const lines = Array.from({ length: histogramRows }, (_, line) => {
    const floor = histogramRows - 1 - line;
    const cells = counts.map((count, bin) => {
      const eighths = Math.max(0, Math.min(8, Math.round(((count / most) * histogramRows - floor) * 8)));
      const block = blocks.charAt(eighths);
      return from + (bin + 0.5) * width < 0 ? red(block) : green(block);
    });
    return cells.join("");
  });
  const [low, high] = [dollars(from), dollars(to)];
  return [...lines, dim(`${low}${pad(high, counts.length - low.length, "right")}`)].join("\n");
}

function claims({ claims: each }: DealEvaluation): string {
  const rows = each.map((claim) => {
    const { label, claimed, found } = claimText(claim);
    const verdict =
      claim.verdict === "inside"
        ? green("agrees")
        : yellow(claim.verdict === "unknown" ? "no such number" : `ours is ${claim.verdict}`);
    return [
      label,
      claimed,
      found,
      verdict,
      dim(claim.source.length > 70 ? `${claim.source.slice(0, 69)}…` : claim.source),
    ];
  });
  const right = { align: "right" as const };
  return table(
    [{ title: "others say" }, { title: "", ...right }, { title: "here", ...right }, { title: "" }, { title: "" }],
    rows,
  );
}

function signed(amount: number): string {
  return amount < 0 ? red(dollars(amount)) : green(dollars(amount));
}

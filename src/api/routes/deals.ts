/** Compute contracts worked out: one in depth, some side by side, all together, and each as a report in pages. Keeps nothing. */
import { z } from "zod";
import { type Comparison, compareDeals, comparedMeasures } from "../../planner/deal/compare.ts";
import { type DealEvaluation, usualDrawing } from "../../planner/deal/evaluate.ts";
import { costParts } from "../../planner/deal/flows.ts";
import { type Portfolio, portfolioOf } from "../../planner/deal/portfolio.ts";
import { claimMetrics, type Deal } from "../../planner/deal/schema.ts";
import { readDeal, workableDeal } from "../deal-file.ts";
import { evaluateInThread } from "../deal-thread.ts";
import { fileAnswer } from "../file-answer.ts";
import type { Plain, Same } from "../plain.ts";
import { comparisonReport, dealReport, portfolioReport } from "../report/deal.ts";
import { pdfOf } from "../report/pdf.ts";
import type { Report } from "../report/report.ts";
import { everybody, type Route, route } from "../route.ts";
import { usdText } from "../schema.ts";

const drawsMax = 50_000;
const dealsMax = 50;

const drawing = {
  draws: z.int().min(1).max(drawsMax).default(usualDrawing.draws).describe("Courses of things that are drawn."),
  seed: z
    .int()
    .min(0)
    .max(2 ** 31 - 1)
    .default(usualDrawing.seed)
    .describe("Replays the draws."),
};

const oneDeal = z
  .strictObject({
    yaml: z.string().optional().describe("The deal as the text of its file, YAML or JSON."),
    deal: workableDeal.optional().describe("The deal itself."),
    ...drawing,
  })
  .refine(({ yaml, deal }) => (yaml === undefined) !== (deal === undefined), "Give either yaml or deal.");

const texts = z.array(z.string()).min(1).max(dealsMax).describe("Each deal as the text of its file.");

const quarter = z.string().regex(/^\d{4}Q[1-4]$/);
const month = z.string().regex(/^\d{4}-\d{2}$/);
const amounts = z.array(z.number());
const role = z.enum(["seller", "buyer"]);

const irr = z
  .discriminatedUnion("type", [
    z.strictObject({ type: z.literal("one"), perYear: z.number() }),
    z.strictObject({ type: z.literal("none") }),
    z.strictObject({ type: z.literal("many"), perYear: z.array(z.number()) }),
  ])
  .meta({ id: "Irr", description: "The internal rate of return, effective a year, and whether there is just one." });

const distribution = z
  .strictObject({
    mean: z.number(),
    standardDeviation: z.number(),
    p5: z.number(),
    p10: z.number(),
    p25: z.number(),
    p50: z.number(),
    p75: z.number(),
    p90: z.number(),
    p95: z.number(),
    histogram: z.strictObject({ from: z.number(), to: z.number(), counts: z.array(z.int()) }),
  })
  .meta({ id: "Distribution" });

const cash = { from: month, cashUsd: amounts, runningCashUsd: amounts };

/** Who sells what to whom, and when. */
const outline = {
  name: z.string(),
  title: z.string(),
  role,
  counterparty: z.string(),
  accelerator: z.string(),
  signed: z.iso.date(),
  from: z.iso.date(),
  to: z.iso.date(),
  accelerators: z.int(),
  megawattsIt: z.number(),
};

const evaluation = z
  .strictObject({
    ...outline,
    nearestListed: z
      .array(z.string())
      .exactOptional()
      .describe("The catalog's names most like the accelerator's, where it has none such."),
    acceleratorHours: z.number(),
    contract: z.strictObject({
      totalUsd: usdText,
      committedUsd: usdText,
      takeOrPayFloor: z.number(),
      usdPerAcceleratorHour: z.number(),
      usdPerMegawattItYear: z.number(),
      monthlyBill: z.strictObject({
        usedHours: z.int(),
        billedHours: z.int(),
        unusedHours: z.int(),
        amountUsd: usdText,
      }),
    }),
    costOfCapital: z.number(),
    revenueUsd: z.number(),
    grossProfitUsd: z.number(),
    grossMargin: z.number().nullable(),
    ebitdaUsd: z.number(),
    ebitdaMargin: z.number().nullable(),
    capitalUsd: z.number(),
    npvUsd: z.number(),
    irr,
    roic: z.number().nullable(),
    paybackMonths: z.number().nullable(),
    peakFundingUsd: z.number(),
    peakFundingMonth: month,
    buildUp: z.strictObject({
      parts: z.array(z.strictObject({ part: z.enum(costParts), usdPerHour: z.number() })),
      usdPerHour: z.number(),
      financeUsdPerHour: z.number(),
      economicUsdPerHour: z.number(),
    }),
    years: z.array(
      z.strictObject({
        year: z.int(),
        from: month,
        revenueUsd: z.number(),
        costsUsd: z.number(),
        grossProfitUsd: z.number(),
        grossMargin: z.number().nullable(),
        ebitdaUsd: z.number(),
        capitalUsd: z.number(),
        cashUsd: z.number(),
      }),
    ),
    months: z.strictObject({
      ...cash,
      revenueUsd: amounts,
      grossProfitUsd: amounts,
      ebitdaUsd: amounts,
      capitalUsd: amounts,
    }),
    rpo: z.array(
      z.strictObject({
        quarter,
        openingUsd: usdText,
        signedUsd: usdText,
        recognisedUsd: usdText,
        cancelledUsd: usdText,
        closingUsd: usdText,
      }),
    ),
    breakEven: z.strictObject({
      usdPerAcceleratorHour: z.number().nullable(),
      billedShare: z.number().nullable(),
    }),
    tornado: z.array(
      z.strictObject({
        field: z.string(),
        low: z.number(),
        planned: z.number(),
        high: z.number(),
        isRanged: z.boolean(),
        npvLowUsd: z.number(),
        npvHighUsd: z.number(),
        grossMarginLow: z.number().nullable(),
        grossMarginHigh: z.number().nullable(),
      }),
    ),
    risk: z.strictObject({
      draws: z.int(),
      seed: z.int(),
      npvUsd: distribution,
      irrPerYear: distribution.nullable(),
      withoutRate: z.int(),
      grossMargin: distribution.nullable(),
      lossProbability: z.number(),
      valueAtRisk95Usd: z.number(),
      expectedShortfall95Usd: z.number(),
      drawn: z.array(z.string()),
      late: z.strictObject({ share: z.number(), meanMonths: z.number() }),
      defaulted: z.number(),
      obsolete: z.number(),
    }),
    claims: z.array(
      z.strictObject({
        metric: z.enum(claimMetrics),
        low: z.number(),
        high: z.number(),
        source: z.string(),
        asOf: z.string(),
        found: z.number().nullable(),
        verdict: z.enum(["inside", "below", "above", "unknown"]),
      }),
    ),
    figures: z.array(
      z.strictObject({
        field: z.string(),
        value: z.number(),
        low: z.number().exactOptional(),
        high: z.number().exactOptional(),
        source: z.string(),
        asOf: z.string(),
        confidence: z.enum(["reported", "estimate", "derived", "assumption"]),
      }),
    ),
    notes: z.array(z.string()),
  })
  .meta({
    id: "DealEvaluation",
    description: "The economics of a contract: what is signed exact, as text; what is forecast in plain numbers.",
  });

const comparison = z
  .strictObject({
    deals: z.array(z.strictObject({ name: z.string(), title: z.string() })),
    rows: z.array(
      z.strictObject({
        measure: z.enum(comparedMeasures),
        values: z.array(z.number().nullable()),
        best: z.int().nullable(),
      }),
    ),
  })
  .meta({ id: "DealComparison" });

const portfolio = z
  .strictObject({
    deals: z.array(
      z.strictObject({
        ...outline,
        grossMargin: z.number().nullable(),
        irr,
        roic: z.number().nullable(),
        npvUsd: z.number(),
        totalUsd: usdText,
        committedUsd: usdText,
      }),
    ),
    committedUsd: usdText,
    purchasesUsd: usdText,
    customers: z.array(z.strictObject({ counterparty: z.string(), committedUsd: usdText, share: z.number() })),
    herfindahl: z.number().nullable(),
    rpo: z.array(
      z.strictObject({
        quarter,
        closingUsd: z.array(usdText),
        totalUsd: usdText,
        recognisedUsd: usdText,
        herfindahl: z.number().nullable(),
      }),
    ),
    cash: z.strictObject(cash),
    npvUsd: z.number(),
    irr,
    paybackMonths: z.number().nullable(),
    peakFundingUsd: z.number(),
    peakFundingMonth: month,
  })
  .meta({
    id: "DealPortfolio",
    description: "Deals together: who they depend on, what remains to be recognised, their cash.",
  });

/** A portfolio adds plans up, and draws nothing. */
const undrawn = { draws: 1, seed: usualDrawing.seed };

const all = (deals: readonly Deal[], drawn: typeof usualDrawing) =>
  Promise.all(deals.map((deal) => evaluateInThread(deal, drawn)));

const read = (yamls: readonly string[]) => yamls.map((yaml, index) => readDeal(yaml, `deal-${index + 1}.yaml`));

export const dealRoutes: readonly Route[] = [
  route(
    everybody,
    {
      method: "POST",
      path: "/api/deals/evaluate",
      summary: "One deal in depth: margin, NPV, IRR, cost of an hour, obligations, sensitivities, risk; keeps nothing",
      body: oneDeal,
      answer: evaluation,
    },
    async ({ body: { yaml, deal, ...drawn } }) => {
      const result = await evaluateInThread(deal ?? readDeal(yaml ?? "", "deal.yaml"), drawn);
      return { body: result as Plain<DealEvaluation> };
    },
  ),
  route(
    everybody,
    {
      method: "POST",
      path: "/api/deals/compare",
      summary: "Deals side by side, one row a measure; keeps nothing",
      body: z.strictObject({ yamls: texts.min(2), ...drawing }),
      answer: comparison,
    },
    async ({ body: { yamls, ...drawn } }) => {
      const result = compareDeals(await all(read(yamls), drawn));
      return { body: result as Plain<Comparison> };
    },
  ),
  route(
    everybody,
    {
      method: "POST",
      path: "/api/deals/portfolio",
      summary: "Deals together: concentration, obligations by customer and quarter, cash; keeps nothing",
      body: z.strictObject({ yamls: texts }),
      answer: portfolio,
    },
    async ({ body: { yamls } }) => {
      const result = portfolioOf(await all(read(yamls), undrawn));
      return { body: result as Plain<Portfolio> };
    },
  ),
  route(
    everybody,
    {
      method: "POST",
      path: "/api/deals/report",
      summary: "A report in pages: of one deal, of some side by side, or of all together",
      body: z.strictObject({ kind: z.enum(["deal", "comparison", "portfolio"]), yamls: texts, ...drawing }),
      answer: "application/pdf",
    },
    async ({ body: { kind, yamls, ...drawn }, context, response }) => {
      const evaluations = await all(read(yamls), kind === "portfolio" ? undrawn : drawn);
      const bytes = await pdfOf(reportOf(kind, evaluations, new Date(context.now()).toISOString().slice(0, 10)));
      return fileAnswer(response, "application/pdf", `${kind}.pdf`, bytes);
    },
  ),
];

function reportOf(kind: "deal" | "comparison" | "portfolio", deals: readonly DealEvaluation[], date: string): Report {
  if (kind === "comparison") return comparisonReport(compareDeals(deals), date);
  if (kind === "portfolio") return portfolioReport(portfolioOf(deals), date);
  const [deal] = deals;
  if (deal === undefined) throw new RangeError("There is a deal at the least; the schema sees to it.");
  return dealReport(deal, date);
}

// The schemas say what the types of the planner say: a drift of either is an error here.
({ evaluation: true, comparison: true, portfolio: true }) satisfies {
  evaluation: Same<z.output<typeof evaluation>, Plain<DealEvaluation>>;
  comparison: Same<z.output<typeof comparison>, Plain<Comparison>>;
  portfolio: Same<z.output<typeof portfolio>, Plain<Portfolio>>;
};

/** What the routes of scenarios and of the stack's chain give, as schemas. */
import { z } from "zod";
import { sellers } from "../../catalog/industry/companies.ts";
import type { LayerMargin } from "../../catalog/industry/margins.ts";
import type { RecordedCapex, RecordedContract } from "../../catalog/industry/record.ts";
import type { Range } from "../../catalog/readings.ts";
import type { Headline } from "../../planner/scenario/headlines.ts";
import { incomeLayers } from "../../planner/scenario/money.ts";
import type { ScenarioRun } from "../../planner/scenario/run.ts";
import { routes as powerRoutes } from "../../planner/scenario/scenario.ts";
import { chainInputNames, type chainInputs } from "../../planner/stack-chain/chain.ts";
import { layers } from "../../stack/layer.ts";
import type { Plain, Same } from "../plain.ts";
import { sourcedFigure } from "./chips.ts";

const range = z.strictObject({ low: z.number(), high: z.number(), source: z.string() });
const readings = z
  .strictObject({
    what: z.string(),
    readings: z.array(sourcedFigure),
    use: z.int().exactOptional().describe("Which of them is used, counted from 1; the first when absent."),
    because: z.string().exactOptional(),
    range: range.exactOptional(),
  })
  .meta({ id: "Readings", description: "What several sources say of one thing, side by side, and which one is used." });

const spread = z.strictObject({ p10: z.number(), p50: z.number(), p90: z.number() });
const series = z.array(z.number());
const byRoute = <Value extends z.ZodType>(value: Value) =>
  z.strictObject(
    Object.fromEntries(powerRoutes.map((one) => [one, value])) as Record<(typeof powerRoutes)[number], Value>,
  );
const byLayer = <Value extends z.ZodType>(value: Value) =>
  z.strictObject(
    Object.fromEntries(incomeLayers.map((one) => [one, value])) as Record<(typeof incomeLayers)[number], Value>,
  );
const bySeller = z.strictObject(
  Object.fromEntries(sellers.map((one) => [one, z.number()])) as Record<(typeof sellers)[number], z.ZodNumber>,
);
const powerRoute = z.enum(powerRoutes);

const contract = z.strictObject({
  route: powerRoute,
  revenue: z.number(),
  costs: z.array(
    z.strictObject({ name: z.enum(["equipment", "building", "power", "upkeep", "rent"]), amount: z.number() }),
  ),
  grossProfit: z.number(),
  margin: z.number(),
  perMwYear: z.number(),
  perAcceleratorHour: z.number(),
  capital: z.number(),
});

const deal = z.strictObject({
  name: z.string(),
  what: z.string(),
  buyer: z.string(),
  state: z.enum(["taken", "lost", "declined", "not sought"]),
  why: z.string().nullable(),
  at: z.string().nullable(),
  mwAsked: z.number(),
  mw: z.number(),
  value: z.number(),
  economics: z.array(contract),
});

const strategy = z
  .strictObject({
    name: z.string(),
    title: z.string(),
    about: z.string(),
    mw: byRoute(series),
    frozenMw: z.number(),
    frozen: z.array(z.strictObject({ order: z.string(), what: z.string(), route: powerRoute, mw: z.number() })),
    deals: z.array(deal),
    rpo: z.array(
      z.strictObject({
        opening: z.number(),
        signed: z.number(),
        recognised: z.number(),
        lapsed: z.number(),
        closing: z.number(),
      }),
    ),
    shares: z.array(z.strictObject({ quarter: z.string(), backlogs: bySeller })),
    revenue: series,
    grossProfit: byLayer(series),
    capex: series,
    roic: z.array(z.strictObject({ year: z.int(), ratio: z.number().nullable() })),
    totals: z.strictObject({
      revenue: z.number(),
      grossProfit: byLayer(z.number()),
      capex: z.number(),
      value: z.number(),
      roic: z.number().nullable(),
    }),
  })
  .meta({ id: "StrategyRun" });

const measures = z.strictObject({
  revenue: z.number(),
  grossProfit: z.number(),
  value: z.number(),
  signed: z.number(),
  mw: z.number(),
});

export const scenarioRun = z
  .strictObject({
    name: z.string(),
    title: z.string(),
    about: z.string(),
    company: z.string(),
    currency: z.string(),
    quarters: z.array(z.string()),
    baseMw: z.number(),
    strategies: z.array(strategy),
    pause: z.strictObject({
      without: z.string(),
      with: z.string(),
      used: measures,
      ofDeals: z.number(),
      draws: z.int(),
      seed: z.int(),
      revenue: spread,
      grossProfit: spread,
      value: spread,
      signed: spread,
      shareCostly: z.number(),
      swings: z.array(
        z.strictObject({
          path: z.string(),
          what: z.string(),
          unit: z.string(),
          low: z.number(),
          high: z.number(),
          atLow: z.number(),
          atHigh: z.number(),
        }),
      ),
    }),
  })
  .meta({
    id: "ScenarioRun",
    description: "Strategies of a company side by side; a plan in plain numbers, not a ledger.",
  });

export const scenarioCase = z.strictObject({ name: z.string(), company: z.string(), run: scenarioRun });

export const audit = z
  .strictObject({
    rows: z.array(
      z.strictObject({
        path: z.string(),
        what: z.string(),
        use: z.int(),
        because: z.string().nullable(),
        low: z.number(),
        high: z.number(),
        rangeSource: z.string().nullable(),
        readings: z.array(sourcedFigure),
      }),
    ),
    byConfidence: z.record(z.string(), z.int()),
    disagreements: z.array(z.string()),
    statements: z.array(z.strictObject({ path: z.string(), at: z.string(), what: z.string(), source: z.string() })),
  })
  .meta({ id: "ScenarioAudit" });

export const headline = z.strictObject({
  what: z.string(),
  unit: z.string(),
  ours: z.number(),
  published: z.number(),
  source: z.string(),
  low: z.number(),
  high: z.number(),
  isReproduced: z.boolean(),
  isInput: z.boolean(),
  note: z.string(),
});

export const chainInput = z.enum(chainInputNames as [keyof typeof chainInputs, ...(keyof typeof chainInputs)[]]);
export const chain = z
  .strictObject({
    name: z.string(),
    title: z.string(),
    chip: z.string(),
    workload: z.string(),
    publishedBy: z.string(),
    inputs: z.record(chainInput, readings),
  })
  .meta({ id: "StackChain" });

const chainLine = z.strictObject({
  layer: z.enum(layers),
  label: z.string(),
  value: z.number(),
  unit: z.string(),
  published: z.number().nullable(),
  source: z.string(),
});

export const chainRun = z
  .strictObject({
    values: z.record(chainInput, z.number()),
    lines: z.array(chainLine),
    layers: z.array(
      z.strictObject({
        layer: z.enum(layers),
        revenueUsd: z.number(),
        boughtUsd: z.number(),
        spentUsd: z.number(),
        marginUsd: z.number(),
        marginRatio: z.number().nullable(),
      }),
    ),
    mtokPerHour: z.number(),
    revenueUsd: z.number(),
    marginUsd: z.number(),
  })
  .meta({ id: "StackChainRun", description: "One hour of one accelerator, layer by layer." });

export const industry = z.strictObject({
  margins: z.array(
    z.strictObject({
      layer: z.enum(layers),
      who: z.string(),
      measure: z.enum(["gross", "operating", "EBITDA"]),
      ratio: z.number(),
      margin: readings,
      note: z.string().exactOptional(),
    }),
  ),
  contracts: z.array(
    z.strictObject({
      seller: z.string(),
      buyer: z.string(),
      what: z.string(),
      signed: z.string(),
      value: readings.exactOptional(),
      years: readings.exactOptional(),
      power: readings.exactOptional(),
      powerBasis: z.enum(["IT", "utility", "unstated"]).exactOptional(),
      prepaid: readings.exactOptional(),
      usdPerMwYear: z.number().nullable(),
    }),
  ),
  capex: z.array(z.strictObject({ company: z.string(), span: z.string(), spent: readings })),
});

export type Industry = {
  margins: Plain<LayerMargin & { ratio: number }>[];
  contracts: Plain<RecordedContract & { usdPerMwYear: number | null }>[];
  capex: Plain<RecordedCapex>[];
};

// The schemas say what the types of the planner say: a drift of either is an error here.
({ run: true, headline: true, range: true }) satisfies {
  run: Same<z.output<typeof scenarioRun>, Plain<ScenarioRun>>;
  headline: Same<z.output<typeof headline>, Plain<Headline>>;
  range: Same<z.output<typeof range>, Plain<Range>>;
};

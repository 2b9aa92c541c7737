/** The case study: companies' strategies worked out, what a pause cost, what the industry's layers keep; and the stack's chain. */
import { z } from "zod";
import { stringify } from "yaml";
import { type LayerMargin, layerMargins } from "../../catalog/industry/margins.ts";
import { sellers } from "../../catalog/industry/companies.ts";
import {
  type RecordedCapex,
  recordedCapex,
  type RecordedContract,
  recordedContracts,
  usdPerMwYear,
} from "../../catalog/industry/record.ts";
import { type Range, usedValue } from "../../catalog/readings.ts";
import { type Audit, auditOf } from "../../planner/scenario/assumptions.ts";
import { caseFile, caseNamed } from "../../planner/scenario/cases.ts";
import type { Headline } from "../../planner/scenario/headlines.ts";
import { drawsUsually, type ScenarioRun } from "../../planner/scenario/run.ts";
import { routes as powerRoutes } from "../../planner/scenario/scenario.ts";
import { incomeLayers } from "../../planner/scenario/strategy.ts";
import {
  chainInputs,
  chainInputNames,
  type ChainResult,
  chainValues,
  checkedName,
  checkedValue,
  linesOf,
  runChain,
} from "../../planner/stack-chain/chain.ts";
import { chains, stackChain } from "../../planner/stack-chain/chains.ts";
import { layers } from "../../stack/layer.ts";
import { pdfOf } from "../report/pdf.ts";
import { scenarioReport } from "../report/scenario.ts";
import { type Route, route, streamed } from "../route.ts";
import { readScenario } from "../scenario-file.ts";
import { overviewInThread, runInThread } from "../scenario-thread.ts";
import { sourcedFigure } from "./chips.ts";

const everybody = ["admin", "developer", "viewer"] as const;
const drawsMost = 20_000;

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

const scenarioRun = z
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

const scenarioCase = z.strictObject({ name: z.string(), company: z.string(), run: scenarioRun });

const audit = z
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

const headline = z.strictObject({
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

const chainInput = z.enum(chainInputNames as [keyof typeof chainInputs, ...(keyof typeof chainInputs)[]]);
const chain = z
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

const chainRun = z
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

const which = z
  .strictObject({
    name: z.string().optional().describe("A case that comes with Tokenworks."),
    yaml: z.string().optional().describe("The text of a file; it may extend a case by its name."),
    draws: z.int().min(0).max(drawsMost).default(drawsUsually),
    seed: z
      .int()
      .min(0)
      .max(2 ** 31)
      .default(1),
  })
  .refine(({ name, yaml }) => (name === undefined) !== (yaml === undefined), "Give either name or yaml.");

const scenarioOf = ({ name, yaml }: z.output<typeof which>) =>
  name === undefined ? readScenario(yaml ?? "", "scenario.yaml") : caseNamed(name);

export const scenarioRoutes: readonly Route[] = [
  route(
    everybody,
    {
      method: "GET",
      path: "/api/scenarios",
      summary: "The cases that come with Tokenworks, each worked out without draws",
      answer: z.strictObject({
        cases: z.array(scenarioCase),
        headlines: z.array(headline).describe("The case study's published figures beside what comes out."),
      }),
    },
    async () => {
      const { cases: all, headlines } = await overviewInThread();
      return {
        body: { cases: copy<z.input<typeof scenarioCase>[]>(all), headlines: copy<Plain<Headline>[]>(headlines) },
      };
    },
  ),
  route(
    everybody,
    {
      method: "GET",
      path: "/api/scenarios/:name",
      summary: "A case as its file says it, and every input with its sources",
      answer: z.strictObject({ yaml: z.string(), audit }),
    },
    async ({ params }) => {
      const name = params["name"] ?? "";
      const yaml = stringify(caseFile(name), { lineWidth: 120, aliasDuplicateObjects: false });
      return { body: { yaml, audit: copy<Plain<Audit>>(auditOf(caseNamed(name))) } };
    },
  ),
  route(
    everybody,
    {
      method: "POST",
      path: "/api/scenarios/run",
      summary: "Works a case or a file out, its pause drawn over the stated ranges; keeps nothing",
      body: which,
      answer: z.strictObject({ run: scenarioRun, audit }),
    },
    async ({ body }) => {
      const scenario = scenarioOf(body);
      const run = copy<Plain<ScenarioRun>>(await runInThread(scenario, { draws: body.draws, seed: body.seed }));
      return { body: { run, audit: copy<Plain<Audit>>(auditOf(scenario)) } };
    },
  ),
  route(
    everybody,
    {
      method: "POST",
      path: "/api/scenarios/report",
      summary: "The same as a PDF report",
      body: which,
      answer: "application/pdf",
    },
    async ({ body, context, response }) => {
      const scenario = scenarioOf(body);
      const run = await runInThread(scenario, { draws: body.draws, seed: body.seed });
      const bytes = await pdfOf(scenarioReport(scenario, run, new Date(context.now())));
      response.writeHead(200, {
        "content-type": "application/pdf",
        "content-length": bytes.length,
        "content-disposition": `attachment; filename="${scenario.name}.pdf"`,
      });
      response.end(bytes);
      return streamed;
    },
  ),
  route(
    everybody,
    {
      method: "GET",
      path: "/api/industry",
      summary: "What is publicly known of the industry: margins by layer, contracts, capital expenditure",
      answer: z.strictObject({
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
      }),
    },
    async () => ({
      body: copy<Industry>({
        margins: layerMargins.map((one) => ({ ...one, ratio: usedValue(one.margin) })),
        contracts: recordedContracts.map((one) => ({ ...one, usdPerMwYear: usdPerMwYear(one) })),
        capex: recordedCapex,
      }),
    }),
  ),
  route(
    everybody,
    {
      method: "GET",
      path: "/api/stack-chains",
      summary: "The chains of a token factory's stack, every input with its sources",
      answer: z.strictObject({
        inputs: z.record(chainInput, z.strictObject({ unit: z.string(), least: z.number(), most: z.number() })),
        chains: z.array(chain),
      }),
    },
    async () => ({
      body: {
        inputs: structuredClone(chainInputs),
        chains: chains.map(({ name, title, chip, workload, publishedBy, inputs }) =>
          copy<z.input<typeof chain>>({ name, title, chip, workload, publishedBy, inputs }),
        ),
      },
    }),
  ),
  route(
    everybody,
    {
      method: "POST",
      path: "/api/stack-chains/run",
      summary: "A chain worked out, some of its inputs set to something else",
      body: z.strictObject({
        name: z.string(),
        set: z.record(z.string(), z.number()).default({}).describe("By input: lease, utilisation, rent …"),
      }),
      answer: z.strictObject({ published: chainRun, run: chainRun }),
    },
    async ({ body: { name, set } }) => {
      const found = stackChain(name);
      const values = Object.fromEntries(
        Object.entries(set).map(([input, value]) => [input, checkedValue(checkedName(input), value)]),
      );
      const plain = (result: ChainResult, asPublished: boolean) =>
        copy<z.input<typeof chainRun>>({ ...result, lines: linesOf(found, result.lines, asPublished) });
      return {
        body: {
          published: plain(runChain(chainValues(found)), true),
          run: plain(runChain(chainValues(found, values)), Object.keys(set).length === 0),
        },
      };
    },
  ),
];

type Industry = {
  margins: Plain<LayerMargin & { ratio: number }>[];
  contracts: Plain<RecordedContract & { usdPerMwYear: number | null }>[];
  capex: Plain<RecordedCapex>[];
};

/** What the planner gives is read-only; what a schema takes is not. */
function copy<Out>(value: unknown): Out {
  return structuredClone(value) as Out;
}

type Same<One, Other> = [One] extends [Other] ? ([Other] extends [One] ? true : never) : never;
type Plain<T> = T extends readonly (infer Item)[]
  ? Plain<Item>[]
  : T extends object
    ? { -readonly [Name in keyof T]: Plain<T[Name]> }
    : T;
// The schemas say what the types of the planner say: a drift of either is an error here.
({ run: true, headline: true, range: true }) satisfies {
  run: Same<z.output<typeof scenarioRun>, Plain<ScenarioRun>>;
  headline: Same<z.output<typeof headline>, Plain<Headline>>;
  range: Same<z.output<typeof range>, Plain<Range>>;
};

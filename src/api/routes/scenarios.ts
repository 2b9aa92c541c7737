/** The case study: companies' strategies worked out, what a pause cost, what the industry's layers keep; and the stack's chain. */
import { z } from "zod";
import { stringify } from "yaml";
import { layerMargins } from "../../catalog/industry/margins.ts";
import { recordedCapex, recordedContracts, usdPerMwYear } from "../../catalog/industry/record.ts";
import { usedValue } from "../../catalog/readings.ts";
import { type Audit, auditOf } from "../../planner/scenario/assumptions.ts";
import { caseFile, caseNamed } from "../../planner/scenario/cases.ts";
import type { Headline } from "../../planner/scenario/headlines.ts";
import { drawsUsually, type ScenarioRun } from "../../planner/scenario/run.ts";
import {
  chainInputs,
  type ChainResult,
  chainValues,
  checkedName,
  checkedValue,
  linesOf,
  runChain,
} from "../../planner/stack-chain/chain.ts";
import { chains, stackChain } from "../../planner/stack-chain/chains.ts";
import type { ScenarioFile } from "../../planner/scenario/scenario.ts";
import { fileAnswer } from "../file-answer.ts";
import { Fault } from "../../stack/fault.ts";
import type { Plain } from "../plain.ts";
import { pdfOf } from "../report/pdf.ts";
import { scenarioReport } from "../report/scenario.ts";
import { everybody, type Route, route } from "../route.ts";
import { readScenario } from "../scenario-file.ts";
import { overviewInThread, runInThread } from "../scenario-thread.ts";
import {
  audit,
  chain,
  chainInput,
  chainRun,
  headline,
  industry,
  type Industry,
  scenarioCase,
  scenarioRun,
} from "./scenario-schema.ts";

const drawsMost = 5000;

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
      const yaml = stringify(found(name), { lineWidth: 120, aliasDuplicateObjects: false });
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
      return fileAnswer(response, "application/pdf", `${scenario.name}.pdf`, bytes);
    },
  ),
  route(
    everybody,
    {
      method: "GET",
      path: "/api/industry",
      summary: "What is publicly known of the industry: margins by layer, contracts, capital expenditure",
      answer: industry,
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

/** A case by its name in an address. */
function found(name: string): ScenarioFile {
  try {
    return caseFile(name);
  } catch (error) {
    throw error instanceof Fault ? new Fault("not_found", { message: error.message }) : error;
  }
}

/** What the planner gives is read-only; what a schema takes is not. */
function copy<Out>(value: unknown): Out {
  return structuredClone(value) as Out;
}

/** Capacity plans: asked for, watched, stopped, looked at and taken away as files. */
import { z } from "zod";
import type { LayerCosts } from "../../planner/capacity/account.ts";
import { capacityCsv } from "../../planner/capacity/csv.ts";
import type { CapacityPlan } from "../../planner/capacity/plan-capacity.ts";
import { capacityScenario, type Objective } from "../../planner/capacity/scenario.ts";
import { type PlanSummary, summaryOf } from "../../planner/capacity/summary.ts";
import { defaultGap, defaultTimeLimitSeconds } from "../../planner/optimise/solve.ts";
import { Fault } from "../../stack/fault.ts";
import type { PlanRun, Step } from "../plan-runs.ts";
import { fileAnswer } from "../file-answer.ts";
import type { Plain, Same } from "../plain.ts";
import { capacityReport } from "../report/capacity.ts";
import { pdfOf } from "../report/pdf.ts";
import { type Route, route } from "../route.ts";
import { readYaml } from "../yaml-file.ts";

/** Plans may be made of the ledger of all tenants. */
const seers = ["admin", "viewer"] as const;
const timeLimitMostSeconds = 3_600;
const yamlMax = 1024 * 1024;

const objective: z.ZodType<Objective> = z.enum(["profit", "cost", "roic"]);
const unit = z.enum(["tokens", "acceleratorHours"]);
const megawatts = z.record(z.string(), z.number());

const step = z
  .strictObject({
    phase: z.enum(["relaxation", "strategic", "dive", "improve", "prices"]),
    seconds: z.number(),
    settled: z.number().describe("Share of the whole numbers that are settled."),
    gap: z.number().nullable().describe("How far from the best the plan so far can be at most, as a share."),
  })
  .meta({ id: "PlanStep" });

const solved = z
  .strictObject({
    status: z.enum(["within gap", "best found", "best so far"]),
    value: z.number(),
    bound: z.number().nullable(),
    unit: z.enum(["usd", "perYear"]),
    gap: z.number().nullable(),
    rootSeconds: z.number(),
    seconds: z.number(),
    columns: z.int(),
    rows: z.int(),
    wholeNumbers: z.int(),
  })
  .meta({ id: "PlanSolved" });

const when = { quarter: z.string(), futures: z.array(z.string()) };
const decision = z
  .discriminatedUnion("kind", [
    z.strictObject({
      ...when,
      kind: z.literal("build"),
      site: z.string(),
      supply: z.string(),
      blocks: z.number(),
      mw: z.number(),
    }),
    z.strictObject({ ...when, kind: z.literal("reserve"), site: z.string(), supply: z.string(), mw: z.number() }),
    z.strictObject({ ...when, kind: z.literal("open"), site: z.string(), supply: z.string() }),
    z.strictObject({
      ...when,
      kind: z.literal("buy"),
      site: z.string(),
      accelerator: z.string(),
      mw: z.number(),
      accelerators: z.number(),
    }),
    z.strictObject({
      ...when,
      kind: z.literal("rent"),
      supply: z.string(),
      accelerator: z.string(),
      region: z.string(),
      mw: z.number(),
    }),
    z.strictObject({ ...when, kind: z.literal("programme"), accelerator: z.string() }),
    z.strictObject({ ...when, kind: z.literal("accept"), deal: z.string() }),
  ])
  .meta({ id: "PlanDecision" });

const price = z
  .strictObject({
    ...when,
    model: z.string(),
    tier: z.string(),
    unit,
    marginalUsd: z.number(),
    lowestUsd: z.number(),
    highestUsd: z.number(),
    averageUsd: z.number().nullable(),
  })
  .meta({ id: "WorkPrice" });

const learned = z
  .strictObject({
    accelerator: z.string(),
    sharePerDoubling: z.number(),
    madeMw: z.array(z.number()).describe("Made by the end of each quarter, in the mean of the futures."),
    usdPerAccelerator: z.array(z.number()).describe("By quarter, at which it was planned."),
    offShare: z.number().describe("The largest share by which such a price differs from what the volume gives."),
    rounds: z.int(),
  })
  .describe("How the price of an own chip fell with what was made of it.");

const binding = z
  .strictObject({
    limit: z.enum(["power", "allocation", "capital"]),
    of: z.string(),
    quarters: z.array(z.string()),
    worthUsd: z.number(),
  })
  .meta({ id: "PlanBinding" });

const layer: z.ZodType<keyof LayerCosts> = z.enum(["energy", "chips", "infrastructure", "platform"]);

const summary = z
  .strictObject({
    supplies: z.array(z.string()),
    quarters: z.array(
      z.strictObject({
        quarter: z.string(),
        capacityMw: megawatts,
        work: z.array(
          z.strictObject({
            model: z.string(),
            tier: z.string(),
            unit,
            demanded: z.number(),
            boughtShare: z.number(),
            unmetShare: z.number(),
            marginalUsd: z.number().nullable(),
            averageUsd: z.number().nullable(),
          }),
        ),
        investedUsd: z.number(),
        cashFlowUsd: z.number(),
        cashUsd: z.number(),
        lowestCashUsd: z.number(),
        highestCashUsd: z.number(),
      }),
    ),
    layers: z.array(
      z.strictObject({
        layer,
        costUsd: z.number(),
        costShare: z.number().nullable(),
        leftUsd: z.number(),
        marginShare: z.number().nullable(),
      }),
    ),
    revenueUsd: z.number(),
    damagesUsd: z.number(),
  })
  .meta({ id: "PlanSummary", description: "A plan in the mean of its futures." });

const told = {
  id: z.string(),
  name: z.string(),
  objective,
  askedAt: z.iso.datetime(),
  state: z.enum(["queued", "running", "done", "stopped", "failed"]),
  failure: z.string().exactOptional().describe("Why there is no plan."),
};

const listed = z
  .strictObject({ ...told, at: step.nullable().describe("Where it is."), solved: solved.nullable() })
  .meta({ id: "PlanListed" });

const run = z
  .strictObject({
    ...told,
    steps: z.array(step).describe("Oldest first; the last is where it is."),
    plan: z
      .strictObject({
        solved,
        decisions: z.array(decision),
        futures: z.array(z.strictObject({ future: z.string(), probability: z.number(), valueUsd: z.number() })),
        prices: z.array(price),
        bindings: z.array(binding),
        learned: z.array(learned),
        problems: z.array(z.string()).describe("Rules that it breaks, as an independent check sees it."),
        summary,
      })
      .nullable(),
  })
  .meta({ id: "PlanRun", description: "A capacity plan being worked out, and what came of it." });

const asked = z
  .strictObject({
    yaml: z.string().max(yamlMax).optional().describe("The scenario as the text of its file, YAML or JSON."),
    scenario: capacityScenario.optional().describe("The scenario itself."),
    objective: objective.optional().describe("Instead of the scenario's."),
    gap: z.number().min(0).lt(1).default(defaultGap).describe("How far from the best is near enough."),
    timeLimitSeconds: z
      .int()
      .min(1)
      .max(timeLimitMostSeconds)
      .default(defaultTimeLimitSeconds)
      .describe("Then the best plan so far is given, marked."),
  })
  .refine(({ yaml, scenario }) => (yaml === undefined) !== (scenario === undefined), "Give either yaml or scenario.");

export const planRoutes: readonly Route[] = [
  route(
    seers,
    {
      method: "POST",
      path: "/api/plan/capacity/runs",
      summary: "Work out a capacity plan: it waits its turn, and is asked after by its id",
      body: asked,
      bodyBytesMax: 2 * yamlMax,
      answer: listed,
      status: 201,
    },
    async ({ context, body: { yaml, scenario, objective: instead, gap, timeLimitSeconds } }) => {
      const given = scenario ?? readYaml(yaml ?? "", "scenario.yaml", capacityScenario).data;
      const wanted = instead === undefined ? given : { ...given, objective: instead };
      return { body: listing(context.plans.start(wanted, { gap, timeLimitSeconds }, context.now())) };
    },
  ),
  route(
    seers,
    {
      method: "GET",
      path: "/api/plan/capacity/runs",
      summary: "Capacity plans that are worked out, wait, or were worked out last; newest first",
      answer: z.strictObject({ runs: z.array(listed) }),
    },
    async ({ context }) => ({ body: { runs: context.plans.all.map(listing) } }),
  ),
  route(
    seers,
    {
      method: "GET",
      path: "/api/plan/capacity/runs/:id",
      summary: "One capacity plan: how far it is, and what came of it",
      answer: run,
    },
    async ({ context, params }) => ({ body: whole(context.plans.run(params["id"] ?? "")) }),
  ),
  route(
    seers,
    {
      method: "POST",
      path: "/api/plan/capacity/runs/:id/stop",
      summary: "Stop working a plan out: the best so far is given, marked",
      body: z.strictObject({}),
      answer: listed,
    },
    async ({ context, params }) => ({ body: listing(context.plans.stop(params["id"] ?? "")) }),
  ),
  route(
    seers,
    {
      method: "GET",
      path: "/api/plan/capacity/runs/:id/report",
      summary: "A plan's report in pages",
      answer: "application/pdf",
    },
    async ({ context, params, response }) => {
      const { scenario, plan } = planned(context.plans.run(params["id"] ?? ""));
      const report = capacityReport(scenario, plan, new Date(context.now()).toISOString().slice(0, 10));
      return fileAnswer(response, "application/pdf", "plan.pdf", await pdfOf(report));
    },
  ),
  route(
    seers,
    {
      method: "GET",
      path: "/api/plan/capacity/runs/:id/csv",
      summary: "A plan's accounts of every future and quarter, as a table",
      answer: "text/csv",
    },
    async ({ context, params, response }) => {
      const { plan } = planned(context.plans.run(params["id"] ?? ""));
      return fileAnswer(response, "text/csv", "plan.csv", Buffer.from(capacityCsv(plan)));
    },
  ),
];

function telling({ id, scenario, askedAtMs, state, failure }: PlanRun) {
  const { name, objective: aim } = scenario;
  const askedAt = new Date(askedAtMs).toISOString();
  return { id, name, objective: aim, askedAt, state, ...(failure === undefined ? {} : { failure }) };
}

function listing(one: PlanRun): z.input<typeof listed> {
  return { ...telling(one), at: one.steps.at(-1) ?? null, solved: one.plan?.solved ?? null };
}

function whole(one: PlanRun): z.input<typeof run> {
  const { plan } = one;
  if (plan === undefined) return { ...telling(one), steps: [...one.steps], plan: null };
  const { solved: by, decisions, futures, prices, bindings, learned: learnt, problems } = plan;
  const shown = {
    solved: by,
    decisions,
    futures: futures.map(({ future, probability, valueUsd }) => ({ future, probability, valueUsd })),
    prices,
    bindings,
    learned: learnt,
    problems,
    summary: summaryOf(plan),
  };
  return { ...telling(one), steps: [...one.steps], plan: structuredClone(shown) as z.input<typeof run>["plan"] };
}

function planned(one: PlanRun): PlanRun & { readonly plan: CapacityPlan } {
  const { id, state, plan } = one;
  if (plan !== undefined) return { ...one, plan };
  throw new Fault("conflict", { message: `Run ${id} is ${state}: there is no plan of it.` });
}

// The schemas say what the types of the planner say: a drift of either is an error here.
type PlanShown = NonNullable<z.output<typeof run>["plan"]>;
({ step: true, solved: true, decisions: true, prices: true, bindings: true, learned: true, summary: true }) satisfies {
  step: Same<z.output<typeof step>, Plain<Step>>;
  solved: Same<PlanShown["solved"], Plain<CapacityPlan["solved"]>>;
  decisions: Same<PlanShown["decisions"], Plain<CapacityPlan["decisions"]>>;
  prices: Same<PlanShown["prices"], Plain<CapacityPlan["prices"]>>;
  bindings: Same<PlanShown["bindings"], Plain<CapacityPlan["bindings"]>>;
  learned: Same<PlanShown["learned"], Plain<CapacityPlan["learned"]>>;
  summary: Same<PlanShown["summary"], Plain<PlanSummary>>;
};

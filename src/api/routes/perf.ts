/** Predictions: how fast chips make tokens of a model, at what energy and cost, and which deployment is best. Keeps nothing. */
import { z } from "zod";
import type { Chip } from "../../catalog/chip.ts";
import { chipNamed } from "../../catalog/chips.ts";
import { modelNamed, models } from "../../catalog/models.ts";
import { releasedWeights } from "../../catalog/quantization.ts";
import type { Activity } from "../../perf/power/activity.ts";
import { type BuildUp, buildUpOf, usualSite } from "../../perf/build-up.ts";
import { checkContext } from "../../perf/context.ts";
import { engineNames, type Served } from "../../perf/deployment.ts";
import { type Estimated, type Question, recipes } from "../../perf/estimate.ts";
import { weightBytes } from "../../perf/memory/memory.ts";
import type { PhaseEnergy, Power } from "../../perf/power/power.ts";
import { kvFor } from "../../perf/inferencex/inferencex.ts";
import { Course } from "../../perf/search/course.ts";
import type { Findings, Ranked } from "../../perf/search/findings.ts";
import { acceleratorsIn, modes, nameOf, type Search, usualSpace, usualWeights } from "../../perf/search/space.ts";
import { acceleratorsOfMachines } from "../../perf/under-load.ts";
import { Fault } from "../../stack/fault.ts";
import { estimateInThread } from "../perf-thread.ts";
import { searchInThreads } from "../race-threads.ts";
import { everybody, type Route, route } from "../route.ts";

const deploymentsMax = 6;
const concurrencyMax = 8192;
const concurrenciesMax = 16;
const candidatesMax = 20_000;
/** Pairs of pools, of which most are never looked at, for each deployment in one piece. */
const pairsMost = 20;
const searchMs = 15_000;
const losersMax = 200;

const named = z.string().min(1).max(200);
const few = (most: number) => z.int().min(1).max(most);
const weights = z.enum(["bf16", "fp8", "int8", "fp4", "int4"]);
const engine = z.enum(engineNames);
const promptTokens = few(200_000)
  .default(1024)
  .describe("Tokens of a prompt. Lengths are drawn from 80 to 100 % of it.");
const outputTokens = z
  .int()
  .min(2)
  .max(32_768)
  .describe("Tokens of an answer, drawn in the same way. TPOT needs at least two.");

const deployment = z.strictObject({
  chip: named.describe("A name or an alias: h200, gb300, MI355X."),
  engine: engine.default("vllm"),
  precision: weights
    .optional()
    .describe("Format of the weights. Default: the format that the model is released in, else fp8."),
  kv: z
    .enum(["bf16", "fp8"])
    .optional()
    .describe("Format of keys and values. Default: fp8 beside fp8 and fp4 weights, else bf16."),
  tensorParallel: few(128).default(1),
  expertParallel: few(128).default(1),
  attentionParallel: few(128).default(1),
  pipelineParallel: few(64).default(1).describe("Stages of a pipeline, each with a share of the layers."),
  maxBatchedTokens: few(1_000_000).optional(),
  maxSequences: few(4096).optional().describe("The most sequences at once. Default: the engine's."),
  engineVersion: z
    .string()
    .regex(/^v?\d+\.\d+/, "A version is like 0.19 or 1.2.0.")
    .max(50)
    .optional()
    .describe("Version of the engine, which kernels and memory depend on. Default: the newest."),
  memoryShare: z
    .number()
    .min(0.1)
    .max(1)
    .optional()
    .describe("Share of the memory that the engine may use. Default: the engine's."),
  kvBlocks: few(100_000_000).optional().describe("Blocks of 16 tokens as the engine reports them."),
  usdPerHour: z.number().positive().optional().describe("Price of an accelerator-hour. Default: the catalog's rent."),
  capitalUsd: z
    .number()
    .positive()
    .optional()
    .describe("Price of an accelerator with its share of the server. Default: the catalog's."),
  workers: few(64).default(1).describe("Workers that decode, where prompts have workers of their own."),
  prefill: z
    .strictObject({
      workers: few(64).default(1),
      tensorParallel: few(128).default(1),
      expertParallel: few(128).default(1),
      attentionParallel: few(128).default(1),
    })
    .optional()
    .describe("Workers that only compute prompts. The others then only decode."),
});

const site = z
  .strictObject({
    electricityUsdPerKwh: z.number().min(0).default(usualSite.electricityUsdPerKwh),
    pue: z.number().min(1).max(3).default(usualSite.pue),
    hostingUsdPerKwMonth: z.number().min(0).default(usualSite.hostingUsdPerKwMonth),
    costOfCapital: z.number().min(0).max(1).default(usualSite.costOfCapital),
    lifeYears: z.number().positive().max(20).default(usualSite.lifeYears),
  })
  .meta({ id: "PredictionSite" });

const asked = z.strictObject({
  model: named.describe("A model of the catalog, by its name or Hugging Face id."),
  deployments: z.array(deployment).min(1).max(deploymentsMax),
  promptTokens,
  outputTokens: outputTokens.default(1024),
  concurrency: z
    .array(few(concurrencyMax))
    .min(1)
    .max(concurrenciesMax)
    .default([1, 4, 16, 64, 256])
    .describe("Clients at once, each of which asks again when it has its answer."),
  sharedShare: z.number().min(0).max(0.99).default(0).describe("Share of a prompt that a prefix cache already has."),
  recipe: z
    .enum(recipes)
    .default("none")
    .describe(
      "Settings besides those given: none beyond the engine's defaults, or those that InferenceX benchmarks it with.",
    ),
  site: site.prefault({}),
});

const banded = z.strictObject({ value: z.number(), low: z.number(), high: z.number() });
const distribution = { mean: z.number(), p50: z.number(), p90: z.number(), p99: z.number() };
const times = z.strictObject({ ...distribution, band: z.strictObject({ low: z.number(), high: z.number() }) });
const provenance = z.enum(["interpolated", "transferred", "analytic"]);
const busy = z
  .strictObject({ tensor: z.number(), memory: z.number(), link: z.number(), host: z.number() })
  .describe("Shares of the time of a phase. They overlap.");
const phase = z.strictObject({ watts: z.number(), joulesPerOutputToken: z.number() });

const point = z.strictObject({
  concurrency: z.number(),
  requestsPerSecond: z.number(),
  ttftMs: times,
  tpotMs: times,
  itlMs: z.strictObject(distribution),
  e2eMs: z.strictObject(distribution),
  tokensPerSecondPerUser: z.number(),
  outputTokensPerSecondPerAccelerator: banded,
  kvShare: z.number().describe("Share of the KV cache that was in use at the most."),
  preemptions: z.number(),
  boundBy: z.enum(["compute", "memory", "link", "host"]),
  busy: z
    .strictObject({ prefill: busy, decode: busy })
    .describe("In steps with prompts, and in steps of decodes alone."),
  usdPerMillionOutputTokens: banded.optional(),
  usdPerMillionTokens: banded.optional(),
  joulesPerOutputToken: banded.optional(),
  wattsPerAccelerator: z
    .number()
    .optional()
    .describe("Watts of an accelerator with its share of the server, at the plug."),
  phases: z
    .strictObject({ prefill: phase, decode: phase, idle: phase })
    .optional()
    .describe(
      "Watts of an accelerator in steps with prompts, of decodes alone and in between, and what each takes of a token.",
    ),
  buildUp: z
    .strictObject({ energyUsd: z.number(), hostingUsd: z.number(), chipsUsd: z.number(), totalUsd: z.number() })
    .optional()
    .describe("Cost of a million output tokens on accelerators that you own, by part."),
  provenance,
  beyond: z
    .array(z.string())
    .describe("Ways in which the question is beyond what was measured, and whether an HTTP server is nearly busy."),
});

const estimates = z
  .strictObject({
    deployments: z.array(
      z.strictObject({
        chip: z.string(),
        title: z.string(),
        accelerators: z.number(),
        weightBytes: z.number().optional().describe("Bytes of weights on each accelerator."),
        usdPerHour: z.number().optional(),
        kv: z
          .strictObject({
            tokens: z.number(),
            sequences: z.number(),
            sequencesMost: z.number(),
            fullAt: z.number().optional(),
          })
          .optional(),
        points: z.array(point),
        refusal: z
          .string()
          .optional()
          .describe("Why it is impossible: a split that does not divide, or weights that do not fit."),
      }),
    ),
  })
  .meta({ id: "PerformanceEstimate" });

const objective = z.strictObject({
  ttftMs: z.number().positive().default(1000),
  tpotMs: z.number().positive().default(50),
});

const searchAsked = z.strictObject({
  model: named,
  chips: z.array(named).min(1).max(16),
  engines: z
    .array(engine)
    .min(1)
    .max(engineNames.length)
    .default([...engineNames]),
  precisions: z
    .array(weights)
    .min(1)
    .max(4)
    .optional()
    .describe("Formats of the weights. Default: fp8, fp4 and the format of the release."),
  kv: z
    .enum(["bf16", "fp8"])
    .optional()
    .describe("Format of keys and values. Default: what goes with the weights and the chip."),
  tensorParallel: z
    .array(few(64))
    .min(1)
    .max(8)
    .default([...usualSpace.tensorParallel]),
  attentionParallel: z
    .array(few(64))
    .min(1)
    .max(8)
    .default([...usualSpace.attentionParallel]),
  expertParallel: z
    .array(few(64))
    .min(1)
    .max(8)
    .default([...usualSpace.expertParallel]),
  stepTokens: z
    .array(few(65_536))
    .min(1)
    .max(4)
    .default([...usualSpace.stepTokens]),
  mode: z
    .enum(modes)
    .default("aggregated")
    .describe("Prompts and answers on the same workers, on pools of their own, or whichever is better."),
  acceleratorsMost: few(1024).min(2).default(64).describe("The most accelerators of a deployment with two pools."),
  objective: objective.prefault({}).describe("What nine requests of ten must meet."),
  usdPerHour: z
    .record(named, z.number().positive())
    .default({})
    .describe("Prices of an accelerator-hour, by chip. Default: the catalog's rent."),
  promptTokens,
  outputTokens: outputTokens.default(512),
  top: few(50).default(10),
});

const split = z.strictObject({ tensorParallel: z.number(), attentionParallel: z.number(), expertParallel: z.number() });
const pool = split.extend({ workers: z.number() });

const found = z.strictObject({
  deployment: z.string(),
  chip: z.string(),
  engine,
  precision: weights,
  ...split.shape,
  accelerators: z.number().describe("Accelerators of the whole deployment, of both pools if there are two."),
  prefill: pool
    .optional()
    .describe("The pool that computes prompts, if there are two. The split above is then that of the answers."),
  decode: pool.optional(),
  maxStepTokens: z.number(),
  concurrency: z.number(),
  ttftP90Ms: z.number(),
  tpotP90Ms: z.number(),
  tokensPerSecondPerUser: z.number(),
  outputTokensPerSecondPerAccelerator: z.number(),
  usdPerMillionOutputTokens: z.number().optional(),
  joulesPerOutputToken: z.number().optional(),
  provenance,
});

const findings = z
  .strictObject({
    complete: z.boolean().describe("False if time ran out before the search ended. This is then the best so far."),
    candidates: z.number(),
    simulated: z.number(),
    byCost: z.array(found),
    byEnergy: z.array(found),
    front: z
      .array(found)
      .describe(
        "Deployments that no other beats in both speed per user and tokens per accelerator, whatever the objective.",
      ),
    losses: z.strictObject({
      impossible: z.number(),
      roofline: z.number(),
      bound: z.number(),
      objective: z.number(),
      beaten: z.number(),
      unpriced: z.number(),
    }),
    losers: z.array(
      z.strictObject({
        deployment: z.string(),
        deployments: z
          .number()
          .describe("Deployments that it stands for: a worker that is of no use stands for all it could be part of."),
        loss: z.string(),
        why: z.string(),
      }),
    ),
  })
  .meta({ id: "DeploymentSearch" });

export const perfRoutes: readonly Route[] = [
  route(
    everybody,
    {
      method: "GET",
      path: "/api/perf/models",
      summary: "Models whose shape is known, to predict their speed",
      answer: z.strictObject({ models: z.array(z.strictObject({ name: z.string(), title: z.string() })) }),
    },
    async () => ({ body: { models: models.map(({ name, title }) => ({ name, title })) } }),
  ),
  route(
    everybody,
    {
      method: "POST",
      path: "/api/perf/estimate",
      summary: "Speed, energy and cost of deployments of a model under rising load; keeps nothing",
      body: asked,
      answer: estimates,
    },
    async ({ body }) => ({
      body: { deployments: await Promise.all(body.deployments.map((one) => estimated(body, one))) },
    }),
  ),
  route(
    everybody,
    {
      method: "POST",
      path: "/api/perf/search",
      summary: "The deployments of a model that meet an objective at least cost and energy; keeps nothing",
      body: searchAsked,
      answer: findings,
    },
    async ({ body, response }) => {
      const left = new AbortController();
      response.once("close", () => left.abort());
      return { body: plainOf(await searched(searchOf(body), left.signal), body.top) };
    },
  ),
];

type Asked = z.output<typeof asked>;

/** What cannot be is an answer about that deployment; the others stand. */
async function estimated(
  body: Asked,
  one: z.output<typeof deployment>,
): Promise<z.input<typeof estimates>["deployments"][number]> {
  const chip = chipNamed(one.chip);
  const question = questionOf(body, one, chip);
  const { served, usdPerHour } = question;
  const facts = {
    chip: chip.name,
    title: chip.title,
    accelerators: acceleratorsOfMachines(question),
    ...(usdPerHour !== undefined && { usdPerHour }),
  };
  try {
    const { points, kv } = await estimateInThread(question, body.concurrency);
    return {
      ...facts,
      weightBytes: weightBytes(served),
      kv,
      points: points.map((of) => pointOf(of, buildUpOf(chip, of, body.site, one.capitalUsd))),
    };
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== "invalid_value") throw error;
    return { ...facts, points: [], refusal: error.message };
  }
}

function questionOf(body: Asked, one: z.output<typeof deployment>, chip: Chip): Question {
  const rent = chip.rentUsdPerHour === undefined ? undefined : Number(chip.rentUsdPerHour.value);
  const model = modelNamed(body.model);
  checkContext(model, body.promptTokens, body.outputTokens, "promptTokens");
  const { precision = releasedWeights(model) ?? "fp8" } = one;
  const served: Served = {
    chip,
    model,
    engine: one.engine,
    ...splitOf(one),
    pipelineParallel: one.pipelineParallel,
    weights: precision,
    kv: one.kv ?? kvFor(precision, chip),
    ...(one.engineVersion !== undefined && { version: one.engineVersion }),
  };
  const { prefill } = one;
  return {
    served,
    ...(prefill && {
      apart: {
        prefill: { served: { ...served, ...splitOf(prefill) }, replicas: prefill.workers },
        decodes: one.workers,
      },
    }),
    promptTokens: body.promptTokens,
    outputTokens: body.outputTokens,
    sharedShare: body.sharedShare,
    seed: 0,
    recipe: body.recipe,
    settings: {
      ...(one.maxSequences !== undefined && { maxSequences: one.maxSequences }),
      ...(one.maxBatchedTokens !== undefined && { maxStepTokens: one.maxBatchedTokens }),
      ...(one.memoryShare !== undefined && { memoryShare: one.memoryShare }),
      ...(one.kvBlocks !== undefined && { kvBlocks: one.kvBlocks }),
    },
    usdPerHour: one.usdPerHour ?? rent,
  };
}

function pointOf(of: Estimated, buildUp: BuildUp | undefined): z.input<typeof point> {
  const { power, usd, joulesPerOutputToken, utilisation } = of;
  return {
    concurrency: of.concurrency,
    requestsPerSecond: of.requestsPerSecond,
    ttftMs: of.ttftMs,
    tpotMs: of.tpotMs,
    itlMs: of.itlMs,
    e2eMs: of.e2eMs,
    tokensPerSecondPerUser: of.tokensPerSecondPerUser,
    outputTokensPerSecondPerAccelerator: {
      value: of.outputTokensPerSecondPerAccelerator,
      ...of.outputTokensPerSecondPerAcceleratorBand,
    },
    kvShare: of.kvTokensMost / of.kvTokens,
    preemptions: of.preemptions,
    boundBy: of.boundBy,
    busy: { prefill: busyOf(utilisation.prefill), decode: busyOf(utilisation.decode) },
    ...(usd && { usdPerMillionOutputTokens: usd.perMillionOutputTokens, usdPerMillionTokens: usd.perMillionTokens }),
    ...(joulesPerOutputToken && { joulesPerOutputToken }),
    ...(power.type === "predicted" && { wattsPerAccelerator: power.watts, phases: phasesOf(power) }),
    ...(buildUp && { buildUp }),
    provenance: of.provenance,
    beyond: [...of.beyond],
  };
}

function busyOf({ tensor, memory, link, host }: Activity): z.output<typeof busy> {
  return { tensor, memory, link, host };
}

function phasesOf({ byPhase, joules, joulesPerOutputToken }: Power & { readonly type: "predicted" }) {
  const of = (phase: PhaseEnergy) => ({
    watts: phase.watts,
    joulesPerOutputToken: (phase.joules / joules) * joulesPerOutputToken,
  });
  return { prefill: of(byPhase.prefill), decode: of(byPhase.decode), idle: of(byPhase.idle) };
}

function searchOf(body: z.output<typeof searchAsked>): Search {
  const asked = [...new Set(body.chips.map(chipNamed))];
  const given = Object.entries(body.usdPerHour).map(([name, usd]) => [chipNamed(name).name, usd]);
  const model = modelNamed(body.model);
  checkContext(model, body.promptTokens, body.outputTokens, "promptTokens");
  const search: Search = {
    model,
    chips: asked,
    engines: body.engines,
    weights: body.precisions ?? usualWeights(model),
    ...(body.kv && { kv: body.kv }),
    tensorParallel: body.tensorParallel,
    attentionParallel: body.attentionParallel,
    expertParallel: body.expertParallel,
    stepTokens: body.stepTokens,
    mode: body.mode,
    acceleratorsMost: body.acceleratorsMost,
    load: { type: "lengths", promptTokens: body.promptTokens, outputTokens: body.outputTokens },
    objective: body.objective,
    usdPerHour: {
      ...Object.fromEntries(
        asked.flatMap(({ name, rentUsdPerHour }) =>
          rentUsdPerHour === undefined ? [] : [[name, Number(rentUsdPerHour.value)]],
        ),
      ),
      ...Object.fromEntries(given),
    },
    finalists: Math.max(8, body.top),
  };
  const { total: candidates } = new Course(search);
  if (candidates > candidatesMax * (search.mode === "aggregated" ? 1 : pairsMost)) {
    throw new Fault("invalid_value", {
      message: `These are ${candidates} deployments.`,
      remedy: `Ask for ${candidatesMax} at the most: fewer chips, engines or splits.`,
      param: "chips",
    });
  }
  return search;
}

const searchesMost = 8;
let searches = 0;
let last: Promise<unknown> = Promise.resolve();

/** One search after the other: each takes all processors that there are, until its asker has left. */
async function searched(search: Search, left: AbortSignal): Promise<Findings> {
  if (searches >= searchesMost) {
    throw new Fault("overloaded", {
      message: `${searches} searches are waiting already.`,
      remedy: "Try again in some seconds.",
      retryAfterSeconds: 5,
    });
  }
  searches += 1;
  const mine = last.then(() =>
    searchInThreads(search, { signal: AbortSignal.any([left, AbortSignal.timeout(searchMs)]) }),
  );
  // How one ends is its asker's business.
  last = mine.catch(() => undefined);
  try {
    return await mine;
  } finally {
    searches -= 1;
  }
}

function plainOf(of: Findings, top: number): z.input<typeof findings> {
  return {
    complete: of.isComplete,
    candidates: of.candidates,
    simulated: of.simulated,
    byCost: of.byCost.slice(0, top).map(foundOf),
    byEnergy: of.byEnergy.slice(0, top).map(foundOf),
    front: of.front.map(({ candidate, point: best }) => foundOf({ candidate, best })),
    losses: of.losses,
    losers: of.losers
      .slice(0, losersMax)
      .map(({ candidate, count, loss, why }) => ({ deployment: nameOf(candidate), deployments: count, loss, why })),
  };
}

function splitOf({
  tensorParallel,
  attentionParallel,
  expertParallel,
}: z.output<typeof split>): z.output<typeof split> {
  return { tensorParallel, attentionParallel, expertParallel };
}

function foundOf({ candidate, best }: Pick<Ranked, "candidate" | "best">): z.input<typeof found> {
  const { served, apart } = candidate;
  const { chip, engine: by, weights: precision } = served;
  const { usdPerMillionOutputTokens: usd, joulesPerOutputToken: joules } = best;
  return {
    deployment: nameOf(candidate),
    chip: chip.name,
    engine: by,
    precision,
    ...splitOf(served),
    accelerators: acceleratorsIn(candidate),
    ...(apart && {
      prefill: { workers: apart.prefills, ...splitOf(apart.prefill) },
      decode: { workers: apart.decodes, ...splitOf(served) },
    }),
    maxStepTokens: candidate.maxStepTokens,
    concurrency: best.concurrency,
    ttftP90Ms: best.ttftMs.p90,
    tpotP90Ms: best.tpotMs.p90,
    tokensPerSecondPerUser: best.tokensPerSecondPerUser,
    outputTokensPerSecondPerAccelerator: best.outputTokensPerSecondPerAccelerator,
    ...(usd !== undefined && { usdPerMillionOutputTokens: usd }),
    ...(joules !== undefined && { joulesPerOutputToken: joules }),
    provenance: best.provenance,
  };
}

/**
 * The resources of a factory, as `factory.yaml` declares them: one schema for the file, the API, the
 * console's forms and the published JSON Schema.
 *
 * Amounts are decimal strings, so that no float touches money; a unit stands in each field's name.
 */
import { z } from "zod";
import { contract } from "./contract.ts";
import { name, ratio, usdPerMillion, usdText } from "./field.ts";

export const limits = z
  .strictObject({
    requestsPerMinute: z.int().positive().optional(),
    tokensPerMinute: z.int().positive().optional(),
    concurrency: z.int().positive().optional().describe("Requests in flight at once."),
    budget: z
      .strictObject({ amountUsd: usdText, period: z.enum(["day", "month", "total"]).default("month") })
      .optional()
      .describe("Hard: a request whose hold does not fit is refused. Periods are UTC."),
  })
  .describe("What may be asked for; absent means without limit.");

export const site = z.strictObject({
  kind: z.literal("Site"),
  name,
  electricityUsdPerKwh: usdText,
  pue: z
    .string()
    .regex(/^[1-9](\.\d{1,3})?$/)
    .default("1")
    .describe("Power usage effectiveness: energy at the meter over energy at the plug."),
  gramsCo2PerKwh: z.number().nonnegative().optional(),
});

const transfer = z
  .strictObject({
    usdPerAcceleratorHour: usdText
      .optional()
      .describe("What the infrastructure layer charges the platform; its own cost when absent."),
    reserved: z
      .boolean()
      .default(false)
      .describe("True: the platform pays for every hour and bears the idle ones. False: infrastructure does."),
  })
  .default({ reserved: false });

const power = z
  .strictObject({
    idleWatts: z.number().nonnegative(),
    maxWatts: z.number().positive(),
    meter: z.enum(["auto", "model"]).default("auto").describe("auto: a meter where one is found, else the model."),
  })
  .describe("Per accelerator, at its plug: what it is assumed to draw when nothing measures it.");

const capacity = {
  name,
  site: name,
  accelerator: z.string().describe("Its name in the catalog, or your own."),
  accelerators: z.int().positive(),
  power,
  opexUsdPerAcceleratorHour: usdText.default("0").describe("People, network, repairs."),
  colocationUsdPerKwMonth: usdText.default("0"),
  colocationKwPerAccelerator: z.number().nonnegative().default(0),
  transfer,
};

/** Where compute comes from: bought, leased, rented, or tokens bought from an upstream. */
export const source = z.discriminatedUnion("type", [
  z.strictObject({
    kind: z.literal("Source"),
    type: z.literal("own"),
    ...capacity,
    capitalUsdPerAccelerator: usdText.describe("All-in: server, network and storage share."),
    lifeYears: z.number().positive().max(30),
    residualUsdPerAccelerator: usdText.default("0"),
    costOfCapital: ratio.describe("Per year; the annuity is monthly."),
  }),
  z.strictObject({
    kind: z.literal("Source"),
    type: z.literal("lease"),
    ...capacity,
    leaseUsdPerAcceleratorMonth: usdText,
  }),
  z.strictObject({
    kind: z.literal("Source"),
    type: z.literal("rent"),
    ...capacity,
    rentUsdPerAcceleratorHour: usdText.describe("Energy included unless the site's price says otherwise."),
    energyIncluded: z.boolean().default(true),
  }),
  z.strictObject({
    kind: z.literal("Source"),
    type: z.literal("upstream"),
    name,
    prices: z
      .array(
        z.strictObject({
          model: z.string(),
          from: z.iso.datetime(),
          inputUsdPerMillion: usdPerMillion,
          cachedInputUsdPerMillion: usdPerMillion.optional(),
          outputUsdPerMillion: usdPerMillion,
          reasoningUsdPerMillion: usdPerMillion.optional(),
        }),
      )
      .describe("What the provider charges us."),
  }),
]);

export const cluster = z.strictObject({
  kind: z.literal("Cluster"),
  name,
  site: name,
  sources: z.array(name).default([]),
});

export const model = z.strictObject({
  kind: z.literal("Model"),
  name: name.describe("The public name, as clients ask for it."),
  description: z.string().default(""),
  contextTokens: z.int().positive().default(8192),
  maxOutputTokens: z
    .int()
    .positive()
    .optional()
    .describe("Applied when a request names no limit; contextTokens when absent."),
  capabilities: z.array(z.enum(["chat", "completions", "embeddings"])).default(["chat", "completions"]),
  royaltyUsdPerMillion: usdPerMillion.optional().describe("Owed to the model's licensor, on all its tokens."),
});

/** A model served from a source by an engine: one replica of its model to the router. */
export const deployment = z.strictObject({
  kind: z.literal("Deployment"),
  name,
  model: name,
  source: name,
  engine: z.discriminatedUnion("type", [
    z.strictObject({
      type: z.literal("llama.cpp"),
      file: z.string().describe("A GGUF file, or builtin:NAME."),
      contextTokens: z.int().positive().optional(),
      parallel: z.int().positive().max(256).default(8).describe("Sequences decoded together."),
      gpu: z.enum(["auto", "off"]).default("auto"),
    }),
    z.strictObject({
      type: z.literal("openai"),
      url: z.url().describe("Up to and with /v1."),
      secretEnv: z.string().optional().describe("The environment variable that holds its key."),
      secretFile: z.string().optional(),
      upstreamModel: z.string().optional().describe("What the upstream calls the model."),
      tokensPerAcceleratorSecond: z
        .number()
        .positive()
        .optional()
        .describe("The speed from which accelerator time is modelled when the engine reports none."),
      timeouts: z
        .strictObject({
          firstByteMs: z.int().positive().default(120_000),
          betweenBytesMs: z.int().positive().default(60_000),
          totalMs: z.int().positive().default(600_000),
        })
        .default({ firstByteMs: 120_000, betweenBytesMs: 60_000, totalMs: 600_000 }),
    }),
  ]),
  weight: z.number().nonnegative().default(1).describe("Share of the traffic among replicas of one priority."),
  priority: z.int().nonnegative().default(0).describe("Lower first; the next is a fallback."),
});

export const tenant = z.strictObject({
  kind: z.literal("Tenant"),
  name,
  displayName: z.string().default(""),
  limits: limits.default({}),
  projects: z.array(z.strictObject({ name, limits: limits.default({}) })).min(1),
  priceBook: name.optional().describe('Its own price book, asked before "list".'),
  application: z
    .strictObject({ unit: z.string().describe("What it sells: a seat, a task."), priceUsd: usdText })
    .optional()
    .describe("This tenant is an application of ours: its tokens are sold inside the factory."),
});

export const priceBook = z.strictObject({
  kind: z.literal("PriceBook"),
  name: name.describe('"list" holds for everybody.'),
  prices: z.array(
    z.strictObject({
      model: name,
      from: z.iso.datetime().describe("Holds from this instant until the next price of the same model."),
      inputUsdPerMillion: usdPerMillion,
      cachedInputUsdPerMillion: usdPerMillion.optional().describe("The input price when absent."),
      outputUsdPerMillion: usdPerMillion,
      reasoningUsdPerMillion: usdPerMillion.optional().describe("The output price when absent."),
    }),
  ),
});

export const policy = z.strictObject({
  kind: z.literal("Policy"),
  name,
  upstreamHosts: z.array(z.string()).optional().describe("Hosts that a deployment's url may name; any when absent."),
  retries: z.strictObject({ tries: z.int().min(1).max(10).default(3) }).default({ tries: 3 }),
});

export const resource = z.discriminatedUnion("kind", [
  site,
  source,
  cluster,
  model,
  deployment,
  tenant,
  priceBook,
  contract,
  policy,
]);

// Parts that stand once, under a name, in the JSON Schema and the API's description.
const named = { Limits: limits, PriceBook: priceBook, Resource: resource };
for (const [id, part] of Object.entries(named)) z.globalRegistry.add(part, { ...z.globalRegistry.get(part), id });

/** The file itself. */
export const factoryFile = z.strictObject({
  factory: z.string().default("factory"),
  resources: z.array(resource),
});

export type Limits = z.infer<typeof limits>;
export type Site = z.infer<typeof site>;
export type Source = z.infer<typeof source>;
export type CapacitySource = Exclude<Source, { type: "upstream" }>;
export type UpstreamSource = Extract<Source, { type: "upstream" }>;
export type Cluster = z.infer<typeof cluster>;
export type Model = z.infer<typeof model>;
export type Deployment = z.infer<typeof deployment>;
export type Tenant = z.infer<typeof tenant>;
export type PriceBook = z.infer<typeof priceBook>;
export type Policy = z.infer<typeof policy>;
export type Resource = z.infer<typeof resource>;
export type ResourceKind = Resource["kind"];
export type FactoryFile = z.infer<typeof factoryFile>;

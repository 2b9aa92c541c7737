/**
 * A capacity scenario as its file declares it. Every number has its unit in its field's name, every price its source.
 *
 * Power is IT power unless a field says otherwise; money is in US dollars of the quarter in which it is paid.
 */
import { z } from "zod";
import { chips } from "../../catalog/chips.ts";
import { withExtends } from "./extends.ts";
import { quarterIndex } from "./quarter.ts";
import { quarterSchema, type Series, seriesOf } from "./series.ts";

const amount = z.number().nonnegative();
const share = z.number().min(0).max(1);
const quarters = z.int("A whole number of quarters.").min(0, "Time runs forward: 0 or more quarters.").max(120);
const amounts = seriesOf(amount);
const name = z.string().min(1).max(80);
const source = z.string("Say where the figures come from: a source with its date, or that it is an assumption.").min(1);
const currency = z.literal("USD", "A plan counts in USD alone: convert the figures and say at what rate in `source`.");

const model = z.strictObject({
  name,
  unit: z
    .enum(["tokens", "acceleratorHours"])
    .describe("Tokens that are made and sold, or hours of a reference accelerator (training, bare metal)."),
});

const tier = z.strictObject({
  name,
  reach: z
    .enum(["region", "near", "anywhere"])
    .default("anywhere")
    .describe("Where it may be served from: its own region, a near one too, or anywhere."),
  utilisation: z
    .number()
    .positive()
    .max(1)
    .default(0.6)
    .describe("Work sold over work that could be done at full load."),
  speedFactor: z
    .number()
    .positive()
    .max(2)
    .default(1)
    .describe("The share of an accelerator's speed that is left at this tier's latency."),
});

const region = z.strictObject({ name, near: z.array(name).default([]) });

const site = z.strictObject({
  name,
  region: name,
  source,
  currency: currency.optional(),
  energisedMw: amounts.describe("Power at the meter, with cooling: what the grid gives in each quarter."),
  pue: z.number().min(1).max(3),
  energyUsdPerKwh: amounts,
  operatingUsdPerMwYear: amount.default(0).describe("People, maintenance and network, per MW of IT at work."),
  hallMw: amounts.default(0).describe("Halls that stand already, in MW of IT."),
  accelerators: z
    .array(z.strictObject({ accelerator: name, mw: amount, retires: quarterSchema.optional() }))
    .default([])
    .describe("Accelerators that stand already."),
  supply: z.array(name).optional().describe("What may be built or leased here; all kinds when absent."),
  constructionFactor: z.number().positive().max(5).default(1),
});

const late = z
  .strictObject({ share, quarters })
  .default({ share: 0, quarters: 0 })
  .describe("Delivery risk: the share of each block that comes so many quarters later than promised.");

const supplyFields = {
  name,
  source,
  currency: currency.optional(),
  available: quarterSchema.optional().describe("The first quarter in which it can be ordered."),
  leadQuarters: quarters.describe("From the order to the first use."),
  late,
};

const halls = z.strictObject({
  ...supplyFields,
  kind: z.enum(["self-build", "build-to-suit", "powered-shell", "colocation", "joint-venture"]),
  moduleMw: z.number().positive().describe("MW of IT of one block; only whole blocks are ordered."),
  capexUsdPerMw: amounts.default(0).describe("Paid evenly from the order to the first use."),
  rentUsdPerKwMonth: amounts.default(0).describe("At the price of the quarter in which it is signed."),
  termQuarters: quarters.min(1).optional().describe("The term of the lease; absent for what is owned."),
  lifeQuarters: quarters
    .min(1)
    .default(80)
    .describe("The time over which capex is written off; a lease's term if that is shorter."),
  openingUsdPerSite: amount.default(0).describe("Paid once at each site where it is used at all."),
  startsMwPerQuarter: amounts.optional().describe("Most that can be begun in a quarter, over all sites."),
  option: z
    .strictObject({
      usdPerMw: amounts.describe("Paid when it is reserved, and lost."),
      aheadQuarters: quarters.default(0).describe("Quarters from the reservation to the first order that it allows."),
      validQuarters: quarters.min(1).describe("Quarters from the reservation to the last order that it allows."),
    })
    .refine(({ aheadQuarters, validQuarters }) => aheadQuarters <= validQuarters, {
      path: ["validQuarters"],
      message: "It lapses before it can be used.",
    })
    .optional()
    .describe("Orders have to be reserved first, as by a letter of intent or in a joint venture."),
  residualShare: share
    .default(0.7)
    .describe("The share of the book value at the end of the plan that it would sell for."),
  tailLossShare: share
    .default(0.35)
    .describe("The share of the rent still owed after the plan's end that no subtenant would pay."),
});

const rental = z.strictObject({
  ...supplyFields,
  kind: z.literal("neocloud").describe("Accelerators rented as bare metal at somebody else's site."),
  regions: z.array(name).min(1).optional().describe("Where; everywhere when absent."),
  termQuarters: quarters.min(1),
  usdPerAcceleratorHour: z.record(name, amounts).describe("By accelerator, at the price when signed."),
  mwPerQuarter: amounts.describe("Most MW of one accelerator that can be had in a quarter."),
  minimumMw: amount.default(0).describe("Smallest contract, if any is signed in a quarter."),
  takeOrPayShare: share.default(1).describe("The share of the price that is owed whether it is used or not."),
  availabilityShare: z.number().positive().max(1).default(0.97),
  tailLossShare: share.default(0.25),
});

const tokens = z.strictObject({
  ...supplyFields,
  leadQuarters: quarters.default(0),
  kind: z.literal("tokens").describe("Tokens bought from a provider and sold on."),
  usdPerMtok: z.record(name, amounts).describe("By model."),
  teratokensPerQuarter: amounts.describe("Most of one model that can be bought in a quarter, over all regions."),
  tiers: z.array(name).optional().describe("The tiers that it is fast enough for; all when absent."),
});

const ownChip = z.strictObject({
  nreUsd: amount.describe("Design and masks, paid evenly over the development."),
  developmentQuarters: quarters.min(1).describe("From the start of the programme to the first volume."),
  firstStart: quarterSchema.optional().describe("The scenario's first quarter when absent."),
  lastStart: quarterSchema.describe("A programme starts no later."),
  rampMwPerQuarter: z
    .array(amount)
    .min(1)
    .describe("What can be made in each quarter from first volume on; the last value holds on."),
  upkeepUsdPerYear: amount.default(0).describe("Software and team, from first volume on."),
  learning: z
    .strictObject({
      sharePerDoubling: z
        .number()
        .positive()
        .max(0.5)
        .describe("The share by which its price falls with each doubling of what has been made."),
      fromMw: z
        .number()
        .positive()
        .describe("MW made before its price begins to fall; usdPerAccelerator holds until then."),
    })
    .optional()
    .describe("Wright's law: it gets cheaper the more of it has been made."),
});

const accelerator = z.strictObject({
  name: name.describe("A name of the catalog, which gives what is left out here, or a name of your own."),
  source,
  currency: currency.optional(),
  available: quarterSchema.optional().describe("The first quarter in which it can be bought."),
  itWatts: z.number().positive().optional().describe("Power with the share of host and network, without cooling."),
  usdPerAccelerator: amounts.optional().describe("Price with the share of host, network and storage."),
  leadQuarters: quarters.default(1),
  lifeQuarters: quarters.min(1).default(20),
  residualShare: share.default(0.6),
  upkeepSharePerYear: share.default(0.035).describe("A yearly share of its price while it works: spares, support."),
  drawnShare: z
    .number()
    .positive()
    .max(1)
    .default(0.8)
    .describe("The share of its power that it draws on average at work."),
  availabilityShare: z.number().positive().max(1).default(0.95),
  mwPerQuarter: amounts.optional().describe("The vendor's allocation over all sites."),
  speed: z
    .record(
      name,
      z.strictObject({
        tokensPerSecond: z.number().positive().optional(),
        acceleratorHoursPerHour: z.number().positive().optional(),
        source: source.optional(),
      }),
    )
    .describe("By model; a model that is left out cannot be served."),
  own: ownChip.optional().describe("An own chip: its programme has to be started first."),
});

const demand = z.strictObject({
  model: name,
  tier: name,
  region: name,
  source,
  currency: currency.optional(),
  teratokensPerQuarter: amounts.optional(),
  millionAcceleratorHoursPerQuarter: amounts.optional(),
  usdPerMtok: amounts.optional(),
  usdPerAcceleratorHour: amounts.optional(),
  mustServeShare: share
    .optional()
    .describe(
      "The share of the demand that must be served; by default all when the objective is cost, otherwise none.",
    ),
  unmetLossShare: z
    .number()
    .min(0)
    .max(10)
    .default(0)
    .describe("A share of the price, lost for good with what is not served."),
});

const deal = z.strictObject({
  name,
  source,
  currency: currency.optional(),
  model: name,
  tier: name,
  region: name,
  acceptBy: quarterSchema.describe("The last quarter in which it can be signed."),
  start: quarterSchema,
  end: quarterSchema.describe("Its last quarter."),
  teratokensPerQuarter: amounts.optional(),
  millionAcceleratorHoursPerQuarter: amounts.optional(),
  usdPerMtok: amounts.optional(),
  usdPerAcceleratorHour: amounts.optional(),
  takeOrPayShare: share
    .default(1)
    .describe("The share of what is contracted that the customer pays even when it is not called."),
  damagesShare: z
    .number()
    .min(0)
    .max(10)
    .default(0.5)
    .describe("A share of the price, owed for what is called and not delivered."),
  prepaidUsd: amount
    .default(0)
    .describe("On signing, credited evenly over the term; counted as far as it is credited within the plan."),
});

const future = z.strictObject({
  name,
  probability: z.number().positive().max(1),
  demandFactor: amounts.default(1),
  priceFactor: amounts.default(1),
  slipQuarters: z.record(name, quarters).default({}).describe("How late each supply or accelerator comes, by name."),
  callShare: z
    .record(name, share)
    .default({})
    .describe("The share of a deal's volume that its customer calls, by deal."),
});

const finance = z.strictObject({
  discountPerYear: z.number().min(0).max(1),
  source,
  capexUsdPerQuarter: amounts.optional().describe("Most that may be invested in a quarter."),
  standingCapitalUsd: amount.default(0).describe("Book value of what stands already; ROIC counts it as capital too."),
  openingCashUsd: z.number().default(0),
  facilityUsd: amounts.optional().describe("How far cash may go below zero; no limit when absent."),
});

const risk = z.strictObject({
  weight: share.default(0).describe("λ: the weight of the mean of the worst futures against the mean of all."),
  tail: z
    .number()
    .min(0)
    .lt(1)
    .default(0.75)
    .describe("β: the worst futures are those beyond this share of the probability."),
});

const document = z.strictObject({
  name,
  currency: currency.default("USD"),
  start: quarterSchema,
  quarters: z.int().min(1).max(60),
  objective: z.enum(["profit", "cost", "roic"]).default("profit"),
  branch: quarterSchema
    .optional()
    .describe("The quarter from which on everybody knows which future it is. A third of the way when absent."),
  regions: z.array(region).min(1).max(60),
  models: z.array(model).min(1).max(40),
  tiers: z.array(tier).min(1).max(10),
  sites: z.array(site).max(60).default([]),
  supply: z.array(z.discriminatedUnion("kind", [halls, rental, tokens])).default([]),
  accelerators: z.array(accelerator).max(20).default([]),
  demand: z.array(demand).min(1),
  deals: z.array(deal).max(20).default([]),
  futures: z
    .array(future)
    .min(1)
    .max(9)
    .default([{ name: "expected", probability: 1, demandFactor: 1, priceFactor: 1, slipQuarters: {}, callShare: {} }]),
  finance,
  risk: risk.default({ weight: 0, tail: 0.75 }),
});

type Document = z.output<typeof document>;

/** Lists whose entries may extend one another. */
export const listsThatExtend: readonly string[] = ["sites", "supply", "accelerators", "demand", "deals", "futures"];

export const capacityScenario = withExtends(
  listsThatExtend,
  document.superRefine((scenario, context) => {
    for (const { path, message } of problemsOf(scenario))
      context.addIssue({ code: "custom", path: [...path], message });
  }),
);

export type CapacityScenario = Document;
export type Site = Document["sites"][number];
export type Supply = Document["supply"][number];
export type Halls = z.output<typeof halls>;
export type Rental = z.output<typeof rental>;
export type TokenSupply = z.output<typeof tokens>;
export type Accelerator = Document["accelerators"][number];
export type Deal = Document["deals"][number];
export type Future = Document["futures"][number];
export type Objective = Document["objective"];

type Problem = { readonly path: readonly (string | number)[]; readonly message: string };

/** What no single field can tell: names that are not there, ends before starts, units that do not fit. */
function problemsOf(scenario: Document): Problem[] {
  const problems: Problem[] = [];
  const say = (path: readonly (string | number)[], message: string) => problems.push({ path, message });
  const lists = {
    regions: scenario.regions,
    models: scenario.models,
    tiers: scenario.tiers,
    sites: scenario.sites,
    supply: scenario.supply,
    accelerators: scenario.accelerators,
    deals: scenario.deals,
    futures: scenario.futures,
  };
  type List = keyof typeof lists;
  const names = (list: List) => lists[list].map((entry) => entry.name);
  const known = (list: List, wanted: string, path: readonly (string | number)[]) => {
    if (!names(list).includes(wanted)) {
      say(path, `There is no "${wanted}" in ${list}; there is ${names(list).join(", ") || "nothing"}.`);
    }
  };
  for (const list of Object.keys(lists) as List[]) {
    names(list).forEach((one, index) => {
      if (names(list).indexOf(one) !== index) say([list, index, "name"], `"${one}" is there twice.`);
    });
  }
  scenario.regions.forEach(({ near }, index) =>
    near.forEach((one, at) => known("regions", one, ["regions", index, "near", at])),
  );
  scenario.sites.forEach((one, index) => {
    known("regions", one.region, ["sites", index, "region"]);
    one.supply?.forEach((wanted, at) => known("supply", wanted, ["sites", index, "supply", at]));
    one.accelerators.forEach(({ accelerator: wanted }, at) =>
      known("accelerators", wanted, ["sites", index, "accelerators", at, "accelerator"]),
    );
  });
  scenario.supply.forEach((one, index) => {
    if (one.kind === "neocloud") {
      for (const wanted of Object.keys(one.usdPerAcceleratorHour)) {
        known("accelerators", wanted, ["supply", index, "usdPerAcceleratorHour", wanted]);
      }
      one.regions?.forEach((wanted, at) => known("regions", wanted, ["supply", index, "regions", at]));
    } else if (one.kind === "tokens") {
      for (const wanted of Object.keys(one.usdPerMtok)) {
        known("models", wanted, ["supply", index, "usdPerMtok", wanted]);
        if (unitOf(scenario, wanted) === "acceleratorHours") {
          say(["supply", index, "usdPerMtok", wanted], `"${wanted}" is counted in accelerator-hours, not in tokens.`);
        }
      }
      one.tiers?.forEach((wanted, at) => known("tiers", wanted, ["supply", index, "tiers", at]));
    } else if (one.termQuarters === undefined && isPaid(one.rentUsdPerKwMonth)) {
      say(["supply", index, "termQuarters"], "What is rented has a term: say for how many quarters.");
    }
  });
  scenario.accelerators.forEach((one, index) => {
    const path = ["accelerators", index];
    const listed = chips.find((chip) => chip.name === one.name);
    if (one.itWatts === undefined && listed?.allInWatts === undefined) {
      say([...path, "itWatts"], `This is missing, and the catalog has no power of "${one.name}".`);
    }
    if (one.usdPerAccelerator === undefined && listed?.capitalUsd === undefined) {
      say([...path, "usdPerAccelerator"], `This is missing, and the catalog has no price of "${one.name}".`);
    }
    for (const [wanted, speed] of Object.entries(one.speed)) {
      known("models", wanted, [...path, "speed", wanted]);
      const field = unitOf(scenario, wanted) === "tokens" ? "tokensPerSecond" : "acceleratorHoursPerHour";
      if (speed[field] === undefined) say([...path, "speed", wanted, field], `"${wanted}" is sold in such units.`);
    }
    if (one.own !== undefined && quarterIndex(one.own.lastStart) < quarterIndex(one.own.firstStart ?? scenario.start)) {
      say([...path, "own", "lastStart"], "It lies before the first start.");
    }
  });
  const sold = { demand: scenario.demand, deals: scenario.deals } as const;
  for (const list of ["demand", "deals"] as const) {
    sold[list].forEach((one, index) => {
      for (const field of ["region", "model", "tier"] as const) known(`${field}s`, one[field], [list, index, field]);
      const isTokens = unitOf(scenario, one.model) !== "acceleratorHours";
      const wanted = isTokens
        ? (["teratokensPerQuarter", "usdPerMtok"] as const)
        : (["millionAcceleratorHoursPerQuarter", "usdPerAcceleratorHour"] as const);
      const other = isTokens
        ? (["millionAcceleratorHoursPerQuarter", "usdPerAcceleratorHour"] as const)
        : (["teratokensPerQuarter", "usdPerMtok"] as const);
      for (const field of wanted) {
        if (one[field] === undefined) say([list, index, field], `This is missing: "${one.model}" is sold by it.`);
      }
      for (const field of other) {
        if (one[field] !== undefined)
          say([list, index, field], `"${one.model}" is not sold by it, but by ${wanted[0]}.`);
      }
    });
  }
  const streams = scenario.demand.map((one) => [one.model, one.tier, one.region].join(" · "));
  streams.forEach((one, index) => {
    if (streams.indexOf(one) !== index) say(["demand", index], `The demand for ${one} is there twice: add them up.`);
  });
  scenario.deals.forEach((one, index) => {
    if (quarterIndex(one.end) < quarterIndex(one.start)) {
      say(["deals", index, "end"], `The contract ends in ${one.end}, before it starts in ${one.start}.`);
    }
    if (quarterIndex(one.acceptBy) < quarterIndex(scenario.start)) {
      say(["deals", index, "acceptBy"], `Its window closed before the plan begins in ${scenario.start}.`);
    }
  });
  scenario.futures.forEach((one, index) => {
    for (const wanted of Object.keys(one.slipQuarters)) {
      if (![...names("supply"), ...names("accelerators")].includes(wanted)) {
        say(["futures", index, "slipQuarters", wanted], `There is no supply or accelerator "${wanted}".`);
      }
    }
    for (const wanted of Object.keys(one.callShare)) known("deals", wanted, ["futures", index, "callShare", wanted]);
  });
  const all = scenario.futures.reduce((total, { probability }) => total + probability, 0);
  if (Math.abs(all - 1) > 1e-6) say(["futures"], `Their probabilities add up to ${Number(all.toFixed(6))}, not to 1.`);
  return problems;
}

function unitOf({ models }: Document, wanted: string): Document["models"][number]["unit"] | undefined {
  return models.find((one) => one.name === wanted)?.unit;
}

function isPaid(series: Series): boolean {
  if (typeof series === "number") return series > 0;
  return Object.values(series).some((value) => Number(value) > 0);
}

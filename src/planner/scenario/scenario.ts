/**
 * A scenario as its file declares it: what a company could order and sign, the strategies it might have followed, and every
 * number with its readings. Power is in MW of IT, money in US dollars.
 */
import { z } from "zod";
import { companies, sellers } from "../../catalog/industry/companies.ts";
import { quarterIndex } from "./quarter.ts";

const quarter = z.string().regex(/^20\d\dQ[1-4]$/, "Write a quarter as 2024Q3");
const slug = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, "Use small letters, digits and hyphens, as in no-pause.");
const source = z.string().trim().min(3, "Say who says so, with an address where there is one.");

const figure = z.strictObject({
  value: z.number(),
  unit: z.string().min(1),
  source,
  asOf: z.string().regex(/^\d{4}(-\d\d(-\d\d)?)?$/, 'Write a date as "2025", "2025-10" or "2025-10-16".'),
  confidence: z.enum(["reported", "estimate", "derived", "assumption"]),
});

/** What several say of one thing, in one unit; `use` counts from 1. */
export const readings = z
  .strictObject({
    what: z.string().min(1),
    readings: z.tuple([figure], figure).readonly(),
    use: z.int().min(1).exactOptional(),
    because: z.string().exactOptional(),
    range: z.strictObject({ low: z.number(), high: z.number(), source }).exactOptional(),
  })
  .superRefine(({ readings: all, use = 1, because, range }, context) => {
    const unit = all[0].unit;
    for (const [index, one] of all.entries()) {
      if (one.unit === unit) continue;
      const path = ["readings", index, "unit"];
      context.addIssue({
        code: "custom",
        path,
        message: `Readings of one thing are in one unit, which is ${unit} here.`,
      });
    }
    if (use > all.length) {
      context.addIssue({ code: "custom", path: ["use"], message: `There are only ${all.length} readings.` });
    }
    if (new Set(all.map(({ value }) => value)).size > 1 && because === undefined) {
      context.addIssue({
        code: "custom",
        path: ["readings"],
        message: "They disagree: say in `because` why one is used.",
      });
    }
    if (range !== undefined && range.low > range.high) {
      context.addIssue({ code: "custom", path: ["range", "low"], message: "The lower end lies above the higher one." });
    }
  });

export const routes = ["build", "lease", "rent", "partner"] as const;
export type Route = (typeof routes)[number];

/** Every number that the model takes, and its unit. */
export const inputUnits = {
  itCapital: "USD/MW",
  facilityCapital: "USD/MW",
  itLife: "years",
  facilityLife: "years",
  leasePrice: "USD/kW-month",
  rentPrice: "USD/MW-year",
  partnerPrice: "USD/MW-year",
  electricity: "USD/kWh",
  pue: "ratio",
  load: "ratio",
  opexShare: "per year",
  costOfCapital: "per year",
  taxRate: "ratio",
  leadBuild: "months",
  leadLease: "months",
  leadRent: "months",
  leadPartner: "months",
  slip: "months",
  ownUsePrice: "USD/MW-year",
  ownUseShare: "ratio",
  tokenShare: "ratio",
  modelShare: "ratio",
  applicationShare: "ratio",
  tokenMargin: "ratio",
  modelMargin: "ratio",
  applicationMargin: "ratio",
  ownChipSaving: "ratio",
} as const;

export type InputName = keyof typeof inputUnits;
export const inputNames = Object.keys(inputUnits) as readonly InputName[];

const inputs = z.strictObject(
  Object.fromEntries(inputNames.map((name) => [name, readings])) as Record<InputName, typeof readings>,
);

const order = {
  at: quarter.describe("When it is committed to."),
  order: slug.describe("Its name; one that has it already takes its place."),
  what: z.string().min(1),
  mw: readings,
  online: quarter.exactOptional().describe("When its first part serves; the route's lead time after `at` when absent."),
  over: z.int().min(1).max(24).default(1).describe("Quarters over which it comes, in equal parts."),
  source,
};

const decision = z.discriminatedUnion("do", [
  z.strictObject({ do: z.literal("build"), ...order }),
  z.strictObject({ do: z.literal("lease"), ...order }),
  z.strictObject({ do: z.literal("rent"), ...order }),
  z.strictObject({ do: z.literal("partner"), ...order }),
  z
    .strictObject({
      do: z.literal("freeze"),
      at: quarter,
      until: quarter.describe("The first quarter in which orders are placed again."),
      routes: z.array(z.enum(routes)).min(1),
      source,
    })
    .describe("Every order of these routes that would be committed to meanwhile is not."),
  z.strictObject({
    do: z.literal("accept"),
    at: quarter,
    deal: slug,
    mw: readings.exactOptional().describe("No more of it than so much; all that there is capacity for when absent."),
    source,
  }),
  z.strictObject({ do: z.literal("decline"), at: quarter, deal: slug, source }),
  z.strictObject({ do: z.literal("own-chips"), at: quarter, share: readings, source }),
  z.strictObject({ do: z.literal("own-models"), at: quarter, share: readings, source }),
]);
export type Decision = z.output<typeof decision>;
export type Order = Extract<Decision, { readonly order: string }>;

const deal = z
  .strictObject({
    what: z.string().min(1),
    buyer: z.string().min(1),
    valueUsd: readings.describe("In whole dollars."),
    years: readings,
    mw: readings,
    opens: quarter.describe("From when it could be signed."),
    closes: quarter.describe("The last quarter in which it could."),
    from: quarter.describe("The first quarter of service."),
    rampQuarters: z.int().min(1).max(40).default(1).describe("Quarters over which service grows, in equal parts."),
    isDivisible: z.boolean().default(false).describe("Whether a part of it can be had."),
    signedBy: z.enum(companies).exactOptional().describe("Who really has it; absent when nobody is known."),
    source: source.describe("Of its dates."),
  })
  .superRefine(({ opens, closes, from }, context) => {
    if (quarterIndex(closes) < quarterIndex(opens)) {
      context.addIssue({ code: "custom", path: ["closes"], message: `It closes before it opens, ${opens}.` });
    }
    if (quarterIndex(from) < quarterIndex(opens)) {
      context.addIssue({
        code: "custom",
        path: ["from"],
        message: `Its service begins before it can be signed, ${opens}.`,
      });
    }
  });
export type Deal = z.output<typeof deal>;

const strategy = z.strictObject({
  title: z.string().min(1),
  about: z.string().default(""),
  follows: slug.exactOptional().describe("Another strategy, whose decisions are taken first."),
  decisions: z.array(decision).max(200).default([]),
});

export const scenarioSchema = z
  .strictObject({
    name: slug,
    extends: z.string().exactOptional(),
    title: z.string().min(1),
    about: z.string().default(""),
    company: z.enum(companies),
    currency: z.literal("USD", "Plans are in US dollars: convert, and say in the source at what rate.").default("USD"),
    from: quarter,
    to: quarter,
    base: readings.describe("Power that stands under every strategy, for business that they do not change."),
    inputs,
    deals: z.record(slug, deal).default({}),
    strategies: z.record(slug, strategy),
    record: slug.describe("The strategy that is what happened: backlogs as reported are its."),
    pause: z
      .strictObject({ without: slug, with: slug })
      .describe("The two strategies whose difference is the cost of the pause."),
    backlogs: z
      .partialRecord(z.enum(sellers), z.record(quarter, readings))
      .default({})
      .describe("As reported, in billions."),
  })
  .superRefine((scenario, context) => {
    checkUnits(scenario, context);
    checkSizes(scenario, context);
    checkTimes(scenario, context);
    checkStrategies(scenario, context);
  });

export type Scenario = z.output<typeof scenarioSchema>;
export type ScenarioFile = z.input<typeof scenarioSchema>;

type Context = { addIssue: (issue: { code: "custom"; path: PropertyKey[]; message: string }) => void };

/** One currency, and each input in the unit that the model takes it in. */
function checkUnits({ currency, inputs: all, deals, base, strategies, backlogs }: Scenario, context: Context): void {
  const demand = (of: z.output<typeof readings>, unit: string, path: PropertyKey[]) => {
    const { unit: found } = of.readings[0];
    if (found === unit) return;
    const [, money, per] = /^([A-Z]{3})(.*)$/.exec(found) ?? [];
    const isOther = unit.startsWith(currency) && per === unit.slice(currency.length);
    const message = isOther
      ? `Currencies are mixed: the scenario counts in ${currency}, this is in ${money}.`
      : `It is taken in ${unit}, not in ${found}.`;
    context.addIssue({ code: "custom", path: [...path, "readings", 0, "unit"], message });
  };
  for (const name of inputNames) demand(all[name], inputUnits[name], ["inputs", name]);
  demand(base, "MW", ["base"]);
  for (const [name, one] of Object.entries(deals)) {
    demand(one.valueUsd, currency, ["deals", name, "valueUsd"]);
    demand(one.years, "years", ["deals", name, "years"]);
    demand(one.mw, "MW", ["deals", name, "mw"]);
  }
  for (const [name, { decisions }] of Object.entries(strategies)) {
    for (const [index, one] of decisions.entries()) {
      const path = ["strategies", name, "decisions", index];
      if ("mw" in one && one.mw !== undefined) demand(one.mw, "MW", [...path, "mw"]);
      if ("share" in one) demand(one.share, "ratio", [...path, "share"]);
    }
  }
  for (const [company, quarters] of Object.entries(backlogs)) {
    for (const [at, one] of Object.entries(quarters)) demand(one, `${currency} bn`, ["backlogs", company, at]);
  }
}

type Room = { readonly least: number; readonly most: number };

/** What can be of an input: margins may be below nothing, shares not above all, and nothing else below nothing. */
function roomOf(name: InputName): Room {
  if (inputUnits[name] === "years") return { least: 0.25, most: 100 };
  if (name === "pue") return { least: 1, most: 10 };
  if (inputUnits[name] !== "ratio") return { least: 0, most: Infinity };
  return { least: name.endsWith("Margin") || name === "ownChipSaving" ? -10 : 0, most: 1 };
}

/** Every reading and both ends of every range are of a size that there can be. */
function checkSizes({ inputs: all, deals, base, strategies }: Scenario, context: Context): void {
  const demand = (of: z.output<typeof readings>, { least, most }: Room, path: PropertyKey[]) => {
    const told = (value: number, ...at: PropertyKey[]) => {
      if (value >= least && value <= most) return;
      const room = most === Infinity ? `${least} or more` : `${least} to ${most}`;
      context.addIssue({
        code: "custom",
        path: [...path, ...at],
        message: `It can be ${room} (${of.readings[0].unit}).`,
      });
    };
    for (const [index, { value }] of of.readings.entries()) told(value, "readings", index, "value");
    if (of.range !== undefined) for (const end of ["low", "high"] as const) told(of.range[end], "range", end);
  };
  const amount: Room = { least: 0, most: Infinity };
  for (const name of inputNames) demand(all[name], roomOf(name), ["inputs", name]);
  demand(base, amount, ["base"]);
  for (const [name, one] of Object.entries(deals)) {
    for (const field of ["valueUsd", "mw"] as const) demand(one[field], amount, ["deals", name, field]);
  }
  for (const [name, { decisions }] of Object.entries(strategies)) {
    for (const [index, one] of decisions.entries()) {
      const path = ["strategies", name, "decisions", index];
      if ("mw" in one && one.mw !== undefined) demand(one.mw, amount, [...path, "mw"]);
      if ("share" in one) demand(one.share, { least: 0, most: 1 }, [...path, "share"]);
    }
  }
}

function checkTimes({ from, to, deals, strategies }: Scenario, context: Context): void {
  const [first, last] = [quarterIndex(from), quarterIndex(to)];
  const spanMost = 100;
  if (last <= first || last - first > spanMost) {
    const message = `It ends ${last <= first ? `before it begins, ${from}` : `more than ${spanMost} quarters after ${from}`}.`;
    context.addIssue({ code: "custom", path: ["to"], message });
    return;
  }
  for (const [name, { years }] of Object.entries(deals)) {
    const used = years.readings[(years.use ?? 1) - 1] ?? years.readings[0];
    const lows = [...years.readings.map(({ value }) => value), years.range?.low ?? used.value];
    if (Math.min(...lows) >= 0.25) continue;
    const message = "The contract ends before it starts: its term is at least a quarter of a year.";
    context.addIssue({ code: "custom", path: ["deals", name, "years"], message });
  }
  for (const [name, { decisions }] of Object.entries(strategies)) {
    for (const [index, one] of decisions.entries()) {
      const path = ["strategies", name, "decisions", index];
      if (one.do === "freeze" && quarterIndex(one.until) <= quarterIndex(one.at)) {
        context.addIssue({ code: "custom", path: [...path, "until"], message: `It ends before it begins, ${one.at}.` });
      }
      if ("online" in one && one.online !== undefined && quarterIndex(one.online) < quarterIndex(one.at)) {
        context.addIssue({
          code: "custom",
          path: [...path, "online"],
          message: `It serves before it is committed to, ${one.at}.`,
        });
      }
    }
  }
}

/** Names that are used are there, nothing follows itself, and a deal is taken in its window. */
function checkStrategies({ deals, strategies, pause, record }: Scenario, context: Context): void {
  if (!Object.hasOwn(strategies, record)) {
    context.addIssue({ code: "custom", path: ["record"], message: `There is no strategy "${record}".` });
  }
  for (const side of ["without", "with"] as const) {
    if (Object.hasOwn(strategies, pause[side])) continue;
    const message = `There is no strategy "${pause[side]}".`;
    context.addIssue({ code: "custom", path: ["pause", side], message });
  }
  for (const [name, { follows, decisions }] of Object.entries(strategies)) {
    if (follows !== undefined) {
      const problem = Object.hasOwn(strategies, follows)
        ? cycleFrom(strategies, name)
        : `There is no strategy "${follows}".`;
      if (problem !== undefined) {
        context.addIssue({ code: "custom", path: ["strategies", name, "follows"], message: problem });
      }
    }
    for (const [index, one] of decisions.entries()) {
      if (one.do !== "accept" && one.do !== "decline") continue;
      const path = ["strategies", name, "decisions", index];
      const asked = Object.hasOwn(deals, one.deal) ? deals[one.deal] : undefined;
      if (asked === undefined) {
        context.addIssue({ code: "custom", path: [...path, "deal"], message: `There is no deal "${one.deal}".` });
      } else if (one.do === "accept" && !isWithin(one.at, asked)) {
        const message = `The deal can be taken from ${asked.opens} to ${asked.closes} only.`;
        context.addIssue({ code: "custom", path: [...path, "at"], message });
      }
    }
  }
}

function isWithin(at: string, { opens, closes }: Deal): boolean {
  return quarterIndex(at) >= quarterIndex(opens) && quarterIndex(at) <= quarterIndex(closes);
}

function cycleFrom(strategies: Scenario["strategies"], name: string): string | undefined {
  const way = [name];
  for (let next = strategies[name]?.follows; next !== undefined; next = strategies[next]?.follows) {
    if (way.includes(next)) return `It follows itself: ${[...way, next].join(" → ")}.`;
    way.push(next);
  }
  return undefined;
}

/** The decisions of a strategy and of what it follows, the earliest first; later words on an order or a deal win. */
export function decisionsOf({ strategies }: Pick<Scenario, "strategies">, name: string): readonly Placed[] {
  const own = strategies[name];
  if (own === undefined) return [];
  const before = own.follows === undefined ? [] : decisionsOf({ strategies }, own.follows);
  const placed = own.decisions.map((decision, index): Placed => ({ strategy: name, index, decision }));
  const subject = ({ decision }: Placed) =>
    "order" in decision ? `order ${decision.order}` : "deal" in decision ? `deal ${decision.deal}` : undefined;
  const said = new Set(placed.map(subject).filter((one) => one !== undefined));
  const kept = before.filter((one) => !said.has(subject(one) ?? ""));
  return [...kept, ...placed].toSorted((one, other) => quarterIndex(one.decision.at) - quarterIndex(other.decision.at));
}

/** A decision and where it stands, which is where its numbers do. */
export type Placed = { readonly strategy: string; readonly index: number; readonly decision: Decision };

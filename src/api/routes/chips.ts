/** The catalog of accelerators with a source for every figure, and whether an own one is worth making. */
import { z } from "zod";
import { type Chip, precisions } from "../../catalog/chip.ts";
import { chips } from "../../catalog/chips.ts";
import type { Figure } from "../../catalog/figure.ts";
import { type MakeOrBuy, makeOrBuy } from "../../planner/make-or-buy.ts";
import { makeOrBuyScenario } from "../../planner/make-or-buy-scenario.ts";
import { type Sensitivity, sensitivity } from "../../planner/sensitivity.ts";
import { Fault } from "../../stack/fault.ts";
import type { Plain, Same } from "../plain.ts";
import { everybody, type Route, route } from "../route.ts";
import { readYaml } from "../yaml-file.ts";

const sourced = {
  unit: z.string(),
  source: z.string().describe("Who says so, with an address where there is one."),
  asOf: z.string().describe("The year, month or day for which it holds."),
  confidence: z.enum(["reported", "estimate", "derived", "assumption"]),
};
export const sourcedFigure = z.strictObject({ value: z.number(), ...sourced }).meta({ id: "SourcedFigure" });
const figure = sourcedFigure;
const figureText = z.strictObject({ value: z.string(), ...sourced }).meta({ id: "SourcedText" });

const chip = z
  .strictObject({
    name: z.string(),
    title: z.string(),
    vendor: z.string(),
    aliases: z.array(z.string()),
    available: figureText,
    peakTeraflops: z.partialRecord(z.enum(precisions), figure),
    memoryGigabytes: figure,
    memoryGigabytesPerSecond: figure,
    scaleUp: z.strictObject({ gigabytesPerSecond: figure, accelerators: figure }).exactOptional(),
    scaleOut: z.strictObject({ gigabytesPerSecond: figure }).exactOptional(),
    tdpWatts: figure.exactOptional(),
    allInWatts: figure.exactOptional(),
    idleWatts: figure.exactOptional(),
    capitalUsd: figureText.exactOptional(),
    rentUsdPerHour: figureText.exactOptional(),
  })
  .meta({ id: "Chip", description: "What a datasheet says of an accelerator; what nobody has published is absent." });

const tokenMaker = z
  .strictObject({
    name: z.string(),
    usdPerChip: z.number(),
    allInWatts: z.number(),
    tokensPerSecond: z.number(),
    usdPerHour: z.number(),
    usdPerMtok: z.number(),
    tokensPerSecondPerWatt: z.number(),
    joulesPerToken: z.number(),
  })
  .meta({ id: "TokenMaker" });

const comparison = z
  .strictObject({
    name: z.string(),
    unit: z.strictObject({
      dieSquareMillimetres: z.number(),
      diesPerWafer: z.number(),
      dieYield: z.number(),
      dieUsd: z.number(),
      parts: z.array(z.strictObject({ name: z.string(), usd: z.number() })),
      usd: z.number(),
    }),
    own: z.strictObject({ first: tokenMaker, mature: tokenMaker }),
    merchants: z.array(tokenMaker),
    chips: z.number(),
    developmentUsd: z.number(),
    developmentUsdPerChip: z.number().nullable(),
    savedUsd: z.number(),
    worthUsd: z.number(),
    breakEvenChips: z.number().nullable(),
    yearsDelayUsd: z.number(),
    years: z.array(
      z.strictObject({
        year: z.int(),
        chips: z.number(),
        softwareEfficiency: z.number(),
        cheapestMerchant: z.string(),
        merchantUsdPerMtok: z.number(),
        savedUsd: z.number(),
      }),
    ),
    sensitivity: z.array(z.strictObject({ assumption: z.string(), lowerUsd: z.number(), higherUsd: z.number() })),
  })
  .meta({ id: "MakeOrBuy", description: "An own chip against bought ones; a plan in plain numbers, not a ledger." });

/** A scenario that reads as what comes of it, so that what cannot be compared is told where it stands. */
const compared = makeOrBuyScenario.transform((scenario, context) => {
  try {
    return { ...makeOrBuy(scenario), sensitivity: sensitivity(scenario) };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const unknown = scenario.merchants.findIndex((merchant) => error.message.includes(`"${merchant.chip}"`));
    const path = error.param === "chip" ? ["merchants", unknown, "chip"] : standing(error.param ?? "");
    const message = error.message.replace(`${z.core.toDotPath(path)}: `, "");
    context.addIssue({ code: "custom", path, message });
    return z.NEVER;
  }
});

/** The part of a fault's path that stands in every scenario: `merchants[0].usdPerChip` may be what is missing. */
function standing(param: string): (string | number)[] {
  const [, merchant] = /^merchants\[(\d+)\]/.exec(param) ?? [];
  return merchant === undefined ? param.split(".") : ["merchants", Number(merchant)];
}

const scenarioText = z
  .strictObject({
    yaml: z.string().optional().describe("The scenario as the text of its file, YAML or JSON."),
    scenario: compared.optional().describe("The scenario itself."),
  })
  .refine(({ yaml, scenario }) => (yaml === undefined) !== (scenario === undefined), "Give either yaml or scenario.");

export const chipRoutes: readonly Route[] = [
  route(
    everybody,
    {
      method: "GET",
      path: "/api/chips",
      summary: "Accelerators: peaks, memory, links, power and prices, each figure with its source",
      answer: z.strictObject({ chips: z.array(chip) }),
    },
    async () => ({ body: { chips: structuredClone(chips) as z.input<typeof chip>[] } }),
  ),
  route(
    everybody,
    {
      method: "POST",
      path: "/api/chips/make-or-buy",
      summary: "Whether the own chip of a scenario is worth making; keeps nothing",
      body: scenarioText,
      answer: comparison,
    },
    async ({ body: { yaml, scenario } }) => {
      const result = scenario ?? readYaml(yaml ?? "", "scenario.yaml", compared).data;
      return { body: structuredClone(result) as z.input<typeof comparison> };
    },
  ),
];

// The schemas say what the types of the catalog and the planner say: a drift of either is an error here.
({ figure: true, chip: true, comparison: true }) satisfies {
  figure: Same<z.output<typeof figure>, Plain<Figure>>;
  chip: Same<z.output<typeof chip>, Plain<Chip>>;
  comparison: Same<z.output<typeof comparison>, Plain<MakeOrBuy & { readonly sensitivity: readonly Sensitivity[] }>>;
};

/** The scenario of an own chip against chips that can be bought, as its file declares it. Money is in US dollars of today. */
import { z } from "zod";
import { chipNamed } from "../catalog/chips.ts";
import { Fault } from "../stack/fault.ts";

const usdAmount = z.number().nonnegative();
const share = z.number().min(0).max(1);
const positive = z.number().positive();

const die = z.strictObject({
  waferUsd: positive,
  waferMillimetres: z.literal([200, 300]).default(300),
  edgeMillimetres: z.number().min(0).max(10).default(3),
  scribeMillimetres: z.number().min(0).max(1).default(0.1),
  widthMillimetres: positive.max(33, "A scanner exposes no more than 26 × 33 mm at once."),
  heightMillimetres: positive.max(33, "A scanner exposes no more than 26 × 33 mm at once."),
  perPackage: z.int().min(1).max(16).default(1).describe("Such dies in one package."),
  defectsPerSquareCentimetre: z.number().min(0).max(5),
  yieldModel: z.enum(["negative-binomial", "murphy"]).default("negative-binomial"),
  clustering: positive.max(1000).default(2).describe("The α of the negative binomial; small when defects cluster."),
});

const packaged = z.strictObject({
  usd: usdAmount.describe("Interposer, substrate and assembly."),
  testUsd: usdAmount.default(0),
  yield: z.number().positive().max(1),
  memoryGigabytes: z.number().nonnegative(),
  memoryUsdPerGigabyte: usdAmount,
  partnerMarkup: z
    .number()
    .min(0)
    .max(5)
    .default(0)
    .describe("What a design partner adds to the cost of a packaged chip."),
});

const made = z.strictObject({
  name: z.string().min(1),
  peakTeraflops: positive.describe("Dense, in the workload's precision."),
  memoryGigabytesPerSecond: positive,
  allInWatts: positive.describe("At the utility: with its share of host, network and cooling."),
  serverUsdPerChip: usdAmount.describe("Its share of host, rack, network and cooling."),
  die,
  package: packaged,
  development: z.strictObject({
    years: positive.max(10).describe("From the first engineer to the first volume, as planned."),
    costsUsd: z.record(z.string(), usdAmount).describe("Spent evenly over those years, by name."),
    maskSets: z.int().min(1).max(20),
    maskSetUsd: usdAmount,
    runningUsdPerYear: usdAmount.describe(
      "Software and upkeep, for as long as chips are built, and while they are late.",
    ),
  }),
  chipsPerYear: z.array(z.number().nonnegative()).min(1).max(15).describe("Built in each year from first volume on."),
  slipYears: z
    .number()
    .min(0)
    .max(10)
    .default(0)
    .describe("So much later than planned; the years of building end as planned."),
  softwareEfficiency: z
    .array(z.number().positive().max(2))
    .min(1)
    .max(15)
    .describe("Of the merchant's, in each year from first volume on; the last holds thereafter."),
});

function isListed(name: string, context: { addIssue: (message: string) => void }): void {
  try {
    chipNamed(name);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    context.addIssue(error.message);
  }
}

const merchant = z.strictObject({
  chip: z.string().min(1).superRefine(isListed).describe("A name of the catalog, which gives what is left out here."),
  tokensPerSecond: positive.describe("Output tokens per chip, measured on the workload."),
  usdPerChip: positive.optional().describe("With its share of the server; the catalog's when absent."),
  discount: share.default(0).describe("Off that price: what a credible threat to build may be worth."),
  allInWatts: positive.optional(),
});

const scenario = z.strictObject({
  name: z.string().min(1),
  workload: z.strictObject({
    description: z.string().default(""),
    precision: z.enum(["bf16", "fp8", "int8", "fp4"]),
    memoryBoundShare: share.describe("Of the first merchant's time per token that its memory's bandwidth bounds."),
    utilisation: positive.max(1).describe("Tokens sold over tokens that could be made."),
  }),
  site: z.strictObject({
    electricityUsdPerKwh: usdAmount,
    drawnShare: positive.max(1).default(0.8).describe("Average power over all-in power."),
    spaceUsdPerKwMonth: usdAmount.default(0),
  }),
  finance: z.strictObject({
    costOfCapital: z.number().min(0).max(1),
    lifeYears: z.int().min(1).max(15),
    tokensPerDollarGrowthPerYear: z
      .number()
      .min(-0.5)
      .max(3)
      .describe("How much more a dollar buys of merchants each year: 0.3 is 30 % more."),
    tokensPerWattGrowthPerYear: z.number().min(-0.5).max(3),
  }),
  own: made,
  merchants: z.array(merchant).min(1).max(8).describe("The first is the yardstick of software and of the workload."),
});

export const makeOrBuyScenario = scenario;
export type MakeOrBuyScenario = z.output<typeof scenario>;
export type MadeChip = MakeOrBuyScenario["own"];

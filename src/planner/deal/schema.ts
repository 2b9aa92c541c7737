/**
 * A compute contract as its file, deal.yaml, declares it, from the side of its seller or of its buyer. What the contract
 * says is plain; what is assumed about the world outside is a figure with its source. Names are those of the factory's
 * `Contract` (stack/resource.ts), which a signed deal becomes.
 */
import { z } from "zod";
import { monthOf } from "./calendar.ts";
import { figure, share, usdAmount } from "./figure.ts";

const months = z.int().min(1).max(480);
const date = z.iso.date({ error: 'Write a date as "2026-03-01"', abort: true });

const tranche = z
  .strictObject({
    delivered: date.describe("The planned day of delivery to the customer."),
    accelerators: z.int().positive().exactOptional(),
    megawattsIt: z.number().positive().exactOptional().describe("Megawatts of critical IT load, not at the utility."),
  })
  .refine(({ accelerators, megawattsIt }) => (accelerators === undefined) !== (megawattsIt === undefined), {
    message: "A tranche has either accelerators or megawattsIt.",
  });

const ramp = z
  .strictObject({
    first: date,
    last: date,
    everyMonths: z.int().min(1).max(24).default(1),
    accelerators: z.int().positive().exactOptional().describe("All tranches together, in equal parts."),
    megawattsIt: z.number().positive().exactOptional(),
  })
  .refine(({ accelerators, megawattsIt }) => (accelerators === undefined) !== (megawattsIt === undefined), {
    message: "A ramp has either accelerators or megawattsIt.",
  })
  .refine(({ first, last }) => first <= last, { path: ["last"], message: "The ramp ends before it begins." });

const capacity = z
  .strictObject({
    kilowattsPerAccelerator: figure({ most: 100 }).describe(
      "Kilowatts of critical IT load, with the share of host, network and storage.",
    ),
    termMonths: months
      .exactOptional()
      .describe("The term of each tranche from its delivery; to the contract's end when absent."),
    tranches: z.array(tranche).min(1).max(200).exactOptional(),
    ramp: ramp.exactOptional(),
  })
  .refine(({ tranches, ramp: steps }) => (tranches === undefined) !== (steps === undefined), {
    message: "Capacity comes either in tranches or by a ramp.",
  });

const price = z
  .strictObject({
    usdPerAcceleratorHour: usdAmount.exactOptional(),
    usdPerMegawattItYear: usdAmount.exactOptional(),
    totalUsd: usdAmount.exactOptional().describe("The contract's whole value."),
    escalatorPerYear: z.number().min(-0.5).max(0.5).default(0).describe("On each anniversary of its beginning."),
    takeOrPayFloor: z
      .number()
      .min(0)
      .max(1)
      .default(1)
      .describe("The share of the contracted hours that is billed whether they are used or not."),
    source: z.string().min(1).exactOptional(),
    asOf: z.string().exactOptional(),
  })
  .refine(
    (terms) =>
      [terms.usdPerAcceleratorHour, terms.usdPerMegawattItYear, terms.totalUsd].filter((one) => one !== undefined)
        .length === 1,
    { message: "Give one of usdPerAcceleratorHour, usdPerMegawattItYear and totalUsd." },
  );

const prepayment = z
  .strictObject({
    share: z.number().positive().max(1).describe("A share of each tranche's committed value."),
    monthsBeforeDelivery: z.int().min(0).max(60).default(0),
    creditedFromMonth: z.int().min(0).max(480).describe("A month of a tranche's term; 0 is the first."),
    creditedToMonth: z
      .int()
      .min(1)
      .max(481)
      .describe("The month before which the last credit falls; credits are even."),
  })
  .refine(({ creditedFromMonth, creditedToMonth }) => creditedFromMonth < creditedToMonth, {
    path: ["creditedToMonth"],
    message: "The credit ends before it begins.",
  });

const building = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("own"),
    usdPerMegawattIt: figure(),
    lifeMonths: months.default(180),
    constructionMonths: z
      .int()
      .min(1)
      .max(120)
      .default(12)
      .describe("The months before delivery over which it is paid evenly."),
    residualShareOfBook: share
      .exactOptional()
      .describe("The share of its book value that it fetches at the end; all when absent."),
  }),
  z.strictObject({
    type: z.literal("lease"),
    usdPerKwMonth: figure(),
    escalatorPerYear: z.number().min(-0.5).max(0.5).default(0),
    monthsBeforeDelivery: z.int().min(0).max(60).default(0).describe("Paid before the customer pays."),
    leaseMonths: months
      .exactOptional()
      .describe("The term of the lease; as long as the tranche when absent. What is left over is sublet."),
    subletShare: share
      .exactOptional()
      .describe("The share of the remaining rent that a sublet brings; all when absent."),
  }),
  z.strictObject({ type: z.literal("included") }).describe("Included in the price of something else."),
]);

const owned = z.strictObject({
  type: z.literal("own"),
  serverUsdPerAccelerator: figure(),
  networkUsdPerAccelerator: figure().exactOptional().describe("Included in the server's when absent; so is storage."),
  storageUsdPerAccelerator: figure().exactOptional(),
  lifeMonths: months.describe("The time over which IT is depreciated, by the company's policy."),
  paidMonthsBeforeDelivery: z.int().min(0).max(24).default(1),
  residualShare: share
    .exactOptional()
    .describe("The share of its cost that IT fetches at the end of its tranche; 0 when absent."),
  building,
  power: z.strictObject({
    usdPerKwh: figure({ most: 5 }),
    pue: figure({ least: 1, most: 3 }),
    load: share.describe("The share of the provided IT load that is drawn on average."),
  }),
  operationsUsdPerAcceleratorYear: figure().describe("People, repairs, spares, software, insurance."),
});

const rented = z.strictObject({
  type: z.literal("rent"),
  rentUsdPerAcceleratorHour: figure().describe("Bare metal rented from another company, with power and building."),
  operationsUsdPerAcceleratorYear: figure().exactOptional(),
});

const used = z
  .strictObject({
    worthUsdPerAcceleratorHour: figure().describe("What an hour of good use earns: tokens sold, or rent avoided."),
    goodput: share.exactOptional().describe("The share of the used hours that produce something; all when absent."),
    partsUsdPerAcceleratorHour: z
      .record(z.string(), figure())
      .default({})
      .describe("What comes on top of the price: storage, networking, support, control plane, debugging."),
    setupUsdPerAccelerator: figure().exactOptional(),
  })
  .describe("What the buyer makes of it.");

const risks = z.strictObject({
  lateDelivery: z
    .strictObject({
      chance: share,
      months: figure({ most: 120 }).describe(
        "Months late on average, when it is late; capital and leases are not late.",
      ),
      extendsTerm: z.boolean().default(true),
      damagesShare: z.number().min(0).max(5).default(0).describe("A share of the monthly fee, for each month late."),
      damagesMonthsMax: z.int().min(0).max(60).default(6),
    })
    .exactOptional(),
  counterpartyDefault: z
    .strictObject({
      chancePerYear: share,
      remarketingMonths: z.int().min(0).max(60).default(6).describe("Months until the capacity earns again."),
      remarketingPriceShare: share.describe("A share of the contract's price."),
    })
    .exactOptional(),
  obsolescence: z
    .strictObject({
      chancePerYear: share.describe(
        "The chance per year that something much better makes this accelerator obsolete early.",
      ),
      valueLost: share.describe("The share lost of its residual and of its price when remarketed."),
    })
    .exactOptional(),
});

/** What a published claim may be about. */
export const claimMetrics = [
  "grossMargin",
  "ebitdaMargin",
  "irrPerYear",
  "roic",
  "paybackMonths",
  "totalUsd",
  "usdPerMegawattItYear",
  "usdPerAcceleratorHour",
] as const;

const claim = z
  .strictObject({
    metric: z.enum(claimMetrics),
    low: z.number(),
    high: z.number(),
    source: z.string({ error: "A claim says who makes it" }).min(1),
    asOf: z.string(),
  })
  .refine(({ low, high }) => low <= high, { path: ["high"], message: "It is below low." })
  .describe("What others have published about this deal, shown beside the result. It changes nothing.");

const common = {
  name: z.string().regex(/^[a-z0-9][a-z0-9._:/-]{0,62}$/, "Use lower-case letters, digits, and . _ : / - (at most 63)"),
  title: z.string().default(""),
  counterparty: z.string().min(1),
  currency: z.literal("USD", { error: "Plans are in US dollars: convert the amounts, and say USD" }).default("USD"),
  signed: date,
  from: date,
  to: date.exactOptional().describe("Its last day; the last tranche's when absent."),
  accelerator: z.string().min(1).describe("Its name in the catalog, or your own."),
  capacity,
  price,
  utilisation: share
    .exactOptional()
    .describe("The share of the contracted hours that the customer uses; all when absent."),
  prepayment: prepayment.exactOptional(),
  finance: z.strictObject({
    costOfCapital: share.describe("Per year; a twelfth of it each month, compounded."),
    taxRate: z
      .number()
      .min(0)
      .max(0.9)
      .default(0)
      .describe("The tax rate on operating profit; losses are carried forward."),
    overheadShareOfRevenue: share
      .exactOptional()
      .describe("Sales and administration, a share of revenue: below gross profit."),
    paidAfterMonths: z.int().min(0).max(12).default(0).describe("Months from service to payment."),
    debt: z
      .strictObject({
        shareOfCapital: share.describe("The share of capital spending that the loan pays; drawn as it is spent."),
        interestPerYear: share.describe("Interest per year; a twelfth of it each month on what is owed."),
        termMonths: z
          .int()
          .min(1)
          .max(360)
          .describe("The number of months of equal repayments from service on; none after the contract ends."),
      })
      .exactOptional()
      .describe("A loan. What is left to the owners is shown beside the deal's own cash, and changes none of it."),
  }),
  risks: risks.default({}),
  claims: z.array(claim).default([]),
  notes: z.array(z.string()).default([]),
};

const sold = z.strictObject({
  role: z.literal("seller"),
  ...common,
  costs: z.discriminatedUnion("type", [owned, rented]),
});
const bought = z.strictObject({ role: z.literal("buyer"), ...common, use: used });

/** A plan of more is none, and would take for ever. */
const monthsMost = 600;
/** What is written off may serve on for a while, but not for ever. */
const servedLivesMost = 2;

export const dealFile = z.discriminatedUnion("role", [sold, bought]).superRefine((deal, context) => {
  const issue = (path: (string | number)[], message: string) => context.addIssue({ code: "custom", path, message });
  const { from, to, signed, capacity: given } = deal;
  if (to !== undefined && to < from) issue(["to"], `The contract ends before it starts on ${from}`);
  if (signed > from) issue(["signed"], `It is signed after it starts on ${from}`);
  if (to === undefined && given.termMonths === undefined) {
    issue(["to"], "Say when the contract ends, here or by capacity.termMonths");
  }
  const most = monthOf(signed) + monthsMost;
  if (to !== undefined && monthOf(to) > most)
    issue(["to"], `It ends more than ${monthsMost / 12} years after it is signed`);
  const deliveries = given.tranches?.map(({ delivered }, index) => ({
    delivered,
    path: ["tranches", index, "delivered"],
  }));
  for (const { delivered, path } of deliveries ?? [
    { delivered: given.ramp?.first ?? from, path: ["ramp", "first"] },
    { delivered: given.ramp?.last ?? from, path: ["ramp", "last"] },
  ]) {
    if (delivered < from) issue(["capacity", ...path], `It is delivered before the contract starts on ${from}`);
    if (to === undefined) {
      if (monthOf(delivered) + (given.termMonths ?? 0) > most) {
        issue(["capacity", ...path], `Its term ends more than ${monthsMost / 12} years after the contract is signed`);
      }
      continue;
    }
    if (delivered > to) issue(["capacity", ...path], `It is delivered after the contract ends on ${to}`);
    else if (given.termMonths !== undefined && monthOf(delivered) + given.termMonths > monthOf(to, "end") + 1e-9) {
      issue(["capacity", ...path], `Its term of ${given.termMonths} months outlasts the contract, which ends on ${to}`);
    }
  }
  if (deal.role === "buyer" || deal.costs.type !== "own" || (to !== undefined && to < from)) return;
  const first = Math.min(
    ...(deliveries?.map(({ delivered }) => monthOf(delivered)) ?? [monthOf(given.ramp?.first ?? from)]),
  );
  const term = Math.floor(given.termMonths ?? (to === undefined ? 0 : monthOf(to, "end") - first));
  const { lifeMonths, building } = deal.costs;
  const lives = building.type === "own" ? { lifeMonths, "building.lifeMonths": building.lifeMonths } : { lifeMonths };
  for (const [field, life] of Object.entries(lives)) {
    const message = `It would serve for ${term} months, more than ${servedLivesMost} lives, and nothing renews it: plan the time after its renewal as a deal of its own`;
    if (term > life * servedLivesMost) issue(["costs", ...field.split(".")], message);
  }
});

export type Deal = z.output<typeof dealFile>;
export type SoldDeal = Extract<Deal, { role: "seller" }>;
export type BoughtDeal = Extract<Deal, { role: "buyer" }>;
export type ClaimMetric = (typeof claimMetrics)[number];

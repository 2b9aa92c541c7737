/**
 * A contract for compute: who is bound to take what, from when until when, at which price, and what is owed when
 * less is taken.
 *
 * A seller's contract is drawn down by the tokens and accelerator-hours that the factory delivers to a tenant; a
 * buyer's by what the factory buys from a source. Days are UTC; `from` is the first and `to` the last of them.
 */
import { z } from "zod";
import { name, ratio, usdPerMillion, usdText } from "./field.ts";
import { usd } from "./money.ts";

const millions = z.number().nonnegative().max(1e12);

const tokenLine = z
  .strictObject({
    model: name,
    inputUsdPerMillion: usdPerMillion,
    cachedInputUsdPerMillion: usdPerMillion.optional().describe("The input price when absent."),
    outputUsdPerMillion: usdPerMillion,
    reasoningUsdPerMillion: usdPerMillion.optional().describe("The output price when absent."),
    committedMillions: z
      .strictObject({
        input: millions.optional(),
        cachedInput: millions.optional(),
        output: millions.optional(),
        reasoning: millions.optional(),
      })
      .optional()
      .describe("Millions of tokens of each class that the contract commits; absent when it commits only money."),
  })
  .describe("Tokens of a model at the contract's price, which holds instead of any price book's.");

const period = z.enum(["month", "quarter", "year", "term"]);

export const contract = z
  .strictObject({
    kind: z.literal("Contract"),
    name,
    counterparty: z.string().describe("Who signed it, by name."),
    role: z.enum(["seller", "buyer"]).describe("seller: we deliver. buyer: we take."),
    tenant: name.optional().describe("Seller's: the tenant that is the customer; its usage draws on the contract."),
    source: name.optional().describe("Buyer's: the source whose bills draw on the contract, at its own prices."),
    from: z.iso.date().describe("Its first day (UTC)."),
    to: z.iso.date().describe("Its last day (UTC)."),
    cancelledOn: z.iso
      .date()
      .optional()
      .describe("The first day on which it no longer holds; tomorrow or later once it has begun."),
    totalUsd: usdText.describe("Total contract value: what is committed over the term, so the RPO at signing."),
    tokens: z.array(tokenLine).min(1).optional().describe("Seller's."),
    accelerators: z
      .strictObject({
        source: name,
        count: z.int().positive(),
        usdPerAcceleratorHour: usdText,
      })
      .optional()
      .describe("Seller's: accelerators of a source that are the customer's alone, every hour of the term."),
    ramp: z
      .array(z.strictObject({ from: z.iso.date(), share: ratio }))
      .min(1)
      .optional()
      .describe("The share of the accelerators and of the floor that holds from a day on; the first is `from`."),
    takeOrPay: z
      .union([
        z.boolean(),
        z.strictObject({
          period: period.describe("Counted from the contract's first day; a last part of one counts by its days."),
          floorUsd: usdText.describe("Owed for each period, however much is used."),
        }),
      ])
      .default(false)
      .describe("true: the whole total is owed by the end of the term."),
    prepayment: z
      .strictObject({
        usd: usdText,
        creditFrom: z.iso.date().optional().describe("The contract's first day when absent."),
        creditTo: z.iso.date().optional().describe("The contract's last day when absent."),
      })
      .optional()
      .describe("Paid on the first day, credited evenly over its days against what is billed, month by month."),
  })
  .superRefine((one, context) => {
    for (const { path, message } of problemsOf(one)) context.addIssue({ code: "custom", path: [...path], message });
  });

type Terms = {
  readonly role: "seller" | "buyer";
  readonly tenant?: string | undefined;
  readonly source?: string | undefined;
  readonly from: string;
  readonly to: string;
  readonly totalUsd: string;
  readonly tokens?: readonly { readonly model: string }[] | undefined;
  readonly accelerators?: object | undefined;
  readonly ramp?: readonly { readonly from: string; readonly share: string }[] | undefined;
  readonly takeOrPay: boolean | { readonly floorUsd: string };
  readonly prepayment?: Prepayment | undefined;
};

type Prepayment = {
  readonly usd: string;
  readonly creditFrom?: string | undefined;
  readonly creditTo?: string | undefined;
};

type Problem = { readonly path: readonly (string | number)[]; readonly message: string };

/** What does not fit within the contract itself, each at its field. ISO dates compare as text. */
function* problemsOf(one: Terms): Generator<Problem> {
  if (one.to < one.from) yield { path: ["to"], message: `It ends on ${one.to}, before it starts on ${one.from}` };
  yield* one.role === "seller" ? sellersProblems(one) : buyersProblems(one);
  if (typeof one.takeOrPay === "object" && isMore(one.takeOrPay.floorUsd, one.totalUsd)) {
    const message = `The floor of one period, US$${one.takeOrPay.floorUsd}, is above the total of US$${one.totalUsd}`;
    yield { path: ["takeOrPay", "floorUsd"], message };
  }
  yield* rampProblems(one);
  if (one.prepayment !== undefined) yield* prepaymentProblems(one, one.prepayment);
}

function* sellersProblems({ tenant, source, tokens, accelerators }: Terms): Generator<Problem> {
  if (source !== undefined) yield { path: ["source"], message: "A seller's contract names its customer by `tenant`" };
  if (tenant === undefined && (tokens !== undefined || accelerators !== undefined)) {
    yield { path: ["tenant"], message: "Name the tenant whose usage draws on this contract" };
  }
  const seen = new Set<string>();
  for (const [index, { model }] of (tokens ?? []).entries()) {
    if (seen.has(model)) yield { path: ["tokens", index, "model"], message: `"${model}" has a price here already` };
    seen.add(model);
  }
}

function* buyersProblems({ tenant, tokens, accelerators }: Terms): Generator<Problem> {
  const sellers = { tenant, tokens, accelerators };
  for (const [field, value] of Object.entries(sellers)) {
    if (value === undefined) continue;
    yield { path: [field], message: "This is a seller's; what a buyer takes is billed at the prices of its `source`" };
  }
}

function* rampProblems({ ramp = [], from, to }: Terms): Generator<Problem> {
  let before: string | undefined;
  for (const [index, step] of ramp.entries()) {
    const path = ["ramp", index, "from"];
    if (index === 0 && step.from !== from) yield { path, message: `The first step begins with the contract, ${from}` };
    if (before !== undefined && step.from <= before)
      yield { path, message: `Steps follow each other: after ${before}` };
    if (step.from > to) yield { path, message: `The contract has ended by then, on ${to}` };
    if (Number(step.share) > 1) yield { path: ["ramp", index, "share"], message: "A share is at most 1" };
    before = step.from;
  }
}

function* prepaymentProblems(
  { totalUsd, from, to }: Terms,
  { usd: paid, creditFrom = from, creditTo = to }: Prepayment,
): Generator<Problem> {
  if (isMore(paid, totalUsd)) {
    yield { path: ["prepayment", "usd"], message: `More is prepaid than the total of US$${totalUsd}` };
  }
  if (creditFrom < from) yield { path: ["prepayment", "creditFrom"], message: `The contract starts on ${from}` };
  if (creditTo > to) yield { path: ["prepayment", "creditTo"], message: `The contract ends on ${to}` };
  if (creditTo < creditFrom) yield { path: ["prepayment", "creditTo"], message: "Credits end before they start" };
}

/** Whether one amount is above another; an amount that is none has been told of already. */
function isMore(one: string, other: string): boolean {
  return [one, other].every((text) => usdText.safeParse(text).success) && usd(one) > usd(other);
}

export type Contract = z.infer<typeof contract>;

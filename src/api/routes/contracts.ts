/** Contracts with what has come of them: what is open, delivered and owed, by month. */
import { z } from "zod";
import { contractStatement, contractSummaries } from "../../ledger/contracts/read.ts";
import { type Route, route } from "../route.ts";
import { usdText } from "../schema.ts";

const date = z.iso.date();
const month = z.string().regex(/^\d{4}-\d{2}$/);
const count = z.string().regex(/^-?\d+(\.\d+)?$/);

const contractSummary = z
  .strictObject({
    name: z.string(),
    counterparty: z.string(),
    role: z.enum(["seller", "buyer"]),
    drawnBy: z.string().nullable().describe("The tenant whose usage, or the source whose bills draw on it."),
    from: date,
    to: date,
    status: z.enum(["to be signed", "to begin", "running", "over", "cancelled"]),
    totalUsd: usdText,
    openUsd: usdText.describe("A seller's remaining performance obligation; a buyer's commitment."),
    deliveredUsd: usdText,
    shortfallUsd: usdText,
    cancelledUsd: usdText.describe("What lapsed at its end is in it."),
    prepaidUsd: usdText.describe("Paid in advance and not credited yet."),
  })
  .meta({ id: "Contract" });

const contractDetail = contractSummary
  .extend({
    signedOn: date,
    quantities: z.array(z.strictObject({ unit: z.string(), signed: count, delivered: count, open: count })),
    months: z
      .array(
        z.strictObject({
          month,
          opening: usdText,
          signed: usdText,
          recognised: usdText,
          cancelled: usdText,
          closing: usdText,
        }),
      )
      .describe("Opening + signed − recognised − cancelled = closing."),
    periods: z.array(
      z.strictObject({
        from: date,
        to: date,
        floorUsd: usdText,
        deliveredUsd: usdText,
        shortfallUsd: usdText,
        isClosed: z.boolean(),
      }),
    ),
    runOff: z
      .array(z.strictObject({ month, usd: usdText }))
      .describe("What is expected to be recognised of what is open."),
  })
  .meta({ id: "ContractStatement" });

export const contractRoutes: readonly Route[] = [
  route(
    ["admin", "viewer"],
    {
      method: "GET",
      path: "/api/contracts",
      summary: "Contracts with what is open, delivered and owed of each",
      answer: z.strictObject({ contracts: z.array(contractSummary) }),
    },
    async ({ context }) => ({ body: { contracts: await contractSummaries(context.store, context.now()) } }),
  ),
  route(
    ["admin", "viewer"],
    {
      method: "GET",
      path: "/api/contracts/:name",
      summary: "One contract: its roll-forward by month, its periods, and how the rest is expected to run off",
      answer: contractDetail,
    },
    async ({ context, params }) => {
      const statement = await contractStatement(context.store, params["name"] ?? "", context.now());
      return { body: structuredClone(statement) as z.input<typeof contractDetail> };
    },
  ),
];

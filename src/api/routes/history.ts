/** What was served, by day or month, and the capacity scenario that it makes. */
import { stringify } from "yaml";
import { z } from "zod";
import { serviceHistory } from "../../ledger/history.ts";
import { servedHistory } from "../../ledger/served.ts";
import { quarterAt, quarterName } from "../../planner/capacity/quarter.ts";
import { capacityScenario } from "../../planner/capacity/scenario.ts";
import { scenarioFromHistory } from "../../planner/forecast/scenario.ts";
import { layers } from "../../stack/layer.ts";
import { listResources } from "../../store/resources.ts";
import { type Route, route } from "../route.ts";
import { usdText } from "../schema.ts";
import { readYaml } from "../yaml-file.ts";

const instant = z.iso.datetime({ offset: true });
const count = z.int().nonnegative();
const at = z.string().describe("A day, 2027-01-31, or a month, 2027-01 (UTC).");
const tokens = z.strictObject({ input: count, cachedInput: count, output: count, reasoning: count });
const served = z.strictObject({ at, requests: count, tokens, revenueUsd: usdText, unpriced: count });

const history = z
  .strictObject({
    by: z.enum(["day", "month"]),
    steps: z.array(served.extend({ costUsd: z.record(z.enum(layers), usdText), idleUsd: usdText })),
    models: z.array(z.strictObject({ model: z.string(), steps: z.array(served) })),
    sources: z.array(
      z.strictObject({
        source: z.string(),
        steps: z.array(
          z.strictObject({
            at,
            acceleratorHours: z.number(),
            usedHours: z.number(),
            soldHours: z.number(),
            idleHours: z.number(),
          }),
        ),
      }),
    ),
    uses: z.array(
      z.strictObject({
        source: z.string(),
        model: z.string(),
        at,
        tokens: count,
        acceleratorMs: z.number(),
        costUsd: usdText,
      }),
    ),
  })
  .meta({ id: "History" });

const point = { expected: z.number(), low: z.number(), high: z.number() };

const demandForecast = z
  .strictObject({
    grain: z.enum(["day", "week", "month"]),
    steps: count.describe("Whole steps of history."),
    method: z.string(),
    level: z.number().describe("Of the intervals."),
    backTest: z
      .strictObject({
        origins: count,
        horizon: count,
        mase: z.number().nullable(),
        smape: z.number(),
        coverage: z.number(),
      })
      .nullable(),
    quarters: z.array(z.strictObject({ quarter: z.string(), ...point })).describe("Tokens of all classes and models."),
    models: z.array(z.strictObject({ model: z.string(), method: z.string(), tokens: z.array(z.number()) })),
  })
  .meta({ id: "DemandForecast" });

const yamlMax = 1024 * 1024;

export const historyRoutes: readonly Route[] = [
  route(
    ["admin", "viewer"],
    {
      method: "GET",
      path: "/api/history",
      summary: "What was served by day or month: tokens, revenue, cost per layer, accelerator-hours",
      query: z.strictObject({
        by: z.enum(["day", "month"]).default("day"),
        from: instant.optional(),
        to: instant.optional(),
      }),
      answer: history,
    },
    async ({ context, query: { by, from, to } }) => {
      const found = await serviceHistory(context.store.db, {
        by,
        ...(from === undefined ? {} : { from: new Date(from) }),
        ...(to === undefined ? {} : { to: new Date(to) }),
      });
      return { body: structuredClone(found) as z.input<typeof history> };
    },
  ),
  route(
    ["admin", "viewer"],
    {
      method: "POST",
      path: "/api/plan/capacity/from-ledger",
      summary: "A capacity scenario for the demand that the ledger forecasts; it is answered, not solved",
      body: z.strictObject({
        quarters: z.int().min(1).max(40).default(8),
        scale: z.number().positive().max(1e12).default(1).describe("So many times the demand that is forecast."),
        base: z.string().max(yamlMax).optional().describe("The text of a scenario that says everything else."),
      }),
      answer: z.strictObject({
        yaml: z.string().describe("The scenario, as a file."),
        forecast: demandForecast,
        notes: z.array(z.string()).describe("What was assumed because the ledger cannot know it."),
      }),
    },
    async ({ context, body: { quarters, scale, base } }) => {
      const nowMs = context.now();
      const { scenario, forecast, notes } = scenarioFromHistory(
        await servedHistory(context.store.db, nowMs),
        (await listResources(context.store.db)).map(({ spec }) => spec),
        {
          start: quarterName(quarterAt(nowMs) + 1),
          quarters,
          scale,
          base: base === undefined ? undefined : readYaml(base, "base", capacityScenario).data,
        },
      );
      const { grain, steps, total } = forecast;
      const { method, level, backTest } = total;
      const told = { grain, steps, method, level, backTest, quarters: forecast.quarters, models: forecast.models };
      return {
        body: {
          yaml: stringify(scenario, { lineWidth: 0 }),
          forecast: structuredClone(told) as z.input<typeof demandForecast>,
          notes: [...total.notes, ...notes],
        },
      };
    },
  ),
];

/**
 * Demand by quarter from days that were served: the coarsest grain of which there is enough history (months, weeks or
 * days) is forecast, in all and for each model, and added up by quarter. Pure.
 *
 * Models are forecast by themselves and scaled to the forecast of their sum, so that both agree. A quarter's interval
 * adds up those of its steps, as if they all erred to the same side: wide rather than narrow.
 */
import { Fault } from "../../stack/fault.ts";
import { quarterIndex, quarterName } from "../capacity/quarter.ts";
import { type Forecast, forecast, type Point } from "./forecast.ts";

const dayMs = 86_400_000;

/** What was served on consecutive whole days (UTC). */
export type ServedDays = {
  /** `2027-01-31`. */
  readonly firstDay: string;
  readonly models: readonly { readonly model: string; readonly tokens: readonly number[] }[];
};

export type Grain = "day" | "week" | "month";

export type QuarterDemand = Point & { readonly quarter: string };

export type DemandForecast = {
  readonly grain: Grain;
  /** Whole steps of history. */
  readonly steps: number;
  /** Of all tokens together. */
  readonly total: Forecast;
  readonly quarters: readonly QuarterDemand[];
  readonly models: readonly {
    readonly model: string;
    readonly method: string;
    /** Expected tokens in each of the same quarters. */
    readonly tokens: readonly number[];
  }[];
};

/** Fewer whole days than this are no history to plan on. */
export const daysMin = 14;
const stepsMin = 12;
const seasonOf: Readonly<Record<Grain, number>> = { day: 7, week: 1, month: 12 };

/**
 * @param quarters How many, beginning with `start`, a quarter after the history's end.
 * @throws Fault `invalid_value` that says what is missing.
 */
export function forecastDemand(
  served: ServedDays,
  { start, quarters, level = 0.8 }: { readonly start: string; readonly quarters: number; readonly level?: number },
): DemandForecast {
  const days = Math.max(0, ...served.models.map(({ tokens }) => tokens.length));
  const all = Array.from({ length: days }, (_, day) =>
    served.models.reduce((sum, { tokens }) => sum + (tokens[day] ?? 0), 0),
  );
  const active =
    days -
    Math.max(
      0,
      all.findIndex((tokens) => tokens > 0),
    );
  if (!all.some((tokens) => tokens > 0) || active < daysMin) {
    const known = all.some((tokens) => tokens > 0) ? `${active} whole days` : "no whole day";
    throw new Fault("invalid_value", {
      message: `There is ${known} of demand in the ledger; a forecast takes ${daysMin} of them.`,
      remedy: "Plan from a scenario file until then: say in it what demand you expect, and why.",
    });
  }
  const firstMs = Date.parse(served.firstDay);
  const grain = grainFor(firstMs + (days - active) * dayMs, active);
  const steps = stepsOf(firstMs, days, grain);
  const last = steps.at(-1);
  if (last === undefined) throw new Error("A history of enough days has whole steps.");
  const ahead = stepsAfter(last.endMs, quarterStartMs(quarterIndex(start) + quarters), grain);
  const options = { horizon: ahead.length, seasonLength: seasonOf[grain], level };
  const seriesOf = (tokens: readonly number[]) => {
    // Before a model was first asked for there was no demand to learn from.
    const sums = steps.map(({ from, to }) => tokens.slice(from, to).reduce((sum, one) => sum + one, 0));
    const first = sums.findIndex((sum) => sum > 0);
    return sums.map((sum, index) => (index < first ? null : sum));
  };
  const total = forecast(seriesOf(all), options);
  const names = Array.from({ length: quarters }, (_, index) => quarterName(quarterIndex(start) + index));
  const byQuarter = (points: readonly Point[]) => names.map((name) => inQuarter(quarterIndex(name), ahead, points));
  const totals = byQuarter(total.points);
  const models = served.models
    .filter(({ tokens }) => tokens.some((one) => one > 0))
    .map(({ model, tokens }) => {
      const own = forecast(seriesOf(tokens), options);
      return { model, method: own.method, tokens: byQuarter(own.points).map(({ expected }) => expected) };
    });
  return {
    grain,
    steps: steps.length,
    total,
    quarters: totals.map((point, index) => ({ quarter: names[index] ?? "", ...point })),
    models: models.map((one) => ({
      ...one,
      tokens: one.tokens.map((tokens, index) => {
        const sum = models.reduce((of, other) => of + (other.tokens[index] ?? 0), 0);
        return sum === 0 ? 0 : (tokens / sum) * (totals[index]?.expected ?? 0);
      }),
    })),
  };
}

type Step = { readonly startMs: number; readonly endMs: number; readonly from: number; readonly to: number };

/** Months when there are twelve whole ones, else weeks, else days. */
function grainFor(firstMs: number, days: number): Grain {
  const enough = (grain: Grain) => stepsOf(firstMs, days, grain).length >= stepsMin;
  return enough("month") ? "month" : enough("week") ? "week" : "day";
}

/** Whole steps within so many days; weeks are counted back from the last day. */
function stepsOf(firstMs: number, days: number, grain: Grain): Step[] {
  const step = (from: number, to: number): Step => ({
    startMs: firstMs + from * dayMs,
    endMs: firstMs + to * dayMs,
    from,
    to,
  });
  if (grain === "day") return Array.from({ length: days }, (_, day) => step(day, day + 1));
  if (grain === "week") {
    const weeks = Math.floor(days / 7);
    return Array.from({ length: weeks }, (_, week) => step(days - (weeks - week) * 7, days - (weeks - week - 1) * 7));
  }
  const steps: Step[] = [];
  for (let startMs = monthStartMs(firstMs, isMonthStart(firstMs) ? 0 : 1); ; startMs = monthStartMs(startMs, 1)) {
    const from = (startMs - firstMs) / dayMs;
    const to = (monthStartMs(startMs, 1) - firstMs) / dayMs;
    if (to > days) return steps;
    steps.push(step(from, to));
  }
}

function stepsAfter(fromMs: number, untilMs: number, grain: Grain): { startMs: number; endMs: number }[] {
  const steps: { startMs: number; endMs: number }[] = [];
  for (let startMs = fromMs; startMs < untilMs;) {
    const endMs = grain === "month" ? monthStartMs(startMs, 1) : startMs + (grain === "week" ? 7 : 1) * dayMs;
    steps.push({ startMs, endMs });
    startMs = endMs;
  }
  return steps;
}

/** Each step counts by the share of it that lies within the quarter. */
function inQuarter(
  quarter: number,
  steps: readonly { readonly startMs: number; readonly endMs: number }[],
  points: readonly Point[],
): Point {
  const [fromMs, toMs] = [quarterStartMs(quarter), quarterStartMs(quarter + 1)];
  const sum = { expected: 0, low: 0, high: 0 };
  steps.forEach(({ startMs, endMs }, index) => {
    const inside = Math.max(0, Math.min(endMs, toMs) - Math.max(startMs, fromMs)) / (endMs - startMs);
    const point = points[index];
    if (inside === 0 || point === undefined) return;
    sum.expected += point.expected * inside;
    sum.low += point.low * inside;
    sum.high += point.high * inside;
  });
  return sum;
}

function quarterStartMs(quarter: number): number {
  return Date.UTC(Math.floor(quarter / 4), (quarter % 4) * 3);
}

function isMonthStart(ms: number): boolean {
  return new Date(ms).getUTCDate() === 1;
}

function monthStartMs(ms: number, months: number): number {
  const at = new Date(ms);
  return Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + months);
}

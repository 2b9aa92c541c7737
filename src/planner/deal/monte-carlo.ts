/**
 * What a deal may come to: thousands of courses of things, drawn from the ranges of its figures and from its risks.
 *
 * A figure with a range is drawn from a triangle over it whose tip is the value; one without is held. Delivery is late
 * with its chance, and then by an exponential number of months; default and obsolescence come at a constant chance per
 * year. Draws are independent but for that one delay moves all tranches.
 */
import { npv } from "../finance/cash-flow.ts";
import { singleRate } from "../finance/irr.ts";
import { emptyFlows, fillFlows } from "./flows.ts";
import type { Model } from "./model.ts";
import { sum } from "./measures.ts";
import { randomOf, triangular, yearsUntil } from "./random.ts";
import { type Schedule, scheduleOf, spanOf } from "./schedule.ts";

export type Distribution = {
  readonly mean: number;
  readonly standardDeviation: number;
  readonly p5: number;
  readonly p10: number;
  readonly p25: number;
  readonly p50: number;
  readonly p75: number;
  readonly p90: number;
  readonly p95: number;
  /** Equal bins over all but the outermost fiftieth of the draws, which the outer bins hold too. */
  readonly histogram: { readonly from: number; readonly to: number; readonly counts: readonly number[] };
};

export type Risk = {
  readonly draws: number;
  readonly seed: number;
  readonly npvUsd: Distribution;
  /** Of the draws that have one rate; null when most have none. */
  readonly irrPerYear: Distribution | null;
  /** Draws with no rate, or with several. */
  readonly withoutRate: number;
  /** Null when no draw has revenue. */
  readonly grossMargin: Distribution | null;
  /** The chance that the worth is below 0. */
  readonly lossProbability: number;
  /** By how much the worth of the worst twentieth falls short of the mean, at its edge and on average. */
  readonly valueAtRisk95Usd: number;
  readonly expectedShortfall95Usd: number;
  /** Figures that have a range, and so were drawn. */
  readonly drawn: readonly string[];
  readonly late: { readonly share: number; readonly meanMonths: number };
  readonly defaulted: number;
  readonly obsolete: number;
};

const bins = 40;
/** Nobody waits longer; the contract is void then in any case. */
const lateMonthsMax = 36;

export function monteCarlo(model: Model, draws: number, seed: number): Risk {
  const { deal, terms, assumed, planned } = model;
  const span = spanOf(deal, terms, deal.risks.lateDelivery === undefined ? 0 : lateMonthsMax);
  const schedules: Schedule[] = [];
  const scheduleAt = (late: number) => (schedules[late] ??= scheduleOf(deal, terms, late, span));
  const flows = emptyFlows(span.months);
  const ranged = assumed.filter(({ figure: { low, high } }) => low !== undefined || high !== undefined);
  const firstService = terms.firstMonth - span.start;
  const months = terms.to - terms.firstMonth;
  const worths = new Float64Array(draws);
  const margins = new Float64Array(draws);
  const rates = new Float64Array(draws);
  const row = { ...planned };
  let [lateDraws, lateMonths, defaulted, obsolete] = [0, 0, 0, 0];

  for (let draw = 0; draw < draws; draw += 1) {
    const random = randomOf(seed, draw);
    Object.assign(row, planned);
    for (const { sets, figure } of ranged) {
      const { value, low = value, high = value } = figure;
      row[sets] += triangular(random(), low, value, high) - value;
    }
    // Each draw takes as many numbers as every other, so that a risk more or less does not move the rest.
    const [isLate, howLate, untilDefault, untilObsolete] = [random(), random(), random(), random()];
    const late =
      isLate < row.lateChance ? Math.min(lateMonthsMax, Math.round(-row.lateMonths * Math.log1p(-howLate))) : 0;
    const defaultAfter = 12 * yearsUntil(untilDefault, row.defaultPerYear);
    const obsoleteAfter = 12 * yearsUntil(untilObsolete, row.obsolescencePerYear);
    const defaultAt = firstService + late + Math.floor(defaultAfter);
    const obsoleteAt = firstService + Math.floor(obsoleteAfter);
    if (late > 0) [lateDraws, lateMonths] = [lateDraws + 1, lateMonths + late];
    if (defaultAfter < months) defaulted += 1;
    if (obsoleteAfter < months) obsolete += 1;

    fillFlows(flows, deal, scheduleAt(late), row, { defaultAt, obsoleteAt });
    worths[draw] = npv(row.costOfCapital, flows.cash);
    rates[draw] = singleRate(flows.cash);
    margins[draw] = sum(flows.grossProfit) / sum(flows.revenue);
  }

  const ascending = worths.toSorted();
  const worst = ascending.subarray(0, Math.max(1, Math.floor(draws / 20)));
  const npvUsd = distributionOf(ascending);
  const known = rates.filter((rate) => !Number.isNaN(rate)).toSorted();
  const earning = margins.filter(Number.isFinite).toSorted();
  return {
    draws,
    seed,
    npvUsd,
    irrPerYear: known.length < draws / 2 ? null : distributionOf(known),
    withoutRate: draws - known.length,
    grossMargin: earning.length === 0 ? null : distributionOf(earning),
    lossProbability: ascending.filter((worth) => worth < 0).length / draws,
    valueAtRisk95Usd: npvUsd.mean - npvUsd.p5,
    expectedShortfall95Usd: npvUsd.mean - sum(worst) / worst.length,
    drawn: ranged.map(({ field }) => field),
    late: { share: lateDraws / draws, meanMonths: lateDraws === 0 ? 0 : lateMonths / lateDraws },
    defaulted: defaulted / draws,
    obsolete: obsolete / draws,
  };
}

/** @param ascending At least one. */
function distributionOf(ascending: Float64Array): Distribution {
  const count = ascending.length;
  const mean = sum(ascending) / count;
  const squares = ascending.reduce((total, value) => total + (value - mean) ** 2, 0);
  const quantile = (share: number) => {
    const at = share * (count - 1);
    const [low, high] = [ascending[Math.floor(at)] ?? 0, ascending[Math.ceil(at)] ?? 0];
    return low + (high - low) * (at - Math.floor(at));
  };
  return {
    mean,
    standardDeviation: count > 1 ? Math.sqrt(squares / (count - 1)) : 0,
    p5: quantile(0.05),
    p10: quantile(0.1),
    p25: quantile(0.25),
    p50: quantile(0.5),
    p75: quantile(0.75),
    p90: quantile(0.9),
    p95: quantile(0.95),
    histogram: histogramOf(ascending, quantile(0.01), quantile(0.99)),
  };
}

function histogramOf(values: Float64Array, from: number, to: number): Distribution["histogram"] {
  const counts = Array.from({ length: bins }, () => 0);
  for (const value of values) {
    const bin = to > from ? Math.floor(((value - from) / (to - from)) * bins) : 0;
    const kept = Math.min(bins - 1, Math.max(0, bin));
    counts[kept] = (counts[kept] ?? 0) + 1;
  }
  return { from, to, counts };
}

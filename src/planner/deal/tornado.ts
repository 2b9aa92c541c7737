/** Which assumptions decide what a deal is worth: each is moved alone, to the ends of its range. */
import { emptyFlows } from "./flows.ts";
import { type Model, outcomeOf } from "./model.ts";
import { scheduleOf } from "./schedule.ts";

export type Swing = {
  /** The figure's place in the file, or `price`, or `delivery`. */
  readonly field: string;
  readonly low: number;
  readonly planned: number;
  readonly high: number;
  /** The range is the file's; else a fifth to either side. */
  readonly isRanged: boolean;
  readonly npvLowUsd: number;
  readonly npvHighUsd: number;
  readonly grossMarginLow: number | null;
  readonly grossMarginHigh: number | null;
};

const usually = 0.2;
/** A price is agreed; what a tenth of it would have been worth is asked all the same. */
const priceStep = 0.1;
const lateMonths = 6;

/** What moves the worth most comes first; what moves nothing is left out. */
export function tornado(model: Model): Swing[] {
  const { assumed, planned, terms } = model;
  const flows = emptyFlows(model.schedule.service.length);
  const moved = (field: string, low: number, middle: number, high: number, isRanged: boolean, at: Move): Swing => {
    const [below, above] = [outcomeOf(model, at(low), flows), outcomeOf(model, at(high), flows)];
    return {
      field,
      low,
      planned: middle,
      high,
      isRanged,
      npvLowUsd: below.npvUsd,
      npvHighUsd: above.npvUsd,
      grossMarginLow: below.grossMargin,
      grossMarginHigh: above.grossMargin,
    };
  };
  const swings = assumed
    .filter(({ isRisk }) => !isRisk)
    .map(({ field, sets, figure }) => {
      const { value, low, high } = figure;
      const isRanged = low !== undefined || high !== undefined;
      const most = mostOf[sets] ?? Infinity;
      const from = low ?? (isRanged ? value : value * (1 - usually));
      const to = high ?? (isRanged ? value : Math.min(most, value * (1 + usually)));
      return moved(field, from, value, to, isRanged, (at) => ({ ...planned, [sets]: planned[sets] + at - value }));
    });
  const price = terms.usdPerAcceleratorHour;
  swings.push(
    moved("price", price * (1 - priceStep), price, price * (1 + priceStep), false, (usdPerAcceleratorHour) => ({
      ...planned,
      usdPerAcceleratorHour,
    })),
    late(model),
  );
  const size = ({ npvLowUsd, npvHighUsd }: Swing) => Math.abs(npvHighUsd - npvLowUsd);
  return swings.filter((one) => size(one) > 0).toSorted((one, other) => size(other) - size(one));
}

type Move = (value: number) => Model["planned"];

/** Shares stay shares. */
const mostOf: Partial<Record<keyof Model["planned"], number>> = {
  utilisation: 1,
  residualShare: 1,
  buildingResidualShare: 1,
  subletShare: 1,
  load: 1,
  goodput: 1,
  overheadShare: 1,
};

/** Delivered on the day, or half a year later with everything paid as planned. */
function late(model: Model): Swing {
  const { deal, terms, planned } = model;
  const schedule = scheduleOf(deal, terms, lateMonths);
  const now = outcomeOf(model, planned);
  const then = outcomeOf({ deal, schedule }, planned);
  return {
    field: "delivery",
    low: 0,
    planned: 0,
    high: lateMonths,
    isRanged: false,
    npvLowUsd: now.npvUsd,
    npvHighUsd: then.npvUsd,
    grossMarginLow: now.grossMargin,
    grossMarginHigh: then.grossMargin,
  };
}

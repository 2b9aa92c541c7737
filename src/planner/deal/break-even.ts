/** At what price, and with how much of it billed, a deal is worth nothing more than the cost of its capital. */
import { emptyFlows } from "./flows.ts";
import { type Model, outcomeOf } from "./model.ts";

export type BreakEven = {
  /** In the first year; null where no price would do. */
  readonly usdPerAcceleratorHour: number | null;
  /**
   * The share of the contracted hours that must be billed at the contract's price (for a buyer: used), without a floor;
   * null where not even all of them would do, 0 where none need be.
   */
  readonly billedShare: number | null;
};

export function breakEven(model: Model): BreakEven {
  const { deal, planned, terms } = model;
  const flows = emptyFlows(model.schedule.service.length);
  const worthAtPrice = (usdPerAcceleratorHour: number) =>
    outcomeOf(model, { ...planned, usdPerAcceleratorHour }, flows).npvUsd;
  // A seller's floor is out of the way here; a buyer pays it whatever it uses.
  const open = deal.role === "seller" ? { ...deal, price: { ...deal.price, takeOrPayFloor: 0 } } : deal;
  const worthAtShare = (utilisation: number) =>
    outcomeOf({ deal: open, schedule: model.schedule }, { ...planned, utilisation }, flows).npvUsd;
  return {
    usdPerAcceleratorHour: zeroBetween(worthAtPrice, 0, 100 * Math.max(1e-6, terms.usdPerAcceleratorHour)),
    billedShare: worthAtShare(0) >= 0 ? 0 : zeroBetween(worthAtShare, 0, 1),
  };
}

/** Where a monotone function is 0; null when its ends do not lie on either side. */
function zeroBetween(of: (x: number) => number, from: number, to: number): number | null {
  let [low, high] = [from, to];
  const isRising = of(high) > of(low);
  if (of(low) > 0 === of(high) > 0) return null;
  for (let step = 0; step < 100 && high - low > 1e-12 * Math.max(1, Math.abs(high)); step += 1) {
    const middle = (low + high) / 2;
    if (of(middle) > 0 === isRising) high = middle;
    else low = middle;
  }
  return (low + high) / 2;
}

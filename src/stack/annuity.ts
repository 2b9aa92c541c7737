/** The one annuity of plans and predictions, in plain numbers. What the ledger accrues is exact: see ledger/cost.ts. */
import { Fault } from "./fault.ts";

/**
 * The payment at the end of each period that pays back `principal` at `rate` per period in `periods`:
 * P · i / (1 − (1 + i)⁻ⁿ), and P / n without interest.
 *
 * @throws Fault `invalid_value` when there is no period.
 */
export function annuity(principal: number, rate: number, periods: number): number {
  if (periods <= 0) {
    throw new Fault("invalid_value", {
      message: `A life of ${periods} months pays nothing back.`,
      remedy: "Give a life above 0.",
      param: "lifeYears",
    });
  }
  return rate === 0 ? principal / periods : (principal * rate) / -Math.expm1(-periods * Math.log1p(rate));
}

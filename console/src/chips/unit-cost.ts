/** What one chip at work costs, part upon part, and the places of its bars. Pure. */
import type { MakeOrBuy } from "./shapes.ts";

export type CostStep = {
  /** A part's name, or the whole. */
  readonly is: string;
  readonly usd: number;
  /** Where its bar begins and ends, as shares of the whole. */
  readonly from: number;
  readonly to: number;
};

/** The chip's parts, the server, its share of the development, and the sum of them. */
export function costSteps({ unit, own, developmentUsdPerChip }: MakeOrBuy): readonly CostStep[] {
  const parts = [
    ...unit.parts,
    { name: "server", usd: own.first.usdPerChip - unit.usd },
    ...(developmentUsdPerChip === null ? [] : [{ name: "development", usd: developmentUsdPerChip }]),
  ];
  const whole = parts.reduce((sum, { usd }) => sum + usd, 0);
  const share = (usd: number) => (whole > 0 ? usd / whole : 0);
  let upTo = 0;
  const steps = parts.map(({ name, usd }) => {
    const from = upTo;
    upTo += usd;
    return { is: name, usd, from: share(from), to: share(upTo) };
  });
  return [...steps, { is: "whole", usd: whole, from: 0, to: 1 }];
}

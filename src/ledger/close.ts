/**
 * The close of a period of a source: what it cost while time passed goes into its pools, and what nobody drew goes
 * out of them again as idle, at the layer that bears it.
 *
 * Requests draw as they end, so they may draw what a later period accrues or what an earlier one called idle: each
 * close empties the pools to exactly zero, and may for that book a negative idle. Every sum over time is exact.
 */
import { pico } from "../stack/money.ts";
import { accruedBetween, atMeter, costOfEnergy, costOfTime, type SourceCosts } from "./cost.ts";
import { type Entry, move, ofLayer, outside, quantity, type Transaction } from "./journal.ts";

export type Period = {
  readonly fromMs: number;
  readonly toMs: number;
  /** Whether the factory ran: only then did idle accelerators draw power that we know of. */
  readonly up: boolean;
};

/** What stands in a source's pools before the close: less than zero for what was drawn since the last one. */
export type Pools = { readonly chips: bigint; readonly infrastructure: bigint; readonly acceleratorMs: bigint };

export function closePeriod(costs: SourceCosts, period: Period, pools: Pools): Transaction {
  const { source } = costs;
  const entries: Entry[] = [];
  const left = { chips: pools.chips, infrastructure: pools.infrastructure };
  for (const { layer, to, perMonth } of costs.outside) {
    const accrued = accruedBetween(perMonth, costs.accelerators, period.fromMs, period.toMs);
    move(entries, ofLayer(layer, "pool", source), outside(to, source), "usd", accrued);
    left[layer] += accrued;
  }
  const delivered = costs.accelerators * BigInt(period.toMs - period.fromMs);
  const pool = quantity("capacity", "pool", source);
  move(entries, pool, quantity("capacity", "contracted", source), "accelerator-ms", delivered);
  bookIdle(entries, costs, { ...left, acceleratorMs: pools.acceleratorMs + delivered }, period.up);
  return { atMs: period.fromMs, kind: "accrual", subject: source, entries };
}

function bookIdle(entries: Entry[], costs: SourceCosts, left: Pools, up: boolean): void {
  const { source, reserved } = costs;
  const plug = up ? BigInt(Math.round(costs.idleWatts * Number(left.acceleratorMs))) : 0n;
  const energy = costOfEnergy(costs, plug);

  // Energy and chips sell every hour to infrastructure at cost.
  const idleBelow = ofLayer("infrastructure", reserved ? "purchases" : "idle", source);
  move(entries, ofLayer("energy", "resold", source), outside("electricity", source), "usd", energy);
  move(entries, idleBelow, ofLayer("energy", "sales", source), "usd", energy);
  move(entries, ofLayer("chips", "resold", source), ofLayer("chips", "pool", source), "usd", left.chips);
  move(entries, idleBelow, ofLayer("chips", "sales", source), "usd", left.chips);

  // Infrastructure bears what is left, unless the platform reserved it: then it sells that too.
  const own = ofLayer("infrastructure", reserved ? "resold" : "unused", source);
  move(entries, own, ofLayer("infrastructure", "pool", source), "usd", left.infrastructure);
  if (reserved) {
    const atCost = pico(energy + left.chips + left.infrastructure);
    const price =
      costs.transferPerMonth === undefined ? atCost : costOfTime(costs.transferPerMonth, left.acceleratorMs);
    move(entries, ofLayer("platform", "idle", source), ofLayer("infrastructure", "sales", source), "usd", price);
  }

  const idle = quantity("capacity", reserved ? "reserved" : "idle", source);
  move(entries, idle, quantity("capacity", "pool", source), "accelerator-ms", left.acceleratorMs);
  move(
    entries,
    quantity("power", "idle", source),
    quantity("power", "meter", source),
    "millijoule",
    atMeter(costs, plug),
  );
}

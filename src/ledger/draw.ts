/**
 * Work drawn from a source's pools at cost, up to the infrastructure layer: energy is bought for it, energy and chips
 * sell to infrastructure at cost. Whoever calls sells it on from there.
 */
import { pico, type PicoUsd } from "../stack/money.ts";
import { atMeter, costOfEnergy, costOfTime, type SourceCosts } from "./cost.ts";
import { type AccountName, type Entry, move, ofLayer, outside, quantity } from "./journal.ts";

export type Drawn = {
  readonly energy: PicoUsd;
  readonly chips: PicoUsd;
  readonly infrastructure: PicoUsd;
  /** All of it: what is owed outside. */
  readonly cost: PicoUsd;
};

/** @param millijoules at the plug. */
export function drawAtCost(entries: Entry[], costs: SourceCosts, acceleratorMs: bigint, millijoules: bigint): Drawn {
  const { source } = costs;
  const energy = costOfEnergy(costs, millijoules);
  const chips = costOfTime(costs.chipsPerMonth, acceleratorMs);
  const infrastructure = costOfTime(costs.infrastructurePerMonth, acceleratorMs);
  const bought = ofLayer("infrastructure", "purchases", source);
  move(entries, ofLayer("energy", "cost", source), outside("electricity", source), "usd", energy);
  move(entries, bought, ofLayer("energy", "sales", source), "usd", energy);
  move(entries, ofLayer("chips", "cost", source), ofLayer("chips", "pool", source), "usd", chips);
  move(entries, bought, ofLayer("chips", "sales", source), "usd", chips);
  const pool = ofLayer("infrastructure", "pool", source);
  move(entries, ofLayer("infrastructure", "cost", source), pool, "usd", infrastructure);
  const meter = quantity("power", "meter", source);
  move(entries, quantity("power", "used", source), meter, "millijoule", atMeter(costs, millijoules));
  return { energy, chips, infrastructure, cost: pico(energy + chips + infrastructure) };
}

/** Every account that a draw from a source touches. */
export function drawAccounts(source: string): AccountName[] {
  return [
    ofLayer("energy", "cost", source),
    ofLayer("energy", "sales", source),
    outside("electricity", source),
    ofLayer("chips", "cost", source),
    ofLayer("chips", "sales", source),
    ofLayer("chips", "pool", source),
    ofLayer("infrastructure", "purchases", source),
    ofLayer("infrastructure", "cost", source),
    ofLayer("infrastructure", "pool", source),
    quantity("power", "used", source),
    quantity("power", "meter", source),
  ];
}

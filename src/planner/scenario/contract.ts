/** What a compute contract brings over its life: its price against the cost of the megawatts that serve it. */
import { usedValue } from "../../catalog/readings.ts";
import { stackChain } from "../stack-chain/chains.ts";
import type { Values } from "./assumptions.ts";
import type { InputName, Route } from "./scenario.ts";

const hoursPerYear = 8760;

export type ContractEconomics = {
  readonly route: Route;
  readonly revenue: number;
  /** What it costs, by kind; a rented megawatt has one price for all. */
  readonly costs: readonly {
    readonly name: "equipment" | "building" | "power" | "upkeep" | "rent";
    readonly amount: number;
  }[];
  readonly grossProfit: number;
  readonly margin: number;
  readonly perMwYear: number;
  /** At a GB300's share of the power. */
  readonly perAcceleratorHour: number;
  readonly capital: number;
};

/**
 * The whole of a deal, steady state, served from power of one route: what ramps, late sites and other customers do to it is
 * not in it.
 */
export function contractEconomics(deal: string, route: Route, values: Values): ContractEconomics {
  const at = (path: string) => values.get(path) ?? Number.NaN;
  const input = (name: InputName) => at(`inputs.${name}`);
  const [mw, years, revenue] = [at(`deals.${deal}.mw`), at(`deals.${deal}.years`), at(`deals.${deal}.valueUsd`)];
  const costs = yearlyCosts(route, input).map(({ name, amount }) => ({ name, amount: amount * mw * years }));
  const cost = costs.reduce((sum, { amount }) => sum + amount, 0);
  const kilowatts = usedValue(stackChain("gb300").inputs.power);
  const isRented = route === "rent" || route === "partner";
  return {
    route,
    revenue,
    costs,
    grossProfit: revenue - cost,
    margin: (revenue - cost) / revenue,
    perMwYear: revenue / (mw * years),
    perAcceleratorHour: ((revenue / (mw * years)) * kilowatts) / (1000 * hoursPerYear),
    capital: isRented ? 0 : mw * (input("itCapital") + (route === "build" ? input("facilityCapital") : 0)),
  };
}

/** Of one MW, in a year. */
function yearlyCosts(route: Route, input: (name: InputName) => number): ContractEconomics["costs"] {
  if (route === "rent") return [{ name: "rent", amount: input("rentPrice") }];
  if (route === "partner") return [{ name: "rent", amount: input("partnerPrice") }];
  const building =
    route === "build" ? input("facilityCapital") / input("facilityLife") : input("leasePrice") * 1000 * 12;
  return [
    { name: "equipment", amount: input("itCapital") / input("itLife") },
    { name: "building", amount: building },
    { name: "power", amount: input("pue") * input("load") * 1000 * hoursPerYear * input("electricity") },
    { name: "upkeep", amount: input("opexShare") * input("itCapital") },
  ];
}

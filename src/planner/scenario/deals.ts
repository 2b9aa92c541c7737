/**
 * Which deals a strategy takes: each in its window, with power that is committed to by then and not promised to another.
 */
import type { At, Plan, PlannedDeal, Tranche } from "./plan.ts";
import type { Deal } from "./scenario.ts";

export type DealState = "taken" | "lost" | "declined" | "not sought";

export type DealOutcome = {
  readonly name: string;
  readonly deal: Deal;
  readonly state: DealState;
  /** Why it was not taken, or not in full. */
  readonly why: string | undefined;
  /** When it was signed, or would have been. */
  readonly at: number | undefined;
  readonly mwAsked: number;
  readonly mw: number;
  readonly value: number;
  /** Delivered in each quarter, in MW, and what is recognised for it. */
  readonly delivered: Float64Array;
  readonly recognised: Float64Array;
  /** When the last of it has been delivered. */
  readonly ends: number;
};

/** Deals in the order in which they are decided on; each takes of what those before it left. */
export function dealsOf(
  { deals, steps, first, quarters }: Plan,
  tranches: readonly Tranche[],
  at: At,
): readonly DealOutcome[] {
  const promised = new Float64Array(quarters);
  const outcomes = new Map<string, DealOutcome>();
  for (const { decision, at: when, mwPath } of steps) {
    if (decision.do !== "accept" && decision.do !== "decline") continue;
    const planned = deals.find(({ name }) => name === decision.deal);
    if (planned === undefined) continue;
    const asked = { planned, at, when, first, quarters };
    const cap = decision.do === "accept" && decision.mw !== undefined ? at(mwPath) : Infinity;
    const outcome = decision.do === "decline" ? untaken(asked, "declined") : taken(asked, cap, tranches, promised);
    outcomes.set(decision.deal, outcome);
  }
  return deals.map(
    (planned) => outcomes.get(planned.name) ?? untaken({ planned, at, when: undefined, first, quarters }, "not sought"),
  );
}

type Asked<When = number | undefined> = {
  readonly planned: PlannedDeal;
  readonly at: At;
  readonly when: When;
  readonly first: number;
  readonly quarters: number;
};

function untaken({ planned, at, when, quarters }: Asked, state: DealState, why?: string): DealOutcome {
  const { name, deal, mwPath } = planned;
  const none = new Float64Array(quarters);
  const result = { mwAsked: at(mwPath), mw: 0, value: 0, delivered: none, recognised: none, ends: 0 };
  return { name, deal, state, why, at: when, ...result };
}

/** As much of the deal as there is power for once it has grown to its full size; `promised` takes it in. */
function taken(asked: Asked<number>, cap: number, tranches: readonly Tranche[], promised: Float64Array): DealOutcome {
  const { planned, at, when, first, quarters } = asked;
  const { name, deal, from } = planned;
  const mwAsked = at(planned.mwPath);
  const term = Math.max(1, Math.round(at(planned.yearsPath) * 4));
  const grown = from + deal.rampQuarters - 1;
  const free = new Float64Array(quarters);
  for (const { mw, committed, online } of tranches) {
    if (committed > when) continue;
    for (let t = Math.max(0, online - first); t < quarters; t += 1) free[t] = (free[t] ?? 0) + mw;
  }
  let there = Infinity;
  for (let t = 0; t < quarters; t += 1) {
    free[t] = Math.max(0, (free[t] ?? 0) - (promised[t] ?? 0));
    if (t >= grown - first && t < from - first + term) there = Math.min(there, free[t] ?? 0);
  }
  if (!Number.isFinite(there)) there = 0;
  const mw = Math.min(mwAsked, cap, there);
  const isShort = mw < mwAsked - 1e-9;
  const gigawatts = (value: number) => `${(value / 1000).toFixed(2)} GW`;
  const why = () => {
    const [part, verb] = mw > 0 && mw === cap ? [cap, "was offered"] : [there, "would be there"];
    return `${gigawatts(part)} ${verb} of the ${gigawatts(mwAsked)} asked for`;
  };
  if (mw <= 0 || (isShort && !deal.isDivisible)) {
    return untaken(asked, "lost", why());
  }
  const delivered = new Float64Array(quarters);
  const recognised = new Float64Array(quarters);
  const value = at(planned.valuePath) * (mw / mwAsked);
  const perMwQuarter = value / (mw * term);
  // Each part of the ramp runs for the whole term.
  for (let part = 0; part < deal.rampQuarters; part += 1) {
    const begin = from + part - first;
    for (let t = Math.max(0, begin); t < Math.min(quarters, begin + term); t += 1) {
      delivered[t] = (delivered[t] ?? 0) + mw / deal.rampQuarters;
    }
  }
  for (let t = 0; t < quarters; t += 1) {
    // What comes late is not delivered, and not paid.
    delivered[t] = Math.min(delivered[t] ?? 0, free[t] ?? 0);
    promised[t] = (promised[t] ?? 0) + (delivered[t] ?? 0);
    recognised[t] = (delivered[t] ?? 0) * perMwQuarter;
  }
  const short = isShort ? why() : undefined;
  const result = { mwAsked, mw, value, delivered, recognised, ends: grown + term };
  return { name, deal, state: "taken", why: short, at: when, ...result };
}

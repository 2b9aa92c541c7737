/** Sums over transactions and over requests: what reports are made of, in memory as in the database. */
import type { Currency, Entry, Transaction } from "./journal.ts";
import { nowhere, type Rated } from "./rate.ts";

/** Requests of one tenant for one model at one source, added up. */
export type UsageTotal = {
  tenant: string;
  model: string;
  source: string;
  complete: number;
  partial: number;
  failed: number;
  /** Requests for which no price held, or whose cost is unknown; their amounts are not in the sums. */
  unpriced: number;
  uncosted: number;
  input: number;
  cachedInput: number;
  output: number;
  reasoning: number;
  charge: bigint;
  cost: bigint;
  acceleratorMs: bigint;
  /** Requests whose accelerator time was modelled, or is not known. */
  acceleratorModelled: number;
  acceleratorUnknown: number;
  /** At the plug. */
  millijoules: bigint;
  energyModelled: number;
  energyUnknown: number;
  /** Tokens of the requests whose energy is known. */
  energyTokens: number;
};

export function noUsage(tenant: string, model: string, source: string): UsageTotal {
  return {
    tenant,
    model,
    source,
    complete: 0,
    partial: 0,
    failed: 0,
    unpriced: 0,
    uncosted: 0,
    input: 0,
    cachedInput: 0,
    output: 0,
    reasoning: 0,
    charge: 0n,
    cost: 0n,
    acceleratorMs: 0n,
    acceleratorModelled: 0,
    acceleratorUnknown: 0,
    millijoules: 0n,
    energyModelled: 0,
    energyUnknown: 0,
    energyTokens: 0,
  };
}

export function addUsage(total: UsageTotal, { usage, work, charge, cost }: Rated): void {
  const { input, cachedInput, output, reasoning } = usage.tokens;
  total[usage.outcome] += 1;
  total.input += input;
  total.cachedInput += cachedInput;
  total.output += output;
  total.reasoning += reasoning;
  if (charge === undefined) total.unpriced += 1;
  else total.charge += charge;
  if (cost === undefined) total.uncosted += 1;
  else total.cost += cost;
  if (usage.source === undefined) return;
  if (work.acceleratorMs === undefined) total.acceleratorUnknown += 1;
  else {
    total.acceleratorMs += work.acceleratorMs;
    if (work.acceleratorProvenance === "modelled") total.acceleratorModelled += 1;
  }
  if (work.millijoules === undefined) total.energyUnknown += 1;
  else {
    total.millijoules += work.millijoules;
    total.energyTokens += input + cachedInput + output + reasoning;
    if (work.energyProvenance === "modelled") total.energyModelled += 1;
  }
}

/** Adds one sum to another. */
export function mergeUsage(total: UsageTotal, other: UsageTotal): void {
  total.complete += other.complete;
  total.partial += other.partial;
  total.failed += other.failed;
  total.unpriced += other.unpriced;
  total.uncosted += other.uncosted;
  total.input += other.input;
  total.cachedInput += other.cachedInput;
  total.output += other.output;
  total.reasoning += other.reasoning;
  total.charge += other.charge;
  total.cost += other.cost;
  total.acceleratorMs += other.acceleratorMs;
  total.acceleratorModelled += other.acceleratorModelled;
  total.acceleratorUnknown += other.acceleratorUnknown;
  total.millijoules += other.millijoules;
  total.energyModelled += other.energyModelled;
  total.energyUnknown += other.energyUnknown;
  total.energyTokens += other.energyTokens;
}

export function usageTotals(rated: readonly Rated[]): UsageTotal[] {
  const totals = new Map<string, UsageTotal>();
  for (const one of rated) {
    const { tenant, model, source = nowhere } = one.usage;
    const key = JSON.stringify([tenant, model, source]);
    let total = totals.get(key);
    if (total === undefined) totals.set(key, (total = noUsage(tenant, model, source)));
    addUsage(total, one);
  }
  return [...totals.values()];
}

/** One entry for each account and currency: what its entries add up to. */
export function accountTotals(transactions: readonly Transaction[]): Entry[] {
  const totals = new Map<string, { account: Entry["account"]; currency: Currency; amount: bigint }>();
  for (const { entries } of transactions) {
    for (const { account, currency, amount } of entries) {
      const key = `${currency} ${account}`;
      const total = totals.get(key);
      if (total === undefined) totals.set(key, { account, currency, amount });
      else total.amount += amount;
    }
  }
  return [...totals.values()];
}

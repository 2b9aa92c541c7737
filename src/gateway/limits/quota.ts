/**
 * One limit of one scope, as its authority keeps it, and the arithmetic of leasing it out. Pure.
 *
 * Workers hold leases: parts of what is left that they may spend without asking. A worker reports running totals, not
 * differences, so that a report or an answer that was lost, or came twice, changes nothing. What is left is always
 * what the limit allows less everything that any worker might still spend.
 *
 * Rates are token buckets: full at a minute's worth, refilled continuously, and never fuller than the limit less
 * what is out on lease. So in any span of T minutes at most limit × (1 + T) is admitted.
 */

export type QuotaKind = "requests" | "tokens" | "concurrency" | "budget";

/** Which limit: unique by `id`. */
export type QuotaName = {
  readonly id: string;
  readonly scope: string;
  readonly kind: QuotaKind;
  /** The budget's period; 0 and null for the others. */
  readonly startMs: number;
  readonly endMs: number | null;
};

/** What a worker has of a quota, as last reported. */
export type Holding = {
  /** Names this stretch of reports; a worker that names another starts a new one. */
  readonly lease: string;
  readonly granted: bigint;
  readonly returned: bigint;
  /** Spent before this stretch began: accounted for elsewhere. */
  readonly usedBefore: bigint;
  readonly used: bigint;
  /** What it may still spend or has in flight. */
  readonly kept: bigint;
};

export type Quota = {
  readonly name: QuotaName;
  readonly limit: bigint;
  /** Rates: what is in the bucket, in sixty-thousandths, so that a refill of whole milliseconds is exact. */
  readonly level: bigint;
  readonly atMs: number;
  /** Budgets: spent by those who hold nothing any more. */
  readonly spent: bigint;
  /** Budgets: the most that the ledger was seen to say. It may lag behind, or know of more than this authority. */
  readonly ledger: bigint;
  readonly holdings: Readonly<Record<string, Holding>>;
};

/** What a worker says that it has, and what it needs. All but `need` are running totals of its lease. */
export type Claim = {
  readonly name: QuotaName;
  readonly limit: bigint;
  /** As last answered; null at first. */
  readonly lease: string | null;
  /** Granted, as far as the worker knows. */
  readonly granted: bigint;
  /** Given back: of what was granted, unspent; of a rate also what requests took and did not use. */
  readonly returned: bigint;
  readonly used: bigint;
  readonly kept: bigint;
  /** How much more it needs at once; 0 for a mere report. */
  readonly need: bigint;
};

export type Answer = {
  readonly id: string;
  readonly lease: string;
  /** Running total of what was ever granted. */
  readonly granted: bigint;
  /** Left for anybody after this grant. */
  readonly available: bigint;
  readonly spent: bigint;
  /** On lease or in flight, anywhere. */
  readonly held: bigint;
};

const perMinute = 60_000n;
/** A lease is at most this part of an even share of what is left: small limits are asked for each time. */
const partsOfShare = 4n;

export function newQuota(name: QuotaName, limit: bigint, nowMs: number, spent = 0n): Quota {
  return { name, limit, level: limit * perMinute, atMs: nowMs, spent, ledger: spent, holdings: {} };
}

export function isRate(kind: QuotaKind): boolean {
  return kind === "requests" || kind === "tokens";
}

/**
 * Takes in what a worker says that it has; reports of one worker come in the order in which it made them.
 *
 * @param newLease names the worker's lease when it has none that is known here.
 */
export function report(before: Quota, worker: string, claim: Claim, newLease: string, nowMs: number): Quota {
  const known = before.holdings[worker];
  const isKnown = known !== undefined && known.lease === claim.lease;
  // Until now the bucket was kept down by what was on lease until now.
  const quota = { ...refilled(before, nowMs), limit: claim.limit };
  if (!isKnown) {
    // A grant that never arrived, or a worker that this authority had forgotten: it has what it says that it has.
    const spent = known === undefined ? quota.spent : quota.spent + known.used - known.usedBefore;
    const { granted, returned, used, kept } = claim;
    const holding = { lease: newLease, granted, returned, usedBefore: used, used, kept };
    return { ...quota, spent, holdings: { ...quota.holdings, [worker]: holding } };
  }
  const givenBack = most(0n, claim.returned - known.returned);
  const holding = {
    ...known,
    returned: most(known.returned, claim.returned),
    used: most(known.used, claim.used),
    // What it does not know yet that it was granted, it still has.
    kept: claim.kept + known.granted - claim.granted,
  };
  const level = isRate(quota.name.kind) ? quota.level + givenBack * perMinute : quota.level;
  return { ...quota, level, holdings: { ...quota.holdings, [worker]: holding } };
}

/** Grants what a worker needs, as far as there is, or an even share's part when that is more. To follow its report. */
export function grant(
  before: Quota,
  worker: string,
  need: bigint,
  at: { readonly nowMs: number; readonly workers: number },
): { readonly quota: Quota; readonly answer: Answer } {
  const quota = refilled(before, at.nowMs);
  const holding = quota.holdings[worker];
  if (holding === undefined) throw new Error(`${worker} has not reported what it has of ${quota.name.id}.`);
  const available = availableOf(quota);
  const share = available / (partsOfShare * BigInt(Math.max(1, at.workers)));
  const granted = need <= 0n ? 0n : least(available, most(need, share));
  const after = {
    ...quota,
    level: isRate(quota.name.kind) ? quota.level - granted * perMinute : quota.level,
    holdings: {
      ...quota.holdings,
      [worker]: { ...holding, granted: holding.granted + granted, kept: holding.kept + granted },
    },
  };
  return {
    quota: after,
    answer: {
      id: quota.name.id,
      lease: holding.lease,
      granted: holding.granted + granted,
      available: available - granted,
      spent: spentOf(after),
      held: keptOf(after),
    },
  };
}

/** What may be granted now; never less than nothing. */
export function availableOf(quota: Quota): bigint {
  switch (quota.name.kind) {
    case "requests":
    case "tokens":
      return most(0n, quota.level / perMinute);
    case "concurrency":
      return most(0n, quota.limit - keptOf(quota));
    case "budget":
      return most(0n, quota.limit - spentOf(quota) - keptOf(quota));
  }
}

export function spentOf(quota: Quota): bigint {
  let spent = quota.spent;
  for (const { used, usedBefore } of Object.values(quota.holdings)) spent += used - usedBefore;
  return most(spent, quota.ledger);
}

export function keptOf(quota: Quota): bigint {
  let kept = 0n;
  for (const holding of Object.values(quota.holdings)) kept += holding.kept;
  return kept;
}

/**
 * A worker has died. Its share of a rate counts as used, its requests in flight ended with it; its part of a budget
 * stays held, because it may have spent it: see `reconciled`.
 */
export function bereaved(quota: Quota, worker: string, nowMs: number): Quota {
  return quota.name.kind === "budget" ? quota : without(refilled(quota, nowMs), worker);
}

/** A worker has left of its own accord, and had reported what it used. */
export function departed(quota: Quota, worker: string, nowMs: number): Quota {
  const holding = quota.holdings[worker];
  // What it still had in flight may have been spent.
  if (holding === undefined || holding.kept > 0n) return bereaved(quota, worker, nowMs);
  return reconciled(refilled(quota, nowMs), worker, holding.used - holding.usedBefore);
}

/** Replaces what a dead worker might have spent of a budget by what it did spend. */
export function reconciled(quota: Quota, worker: string, actual: bigint): Quota {
  if (quota.holdings[worker] === undefined) return quota;
  return { ...without(quota, worker), spent: quota.spent + actual };
}

/** Takes in what the ledger says was spent; it may lag behind, so it lowers nothing. */
export function atLeastSpent(quota: Quota, ledger: bigint): Quota {
  return ledger > quota.ledger ? { ...quota, ledger } : quota;
}

/**
 * Whether nothing would be forgotten with it.
 *
 * @param todayMs milliseconds since the epoch, to tell which periods are over.
 */
export function isForgettable(quota: Quota, nowMs: number, todayMs: number): boolean {
  if (Object.values(quota.holdings).some(({ kept }) => kept > 0n)) return false;
  if (isRate(quota.name.kind)) return refilled(quota, nowMs).level >= quota.limit * perMinute;
  return quota.name.kind === "concurrency" || (quota.name.endMs !== null && quota.name.endMs < todayMs);
}

/** A clock that was set back refills nothing, and starts anew from where it is. */
function refilled(quota: Quota, nowMs: number): Quota {
  if (!isRate(quota.name.kind)) return quota;
  const elapsedMs = BigInt(Math.max(0, Math.floor(nowMs - quota.atMs)));
  const full = most(0n, quota.limit - keptOf(quota)) * perMinute;
  return { ...quota, level: least(full, quota.level + quota.limit * elapsedMs), atMs: Math.floor(nowMs) };
}

function without(quota: Quota, worker: string): Quota {
  const { [worker]: _, ...holdings } = quota.holdings;
  return { ...quota, holdings };
}

function most(one: bigint, other: bigint): bigint {
  return one > other ? one : other;
}

function least(one: bigint, other: bigint): bigint {
  return one < other ? one : other;
}

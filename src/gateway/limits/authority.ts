/**
 * The authority on one machine: keeps every quota in memory and grants leases to the workers, in this process or in
 * others over their channels.
 *
 * Budgets start from what the ledger says is spent; a budget whose spend is not known grants nothing. Before a worker
 * is refused what lies idle with others, it is called back.
 */
import { randomUUID } from "node:crypto";
import {
  atLeastSpent,
  availableOf,
  bereaved,
  type Claim,
  departed,
  grant,
  isForgettable,
  keptOf,
  newQuota,
  type Quota,
  type QuotaName,
  reconciled,
  report,
} from "./quota.ts";
import type { Reply } from "./lease.ts";
import { LedgerWatch } from "./ledger-watch.ts";

/** What a scope had been charged since an instant, in pico-dollars, as the ledger knows it. */
export type SpentSince = (scope: string, sinceMs: number) => bigint | Promise<bigint>;

/** Calls back what a worker does not need now of some quotas; resolves with its reports, none when it is silent. */
export type Recall = (worker: string, ids: readonly string[]) => Promise<readonly Claim[]>;

export type AuthorityOptions = {
  /** Without one, budgets start unspent. */
  readonly spentSince?: SpentSince;
  readonly recall?: Recall;
  /** Milliseconds of a clock that is never set back. */
  readonly now?: () => number;
};

/** Between two recalls of one quota. */
const recallMs = 50;
const cleanMs = 60_000;

/** Who keeps the quotas of a factory and leases them out. */
export interface Authority {
  /** A worker that shares the quotas from now on. */
  enter(worker: string): void | Promise<void>;
  /** A worker that reported everything and holds nothing any more. */
  leave(worker: string): void | Promise<void>;
  /** A worker that died: what it had of budgets stays held until `reconcileDead`. */
  died(worker: string): void | Promise<void>;
  /**
   * Frees what a dead worker held of budgets, once all that it metered is in the ledger.
   *
   * @param actual what the ledger says that this worker's requests were charged, by the budget.
   */
  reconcileDead(worker: string, actual: ActualSpend): Promise<void>;
  /** Takes a worker's reports and grants what it needs; one exchange of a worker at a time. */
  exchange(worker: string, claims: readonly Claim[]): readonly Reply[] | Promise<readonly Reply[]>;
}

export type ActualSpend = (budget: QuotaName) => bigint | Promise<bigint>;

export class MemoryAuthority implements Authority {
  readonly #options: AuthorityOptions;
  readonly #now: () => number;
  readonly #quotas = new Map<string, Quota>();
  readonly #opening = new Map<string, Promise<void>>();
  readonly #workers = new Set<string>();
  readonly #ledger: LedgerWatch | undefined;
  readonly #recalledAtMs = new Map<string, number>();
  #cleanedAtMs = 0;

  constructor(options: AuthorityOptions = {}) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
    this.#ledger = options.spentSince && new LedgerWatch(options.spentSince, this.#now);
  }

  enter(worker: string): void {
    this.#workers.add(worker);
  }

  leave(worker: string): void {
    this.#workers.delete(worker);
    for (const [id, quota] of this.#quotas) {
      this.#quotas.set(id, departed(quota, worker, this.#now()));
    }
  }

  died(worker: string): void {
    this.#workers.delete(worker);
    for (const [id, quota] of this.#quotas) this.#quotas.set(id, bereaved(quota, worker, this.#now()));
  }

  async reconcileDead(worker: string, actual: ActualSpend): Promise<void> {
    for (const { name, holdings } of this.#quotas.values()) {
      if (holdings[worker] === undefined || name.kind !== "budget") continue;
      const spent = await actual(name);
      const quota = this.#quotas.get(name.id);
      if (quota !== undefined) this.#quotas.set(name.id, reconciled(quota, worker, spent));
    }
  }

  /** For status and tests. */
  quotas(): readonly Quota[] {
    return [...this.#quotas.values()];
  }

  /** Answers at once unless a budget is to be looked up or idle leases are called back first. */
  exchange(worker: string, claims: readonly Claim[]): readonly Reply[] | Promise<readonly Reply[]> {
    this.#clean();
    const unknown = claims.filter(({ name }) => !this.#quotas.has(name.id));
    const opening = unknown.flatMap(({ name, limit }) => this.#open(name, limit) ?? []);
    return opening.length > 0
      ? Promise.all(opening).then(() => this.#reportThenGrant(worker, claims))
      : this.#reportThenGrant(worker, claims);
  }

  #reportThenGrant(worker: string, claims: readonly Claim[]): readonly Reply[] | Promise<readonly Reply[]> {
    this.#report(worker, claims);
    const recalls = this.#recalls(worker, claims);
    return recalls.length > 0
      ? Promise.all(recalls).then(() => this.#grant(worker, claims))
      : this.#grant(worker, claims);
  }

  #report(worker: string, claims: readonly Claim[]): void {
    for (const claim of claims) {
      const { name } = claim;
      const quota = this.#quotas.get(name.id);
      if (quota === undefined) continue;
      const reported = report(quota, worker, claim, randomUUID(), this.#now());
      this.#quotas.set(name.id, atLeastSpent(reported, this.#ledger?.spent(name) ?? 0n));
    }
  }

  #grant(worker: string, claims: readonly Claim[]): Reply[] {
    return claims.map(({ name: { id }, need }) => {
      const before = this.#quotas.get(id);
      // It may have died while others were asked.
      if (before?.holdings[worker] === undefined) return { id, trouble: "what is spent of its budget is not known" };
      const { quota, answer } = grant(before, worker, need, { nowMs: this.#now(), workers: this.#workers.size });
      this.#quotas.set(id, quota);
      return answer;
    });
  }

  /** Undefined when it is open at once. */
  #open(name: QuotaName, limit: bigint): Promise<void> | undefined {
    const spent = name.kind === "budget" ? (this.#options.spentSince?.(name.scope, name.startMs) ?? 0n) : 0n;
    if (typeof spent === "bigint") {
      this.#quotas.set(name.id, newQuota(name, limit, this.#now(), spent));
      return undefined;
    }
    let opening = this.#opening.get(name.id);
    if (opening === undefined) {
      opening = spent
        .then(
          (known) => void this.#quotas.set(name.id, newQuota(name, limit, this.#now(), known)),
          // It is asked again with the next claim; until then the answer is that it is not known.
          () => undefined,
        )
        .finally(() => this.#opening.delete(name.id));
      this.#opening.set(name.id, opening);
    }
    return opening;
  }

  /** Calls what others have back where this worker's need would otherwise be refused. */
  #recalls(worker: string, claims: readonly Claim[]): Promise<void>[] {
    const { recall } = this.#options;
    if (recall === undefined) return [];
    const nowMs = this.#now();
    const wanted = new Map<string, string[]>();
    for (const { name, need } of claims) {
      const quota = this.#quotas.get(name.id);
      if (quota === undefined || need <= 0n || keptOf(quota) === 0n || availableOf(quota) >= need) continue;
      if (nowMs - (this.#recalledAtMs.get(name.id) ?? -Infinity) < recallMs) continue;
      this.#recalledAtMs.set(name.id, nowMs);
      for (const [other, { kept }] of Object.entries(quota.holdings)) {
        if (other === worker || kept === 0n || !this.#workers.has(other)) continue;
        wanted.set(other, [...(wanted.get(other) ?? []), name.id]);
      }
    }
    return [...wanted].map(async ([other, ids]) => {
      const claims = await recall(other, ids);
      if (this.#workers.has(other)) this.#report(other, claims);
    });
  }

  #clean(): void {
    const nowMs = this.#now();
    if (nowMs - this.#cleanedAtMs < cleanMs) return;
    this.#cleanedAtMs = nowMs;
    for (const [id, quota] of this.#quotas) if (isForgettable(quota, nowMs, Date.now())) this.#quotas.delete(id);
    for (const [id, atMs] of this.#recalledAtMs) if (nowMs - atMs > cleanMs) this.#recalledAtMs.delete(id);
  }
}

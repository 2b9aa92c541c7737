/**
 * Looks budgets up in the ledger now and then: what was metered before a restart may reach it late, and a charge may
 * be corrected upwards. Asks in the background, so that no request waits for it.
 */
import type { SpentSince } from "./authority.ts";
import type { QuotaName } from "./quota.ts";

const everyMs = 10_000;

export class LedgerWatch {
  readonly #spentSince: SpentSince;
  readonly #now: () => number;
  readonly #seen = new Map<string, { askedAtMs: number; spent: bigint | undefined }>();

  constructor(spentSince: SpentSince, now: () => number) {
    this.#spentSince = spentSince;
    this.#now = now;
  }

  /** The last total seen, if any; asks for a newer one when it is old. */
  spent({ id, kind, scope, startMs, endMs }: QuotaName): bigint | undefined {
    if (kind !== "budget") return undefined;
    const nowMs = this.#now();
    const seen = this.#seen.get(id) ?? { askedAtMs: nowMs, spent: undefined };
    this.#seen.set(id, seen);
    if (nowMs - seen.askedAtMs < everyMs) return seen.spent;
    seen.askedAtMs = nowMs;
    if (endMs !== null && endMs < Date.now()) this.#seen.delete(id);
    // A ledger that is away says nothing new; it is asked again later.
    void Promise.resolve(this.#spentSince(scope, startMs)).then(
      (spent) => (seen.spent = spent),
      () => undefined,
    );
    return seen.spent;
  }
}

/**
 * The limiter of a worker: spends from leases that an authority granted, and asks it only when they do not suffice.
 *
 * Promise: with enough on lease a request is admitted without a promise, a message or a timer. What does not suffice
 * is asked for in one exchange for all who wait. When the authority is away, what is on lease is spent and then
 * requests are refused: limits never fail open.
 */
import type { Limits } from "../../stack/resource.ts";
import { usd } from "../../stack/money.ts";
import type { Admitted, Grant, LimitAsk, Limiter, LimitHeaders, LimitScope, Settlement } from "./limiter.ts";
import { periodAt } from "./period.ts";
import { Pot } from "./pot.ts";
import type { Answer, Claim } from "./quota.ts";
import { formatDuration, refillMs, refusal, unavailable } from "./refusal.ts";

/** What a worker is told of one claim. */
export type Reply = Answer | { readonly id: string; readonly trouble: string };

/** How a worker reaches whoever grants leases: in this process, in the supervisor, or in Valkey. */
export interface AuthorityLink {
  /**
   * Answers every claim, and within seconds; a rejection means that nothing is known of its effect. There is one
   * exchange at a time.
   */
  exchange(claims: readonly Claim[]): readonly Reply[] | Promise<readonly Reply[]>;
  /** Asks, when others need it, for what lies idle here of some quotas; the answer is to be reported as it stands. */
  onRecall?(recall: (ids: readonly string[]) => readonly Claim[]): void;
  close(): Promise<void>;
}

export type LeaseOptions = {
  readonly authority: AuthorityLink;
  /** How long a refusal stands before the authority is asked again. */
  readonly refusalMs?: number;
  /** Between reports; what was not used in one is given back. */
  readonly reportMs?: number;
  /** Milliseconds of a clock that is never set back. */
  readonly now?: () => number;
};

type Amounts = readonly { readonly pot: Pot; readonly amount: bigint }[];

type Waiter = { readonly amounts: Amounts; settle(grant: Grant): void };

/** A scope's pots, found once for as long as its limits are the same. */
type Drawer = { limits: Limits; requests?: Pot; tokens?: Pot; concurrency?: Pot; budget?: Pot; budgetPico: bigint };

/** After this long without use a pot is forgotten. */
const forgetMs = 600_000;

export class LeaseLimiter implements Limiter {
  readonly #authority: AuthorityLink;
  readonly #refusalMs: number;
  readonly #now: () => number;
  readonly #drawers = new Map<string, Drawer>();
  readonly #pots = new Map<string, Pot>();
  /** Those of which the authority should hear something. */
  readonly #dirty = new Set<Pot>();
  #waiters: Waiter[] = [];
  /** The exchange under way. */
  #asking: Promise<void> | undefined;
  /** Whether what is to be reported should not wait for the next time. */
  #isUrgent = false;
  #isClosed = false;
  readonly #reports: NodeJS.Timeout;

  constructor(options: LeaseOptions) {
    this.#authority = options.authority;
    this.#refusalMs = options.refusalMs ?? 20;
    this.#now = options.now ?? (() => performance.now());
    this.#authority.onRecall?.((ids) => this.#recall(ids));
    this.#reports = setInterval(() => this.tidy(), options.reportMs ?? 1_000);
    this.#reports.unref();
  }

  admit(ask: LimitAsk): Grant | Promise<Grant> {
    const amounts = this.#amounts(ask);
    const short = amounts.find(({ pot, amount }) => pot.free < amount);
    if (short === undefined) return this.#admitted(amounts);
    const { pot, amount } = short;
    if (amount > pot.limit || (pot.refusedAtMs + this.#refusalMs > this.#now() && pot.wasShortOf(amount))) {
      return this.#refused(amounts, pot, amount);
    }
    return this.#wait(amounts);
  }

  /** Reports what was spent, and gives back what was not needed since the last time. */
  tidy(): void {
    const nowMs = this.#now();
    for (const pot of this.#pots.values()) {
      pot.giveBackIdle();
      if (pot.isEmpty && !this.#dirty.has(pot) && nowMs - pot.usedAtMs > forgetMs) this.#forget(pot);
    }
    this.#ask();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#reports);
    while (this.#asking !== undefined) await this.#asking;
    for (const pot of this.#pots.values()) pot.giveBack();
    const claims = this.#claims();
    try {
      if (claims.length > 0) await this.#authority.exchange(claims);
      await this.#authority.close();
    } catch {
      // It is away: it learns of it when it finds this worker gone.
    }
  }

  #amounts(ask: LimitAsk): Amounts {
    const amounts: { pot: Pot; amount: bigint }[] = [];
    const tokens = BigInt(Math.max(0, Math.ceil(ask.tokens)));
    for (const scope of ask.scopes) {
      const drawer = this.#drawerOf(scope);
      if (drawer.requests !== undefined) amounts.push({ pot: drawer.requests, amount: 1n });
      if (drawer.tokens !== undefined) amounts.push({ pot: drawer.tokens, amount: tokens });
      if (drawer.concurrency !== undefined) amounts.push({ pot: drawer.concurrency, amount: 1n });
      if (drawer.limits.budget !== undefined) {
        amounts.push({ pot: this.#budgetPot(scope, drawer, ask.nowMs), amount: ask.costPico });
      }
    }
    return amounts;
  }

  #drawerOf(scope: LimitScope): Drawer {
    const known = this.#drawers.get(scope.id);
    if (known !== undefined && known.limits === scope.limits) return known;
    const { id, limits } = scope;
    const pot = (kind: "requests" | "tokens" | "concurrency", limit: number | undefined) =>
      limit === undefined
        ? {}
        : { [kind]: this.#pot({ id: `${id}|${kind}`, scope: id, kind, startMs: 0, endMs: null }, BigInt(limit)) };
    const drawer: Drawer = {
      limits,
      ...pot("requests", limits.requestsPerMinute),
      ...pot("tokens", limits.tokensPerMinute),
      ...pot("concurrency", limits.concurrency),
      budgetPico: limits.budget === undefined ? 0n : usd(limits.budget.amountUsd),
    };
    this.#drawers.set(id, drawer);
    return drawer;
  }

  #budgetPot(scope: LimitScope, drawer: Drawer, nowMs: number): Pot {
    const current = drawer.budget?.name;
    if (drawer.budget !== undefined && current !== undefined) {
      if (nowMs >= current.startMs && (current.endMs === null || nowMs < current.endMs)) return drawer.budget;
    }
    const { name, startMs, endMs } = periodAt(scope.limits.budget?.period ?? "month", nowMs);
    const id = `${scope.id}|budget|${name}`;
    const pot = this.#pot({ id, scope: scope.id, kind: "budget", startMs, endMs }, drawer.budgetPico);
    // A period that has ended needs no lease any more.
    if (drawer.budget !== undefined) drawer.budget.giveBack();
    drawer.budget = pot;
    return pot;
  }

  #pot(name: Pot["name"], limit: bigint): Pot {
    let pot = this.#pots.get(name.id);
    if (pot === undefined) this.#pots.set(name.id, (pot = new Pot(name, limit, this.#dirty, this.#now())));
    pot.follow(limit);
    return pot;
  }

  #forget(pot: Pot): void {
    this.#pots.delete(pot.name.id);
    this.#drawers.delete(pot.name.scope);
  }

  #admitted(amounts: Amounts): Admitted {
    const nowMs = this.#now();
    for (const { pot, amount } of amounts) pot.take(amount, nowMs);
    return new LeaseGrant(amounts, headersOf(amounts, nowMs));
  }

  #refused(amounts: Amounts, pot: Pot, need: bigint): Grant {
    const { name, limit, answer } = pot;
    const spare = pot.free > 0n ? pot.free : 0n;
    const fault = refusal({
      name,
      limit,
      need,
      available: answer.available + spare,
      spent: answer.spent,
      held: answer.held > spare ? answer.held - spare : 0n,
    });
    return { ok: false, fault, headers: headersOf(amounts, this.#now()) };
  }

  #wait(amounts: Amounts): Grant | Promise<Grant> {
    let grant: Grant | undefined;
    let resolve: ((grant: Grant) => void) | undefined;
    this.#waiters.push({
      amounts,
      settle: (given) => {
        grant = given;
        resolve?.(given);
      },
    });
    if (this.#isClosed) this.#failed([], new Error("this worker is shutting down"));
    this.#ask();
    return grant ?? new Promise((settle) => (resolve = settle));
  }

  /** One exchange: what all who wait still need, and whatever there is to report. */
  #ask(): void {
    if (this.#asking !== undefined || this.#isClosed) return;
    const claims = this.#claims();
    if (claims.length === 0) return;
    this.#isUrgent = false;
    let replies: readonly Reply[] | Promise<readonly Reply[]>;
    try {
      replies = this.#authority.exchange(claims);
    } catch (error) {
      this.#failed(claims, error as Error);
      return;
    }
    if (replies instanceof Promise) {
      this.#asking = replies.then(
        (answered) => this.#answered(claims, answered),
        (error: Error) => this.#failed(claims, error),
      );
    } else this.#answered(claims, replies);
  }

  #claims(): Claim[] {
    const needs = new Map<Pot, bigint>();
    for (const { amounts } of this.#waiters) {
      for (const { pot, amount } of amounts) needs.set(pot, (needs.get(pot) ?? 0n) + amount);
    }
    const claims: Claim[] = [];
    for (const [pot, amount] of needs) if (amount > pot.free) claims.push(pot.claim(amount - pot.free));
    for (const pot of this.#dirty) claims.push(pot.claim(0n));
    return claims;
  }

  #answered(claims: readonly Claim[], replies: readonly Reply[]): void {
    const nowMs = this.#now();
    this.#asking = undefined;
    const byId = new Map(replies.map((reply) => [reply.id, reply]));
    const troubles = new Map<Pot, string>();
    const refusing = new Set<Pot>();
    for (const claim of claims) {
      const pot = this.#pots.get(claim.name.id);
      const reply = byId.get(claim.name.id);
      if (pot === undefined || reply === undefined) continue;
      if ("trouble" in reply) {
        troubles.set(pot, reply.trouble);
        this.#dirty.add(pot);
      } else if (pot.answered(claim, reply, nowMs)) refusing.add(pot);
    }
    this.#serve(({ pot, amount }, amounts) => {
      const trouble = troubles.get(pot);
      if (trouble !== undefined) return { ok: false, fault: unavailable(pot.name.scope, trouble), headers: {} };
      return refusing.has(pot) ? this.#refused(amounts, pot, amount) : undefined;
    });
    for (const pot of refusing) {
      // What is too little for those who were refused is of use to others.
      pot.giveBack();
      this.#isUrgent = true;
    }
    if (this.#waiters.length > 0 || this.#isUrgent) this.#ask();
  }

  #failed(claims: readonly Claim[], error: Error): void {
    this.#asking = undefined;
    for (const { name } of claims) {
      const pot = this.#pots.get(name.id);
      if (pot !== undefined) this.#dirty.add(pot);
    }
    this.#serve(({ pot }) => ({ ok: false, fault: unavailable(pot.name.scope, error.message), headers: {} }));
  }

  /** Gives every waiter in turn what there is, or the answer to what is short; undefined lets it wait on. */
  #serve(refuse: (short: Amounts[number], all: Amounts) => Grant | undefined): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const waiter of waiters) {
      const short = waiter.amounts.find(({ pot, amount }) => pot.free < amount);
      const grant = short === undefined ? this.#admitted(waiter.amounts) : refuse(short, waiter.amounts);
      if (grant === undefined) this.#waiters.push(waiter);
      else waiter.settle(grant);
    }
  }

  #recall(ids: readonly string[]): Claim[] {
    return ids.flatMap((id) => {
      const pot = this.#pots.get(id);
      pot?.giveBack();
      return pot?.claim(0n) ?? [];
    });
  }
}

class LeaseGrant implements Admitted {
  readonly ok = true;
  readonly headers: LimitHeaders;
  #amounts: Amounts | undefined;

  constructor(amounts: Amounts, headers: LimitHeaders) {
    this.#amounts = amounts;
    this.headers = headers;
  }

  settle(actual: Settlement): void {
    const amounts = this.#amounts;
    if (amounts === undefined) return;
    this.#amounts = undefined;
    for (const { pot, amount } of amounts) {
      switch (pot.name.kind) {
        case "requests":
          break;
        case "tokens":
          pot.refund(amount - BigInt(Math.max(0, Math.ceil(actual.tokens))));
          break;
        case "concurrency":
          pot.release(amount, 0n);
          break;
        case "budget":
          pot.release(amount, actual.costPico);
          break;
      }
    }
  }
}

/** The figures of the rates with the smallest part left. */
function headersOf(amounts: Amounts, nowMs: number): LimitHeaders {
  const requests = tightest(amounts, "requests", nowMs);
  const tokens = tightest(amounts, "tokens", nowMs);
  return {
    ...(requests && { limitRequests: requests.limit, remainingRequests: requests.left, resetRequests: requests.reset }),
    ...(tokens && { limitTokens: tokens.limit, remainingTokens: tokens.left, resetTokens: tokens.reset }),
  };
}

function tightest(amounts: Amounts, kind: "requests" | "tokens", nowMs: number) {
  let found: { limit: number; left: number; reset: string } | undefined;
  for (const { pot } of amounts) {
    if (pot.name.kind !== kind) continue;
    const left = pot.left(nowMs);
    const limit = Number(pot.limit);
    if (found !== undefined && Number(left) / limit >= found.left / found.limit) continue;
    found = { limit, left: Number(left), reset: formatDuration(refillMs(pot.limit - left, pot.limit)) };
  }
  return found;
}

/**
 * A request's account at the meter: opened once, moved when it is tried elsewhere, kept up to date while it streams,
 * and settled once, which also gives back what the limits held for it.
 */
import { chargeFor, type Price } from "../ledger/price.ts";
import type { MeterLog } from "../meter/log.ts";
import type { CutReason, Outcome, Placement, RequestIdentity, TokenCounts, Usage, Work } from "../stack/usage.ts";
import { noTokens } from "../stack/usage.ts";
import type { Admitted } from "./limits/limiter.ts";
import type { Counted } from "./tally.ts";
import { tokensIn } from "./usage.ts";

/** How a request ended. */
export type Ending = {
  readonly outcome: Outcome;
  readonly cut?: CutReason;
  /** As the client saw it. */
  readonly status: number;
  readonly counted: Counted;
  readonly work: Work;
  readonly ttftMs: number | undefined;
  readonly tries: number;
};

export class Account {
  readonly #log: MeterLog;
  readonly #identity: RequestIdentity;
  readonly #price: Price;
  readonly #grant: Admitted | undefined;
  #placement: Placement;
  /** Where the open record stands in the log. */
  readonly openLsn: number;

  /** Opens it: the record is on its way to the disk. */
  constructor(
    log: MeterLog,
    identity: RequestIdentity,
    price: Price,
    grant: Admitted | undefined,
    { deployment, source }: Placement,
  ) {
    this.#log = log;
    this.#identity = identity;
    this.#price = price;
    this.#grant = grant;
    this.#placement = { deployment, source };
    this.openLsn = log.append({ kind: "open", ...identity, deployment, source });
  }

  get isOpenDurable(): boolean {
    return this.#log.durableLsn >= this.openLsn;
  }

  /** It is tried elsewhere; nothing has passed yet. */
  move({ deployment, source }: Placement): void {
    if (deployment === this.#placement.deployment) return;
    this.#placement = { deployment, source };
    this.checkpoint(noTokens);
  }

  /** What has passed by now, for the case that this process dies. */
  checkpoint(tokens: TokenCounts): void {
    this.#log.append({ kind: "checkpoint", id: this.#identity.id, atMs: Date.now(), tokens, ...this.#placement });
  }

  /** Settles it; to be called once. Gives the position at which it will be durable. */
  settle({ outcome, cut, status, counted, work, ttftMs, tries }: Ending): number {
    const { tokens, countedBy } = counted;
    const usage: { -readonly [Field in keyof Usage]: Usage[Field] } & { readonly kind: "settle" } = {
      kind: "settle",
      ...this.#identity,
      ...this.#placement,
      // The clock may have been set back meanwhile.
      endedAtMs: Math.max(this.#identity.startedAtMs, Date.now()),
      outcome,
      status,
      tokens,
      countedBy,
      work,
      tries,
    };
    if (cut !== undefined) usage.cut = cut;
    if (ttftMs !== undefined) usage.ttftMs = Math.round(ttftMs * 1000) / 1000;
    const lsn = this.#log.append(usage);
    this.#grant?.settle({ tokens: tokensIn(tokens), costPico: chargeFor(tokens, this.#price) });
    return lsn;
  }
}

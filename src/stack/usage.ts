/**
 * Usage: what a request consumed, in disjoint counts, and the meter's records of it.
 *
 * Counts never overlap (a cached input token is not also an uncached one), so that pricing is a sum
 * of products whatever dialect the counts arrived in.
 */

/** Tokens of one request; the four classes are disjoint. */
export type TokenCounts = {
  /** Input tokens that were computed. */
  readonly input: number;
  /** Input tokens served from a prefix cache. */
  readonly cachedInput: number;
  /** Output tokens other than reasoning. */
  readonly output: number;
  /** Output tokens spent on reasoning. */
  readonly reasoning: number;
};

export const noTokens: TokenCounts = { input: 0, cachedInput: 0, output: 0, reasoning: 0 };

/** How a figure came to be known. */
export type Provenance = "measured" | "modelled" | "unavailable";

/** How the token counts came to be known: reported by who made them, counted by us as they passed, or estimated. */
export type CountedBy = "engine" | "upstream" | "gateway" | "estimate";

/** Work that a request caused on the accelerators of its source; undefined quantities are unavailable, never 0. */
export type Work = {
  readonly acceleratorMs?: number;
  readonly acceleratorProvenance: Provenance;
  /** Energy at the accelerator's plug, before PUE, in millijoules. */
  readonly millijoules?: number;
  readonly energyProvenance: Provenance;
};

export const unknownWork: Work = { acceleratorProvenance: "unavailable", energyProvenance: "unavailable" };

export type Outcome =
  /** The whole answer reached the client. */
  | "complete"
  /** Cut short; billed for what was relayed. */
  | "partial"
  /** No billable token was relayed. */
  | "failed";

/** Why a request did not complete. */
export type CutReason =
  | "client_left"
  | "upstream_error"
  | "upstream_timeout"
  | "upstream_truncated"
  | "key_revoked"
  | "gateway_crash"
  | "shutdown"
  | "refused";

/** Who asked, and what for: known when a request is admitted and snapshot by name, so that renames change no history. */
export type RequestIdentity = {
  /** Minted by the gateway: a UUIDv7; also the client's `x-request-id`. */
  readonly id: string;
  /** The path asked for, such as `chat.completions`. */
  readonly endpoint: "chat.completions" | "completions" | "embeddings";
  readonly tenant: string;
  readonly project: string;
  readonly keyId: string;
  /** The model's public name, as asked for. */
  readonly model: string;
  readonly streamed: boolean;
  /** Milliseconds since the epoch, at the gateway's clock. */
  readonly startedAtMs: number;
};

/** Where a request went; set anew when it is retried elsewhere. */
export type Placement = {
  readonly deployment: string;
  readonly source: string;
};

/** The final account of a request: one for each, whatever happened. */
export type Usage = RequestIdentity &
  Partial<Placement> & {
    readonly endedAtMs: number;
    readonly outcome: Outcome;
    readonly cut?: CutReason;
    /** The status that the client saw; 499 when it left before one. */
    readonly status: number;
    readonly tokens: TokenCounts;
    readonly countedBy: CountedBy;
    readonly work: Work;
    /** Time to the first byte of the answer's body; absent when none went out. */
    readonly ttftMs?: number;
    /** Upstream tries, the first included. */
    readonly tries: number;
    /** The meter log that it was read from, which is one life of one worker. */
    readonly writer?: string;
  };

/**
 * What a gateway worker appends to its meter log.
 *
 * `open` is on disk before the first byte of an answer leaves; `checkpoint` at most every 250 ms of a
 * stream; `settle` is on disk before the last byte leaves. An `open` whose writer died without a
 * `settle` is settled by the shipper from its last checkpoint, as `partial` (`cut: "gateway_crash"`),
 * or as `failed` when nothing had been relayed.
 */
export type MeterRecord =
  | ({ readonly kind: "open" } & RequestIdentity & Partial<Placement>)
  | ({
      readonly kind: "checkpoint";
      readonly id: string;
      readonly atMs: number;
      readonly tokens: TokenCounts;
    } & Placement)
  | ({ readonly kind: "settle" } & Usage);

/**
 * What the gateway asks of its limits: may this request run, and what is it told about what is left.
 *
 * Promise: over all workers and machines, what was admitted never exceeds a limit. A request takes the most that it
 * can use when it is admitted, and gives back what it did not use when it settles; so requests that run side by side
 * cannot pass one check together.
 */
import type { Fault } from "../../stack/fault.ts";
import type { Limits } from "../../stack/resource.ts";

/** A key, a project or a tenant, and what it may ask for. */
export type LimitScope = {
  /** `key:<id>`, `project:<tenant>/<name>` or `tenant:<name>`. */
  readonly id: string;
  readonly limits: Limits;
};

export type LimitAsk = {
  /** All that must agree; the first that does not is named in the refusal. */
  readonly scopes: readonly LimitScope[];
  /** The most that it can use, input and output. */
  readonly tokens: number;
  /** The most that it can cost, in pico-dollars. */
  readonly costPico: bigint;
  /** Milliseconds since the epoch: says which day or month of a budget it falls in. */
  readonly nowMs: number;
};

/** What a request came to. */
export type Settlement = { readonly tokens: number; readonly costPico: bigint };

/** The figures of the scope with the least left, for the `x-ratelimit-*` headers; absent without such a limit. */
export type LimitHeaders = {
  readonly limitRequests?: number;
  readonly remainingRequests?: number;
  /** Until all of the limit is there again: `12ms`, `6m0s`. */
  readonly resetRequests?: string;
  readonly limitTokens?: number;
  readonly remainingTokens?: number;
  readonly resetTokens?: string;
};

export type Admitted = {
  readonly ok: true;
  readonly headers: LimitHeaders;
  /** To be called once, when the request has ended, however it ended; a second call has no effect. */
  settle(actual: Settlement): void;
};

export type Refused = { readonly ok: false; readonly fault: Fault; readonly headers: LimitHeaders };

export type Grant = Admitted | Refused;

export interface Limiter {
  /** Answers at once, without a promise, when what this process holds on lease suffices. */
  admit(ask: LimitAsk): Grant | Promise<Grant>;
  /** Gives back what is held on lease; requests still in flight keep their holds. */
  close(): Promise<void>;
}

/** Adds them under their names on the wire to a flat list of headers. */
export function pushLimits(head: string[], limits: LimitHeaders): void {
  for (const [name, header] of headerNames) {
    const figure = limits[name];
    if (figure !== undefined) head.push(header, String(figure));
  }
}

const headerNames = [
  ["limitRequests", "x-ratelimit-limit-requests"],
  ["remainingRequests", "x-ratelimit-remaining-requests"],
  ["resetRequests", "x-ratelimit-reset-requests"],
  ["limitTokens", "x-ratelimit-limit-tokens"],
  ["remainingTokens", "x-ratelimit-remaining-tokens"],
  ["resetTokens", "x-ratelimit-reset-tokens"],
] as const;

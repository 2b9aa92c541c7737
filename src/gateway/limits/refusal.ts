/**
 * What a client is told of its limits: why it was refused, in a sentence that names the limit and when to try again,
 * and how much is left. Pure.
 */
import { Fault } from "../../stack/fault.ts";
import { formatUsd, pico } from "../../stack/money.ts";
import type { QuotaName } from "./quota.ts";

/** A quota as it stood when it did not suffice. */
export type Shortage = {
  readonly name: QuotaName;
  readonly limit: bigint;
  /** What the request needs of it, at most. */
  readonly need: bigint;
  /** What anybody could still have. */
  readonly available: bigint;
  readonly spent: bigint;
  readonly held: bigint;
};

const minuteMs = 60_000;

export function refusal(short: Shortage): Fault {
  const { name, limit } = short;
  switch (name.kind) {
    case "requests":
    case "tokens":
      return rateRefusal(short);
    case "concurrency":
      return new Fault("concurrency_limit_exceeded", {
        message: `${whose(name.scope)} may have ${limit} requests in flight at once, and has.`,
        remedy: "Try again when one of them has ended.",
        retryAfterSeconds: 1,
      });
    case "budget":
      return budgetRefusal(short);
  }
}

/** How long until a rate's bucket has as much as is needed, in whole milliseconds. */
export function refillMs(missing: bigint, limit: bigint): number {
  return missing <= 0n ? 0 : Number((missing * BigInt(minuteMs) + limit - 1n) / limit);
}

function rateRefusal({ name, limit, need, available }: Shortage): Fault {
  const unit = name.kind === "requests" ? "requests" : "tokens";
  const rate = `${whose(name.scope)} may use ${limit} ${unit} per minute`;
  if (need > limit) {
    return new Fault("rate_limit_exceeded", {
      message: `${rate}; this request alone may use ${need}.`,
      remedy: "Shorten its input, or ask for fewer output tokens.",
    });
  }
  const seconds = Math.max(1, Math.ceil(refillMs(need - available, limit) / 1_000));
  const asked = name.kind === "tokens" ? ` This request may use up to ${need}; ${available} are left.` : "";
  return new Fault("rate_limit_exceeded", {
    message: `${rate}.${asked}`,
    remedy: `Try again in ${seconds} s.`,
    retryAfterSeconds: seconds,
  });
}

function budgetRefusal({ name, limit, need, spent, held }: Shortage): Fault {
  const dollars = (amount: bigint) => `US$${formatUsd(pico(amount))}`;
  const until =
    name.endMs === null ? "" : ` until ${new Date(name.endMs).toISOString().slice(0, 16).replace("T", " ")} UTC`;
  if (need > limit) {
    return new Fault("budget_exhausted", {
      message: `${whose(name.scope)} has a budget of ${dollars(limit)}; this request alone may cost up to ${dollars(need)}.`,
      remedy: "Ask for fewer tokens, or raise the budget.",
    });
  }
  const standing =
    `${whose(name.scope)} has a budget of ${dollars(limit)}${until}: ${dollars(spent)} is spent, ` +
    `${dollars(held)} is held for requests in flight, and this request may cost up to ${dollars(need)}.`;
  if (spent + need > limit) {
    const wait = name.endMs === null ? "" : ", or wait for the next period";
    return new Fault("budget_exhausted", {
      message: standing,
      remedy: `Ask for fewer tokens, raise the budget${wait}.`,
    });
  }
  return new Fault("budget_exhausted", {
    message: standing,
    remedy: "Try again when requests in flight have ended.",
    retryAfterSeconds: 1,
  });
}

/** The authority cannot be asked, and what is held on lease does not suffice: fails closed. */
export function unavailable(scope: string, reason: string): Fault {
  return new Fault("overloaded", {
    message: `The limits of ${whose(scope, "in")} cannot be checked at this time: ${reason}.`,
    remedy: "Try again shortly.",
    retryAfterSeconds: 2,
  });
}

/** A duration as the headers write it: `12ms`, `1.5s`, `6m0s`, `1h30m0s`. */
export function formatDuration(ms: number): string {
  if (ms < 1_000) return `${ms}ms`;
  const seconds = Math.floor(ms / 1_000);
  if (seconds < 60) return `${Math.floor(ms / 10) / 100}s`;
  const hours = Math.floor(seconds / 3_600);
  const minutes = Math.floor(seconds / 60) % 60;
  return `${hours > 0 ? `${hours}h` : ""}${minutes}m${seconds % 60}s`;
}

function whose(scope: string, place: "first" | "in" = "first"): string {
  const [kind = "", ...rest] = scope.split(":");
  const the = place === "first" ? "The" : "the";
  if (kind === "key") return place === "first" ? "This API key" : "this API key";
  return `${the} ${kind} "${rest.join(":")}"`;
}

/**
 * Who may talk to the control API from a browser: pure decisions on a request's head.
 *
 * A name that an attacker's DNS points here is not ours, so the `Host` must be (DNS rebinding); a page of
 * another site may not write, so a write shows the session's own CSRF token and comes from our own origin.
 */
import { timingSafeEqual } from "node:crypto";
import { isIP } from "node:net";
import { Fault } from "../stack/fault.ts";

export type Head = {
  readonly method: string;
  readonly host: string | undefined;
  readonly origin: string | undefined;
  /** Browsers say whether a request is from our own pages (Fetch Metadata). */
  readonly fetchSite: string | undefined;
};

/** @param names Host names by which this machine may be called, besides its addresses and `localhost`. */
export function checkHost(host: string | undefined, names: readonly string[]): Fault | undefined {
  const name = hostName(host);
  // An address cannot be rebound: only names are looked up.
  if (name !== undefined && (isIP(name) !== 0 || name === "localhost" || names.includes(name))) return undefined;
  return new Fault("forbidden", {
    message: `This console is not known as "${host ?? ""}".`,
    remedy: "Open it by its address, or add the name to TOKENWORKS_CONSOLE_HOSTS.",
  });
}

/** A browser that comes from another site is turned away from everything that writes. */
export function checkOrigin({ method, host, origin, fetchSite }: Head): Fault | undefined {
  if (!isWrite(method)) return undefined;
  const foreignPage = origin !== undefined && origin !== `http://${host}` && origin !== `https://${host}`;
  const foreignFetch = fetchSite !== undefined && fetchSite !== "same-origin" && fetchSite !== "none";
  if (!foreignPage && !foreignFetch) return undefined;
  return new Fault("csrf_failed", { message: "A page of another site may not do this." });
}

/** The token that only our own pages know must come with every write of a session. */
export function checkCsrf(method: string, shown: string | undefined, expected: string): Fault | undefined {
  if (!isWrite(method) || (shown !== undefined && equalInConstantTime(shown, expected))) return undefined;
  return new Fault("csrf_failed", {
    message: "The x-csrf-token header is missing or wrong.",
    remedy: "Sign in again.",
  });
}

export function isWrite(method: string): boolean {
  return method !== "GET" && method !== "HEAD";
}

/** The name in a `Host` header, without port and brackets, in lower case; undefined when it is none. */
export function hostName(host: string | undefined): string | undefined {
  const match = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::\d{1,5})?$/.exec(host?.toLowerCase() ?? "");
  return match?.[1] ?? match?.[2];
}

/** One cookie of a `Cookie` header. */
export function cookieOf(header: string | undefined, name: string): string | undefined {
  for (const part of header?.split(";") ?? []) {
    const at = part.indexOf("=");
    if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim();
  }
  return undefined;
}

function equalInConstantTime(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one), Buffer.from(other)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/** A limiter that is its own authority, for one worker alone: it always answers at once. */
import { MemoryAuthority, type SpentSince } from "./authority.ts";
import { LeaseLimiter } from "./lease.ts";

const worker = "here";

export function localLimiter(
  options: { readonly spentSince?: SpentSince; readonly now?: () => number } = {},
): LeaseLimiter {
  const authority = new MemoryAuthority(options);
  authority.enter(worker);
  return new LeaseLimiter({
    ...(options.now === undefined ? {} : { now: options.now }),
    refusalMs: 0,
    authority: { exchange: (claims) => authority.exchange(worker, claims), close: async () => {} },
  });
}

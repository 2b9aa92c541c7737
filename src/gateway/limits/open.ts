/** Opens a worker's limiter: over the supervisor, over Valkey, or as its own authority. */
import type { SpentSince } from "./authority.ts";
import { ValkeyAuthority } from "./authority-valkey.ts";
import { SupervisorLink } from "./channel.ts";
import { LeaseLimiter } from "./lease.ts";
import type { Limiter } from "./limiter.ts";
import { localLimiter } from "./local.ts";

export type LimiterConfig = {
  /** The name that its meter log goes by too. */
  readonly worker: string;
  /** Whether the parent process serves limits (`LimitDesk`); it reaches Valkey then, if there is one. */
  readonly supervised: boolean;
  readonly valkeyUrl?: string | undefined;
  readonly spentSince?: SpentSince | undefined;
  readonly say?: (line: string) => void;
};

export function openLimiter({ worker, supervised, valkeyUrl, spentSince, say }: LimiterConfig): Limiter {
  if (supervised) return new LeaseLimiter({ authority: new SupervisorLink(worker) });
  const seed = spentSince === undefined ? {} : { spentSince };
  if (valkeyUrl === undefined) return localLimiter(seed);
  const authority = new ValkeyAuthority({ url: valkeyUrl, ...seed, ...(say === undefined ? {} : { say }) });
  void authority.enter(worker);
  return new LeaseLimiter({
    authority: {
      exchange: (claims) => authority.exchange(worker, claims),
      close: async () => {
        await authority.leave(worker);
        await authority.close();
      },
    },
  });
}

/** Chooses a replica for each request. */
import type { Router } from "./deployment.ts";
import type { Replica } from "./replica.ts";
import type { Requests } from "./rank/requests.ts";

/** Beyond these the prefix-aware router looks at load alone (SGLang's `balance_abs_threshold`, `balance_rel_threshold`). */
const UNBALANCED_REQUESTS = 64;
const UNBALANCED_RATIO = 1.5;

export class Dispatcher {
  private readonly router: Router;
  private readonly replicas: readonly Replica[];
  private readonly requests: Requests;
  private turn = 0;

  constructor(router: Router, replicas: readonly Replica[], requests: Requests) {
    this.router = router;
    this.replicas = replicas;
    this.requests = requests;
  }

  choose(request: number, at: number): Replica {
    const { replicas } = this;
    if (replicas.length === 1) return replicas[0]!;
    if (this.router === "round-robin") {
      const chosen = replicas[this.turn]!;
      this.turn = (this.turn + 1) % replicas.length;
      return chosen;
    }
    const least = this.leastLoaded();
    return this.router === "least-loaded" ? least : this.mostCached(request, at, least);
  }

  private leastLoaded(): Replica {
    let least = this.replicas[0]!;
    for (const replica of this.replicas) if (replica.present < least.present) least = replica;
    return least;
  }

  private mostCached(request: number, at: number, least: Replica): Replica {
    let fullest = 0;
    for (const replica of this.replicas) fullest = Math.max(fullest, replica.present);
    if (fullest - least.present > UNBALANCED_REQUESTS && fullest > UNBALANCED_RATIO * least.present) return least;
    const known = this.requests.promptTokens[request]!;
    let chosen = least;
    let most = 0;
    for (const replica of this.replicas) {
      replica.settle(at);
      for (const rank of replica.ranks) {
        const cached = rank.kv.cachedTokens(request, known);
        if (cached > most || (cached === most && cached > 0 && replica.present < chosen.present)) {
          most = cached;
          chosen = replica;
        }
      }
    }
    return chosen;
  }
}

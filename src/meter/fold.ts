/**
 * From a writer's records to the final account of each request: a settle is final; an open whose writer died
 * is settled from its last checkpoint.
 *
 * The answer depends on which records there are, not on how often or in which order they were read.
 */
import { type MeterRecord, noTokens, type TokenCounts, unknownWork, type Usage } from "../stack/usage.ts";

type Open = Extract<MeterRecord, { kind: "open" }>;
type Checkpoint = Extract<MeterRecord, { kind: "checkpoint" }>;

export class Fold {
  readonly #open = new Map<string, Open>();
  readonly #checkpoints = new Map<string, Checkpoint>();
  readonly #settled = new Set<string>();

  /** Takes a record; answers the usage when it is the one that settles a request. */
  take(record: MeterRecord): Usage | undefined {
    if (this.#settled.has(record.id)) return undefined;
    switch (record.kind) {
      case "open":
        this.#open.set(record.id, record);
        return undefined;
      case "checkpoint": {
        const before = this.#checkpoints.get(record.id);
        if (before === undefined || relayed(record.tokens) >= relayed(before.tokens)) {
          this.#checkpoints.set(record.id, record);
        }
        return undefined;
      }
      case "settle": {
        const { kind: _kind, ...usage } = record;
        this.#close(record.id);
        return usage;
      }
    }
  }

  /** Requests that were opened and not settled. */
  get unsettled(): number {
    return this.#open.size;
  }

  isUnsettled(id: string): boolean {
    return this.#open.has(id);
  }

  /** Settles what a dead writer left open: billed for what its last checkpoint had relayed. */
  recover(): Usage[] {
    const usages = [...this.#open.values()].map((open) => crashed(open, this.#checkpoints.get(open.id)));
    for (const { id } of usages) this.#close(id);
    return usages;
  }

  /** Forgets that requests were settled, once nothing of theirs can be read again. */
  forget(ids: Iterable<string>): void {
    for (const id of ids) this.#settled.delete(id);
  }

  #close(id: string): void {
    this.#open.delete(id);
    this.#checkpoints.delete(id);
    this.#settled.add(id);
  }
}

function crashed(record: Open, checkpoint: Checkpoint | undefined): Usage {
  const { kind: _kind, ...open } = record;
  const tokens = checkpoint?.tokens ?? noTokens;
  const wasRelayed = relayed(tokens) > 0;
  return {
    ...open,
    ...(checkpoint === undefined ? {} : { deployment: checkpoint.deployment, source: checkpoint.source }),
    endedAtMs: checkpoint?.atMs ?? open.startedAtMs,
    outcome: wasRelayed ? "partial" : "failed",
    cut: "gateway_crash",
    status: wasRelayed ? 200 : 500,
    tokens: wasRelayed ? tokens : noTokens,
    countedBy: "gateway",
    work: unknownWork,
    tries: 1,
  };
}

function relayed(tokens: TokenCounts): number {
  return tokens.output + tokens.reasoning;
}

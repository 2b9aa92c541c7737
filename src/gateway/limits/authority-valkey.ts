/**
 * The authority of many machines: quotas stand in Valkey (or Redis), and each machine computes grants by the same
 * arithmetic as in memory. Several may do so at once: what was read is written back only where nobody else wrote
 * meanwhile, by one script, so amounts are exact in any size and a script needs to know nothing of them.
 *
 * Valkey is no record: what is spent of a budget that it does not know comes from the ledger. While it is away,
 * every exchange is rejected: workers spend their leases, then refuse.
 */
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";
import type { ActualSpend, Authority, SpentSince } from "./authority.ts";
import type { Reply } from "./lease.ts";
import { LedgerWatch } from "./ledger-watch.ts";
import {
  atLeastSpent,
  availableOf,
  bereaved,
  type Claim,
  departed,
  grant,
  newQuota,
  type Quota,
  type QuotaName,
  reconciled,
  report,
} from "./quota.ts";
import { decode, encode } from "./wire.ts";

export type ValkeyOptions = {
  /** `redis://…`, `rediss://…` or the path of a socket. */
  readonly url: string;
  /** One name for all machines of a factory; another factory in the same Valkey has another. */
  readonly factory?: string;
  readonly spentSince?: SpentSince;
  /** Told when Valkey goes away, and when it is back. */
  readonly say?: (line: string) => void;
};

/** Writes values where none has changed: KEYS; what was read, what is to be written, and for how many ms (0: for good). */
const writeUnchanged = `
for i, key in ipairs(KEYS) do
  if (redis.call('GET', key) or '') ~= ARGV[i] then return 0 end
end
for i, key in ipairs(KEYS) do
  local value, ms = ARGV[#KEYS + i], tonumber(ARGV[2 * #KEYS + i])
  if ms > 0 then redis.call('SET', key, value, 'PX', ms) else redis.call('SET', key, value) end
end
return 1`;

const heartbeatMs = 5_000;
/** A worker that was not heard of for this long is dead. */
const silenceMs = 20_000;
const triesMax = 30;
const commandMs = 1_000;
const hourMs = 3_600_000;

type Read = { readonly texts: readonly string[]; readonly nowMs: number; readonly workers: number };

export class ValkeyAuthority implements Authority {
  readonly #redis: Redis;
  readonly #prefix: string;
  readonly #spentSince: SpentSince | undefined;
  readonly #ledger: LedgerWatch | undefined;
  readonly #workers = new Set<string>();
  readonly #heartbeat: NodeJS.Timeout;

  constructor({ url, factory = "factory", spentSince, say }: ValkeyOptions) {
    // The braces keep all keys in one slot of a cluster, as the script needs.
    this.#prefix = `{tokenworks:${factory}}:limits:`;
    this.#spentSince = spentSince;
    this.#ledger = spentSince && new LedgerWatch(spentSince, () => performance.now());
    this.#redis = new Redis(url, {
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      commandTimeout: commandMs,
      connectTimeout: commandMs,
      retryStrategy: (tries) => Math.min(1_000, 50 * tries),
    });
    let trouble: string | undefined;
    this.#redis.on("error", (error: Error) => {
      if (trouble === undefined) say?.(`Valkey is away; requests beyond the leases held are refused: ${error.message}`);
      trouble = error.message;
    });
    this.#redis.on("ready", () => {
      if (trouble !== undefined) say?.("Valkey is back.");
      trouble = undefined;
    });
    this.#heartbeat = setInterval(() => void this.#beat(), heartbeatMs);
    this.#heartbeat.unref();
  }

  /** Resolves when Valkey answers. */
  async ready(): Promise<void> {
    while (this.#redis.status !== "ready") await sleep(20);
  }

  async enter(worker: string): Promise<void> {
    this.#workers.add(worker);
    await this.#beat();
  }

  async leave(worker: string): Promise<void> {
    this.#workers.delete(worker);
    await this.#redis.zrem(this.#key("workers"), worker);
    await this.#changeAll(worker, (quota, nowMs) => departed(quota, worker, nowMs));
  }

  async died(worker: string): Promise<void> {
    this.#workers.delete(worker);
    await this.#redis.zrem(this.#key("workers"), worker);
    await this.#changeAll(worker, (quota, nowMs) => bereaved(quota, worker, nowMs));
  }

  async reconcileDead(worker: string, actual: ActualSpend): Promise<void> {
    await this.#changeAll(worker, async (quota, nowMs) =>
      quota.name.kind === "budget" && quota.holdings[worker] !== undefined
        ? reconciled(quota, worker, await actual(quota.name))
        : bereaved(quota, worker, nowMs),
    );
    await this.#redis.del(this.#key(`worker:${worker}`));
  }

  async exchange(worker: string, claims: readonly Claim[]): Promise<readonly Reply[]> {
    if (this.#redis.status !== "ready") throw new Error("Valkey is away");
    await this.#redis.sadd(this.#key(`worker:${worker}`), ...claims.map(({ name }) => name.id));
    const troubles = new Map<string, Reply>();
    for (let tries = 1; tries <= triesMax; tries += 1) {
      const asked = claims.filter(({ name }) => !troubles.has(name.id));
      const read = await this.#read(asked.map(({ name }) => name));
      const dead = await this.#dead(asked, read);
      const after: Quota[] = [];
      const replies: Reply[] = [];
      for (const [index, claim] of asked.entries()) {
        const before = await this.#quota(claim, read.texts[index] ?? "", read.nowMs);
        if (before === undefined) {
          const { id } = claim.name;
          troubles.set(id, { id, trouble: "what is spent of its budget is not known" });
          continue;
        }
        const living = dead.reduce((quota, one) => bereaved(quota, one, read.nowMs), before);
        const reported = report(living, worker, claim, randomUUID(), read.nowMs);
        const informed = atLeastSpent(reported, this.#ledger?.spent(claim.name) ?? 0n);
        const granted = grant(informed, worker, claim.need, read);
        after.push(granted.quota);
        replies.push(granted.answer);
      }
      if (after.length < asked.length) continue;
      if (await this.#write(read.texts, after, read.nowMs)) return [...replies, ...troubles.values()];
      // Another machine came between: not in step with it again.
      await sleep(Math.random() * Math.min(16, 2 ** tries));
    }
    throw new Error("too many workers ask for the same limits at once");
  }

  async close(): Promise<void> {
    clearInterval(this.#heartbeat);
    this.#redis.disconnect();
  }

  #key(name: string): string {
    return `${this.#prefix}${name}`;
  }

  /** Undefined when it is a budget of which the ledger cannot be asked. */
  async #quota({ name, limit }: Claim, text: string, nowMs: number): Promise<Quota | undefined> {
    if (text !== "") return decode<Quota>(text);
    if (name.kind !== "budget" || this.#spentSince === undefined) return newQuota(name, limit, nowMs);
    try {
      return newQuota(name, limit, nowMs, await this.#spentSince(name.scope, name.startMs));
    } catch {
      return undefined;
    }
  }

  /** One clock for all machines: Valkey's. */
  async #time(): Promise<number> {
    const [seconds, micros] = await this.#redis.time();
    return Number(seconds) * 1_000 + Math.floor(Number(micros) / 1_000);
  }

  async #read(names: readonly QuotaName[]): Promise<Read> {
    const [nowMs, texts] = await Promise.all([
      this.#time(),
      names.length === 0 ? [] : this.#redis.mget(names.map(({ id }) => this.#key(id))),
    ]);
    const workers = await this.#redis.zcount(this.#key("workers"), nowMs - silenceMs, "+inf");
    return { texts: texts.map((text) => text ?? ""), nowMs, workers: Math.max(workers, this.#workers.size) };
  }

  /** Workers that hold something where it does not suffice, and were not heard of for long. */
  async #dead(claims: readonly Claim[], { texts, nowMs }: Read): Promise<string[]> {
    const suspects = new Set<string>();
    for (const [index, { need }] of claims.entries()) {
      const text = texts[index] ?? "";
      if (need <= 0n || text === "") continue;
      const quota = decode<Quota>(text);
      if (availableOf(quota) < need) for (const holder of Object.keys(quota.holdings)) suspects.add(holder);
    }
    for (const worker of this.#workers) suspects.delete(worker);
    if (suspects.size === 0) return [];
    const names = [...suspects];
    const heard = await this.#redis.zmscore(this.#key("workers"), ...names);
    return names.filter((_, index) => Number(heard[index] ?? 0) < nowMs - silenceMs);
  }

  async #write(before: readonly string[], after: readonly Quota[], nowMs: number): Promise<boolean> {
    if (after.length === 0) return true;
    const written = await this.#redis.eval(
      writeUnchanged,
      after.length,
      ...after.map(({ name }) => this.#key(name.id)),
      ...before,
      ...after.map(encode),
      ...after.map(({ name }) => keptMs(name, nowMs)),
    );
    return written === 1;
  }

  async #changeAll(worker: string, change: (quota: Quota, nowMs: number) => Quota | Promise<Quota>): Promise<void> {
    for (const id of await this.#redis.smembers(this.#key(`worker:${worker}`))) {
      for (let tries = 1; ; tries += 1) {
        const text = await this.#redis.get(this.#key(id));
        if (text === null) break;
        const nowMs = await this.#time();
        const quota = await change(decode<Quota>(text), nowMs);
        if (await this.#write([text], [quota], nowMs)) break;
        if (tries === triesMax) throw new Error(`The limit ${id} is written by too many at once.`);
        await sleep(Math.random() * Math.min(16, 2 ** tries));
      }
    }
  }

  async #beat(): Promise<void> {
    if (this.#workers.size === 0) return;
    try {
      const nowMs = await this.#time();
      const scores = [...this.#workers].flatMap((worker) => [nowMs, worker]);
      await this.#redis.zadd(this.#key("workers"), ...scores);
    } catch {
      // It is away, which was said; the next beat tries again.
    }
  }
}

/** How long a quota is worth keeping: a budget well past its period, the others past any request. */
function keptMs(name: QuotaName, nowMs: number): number {
  if (name.kind !== "budget") return 24 * hourMs;
  return name.endMs === null ? 0 : Math.max(hourMs, name.endMs - nowMs) + 7 * 24 * hourMs;
}

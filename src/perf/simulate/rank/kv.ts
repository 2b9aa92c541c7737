/**
 * A rank's blocks of keys and values, exact to the block, with a prefix cache.
 *
 * A request holds units of its prefix, which requests share, and blocks of its own for the rest. When it leaves, its units and its
 * own full blocks (a run) stay cached until the room is needed. The least recently used go first, and of one request the deepest, as
 * in vLLM's block pool. A unit that two requests computed is kept once. Blocks that a request takes however long it is
 * (`Pool.sequenceBlocks`) are its own while it runs, and are not cached.
 */
import { blocksBesides, type Pool } from "../deployment.ts";
import type { Requests } from "./requests.ts";

export class KvPool {
  readonly blocks: number;
  /** Blocks that can be taken: the empty ones and those that the cache would give up. */
  free: number;
  /** The fewest that were ever free. */
  leastFree: number;
  /** Of the blocks that the last look-up found cached, those that count as free. */
  revivable = 0;
  private empty: number;
  private readonly requests: Requests;
  readonly blockTokens: number;
  private readonly unitTokens: number;
  readonly unitBlocks: number;
  private readonly offsets: Int32Array;
  private readonly units: Int32Array;
  private readonly caches: boolean;
  private readonly pool: Pool;
  /** Whether requests leave with their first token. */
  private readonly prefillsOnly: boolean;

  /** Nodes: units with their holders, and runs (key -1 - request) with their blocks. Free ones are chained by `newer`. */
  private readonly key: Int32Array;
  private readonly holders: Int32Array;
  private readonly runBlocks: Int32Array;
  private readonly newer: Int32Array;
  private readonly older: Int32Array;
  private freeNode = -1;
  private usedNodes = 0;
  private oldest = -1;
  private newest = -1;
  /** Open addressing, linear probing: by unit, its node and one; 0 where there is none. */
  private readonly slots: Int32Array;
  private readonly slotMask: number;
  private readonly slotShift: number;
  /** Nodes found for the units of the request at hand. */
  private readonly found: Int32Array;

  constructor(pool: Pool, requests: Requests, prefillsOnly: boolean) {
    const { kvBlocks: blocks, blockTokens, prefixCache = false } = pool;
    this.blocks = blocks;
    this.free = blocks;
    this.leastFree = blocks;
    this.empty = blocks;
    this.requests = requests;
    this.blockTokens = blockTokens;
    this.caches = prefixCache;
    this.pool = pool;
    this.prefillsOnly = prefillsOnly;
    const prefix = prefixCache ? requests.prefix : undefined;
    this.unitTokens = prefix?.unitTokens ?? blockTokens;
    this.unitBlocks = this.unitTokens / blockTokens;
    this.offsets = prefix?.offsets ?? new Int32Array(requests.count + 1);
    this.units = prefix?.units ?? new Int32Array(0);
    const nodes = prefixCache ? blocks + 1 : 0;
    this.key = new Int32Array(nodes);
    this.holders = new Int32Array(nodes);
    this.runBlocks = new Int32Array(nodes);
    this.older = new Int32Array(nodes);
    this.newer = new Int32Array(nodes);
    const bits = prefix ? Math.max(4, Math.ceil(Math.log2((blocks / this.unitBlocks + 1) * 2))) : 4;
    this.slots = new Int32Array(1 << bits);
    this.slotMask = (1 << bits) - 1;
    this.slotShift = 32 - bits;
    this.found = new Int32Array(longestPrefix(this.offsets));
  }

  /** Tokens of a request's context that are cached, of which at least the last must be computed anew. */
  cachedTokens(request: number, known: number): number {
    this.revivable = 0;
    if (!this.caches) return 0;
    const first = this.offsets[request]!;
    const units = this.unitsWithin(request, known);
    const most = Math.min(units, Math.floor((known - 1) / this.unitTokens));
    let hit = 0;
    for (; hit < most; hit++) {
      const node = this.find(this.units[first + hit]!);
      if (node < 0) break;
      if (this.holders[node] === 0) this.revivable += this.unitBlocks;
    }
    const run = this.requests.runNode[request]!;
    if (run < 0 || hit < units) return hit * this.unitTokens;
    this.revivable += this.runBlocks[run]!;
    return hit * this.unitTokens + this.runBlocks[run]! * this.blockTokens;
  }

  /** Blocks that a request takes besides those of its tokens. */
  besides(request: number): number {
    const { promptTokens, outputTokens } = this.requests;
    return blocksBesides(this.pool, promptTokens[request]!, outputTokens[request]!, this.prefillsOnly);
  }

  /** Takes blocks for a new request's context up to `to`, its cached part (the last look-up's) included, or none. */
  admit(request: number, to: number, reserved: number, leave: number): boolean {
    if (!this.take(request, 0, to, reserved, leave)) return false;
    this.requests.reserved[request] = reserved;
    return true;
  }

  /** Takes blocks for a running request's context from what it has computed up to `to`, or none. */
  extend(request: number, to: number): boolean {
    const { computed, reserved, heldUnits } = this.requests;
    const own = this.ownBlocks(request, computed[request]!, heldUnits[request]!);
    return this.take(request, own, to, reserved[request]!, 0);
  }

  /** Takes blocks that are known to be free. */
  grow(blocks: number): void {
    this.free -= blocks;
    if (this.free < this.leastFree) this.leastFree = this.free;
    this.empty -= blocks;
    if (this.empty < 0) this.evict();
  }

  /** Gives back all that a request holds, which has computed so many tokens and may come again or not. */
  release(request: number, computed: number, comesAgain: boolean): void {
    const { heldUnits, heldNodes, runNode } = this.requests;
    const held = heldUnits[request]!;
    const own = this.ownBlocks(request, computed, held);
    this.free += own;
    if (!this.caches) {
      this.empty += own;
      return;
    }
    const first = this.offsets[request]!;
    const complete = held === this.unitsWithin(request, this.requests.promptTokens[request]!);
    const kept = complete ? Math.floor(computed / this.blockTokens) - held * this.unitBlocks : 0;
    this.empty += own - kept;
    if (kept > 0) {
      const owner = comesAgain ? request : this.requests.count;
      const node = this.newNode(-1 - owner);
      this.runBlocks[node] = kept;
      runNode[owner] = node;
      this.append(node);
    }
    for (let at = first + held - 1; at >= first; at--) {
      const node = heldNodes[at]!;
      if (--this.holders[node]! === 0) {
        this.append(node);
        this.free += this.unitBlocks;
      }
    }
    heldUnits[request] = 0;
  }

  private take(request: number, ownBefore: number, to: number, reserved: number, leave: number): boolean {
    const { heldUnits, heldNodes, runNode } = this.requests;
    const first = this.offsets[request]!;
    const held = heldUnits[request]!;
    const target = Math.max(held, this.unitsWithin(request, to));
    let fresh = 0;
    let revived = 0;
    for (let unit = held; unit < target; unit++) {
      const node = this.find(this.units[first + unit]!);
      this.found[unit] = node;
      if (node < 0) fresh++;
      else if (this.holders[node] === 0) revived++;
    }
    const own = this.blocksFor(request, Math.max(reserved, to), target);
    const total = (fresh + revived) * this.unitBlocks + own - ownBefore;
    if (total > this.free - leave) return false;
    this.free -= total;
    if (this.free < this.leastFree) this.leastFree = this.free;
    this.empty -= total - revived * this.unitBlocks;
    for (let unit = held; unit < target; unit++) {
      const node = this.found[unit]!;
      if (node < 0) continue;
      if (this.holders[node]!++ === 0) this.unlink(node);
      heldNodes[first + unit] = node;
    }
    const run = runNode[request]!;
    if (run >= 0) {
      this.empty += this.runBlocks[run]!;
      this.unlink(run);
      this.dropNode(run);
      runNode[request] = -1;
    }
    if (this.empty < 0) this.evict();
    for (let unit = held; unit < target; unit++) {
      if (this.found[unit]! < 0) heldNodes[first + unit] = this.insert(this.units[first + unit]!);
    }
    heldUnits[request] = target;
    return true;
  }

  /** Prefix units of a request that end within so many tokens. */
  private unitsWithin(request: number, tokens: number): number {
    const units = this.offsets[request + 1]! - this.offsets[request]!;
    if (units === 0) return 0;
    return Math.min(units, Math.floor(Math.min(tokens, this.requests.promptTokens[request]!) / this.unitTokens));
  }

  private ownBlocks(request: number, computed: number, held: number): number {
    return this.blocksFor(request, Math.max(this.requests.reserved[request]!, computed), held);
  }

  private blocksFor(request: number, tokens: number, held: number): number {
    return Math.ceil(tokens / this.blockTokens) - held * this.unitBlocks + this.besides(request);
  }

  /** Gives up cached blocks, the least recently used first, until none is taken twice. */
  private evict(): void {
    while (this.empty < 0) {
      const node = this.oldest;
      const key = this.key[node]!;
      if (key >= 0) {
        this.empty += this.unitBlocks;
        this.remove(key);
        this.unlink(node);
        this.dropNode(node);
        continue;
      }
      const given = Math.min(-this.empty, this.runBlocks[node]!);
      this.empty += given;
      if ((this.runBlocks[node]! -= given) > 0) continue;
      this.requests.runNode[-1 - key] = -1;
      this.unlink(node);
      this.dropNode(node);
    }
  }

  private newNode(key: number): number {
    let node = this.freeNode;
    if (node < 0) node = this.usedNodes++;
    else this.freeNode = this.newer[node]!;
    this.key[node] = key;
    return node;
  }

  private dropNode(node: number): void {
    this.newer[node] = this.freeNode;
    this.freeNode = node;
  }

  private append(node: number): void {
    this.older[node] = this.newest;
    this.newer[node] = -1;
    if (this.newest < 0) this.oldest = node;
    else this.newer[this.newest] = node;
    this.newest = node;
  }

  private unlink(node: number): void {
    const older = this.older[node]!;
    const newer = this.newer[node]!;
    if (older < 0) this.oldest = newer;
    else this.newer[older] = newer;
    if (newer < 0) this.newest = older;
    else this.older[newer] = older;
  }

  private home(unit: number): number {
    return Math.imul(unit, 0x9e3779b1) >>> this.slotShift;
  }

  private find(unit: number): number {
    let slot = this.home(unit);
    for (;;) {
      const node = this.slots[slot]! - 1;
      if (node < 0 || this.key[node] === unit) return node;
      slot = (slot + 1) & this.slotMask;
    }
  }

  private insert(unit: number): number {
    const node = this.newNode(unit);
    this.holders[node] = 1;
    let slot = this.home(unit);
    while (this.slots[slot]! > 0) slot = (slot + 1) & this.slotMask;
    this.slots[slot] = node + 1;
    return node;
  }

  /** Takes a unit out of the table, and moves up those that had stepped aside for it. */
  private remove(unit: number): void {
    let hole = this.home(unit);
    while (this.key[this.slots[hole]! - 1] !== unit) hole = (hole + 1) & this.slotMask;
    for (let slot = (hole + 1) & this.slotMask; this.slots[slot]! > 0; slot = (slot + 1) & this.slotMask) {
      const home = this.home(this.key[this.slots[slot]! - 1]!);
      if (((slot - home) & this.slotMask) >= ((slot - hole) & this.slotMask)) {
        this.slots[hole] = this.slots[slot]!;
        hole = slot;
      }
    }
    this.slots[hole] = 0;
  }
}

function longestPrefix(offsets: Int32Array): number {
  let longest = 0;
  for (let request = 1; request < offsets.length; request++) {
    longest = Math.max(longest, offsets[request]! - offsets[request - 1]!);
  }
  return longest;
}

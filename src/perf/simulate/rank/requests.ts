/** The state of all requests as a struct of arrays: a request is an index, and is with one rank at a time. */
import type { Prefixes, Workload } from "../../loads/workload.ts";

export class Requests {
  readonly count: number;
  readonly promptTokens: Int32Array;
  readonly outputTokens: Int32Array;
  readonly prefix: Prefixes | undefined;
  /** Of all, 1 at the least. */
  readonly longestOutput: number;
  /** Tokens whose keys and values are there; of one that decodes, as of the step at which it joined. */
  readonly computed: Int32Array;
  /** Output tokens that are out; of one that decodes, as of the step at which it joined. */
  readonly generated: Int32Array;
  /** Its place in the order of starts on its rank, as of its last start. */
  readonly started: Int32Array;
  /** The decode step of its rank at which it joined the decodes; -1 while it does not decode. */
  readonly joined: Int32Array;
  /** Tokens for which it had blocks reserved on admission. */
  readonly reserved: Int32Array;
  /** Neighbours among the running of its rank, or the next of the waiting. */
  readonly next: Int32Array;
  readonly previous: Int32Array;
  /** Neighbours among those that leave at the same decode step. */
  readonly dueNext: Int32Array;
  readonly duePrevious: Int32Array;
  /** Prefix units that it holds in its rank's cache, and their nodes there, beside `prefix.units`. */
  readonly heldUnits: Int32Array;
  readonly heldNodes: Int32Array;
  /** Node of the blocks that it left in the cache when it was preempted, -1 without. At `count`: that of the last who finished. */
  readonly runNode: Int32Array;
  readonly arrivalSeconds: Float64Array;
  /** When the scheduler next has it: after ingestion, or after its blocks' transfer. */
  readonly readySeconds: Float64Array;
  /** End of the step with its first token. */
  readonly firstSeconds: Float64Array;
  /** End of the step with its last token so far. */
  readonly lastSeconds: Float64Array;

  constructor({ promptTokens, outputTokens, prefix, arrivals }: Workload) {
    const count = promptTokens.length;
    this.count = count;
    this.promptTokens = promptTokens;
    this.outputTokens = outputTokens;
    this.prefix = prefix;
    this.longestOutput = outputTokens.reduce((longest, tokens) => Math.max(longest, tokens), 1);
    this.computed = new Int32Array(count);
    this.generated = new Int32Array(count);
    this.started = new Int32Array(count);
    this.joined = new Int32Array(count).fill(-1);
    this.reserved = new Int32Array(count);
    this.next = new Int32Array(count).fill(-1);
    this.previous = new Int32Array(count).fill(-1);
    this.dueNext = new Int32Array(count).fill(-1);
    this.duePrevious = new Int32Array(count).fill(-1);
    this.heldUnits = new Int32Array(count);
    this.heldNodes = new Int32Array(prefix?.units.length ?? 0);
    this.runNode = new Int32Array(count + 1).fill(-1);
    this.arrivalSeconds = arrivals.type === "open" ? arrivals.seconds : new Float64Array(count);
    this.readySeconds = new Float64Array(count);
    this.firstSeconds = new Float64Array(count);
    this.lastSeconds = new Float64Array(count);
  }
}

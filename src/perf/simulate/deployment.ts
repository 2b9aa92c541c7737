/** What the simulator runs a workload on: pools of replicas, how each schedules, and who sends what where. */
import { Fault } from "../../stack/fault.ts";
import type { StepTable } from "../step-table.ts";
import type { Workload } from "./workload.ts";

export type Scheduler =
  /**
   * vLLM's V1 engine: one budget of tokens a step; what runs goes first, in order of admission, then what waits while
   * tokens and blocks last. Without a block the last admitted is preempted and recomputed; that step admits nobody.
   */
  | { readonly type: "vllm-v1"; readonly maxStepTokens: number; readonly maxSequences: number }
  /** vLLM's V0 engine: whole prompts go before decodes and never with them; 1 % of the blocks is kept back from them. */
  | {
      readonly type: "vllm-v0";
      readonly maxStepTokens: number;
      readonly maxSequences: number;
      /** Decode steps that it does at a time (`num_scheduler_steps`), and at least once after prompts; 1 unless given. */
      readonly decodeSteps?: number;
    }
  /**
   * SGLang: chunks of prompts go before decodes and never with them. A request is admitted where its prompt and output
   * fit beside the share of the running ones' outputs that is still expected; the share decays with each decode step,
   * and rises when requests had to be retracted for want of memory.
   */
  | {
      readonly type: "sglang";
      readonly maxStepTokens: number;
      readonly maxSequences: number;
      /** Beside decodes, it looks for requests but every so many steps (`--scheduler-recv-interval`); 1 unless given. */
      readonly receiveSteps?: number;
    }
  /** TensorRT-LLM: decodes and prompts in one step; blocks reserved for the longest outcome, or paused when they lack. */
  | {
      readonly type: "tensorrt-llm";
      readonly maxStepTokens: number;
      readonly maxSequences: number;
      readonly policy: "guaranteed-no-evict" | "max-utilization";
      readonly chunked: boolean;
      /**
       * Beside decodes, prompts wait until they fill this share of a step's tokens, or so many steps have gone by
       * (`batch_wait_max_tokens_ratio`, `batch_wait_timeout_iters`).
       */
      readonly batchWait?: { readonly share: number; readonly steps: number };
      /**
       * Beside decodes, copies of attention hold their prompts, since all wait for any: they go every so many steps
       * (`timeout_iters` of `attention_dp_config`), or when each copy has had one for `gatherSteps`. `batchWait` is then without effect.
       */
      readonly balanceSteps?: number;
      /** `batching_wait_iters` of `attention_dp_config`; 0 unless given. */
      readonly gatherSteps?: number;
    }
  /** Sarathi-Serve: decodes, then a chunk of a prompt up to the budget; a prompt's blocks are taken when it is admitted. */
  | { readonly type: "sarathi"; readonly maxStepTokens: number; readonly maxSequences: number }
  /** Orca: whole prompts join the decodes; blocks are reserved for the longest outcome. */
  | { readonly type: "orca"; readonly maxSequences: number }
  /** A batch is filled, and runs at its full size until its longest request has finished. */
  | { readonly type: "static"; readonly maxSequences: number };

/** Replicas of one kind. */
export type Pool = {
  readonly table: StepTable;
  readonly scheduler: Scheduler;
  /** Blocks of keys and values that a replica has, or a rank of one with data-parallel attention. */
  readonly kvBlocks: number;
  readonly blockTokens: number;
  /**
   * Blocks that a request takes besides those of its tokens, from its start to its end, by the tokens of context that it
   * will come to: the keys of layers with a window, states of linear attention. None unless given.
   */
  readonly sequenceBlocks?: (contextTokens: number) => number;
  /** Whether a block that nobody uses any more is kept until its room is needed. */
  readonly prefixCache?: boolean;
  /** 1 unless given. */
  readonly replicas?: number;
  /**
   * Ranks of data-parallel attention in a replica: each has requests and blocks of its own, but all step together, and a
   * step takes as long as the slowest. A request goes to the rank with the fewest.
   */
  readonly ranks?: number;
  /**
   * Batches that pass through the stages of a pipeline in turn, each with its own such ranks: while one is on the first
   * stage another is on the second, and none goes on before the slowest has left its. 1 unless given.
   */
  readonly batches?: number;
};

export type Router =
  | "round-robin"
  /** To the replica with the fewest unfinished requests. */
  | "least-loaded"
  /**
   * To the replica that has most of the prompt cached, among equals the least loaded; but to the least loaded when the
   * fullest has over 64 requests and over half more than it (the defaults of SGLang's router).
   */
  | "prefix-aware";

export type Deployment = Pool & {
  /** In turn unless given. */
  readonly router?: Router;
  /** With it, the replicas above compute prompts and first tokens only, and these decode replicas the rest. */
  readonly disaggregation?: {
    readonly decode: Pool;
    /** From a prompt's end to its blocks being with the decode replica, by its tokens. */
    readonly transferSeconds: (tokens: number) => number;
    /** Whether the client has the first token only from the decode replica, when that begins to decode the request. */
    readonly decodeTellsFirst?: boolean;
  };
};

/** How a scheduler differs from the others, for the rank that carries it out. */
export type Policy = {
  readonly maxStepTokens: number;
  readonly maxSequences: number;
  /** Whether prompts share a step with decodes, go before them, or fill a batch once. */
  readonly mixing: "mixed" | "prompts-first" | "batch";
  readonly chunked: boolean;
  /** Blocks taken on admission: for the chunk alone, the whole prompt, or the longest outcome. */
  readonly reserve: "chunk" | "prompt" | "outcome";
  /** Blocks that an admission must leave free. */
  readonly watermarkBlocks: number;
  /** SGLang's estimate of what the running requests will still take. */
  readonly estimates: boolean;
  /** For how many steps prompts wait for others beside decodes, and the tokens in a step at which they no longer do. */
  readonly waitSteps: number;
  readonly waitTokens: number;
  /** Every how many steps ranks let prompts go, and for how many they wait for more where each rank has one: see balance.ts. */
  readonly balanceSteps: number;
  readonly gatherSteps: number;
  /** Requests are looked for every so many steps of decodes. */
  readonly receiveSteps: number;
  /** Whether so many follow prompts, too, before others are looked for. */
  readonly alternates: boolean;
};

export function policyOf(scheduler: Scheduler, kvBlocks: number): Policy {
  const { type, maxSequences } = scheduler;
  const maxStepTokens = "maxStepTokens" in scheduler ? scheduler.maxStepTokens : 2 ** 31;
  const plain = {
    maxSequences,
    maxStepTokens,
    chunked: false,
    watermarkBlocks: 0,
    estimates: false,
    waitSteps: 0,
    waitTokens: 0,
    balanceSteps: 0,
    gatherSteps: 0,
    receiveSteps: 1,
    alternates: false,
  } as const;
  const watermarkBlocks = Math.ceil(kvBlocks / 100);
  switch (type) {
    case "vllm-v1":
      return { ...plain, mixing: "mixed", chunked: true, reserve: "chunk" };
    case "vllm-v0":
      return {
        ...plain,
        mixing: "prompts-first",
        reserve: "prompt",
        watermarkBlocks,
        receiveSteps: scheduler.decodeSteps ?? 1,
        alternates: (scheduler.decodeSteps ?? 1) > 1,
      };
    case "sglang":
      return {
        ...plain,
        mixing: "prompts-first",
        chunked: true,
        reserve: "chunk",
        estimates: true,
        receiveSteps: scheduler.receiveSteps ?? 1,
      };
    case "tensorrt-llm":
      return {
        ...plain,
        mixing: "mixed",
        chunked: scheduler.chunked,
        reserve: scheduler.policy === "max-utilization" ? "prompt" : "outcome",
        waitSteps: scheduler.balanceSteps ? 0 : (scheduler.batchWait?.steps ?? 0),
        waitTokens: (scheduler.batchWait?.share ?? 0) * maxStepTokens,
        balanceSteps: scheduler.balanceSteps ?? 0,
        gatherSteps: scheduler.gatherSteps ?? 0,
      };
    case "sarathi":
      return { ...plain, mixing: "mixed", chunked: true, reserve: "prompt", watermarkBlocks };
    case "orca":
      return { ...plain, mixing: "mixed", reserve: "outcome" };
    case "static":
      return { ...plain, mixing: "batch", reserve: "outcome" };
  }
}

/**
 * Refuses what could never run.
 *
 * @throws Fault `invalid_value` that names the field and what would fit
 */
export function checkDeployment(deployment: Deployment, workload: Workload): void {
  checkPool(deployment, workload, "", deployment.disaggregation !== undefined);
  if (!deployment.disaggregation) return;
  const { decode } = deployment.disaggregation;
  checkPool(decode, workload, "disaggregation.decode.", false);
  if (policyOf(decode.scheduler, decode.kvBlocks).balanceSteps > 0) {
    refuse(
      "disaggregation.decode.scheduler.balanceSteps",
      "Decode replicas have no prompts to hold for each other.",
      "Leave it out.",
    );
  }
}

/**
 * Of a request's blocks besides those of its tokens, in a pool whose requests leave with their first token or not.
 * Both simulators ask here, so that they mean the same by what a request comes to.
 */
export function blocksBesides(pool: Pool, promptTokens: number, outputTokens: number, prefillsOnly: boolean): number {
  return pool.sequenceBlocks?.(promptTokens + (prefillsOnly ? 0 : outputTokens - 1)) ?? 0;
}

function checkPool(pool: Pool, workload: Workload, path: string, prefillsOnly: boolean): void {
  const whole = {
    kvBlocks: pool.kvBlocks,
    blockTokens: pool.blockTokens,
    replicas: pool.replicas ?? 1,
    ranks: pool.ranks ?? 1,
    batches: pool.batches ?? 1,
  };
  for (const [name, value] of Object.entries(whole)) positive(value, path + name);
  const { scheduler, kvBlocks, blockTokens, table } = pool;
  positive(scheduler.maxSequences, `${path}scheduler.maxSequences`);
  if (scheduler.maxSequences >= table.decodeSeconds.length) {
    refuse(
      `${path}scheduler.maxSequences`,
      `The step table knows steps of up to ${table.decodeSeconds.length - 1} sequences, not ${scheduler.maxSequences}.`,
      "Lower maxSequences, or compile the table for as many.",
    );
  }
  const policy = policyOf(scheduler, kvBlocks);
  if ("maxStepTokens" in scheduler) {
    positive(scheduler.maxStepTokens, `${path}scheduler.maxStepTokens`);
    if (policy.mixing === "mixed" && scheduler.maxStepTokens < scheduler.maxSequences) {
      refuse(
        `${path}scheduler.maxStepTokens`,
        `A step of ${scheduler.maxStepTokens} tokens cannot hold a token of each of ${scheduler.maxSequences} sequences.`,
        `Give a step at least ${scheduler.maxSequences} tokens, or take fewer sequences.`,
      );
    }
  }
  if (pool.prefixCache && workload.prefix && workload.prefix.unitTokens % blockTokens !== 0) {
    refuse(
      `${path}blockTokens`,
      `The workload's prefixes are hashed by ${workload.prefix.unitTokens} tokens, no multiple of ${blockTokens}.`,
      `Choose a block size that divides ${workload.prefix.unitTokens}.`,
    );
  }
  const room = kvBlocks - policy.watermarkBlocks;
  const mostWhole = policy.chunked ? Number.POSITIVE_INFINITY : policy.maxStepTokens;
  const { promptTokens, outputTokens } = workload;
  for (let request = 0; request < promptTokens.length; request++) {
    const tokens = promptTokens[request]! + outputTokens[request]!;
    const besides = blocksBesides(pool, promptTokens[request]!, outputTokens[request]!, prefillsOnly);
    const needed = Math.ceil(tokens / blockTokens) + besides;
    if (needed > room) {
      const more = besides > 0 ? ` and ${besides} blocks of ${blockTokens} besides` : "";
      refuse(
        `promptTokens[${request}]`,
        `Request ${request + 1} takes ${written(promptTokens[request]!)} + ${written(outputTokens[request]!)} tokens${more}; the KV cache has room for ${written(room * blockTokens)}.`,
        `Split the weights over more accelerators, take smaller ones or a shorter request: it needs ${written(needed + policy.watermarkBlocks)} blocks of cache.`,
      );
    }
    // Who has all blocks reserved is never computed anew with the output so far.
    const atOnce = policy.reserve === "outcome" ? promptTokens[request]! : tokens;
    if (atOnce > mostWhole) {
      refuse(
        `${path}scheduler.maxStepTokens`,
        `Request ${request} of ${promptTokens[request]} + ${outputTokens[request]} tokens does not pass a step of ${mostWhole} whole, as ${scheduler.type} would have it.`,
        `Give maxStepTokens at least ${atOnce}, or use a scheduler that splits prompts.`,
      );
    }
  }
}

function written(tokens: number): string {
  return tokens.toLocaleString("en");
}

function positive(value: number, param: string): void {
  if (!(Number.isInteger(value) && value > 0 && value < 2 ** 31)) {
    refuse(param, `${param} is ${value}.`, "It must be a whole number of 1 or more.");
  }
}

function refuse(param: string, message: string, remedy: string): never {
  throw new Fault("invalid_value", { param, message, remedy });
}

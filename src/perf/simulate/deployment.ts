/** What the simulator runs a workload on: pools of replicas, their schedulers, and the router before them. */
import type { StepTable } from "./step-table.ts";

export type Scheduler =
  /**
   * vLLM's V1 engine. A step has one budget of tokens. Running requests go first, in the order of their admission, then waiting
   * ones while tokens and blocks last. When a block is missing, the last admitted is preempted and computed anew later; such a
   * step admits nobody.
   */
  | {
      readonly type: "vllm-v1";
      readonly maxStepTokens: number;
      readonly maxSequences: number;
      /**
       * After a step with prompts nobody is admitted for so many steps, while so many sequences or more are running. AMD's
       * vLLM for MLPerf v6.0 does so (`VLLM_SUBSEQUENT_DECODE_STEPS` and `VLLM_MIN_REQUEST_DECODE_STEP` of its patch).
       */
      readonly decodesBetween?: { readonly steps: number; readonly sequences: number };
    }
  /** vLLM's V0 engine: whole prompts go before decodes and never with them, and leave 1 % of the blocks free. */
  | {
      readonly type: "vllm-v0";
      readonly maxStepTokens: number;
      readonly maxSequences: number;
      /** Decode steps at a time (`num_scheduler_steps`), also after prompts; 1 unless given. */
      readonly decodeSteps?: number;
    }
  /**
   * SGLang: chunks of prompts go before decodes and never with them. A request is admitted when its prompt and output fit beside
   * the expected share of the running requests' outputs. The share decays with each decode step, and rises when requests had to
   * be retracted for lack of memory.
   */
  | {
      readonly type: "sglang";
      readonly maxStepTokens: number;
      readonly maxSequences: number;
      /** While it decodes, it looks for requests every so many steps (`--scheduler-recv-interval`); 1 unless given. */
      readonly receiveSteps?: number;
    }
  /**
   * TensorRT-LLM: decodes and prompts share steps. A request's blocks are reserved for its longest outcome, or it is paused when
   * blocks are missing (`max-utilization`).
   */
  | {
      readonly type: "tensorrt-llm";
      readonly maxStepTokens: number;
      readonly maxSequences: number;
      readonly policy: "guaranteed-no-evict" | "max-utilization";
      readonly chunked: boolean;
      /**
       * While others decode, prompts wait until they fill this share of a step's tokens, or for so many steps
       * (`batch_wait_max_tokens_ratio`, `batch_wait_timeout_iters`).
       */
      readonly batchWait?: { readonly share: number; readonly steps: number };
      /**
       * While others decode, copies of attention hold their prompts, since all copies wait for the slowest. Prompts go every so
       * many steps (`timeout_iters` of `attention_dp_config`), or when each copy has had one for `gatherSteps` steps. `batchWait`
       * then has no effect.
       */
      readonly balanceSteps?: number;
      /** `batching_wait_iters` of `attention_dp_config`; 0 unless given. */
      readonly gatherSteps?: number;
    }
  /** Sarathi-Serve: decodes, then a chunk of a prompt up to the budget. All blocks of a prompt are taken on admission. */
  | { readonly type: "sarathi"; readonly maxStepTokens: number; readonly maxSequences: number }
  /** Orca: whole prompts join the decodes. Blocks are reserved for the longest outcome. */
  | { readonly type: "orca"; readonly maxSequences: number }
  /** A batch is filled once, and runs at its full size until its longest request has finished. */
  | { readonly type: "static"; readonly maxSequences: number };

/** Replicas of one kind. */
export type Pool = {
  readonly table: StepTable;
  readonly scheduler: Scheduler;
  /** Blocks of keys and values of a replica, or of a rank where attention is data-parallel. */
  readonly kvBlocks: number;
  /** Tokens of a block. */
  readonly blockTokens: number;
  /**
   * Blocks that a request takes besides those of its tokens, from start to end, by the tokens of its final context: for keys of
   * layers with a window, and for states of linear attention. None unless given.
   */
  readonly sequenceBlocks?: (contextTokens: number) => number;
  /** Whether unused blocks keep their content until the room is needed. */
  readonly prefixCache?: boolean;
  /** Whether the engine decides on a step when the one before starts, so that who comes meanwhile waits for the one after it. */
  readonly looksAhead?: boolean;
  /** 1 unless given. */
  readonly replicas?: number;
  /**
   * Ranks of data-parallel attention in a replica; 1 unless given. Each has requests and blocks of its own. All step together, and
   * a step takes as long as the slowest. A request goes to the rank with the fewest.
   */
  readonly ranks?: number;
  /**
   * Batches in a pipeline, each with ranks of its own; 1 unless given. While one batch is on the first stage, another is on the
   * second. All move on together, when the slowest has left its stage.
   */
  readonly batches?: number;
};

export type Router =
  | "round-robin"
  /** To the replica with the fewest unfinished requests. */
  | "least-loaded"
  /**
   * To the replica that has most of the prompt cached; among equals, to the least loaded. If the fullest replica has 64 requests
   * and half as many more than the least loaded, to that one (defaults of SGLang's router).
   */
  | "prefix-aware";

export type Deployment = Pool & {
  /** In turn unless given. */
  readonly router?: Router;
  /** Given, the pool above computes prompts and first tokens only, and `decode` the rest. */
  readonly disaggregation?: {
    readonly decode: Pool;
    /** Seconds from the end of a prompt of so many tokens until the decode replica has its blocks. */
    readonly transferSeconds: (tokens: number) => number;
    /** Whether the client gets the first token from the decode replica, when that begins to decode. */
    readonly decodeTellsFirst?: boolean;
  };
};

/**
 * Blocks of a request besides those of its tokens. Both simulators ask here, so that they agree on a request's final context.
 *
 * @param prefillsOnly whether requests leave the pool with their first token
 */
export function blocksBesides(pool: Pool, promptTokens: number, outputTokens: number, prefillsOnly: boolean): number {
  return pool.sequenceBlocks?.(promptTokens + (prefillsOnly ? 0 : outputTokens - 1)) ?? 0;
}

/** What an engine and its load are told beyond the deployment itself. Whatever is absent is the engine's default. */
import type { EngineCosts } from "./curves/fitted.ts";
import type { Router, Scheduler } from "./simulate/deployment.ts";
import type { Slo } from "./simulate/result.ts";

export type Settings = {
  /** Blocks of KV cache of a replica (of a copy of attention, where there are several), as an engine reports them. */
  readonly kvBlocks?: number;
  /** Tokens of a block; 16 unless given. */
  readonly blockTokens?: number;
  /** The most tokens in a step. */
  readonly maxStepTokens?: number;
  /** The most sequences at once. */
  readonly maxSequences?: number;
  /** Share of the memory that the engine sets aside, 0 to 1 (`gpu_memory_utilization`, `mem_fraction_static`). */
  readonly memoryShare?: number;
  /** Whether vLLM compiles the whole model as one graph (`splitting_ops: []`), rather than the pieces between attention. */
  readonly isOneGraph?: boolean;
  /** Whether a long prompt is spread over several steps. Only TensorRT-LLM can be told not to. */
  readonly chunkedPrefill?: boolean;
  /** Steps with prompts of at most so many tokens are replayed as graphs, piece by piece. */
  readonly capturedTokens?: number;
  /** TensorRT-LLM: how prompts wait for each other (see `Scheduler`). */
  readonly batchWait?: { readonly share: number; readonly steps: number };
  /** TensorRT-LLM: how prompts wait for those of other copies of attention (see `Scheduler`). */
  readonly balanceSteps?: number;
  /** SGLang: every how many steps it looks for requests (see `Scheduler`). */
  readonly receiveSteps?: number;
  /** Sizes of decode batches that were captured as graphs, ascending. A batch is padded to the next size. None unless given. */
  readonly capturedBatches?: readonly number[];
  /** A scheduler other than the engine's. */
  readonly scheduler?: Scheduler;
  /** Calibrated costs unless given. */
  readonly costs?: EngineCosts;
  /** Whether the engine prepares a step while the one before runs, which hides the host's share of it. */
  readonly overlapsSteps?: boolean;
  /** Replicas behind the router; 1 unless given. */
  readonly replicas?: number;
  readonly router?: Router;
  /** Whether finished prompts stay in the KV cache for others. */
  readonly prefixCache?: boolean;
  /** Whether the workload is a guess, since nobody describes the load. The error bands are then those of such measurements. */
  readonly isUntold?: boolean;
  /** What goodput counts. */
  readonly slo?: Slo;
  /** Power usage effectiveness of the site. 1 counts energy at the server's plug. */
  readonly pue?: number;
};

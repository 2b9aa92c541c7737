/** A point of a table: what was deployed, what was asked of it and, where somebody measured it, what came of it. */
import type { Disaggregated, Workers } from "../disaggregate.ts";
import type { Settings } from "../settings.ts";
import type { Recipe } from "../inferencex/recipes.ts";
import type { Figure, Statistic } from "../results/row.ts";
import type { ToldLoad } from "../loads/told-load.ts";

export type Point = {
  readonly id: string;
  readonly deployed: Deployed;
  /** Version of the engine; empty where the table has none. */
  readonly version: string;
  readonly promptTokens: number;
  readonly outputTokens: number;
  /** Clients, each of which asks again when it has its answer. */
  readonly concurrency: number;
  /** Whether InferenceX measured it, with its load and settings. True where the table does not say who did. */
  readonly isInferenceX: boolean;
  /** The recipe of InferenceX, where that says which pools ran. */
  readonly recipe?: Recipe;
  /** Measured means, in milliseconds. */
  readonly measured: { readonly ttftMs?: number; readonly tpotMs?: number };
  /** All that was measured, the means among them. */
  readonly measurements: readonly Measurement[];
  /** Who measured: `InferenceX`, the name of a benchmark tool, or `others`. */
  readonly source: string;
  /** For somebody's own run: its load, and what the engine was told. */
  readonly told?: { readonly load: ToldLoad; readonly settings: Settings };
};

export type Measurement =
  | { readonly figure: Figure; readonly statistic: Statistic; readonly ms: number }
  | { readonly figure: "throughput"; readonly tokensPerSecond: number };

export type Deployed =
  | ({ readonly type: "whole" } & Workers)
  /** Some replicas compute the prompts, others the answers. */
  | ({ readonly type: "disaggregated" } & Disaggregated);

/** Options of `perf estimate` that say something about every row of `--points`. */
import type { Command } from "commander";
import { chipNamed } from "../catalog/chips.ts";
import { modelNamed } from "../catalog/models.ts";
import { cellsOf } from "../perf/results/row.ts";
import { Fault } from "../stack/fault.ts";
import { refuseIdle } from "./options.ts";
import { type DeploymentOptions, type PrefillOptions, settingsOf } from "./perf-deployment.ts";
import type { PointsOptions } from "./perf-points.ts";

type RowOptions = DeploymentOptions &
  PrefillOptions & {
    readonly isl: number;
    readonly osl: number;
    readonly concurrency: readonly number[];
  };

/** Options that fill a column of all rows. */
const rowOptions: ReadonlyMap<string, string> = new Map<keyof RowOptions, string>([
  ["model", "model_path"],
  ["chip", "system"],
  ["engine", "backend"],
  ["engineVersion", "backend_version"],
  ["precision", "precision"],
  ["kv", "kvcache_quant_mode"],
  ["tp", "tp_size"],
  ["dp", "attention_dp_size"],
  ["ep", "moe_ep_size"],
  ["pp", "pp_size"],
  ["replicas", "replicas"],
  ["isl", "isl"],
  ["osl", "osl"],
  ["concurrency", "concurrency"],
]);

/** The same for runs with separate pools. `--tp` and its like are then those of the decode workers. */
const poolOptions: ReadonlyMap<string, string> = new Map<keyof RowOptions, string>([
  ...(rowOptions as ReadonlyMap<keyof RowOptions, string>),
  ["tp", "decode_tp_size"],
  ["dp", "decode_attention_dp_size"],
  ["ep", "decode_moe_ep_size"],
  ["pp", "decode_pp_size"],
  ["replicas", "decode_num_workers"],
  ["prefillReplicas", "prefill_num_workers"],
  ["prefillTp", "prefill_tp_size"],
  ["prefillDp", "prefill_attention_dp_size"],
  ["prefillEp", "prefill_moe_ep_size"],
]);

/** Options that the engine of every row is told. */
const engineOptions: readonly (keyof RowOptions)[] = [
  "memoryShare",
  "kvBlocks",
  "blockTokens",
  "maxBatchedTokens",
  "maxSequences",
];

/**
 * What the options say about all rows.
 *
 * @throws Fault `invalid_value` for an option that says nothing about rows, or a name that the catalog does not know
 */
export function givenFor(options: RowOptions, command: Command): Pick<PointsOptions, "given" | "settings"> {
  const read = ["points", "out", "json", "data", "recipe", ...poolOptions.keys(), ...engineOptions];
  const idle = command.options.map((option) => option.attributeName()).filter((name) => !read.includes(name));
  refuseIdle(command, idle, "with --points, where each row says what it asks");
  const isGiven = (name: string) => command.getOptionValueSource(name) === "cli";
  if (options.chip === "this-cpu") {
    throw new Fault("invalid_value", {
      message: "This computer's own engine is not predicted with --points.",
      remedy: "Name an accelerator, or leave --points out.",
      param: "chip",
    });
  }
  if (isGiven("concurrency") && options.concurrency.length > 1) {
    throw new Fault("invalid_value", {
      message: "Rows of --points cannot have several concurrencies.",
      remedy: "Give one for those that do not say theirs.",
      param: "concurrency",
    });
  }
  // A mistyped name is refused at once, not once for each row.
  if (options.chip !== undefined) chipNamed(options.chip);
  if (options.model !== undefined) modelNamed(options.model);
  const isApart = options.prefillReplicas !== undefined;
  if (!isApart) refuseIdle(command, ["prefillTp", "prefillDp", "prefillEp"], "without --prefill-replicas");
  const said = [...(isApart ? poolOptions : rowOptions)].filter(([name]) => isGiven(name));
  const { blockTokens, pue: _, ...settings } = settingsOf(options);
  return {
    given: {
      // By default a prompt gets as many accelerators as an answer, and there is one decode worker.
      ...(isApart && { mode: "disagg", prefill_tp_size: String(options.tp), decode_num_workers: "1" }),
      ...cellsOf(Object.fromEntries(said.map(([name, column]) => [column, String(options[name as keyof RowOptions])]))),
    },
    settings: { ...settings, ...(isGiven("blockTokens") && { blockTokens }) },
  };
}

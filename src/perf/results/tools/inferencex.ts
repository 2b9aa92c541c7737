/**
 * InferenceX's `agg_*.json`: one object for each run, with `hw`, `framework`, `tp` and times in seconds
 * (github.com/SemiAnalysisAI/InferenceX, utils/process_result.py). `inferencex-columns.ts` knows the names, which tables may
 * have too.
 */
import { asInferenceXSays } from "../inferencex-columns.ts";
import { cellsOf, figures, measuredColumn, type Reader, statistics } from "../row.ts";

const sides = ["", "prefill_", "decode_"] as const;
const split = ["tp_size", "attention_dp_size", "moe_ep_size", "pp_size", "num_workers"] as const;

const columns = [
  "mode backend backend_version model_path system precision isl osl concurrency spec_decoding silicon_data_source".split(
    " ",
  ),
  sides.flatMap((side) => split.map((name) => side + name)),
  figures.flatMap((figure) => statistics.map((statistic) => measuredColumn(figure, statistic))),
].flat();

export const inferenceXResult: Reader = {
  tool: "InferenceX",
  read(fields) {
    if (!fields.has("hw", "framework", "model", "conc")) return undefined;
    const own = (name: string) => (fields.isTrue(name) ? "true" : (fields.text(name) ?? ""));
    const told = columns.map((column) => [column, own(column) || asInferenceXSays(column, own)]);
    return [{ cells: cellsOf(Object.fromEntries(told) as Record<string, string>) }];
  },
};

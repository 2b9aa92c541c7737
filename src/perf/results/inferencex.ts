/**
 * InferenceX's own `agg_*.json`: an object for a run, as `utils/process_result.py` of github.com/SemiAnalysisAI/InferenceX
 * makes it of its client's: `hw`, `framework`, `tp`, times in seconds. Its columns are told as those of a table of points,
 * of which a table may have them too.
 */
import { asInferenceXSays } from "../inferencex-columns.ts";
import { cellsOf, figures, measuredColumn, type Reader, statistics } from "./row.ts";

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

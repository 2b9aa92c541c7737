/**
 * AIConfigurator's tables `pareto.csv` and `best_config_topn.csv` (ai-dynamo/aiconfigurator, sdk/common.py: `ColumnsAgg`,
 * `ColumnsDisagg`; cli/report_and_save.py). Their figures are predictions too. A comparison shows how far the two are apart,
 * not which one is right.
 */
import type { Fields } from "../fields.ts";
import { cellsOf, type Reader, type ResultRow, timeCells } from "../row.ts";

export const aiconfigurator: Reader = {
  tool: "AIConfigurator, predicted",
  read(fields) {
    if (!fields.has("model", "isl", "osl", "ttft", "tpot", "tokens/s/gpu")) return undefined;
    return [fields.has("(p)tp", "(d)tp") ? poolsOf(fields) : wholeOf(fields)];
  },
};

function wholeOf(fields: Fields): ResultRow {
  return {
    cells: cellsOf({
      ...askedCells(fields),
      ...splitCells(fields, "", ""),
      system: fields.text("system"),
      backend: fields.text("backend"),
      backend_version: fields.text("version"),
      precision: fields.text("gemm"),
      kvcache_quant_mode: fields.text("kvcache"),
    }),
  };
}

/** A point has one engine and one chip for both pools. Where they differ, those of the decode pool are taken. */
function poolsOf(fields: Fields): ResultRow {
  return {
    cells: cellsOf({
      ...askedCells(fields),
      ...splitCells(fields, "(p)", "prefill_"),
      ...splitCells(fields, "(d)", "decode_"),
      mode: "disagg",
      system: fields.text("(d)system"),
      backend: fields.text("(d)backend"),
      backend_version: fields.text("(d)version"),
      precision: fields.text("(d)gemm"),
      kvcache_quant_mode: fields.text("(d)kvcache"),
    }),
  };
}

function askedCells(fields: Fields): Record<string, string | number | undefined> {
  return {
    model_path: fields.text("model"),
    isl: fields.number("isl"),
    osl: fields.number("osl"),
    concurrency: fields.number("concurrency"),
    ...timeCells("ttft", { mean: fields.number("ttft") }),
    ...timeCells("tpot", { mean: fields.number("tpot") }),
    ...timeCells("e2e", { mean: fields.number("request_latency") }),
    silicon_output_tokens_per_second: fields.number("tokens/s"),
  };
}

function splitCells(fields: Fields, from: string, to: string): Record<string, number | undefined> {
  return {
    [`${to}tp_size`]: fields.number(`${from}tp`),
    [`${to}pp_size`]: fields.number(`${from}pp`),
    [`${to}attention_dp_size`]: fields.number(`${from}dp`),
    [`${to}moe_tp_size`]: fields.number(`${from}moe_tp`),
    [`${to}moe_ep_size`]: fields.number(`${from}moe_ep`),
    [`${to}num_workers`]: fields.number(`${from}workers`),
  };
}

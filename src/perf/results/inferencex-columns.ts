/**
 * The columns of InferenceX's own results (github.com/SemiAnalysisAI/InferenceX, `utils/process_result.py`: `hw`,
 * `framework`, `tp`, `dp_attention` and the rest), told as those of aiconfigurator's table, which points are read by.
 */

/** @param own a cell of the table by its column; empty where the table has no such column */
export function asInferenceXSays(name: string, own: (column: string) => string): string {
  const side = /^(prefill_|decode_)/.exec(name)?.[0] ?? "";
  const isCopied = /^true$/i.test(own(`${side}dp_attention`));
  switch (name.slice(side.length)) {
    case "backend":
      return own("framework");
    case "backend_version":
      return /:\D{0,12}(\d+\.\d+[\w.]*)/.exec(own("image"))?.[1] ?? "";
    case "model_path":
      return own("model");
    case "system":
      // A runner's name goes on after the chip's: `b200-nv_2`.
      return /^[a-z]+\d+[a-z]*(-nvl|[-_]sxm)?/i.exec(own("hw"))?.[0] ?? own("hw");
    case "concurrency":
      return own("conc");
    case "mode":
      return /^true$/i.test(own("disagg")) ? "disagg" : "";
    case "tp_size":
      return isCopied ? "1" : own(`${side}tp`);
    case "attention_dp_size":
      return isCopied ? own(`${side}tp`) : "";
    case "moe_ep_size":
      return own(`${side}ep`);
    case "pp_size":
      return own(`${side}pp`);
    case "silicon_data_source":
      return own("date") === "" ? "" : `db-dump; measured=${own("date")}`;
    default:
      return timeSaid(name, own);
  }
}

/** Of `silicon_ttft_p99_ms` what is `p99_ttft` there, in seconds; without a percentile the mean. */
function timeSaid(name: string, own: (column: string) => string): string {
  const [, time, percentile = "mean"] = /^silicon_(ttft|tpot|itl|e2e)(?:_(p\d+))?_ms$/.exec(name) ?? [];
  if (time === undefined) return "";
  return inMilliseconds(own(`${percentile === "p50" ? "median" : percentile}_${time === "e2e" ? "e2el" : time}`));
}

/** @param seconds as text */
function inMilliseconds(seconds: string): string {
  const value = Number(seconds.replace(",", "."));
  return seconds === "" || Number.isNaN(value) ? seconds : String(value * 1e3);
}

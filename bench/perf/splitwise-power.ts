/**
 * Power of whole batches as Splitwise measured it (Patel et al. 2024; `perf_model.csv` of Mutinifni/splitwise-sim, MIT):
 * the only public measurements that tell prompts' power from decodes'. What drawShares of src/perf/power/power.ts is fitted on.
 *
 * Shares of the TDP. Runs with prompts of 8,192 tokens report a sixth of the others' power and are left out; most runs,
 * and all on H100, have none.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Activity } from "../../src/perf/power/activity.ts";
import { mean } from "./measured.ts";

export type SplitwisePower = {
  readonly model: string;
  readonly split: string;
  readonly prompt: Activity;
  readonly decode: Activity;
  /** Of the TDP: the highest of the run, which is its prompt's, and the average over all of it. */
  readonly peak: number;
  readonly average: number;
};

/** FP16 on A100: weights, and bytes of keys and values of a token. */
const models: Readonly<Record<string, { readonly parameters: number; readonly kvBytes: number }>> = {
  "llama2-70b": { parameters: 69e9, kvBytes: 327_680 },
  "bloom-176b": { parameters: 176e9, kvBytes: 2 * 70 * 14_336 * 2 },
};
const peakFlops = 312e12;
const bytesPerSecond = 2039e9;

export function readSplitwise(data: string): SplitwisePower[] {
  const [head = "", ...lines] = readFileSync(join(data, "splitwise_perf_model.csv"), "utf8").trim().split("\n");
  const names = head.split(",");
  const rows = lines.map((line) => {
    const cells = line.split(",");
    const of = (name: string) => cells[names.indexOf(name)] ?? "";
    return {
      model: of("model"),
      hardware: of("hardware"),
      accelerators: Number(of("tensor_parallel")),
      promptTokens: Number(of("prompt_size")),
      batch: Number(of("batch_size")),
      peak: Number(of("peak_power")),
      average: Number(of("average_power")),
      promptSeconds: Number(of("prompt_time")) / 1e3,
      stepSeconds: Number(of("token_time")) / 1e3,
      seconds: Number(of("e2e_time")) / 1e3,
    };
  });
  const measured = rows.filter(
    ({ hardware, average, promptTokens }) => hardware === "a100-80gb" && average > 0 && promptTokens < 8192,
  );
  const groups = Map.groupBy(measured, ({ model, accelerators, promptTokens, batch }) =>
    [model, accelerators, promptTokens, batch].join(),
  );
  return [...groups.values()].map((repeats) => {
    const one = repeats[0]!;
    const of = (name: "peak" | "average" | "promptSeconds" | "stepSeconds" | "seconds") =>
      mean(repeats.map((repeat) => repeat[name]));
    const { parameters, kvBytes } = models[one.model]!;
    const activity = (seconds: number, stepSeconds: number, tokens: number, context: number): Activity => ({
      seconds,
      tensor: (2 * parameters * tokens) / one.accelerators / stepSeconds / peakFlops,
      memory: (2 * parameters + kvBytes * context) / one.accelerators / stepSeconds / bytesPerSecond,
      link: 0,
      host: 0,
    });
    const tokens = one.batch * one.promptTokens;
    return {
      model: one.model,
      split: `TP ${one.accelerators}, ${one.batch} × ${one.promptTokens} tokens`,
      prompt: activity(of("promptSeconds"), of("promptSeconds"), tokens, tokens),
      decode: activity(of("seconds") - of("promptSeconds"), of("stepSeconds"), one.batch, tokens + one.batch * 64),
      peak: of("peak"),
      average: of("average"),
    };
  });
}

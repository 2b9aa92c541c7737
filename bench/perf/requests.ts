/**
 * Every request of a real vLLM, predicted: models in BF16 on two cards, 300 requests of ShareGPT each, ten a second.
 *
 *   node bench/perf/requests.ts [--data ../shared/data/perf] [--json]
 *
 * Nothing is fitted on these runs; of the cards nothing but single kernels (src/perf/curves/cards.ts). Scored by the greatest distance between the measured
 * and the predicted distribution (Kolmogorov's), of times from arrival to last token; with the block count that the
 * engine reported, and with ours. Times by request and the queue over time go to bench/perf/out/.
 */
import { parseArgs } from "node:util";
import { predict, type Prediction } from "../../src/perf/predict.ts";
import { summarize } from "../../src/perf/simulate/summary.ts";
import { csvOf, keep, verdictOf } from "./data.ts";
import { defaultData } from "./measured.ts";
import { readRequestRuns, type RequestRun } from "./requests-measured.ts";
import { requestsPicture } from "./requests-picture.ts";

const { values } = parseArgs({
  options: { data: { type: "string", default: defaultData }, json: { type: "boolean", default: false } },
});
const distanceMost = 0.1;

const runs = readRequestRuns(values.data);
const scores = runs.flatMap((run) => {
  const ours = score(run, "computed");
  return run.kvBlocks === undefined ? [ours] : [score(run, "reported"), ours];
});
const judged = scores.filter(({ run, blocks }) => (blocks === "reported") === (run.kvBlocks !== undefined));

for (const { run, prediction } of judged) {
  const { arrivals, promptTokens, outputTokens } = run.workload;
  const { result } = prediction;
  const rows = Array.from(promptTokens, (prompt, request) => ({
    arrival_s: arrivals.type === "open" ? arrivals.seconds[request]!.toFixed(3) : 0,
    prompt_tokens: prompt,
    output_tokens: outputTokens[request]!,
    ttft_s: run.ttftSeconds[request]!.toFixed(3),
    predicted_ttft_s: result.ttftSeconds[request]!.toFixed(3),
    tpot_s: run.tpotSeconds[request]!.toFixed(5),
    predicted_tpot_s: result.tpotSeconds[request]!.toFixed(5),
    e2e_s: run.e2eSeconds[request]!.toFixed(3),
    predicted_e2e_s: result.e2eSeconds[request]!.toFixed(3),
  }));
  const { chip, model } = run.served;
  keep(`requests-${chip.name}-${model.name}.csv`, csvOf(rows));
}
keep("requests.svg", requestsPicture(judged));

const table = scores.map(({ run, blocks, prediction, ...distances }) => ({
  chip: run.served.chip.name,
  model: run.served.model.name,
  blocks: `${prediction.kvTokens / run.blockTokens} ${blocks}`,
  "TTFT, s": pair(run.ttftSeconds, prediction.result.ttftSeconds),
  "TPOT, ms": pair(run.tpotSeconds, prediction.result.tpotSeconds, 1e3),
  "whole, s": pair(run.e2eSeconds, prediction.result.e2eSeconds),
  preemptions: prediction.preemptions,
  ...rounded(distances),
  target: verdictOf(distances.e2e, distanceMost),
}));
if (values.json) console.log(JSON.stringify(table));
else {
  console.log("Measured → predicted means; Kolmogorov distances of the distributions, the whole's at most 0.1.");
  console.table(table);
  console.log("Also in bench/perf/out/: requests.svg, requests-*.csv");
}

function score(run: RequestRun, blocks: "reported" | "computed") {
  const { served, maxStepTokens, maxSequences, blockTokens, overlapsSteps, kvBlocks } = run;
  // vLLM's default: what is preempted finds the blocks that nobody has taken since.
  const settings = { maxStepTokens, maxSequences, blockTokens, overlapsSteps, prefixCache: true };
  const override = blocks === "reported" && kvBlocks !== undefined ? { kvBlocks } : {};
  const prediction: Prediction = predict(served, run.workload, { ...settings, ...override });
  const { result } = prediction;
  return {
    run,
    blocks,
    prediction,
    ttft: distance(run.ttftSeconds, result.ttftSeconds),
    tpot: distance(run.tpotSeconds, result.tpotSeconds),
    e2e: distance(run.e2eSeconds, result.e2eSeconds),
  };
}

/** The greatest difference between two empirical distributions. */
function distance(one: Float64Array, other: Float64Array): number {
  const [a, b] = [one.toSorted(), other.toSorted()];
  let most = 0;
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    const value = Math.min(a[i]!, b[j]!);
    while (i < a.length && a[i]! <= value) i += 1;
    while (j < b.length && b[j]! <= value) j += 1;
    most = Math.max(most, Math.abs(i / a.length - j / b.length));
  }
  return most;
}

function pair(measured: Float64Array, predicted: Float64Array, scale = 1): string {
  const of = (column: Float64Array) => (summarize(column).mean * scale).toPrecision(3);
  return `${of(measured)} → ${of(predicted)}`;
}

function rounded(distances: Readonly<Record<string, number>>): Record<string, string> {
  return Object.fromEntries(Object.entries(distances).map(([name, value]) => [`${name} distance`, value.toFixed(3)]));
}

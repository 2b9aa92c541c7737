/**
 * Fits the six numbers of src/perf/curves/calibrated.ts for each engine and family of chips to measured deployments.
 *
 *     node tools/perf/calibrate.ts [--data ../shared/data/perf]
 *
 * Fitted on the chips and models named in `fitSets`, and on nothing else: what `npm run bench:perf` calls held out is no
 * part of them.
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { defaultData, mean, type Measured, median, readMeasured } from "../../bench/perf/measured.ts";
import { fitSets } from "../../bench/perf/split.ts";
import type { Calibration, EngineCosts } from "../../src/perf/calibration.ts";
import { inferenceXLoad, predict } from "../../src/perf/predict.ts";
import { minimise } from "./minimise.ts";

const { values } = parseArgs({
  options: { data: { type: "string", default: defaultData }, rounds: { type: "string", default: "120" } },
});
const { rows } = readMeasured(values.data);
const calibrated: Record<string, Calibration> = {};
for (const { engine, family, describes, has } of fitSets) {
  const fitted = rows.filter(has).filter(({ concurrency }) => concurrency <= 256);
  if (fitted.length === 0) continue;
  const loss = (numbers: number[]) => {
    const found = errors(fitted, costsOf(numbers));
    return mean(found.map(({ tpot, ttft }) => Math.abs(tpot) + 0.4 * Math.min(1, Math.abs(ttft))));
  };
  // Seconds of a step, of a layer, of a sequence, before the scheduler; scales of decode and prefill.
  const best = minimise(loss, [1e-3, 8e-6, 5e-6, 0.02, 1, 1], Number(values.rounds));
  const costs = costsOf(best);
  const found = errors(fitted, costs);
  calibrated[`${engine}/${family}`] = {
    ...costs,
    fittedOn: describes,
    rows: fitted.length,
    tpotError: mean(found.map(({ tpot }) => Math.abs(Math.expm1(tpot)))),
    ttftError: median(found.map(({ ttft }) => Math.abs(Math.expm1(ttft)))),
    date: new Date().toISOString().slice(0, 10),
  };
  console.log(`${engine}/${family}`, calibrated[`${engine}/${family}`]);
}

const text = JSON.stringify(
  calibrated,
  (_, value: unknown) => (typeof value === "number" ? Number(value.toPrecision(4)) : value),
  2,
);
writeFileSync(
  new URL("../../src/perf/curves/calibrated.ts", import.meta.url),
  `/** Made by tools/perf/calibrate.ts from measured deployments (InferenceX, by ai-dynamo/aiconfigurator, Apache-2.0). */
import type { Calibration } from "../calibration.ts";

/** By engine and family of chips. */
export const calibrations: Readonly<Record<string, Calibration>> = ${text};
`,
);

function costsOf(numbers: readonly number[]): EngineCosts {
  const [stepSeconds, layerSeconds, sequenceSeconds, ingestSeconds, decodeScale, prefillScale] = numbers as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return { stepSeconds, layerSeconds, sequenceSeconds, ingestSeconds, decodeScale, prefillScale };
}

/** Logarithms of predicted over measured. */
function errors(some: readonly Measured[], costs: EngineCosts) {
  return some.map(({ served, promptTokens, outputTokens, concurrency, ttftMs, tpotMs }) => {
    const found = predict(served, inferenceXLoad(promptTokens, outputTokens, concurrency), { costs });
    return { tpot: Math.log(found.tpotMs.mean / tpotMs), ttft: Math.log(found.ttftMs.mean / ttftMs) };
  });
}

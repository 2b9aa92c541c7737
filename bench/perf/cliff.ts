/**
 * Where the KV cache is full: requests wait for others to end, and TTFT grows by tens of seconds.
 *
 *   node bench/perf/cliff.ts [--data ../shared/data/perf] [--json]
 *
 * A series is one deployment of InferenceX with one pair of lengths, at growing numbers of clients. Its cliff begins where
 * twice the clients have four times the TTFT and more; without one, TTFT doubles at the most. Predicted without the chip's
 * own fit; the room for keys and values is computed, not fitted.
 */
import { parseArgs } from "node:util";
import { cliffPicture, type Series } from "./cliff-picture.ts";
import { csvOf, keep } from "./data.ts";
import { defaultData, type Measured, predicted, readMeasured } from "./measured.ts";
import { withoutChipOf } from "./split.ts";
import { median } from "../../src/perf/statistics.ts";

const { values } = parseArgs({
  options: { data: { type: "string", default: defaultData }, json: { type: "boolean", default: false } },
});
const steepness = 4;

const { rows } = readMeasured(values.data);
const isDense = ({ served }: Measured) => served.model.feedForward.type === "dense";
const groups = Map.groupBy(
  rows.filter((row) => row.isInferenceX && isDense(row)),
  ({ served, promptTokens, outputTokens }) =>
    `${served.engine} ${served.chip.name} ${served.model.name} ${served.weights} TP${served.tensorParallel} ${promptTokens}/${outputTokens}`,
);
const series = [...groups].map(([name, of]): Series => {
  const points = of
    .toSorted((one, other) => one.concurrency - other.concurrency)
    .map((row) => ({
      clients: row.concurrency,
      ttftMs: row.ttftMs,
      predictedMs: predicted(row, undefined, withoutChipOf(row)).ttftMs.mean,
    }));
  return {
    name,
    points,
    onset: onsetOf(points.map(({ clients, ttftMs }) => [clients, ttftMs])),
    predictedOnset: onsetOf(points.map(({ clients, predictedMs }) => [clients, predictedMs])),
  };
});
const cliffs = series.filter(({ onset, predictedOnset }) => onset !== undefined || predictedOnset !== undefined);
const atRightPlace = series.filter(({ onset, predictedOnset }) => onset === predictedOnset).length;
const beyond = series.flatMap(({ name, points, onset = Infinity }) =>
  points.filter(({ clients }) => clients >= onset).map((point) => ({ name, ...point })),
);
const errors = beyond.map(({ ttftMs, predictedMs }) => predictedMs / ttftMs - 1);
const within = errors.filter((error) => Math.abs(error) <= 0.25).length;
const summary = {
  series: series.length,
  onsetRight: atRightPlace,
  pointsBeyond: beyond.length,
  within25Percent: within,
  medianErrorPercent: median(errors.map(Math.abs)) * 100,
  verdict: atRightPlace === series.length && within === beyond.length ? "PASS" : "MISS",
};
if (values.json) console.log(JSON.stringify({ summary, cliffs }));
else {
  console.table(
    cliffs.map(({ name, onset, predictedOnset, points }) => ({
      series: name,
      onset,
      predictedOnset,
      beyond: points
        .filter(({ clients }) => clients >= Math.min(onset ?? Infinity, predictedOnset ?? Infinity))
        .map((one) => `${one.clients}: ${seconds(one.ttftMs)} → ${seconds(one.predictedMs)}`)
        .join(", "),
    })),
  );
  console.table([summary]);
}
keep("cliff.csv", csvOf(series.flatMap(({ name, points }) => points.map((point) => ({ series: name, ...point })))));
keep("cliff.svg", cliffPicture(cliffs));

function onsetOf(points: readonly (readonly [clients: number, ttftMs: number])[]): number | undefined {
  return points.find(([, ttftMs], index) => index > 0 && ttftMs > steepness * points[index - 1]![1])?.[0];
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1e3).toFixed(1)} s`;
}

/** The comparison of predictions with measurements that `--points` prints. */
import type { Measurement, Point } from "../perf/points/point.ts";
import type { PointPrediction } from "../perf/points/predict-point.ts";
import { type FigureScore, type Group, headline, missOf, type Score, type Scores } from "../perf/points/scores.ts";
import type { Statistic } from "../perf/results/row.ts";
import { bold, dim, green, number, table, yellow } from "./terminal.ts";

/** A measured row. Few such rows are shown one by one. */
export type Compared = { readonly name: string; readonly point: Point; readonly prediction: PointPrediction };

type Stream = NodeJS.WriteStream;

const right = { align: "right" as const };
const statisticNames: Readonly<Record<Statistic, string>> = { mean: "mean", p50: "median", p90: "p90", p99: "p99" };
const figureNames: Readonly<Record<Measurement["figure"], string>> = {
  ttft: "TTFT",
  tpot: "TPOT",
  itl: "ITL",
  e2e: "end to end",
  throughput: "output tokens/s",
};

/** TTFT, TPOT and throughput of each row, measured and predicted. */
export function comparedText(rows: readonly Compared[], stream: Stream): string {
  const columns = [
    "run",
    "load",
    "TTFT ms",
    "predicted",
    "off",
    "TPOT ms",
    "predicted",
    "off",
    "tok/s",
    "predicted",
    "off",
  ];
  return table(
    columns.map((title, at) => ({ title, ...(at > 1 ? right : {}) })),
    rows.map(({ name, point, prediction }) => [
      name,
      loadText(point),
      ...offCells(headline(point, "ttft"), prediction, stream),
      ...offCells(headline(point, "tpot"), prediction, stream),
      ...offCells(
        point.measurements.find(({ figure }) => figure === "throughput"),
        prediction,
        stream,
      ),
    ]),
    stream,
  );
}

/** Green if the measurement lies within the band of the prediction. */
function offCells(measurement: Measurement | undefined, prediction: PointPrediction, stream: Stream): string[] {
  const found = measurement && missOf(measurement, prediction);
  if (measurement === undefined || found === undefined) return ["–", "–", "–"];
  const is = measurement.figure === "throughput" || measurement.statistic === "mean" ? "" : ` ${measurement.statistic}`;
  const off = `${found.ratio > 0 ? "+" : ""}${(found.ratio * 100).toFixed(0)} %`;
  return [
    `${number(found.measured)}${is}`,
    number(found.predicted),
    found.isWithin ? green(off, stream) : yellow(off, stream),
  ];
}

function loadText({ promptTokens, outputTokens, concurrency, told }: Point): string {
  const rate = told?.load.requestsPerSecond;
  const most = told?.load.concurrency;
  const clients = `${concurrency} ${concurrency === 1 ? "client" : "clients"}`;
  const asked = rate === undefined ? clients : `${number(rate)}/s${most === undefined ? "" : `, ${most} at most`}`;
  return `${promptTokens} in, ${outputTokens} out, ${asked}`;
}

/**
 * Scores by chip, model, engine, mode and source, and below them by statistic if there is more than the means.
 *
 * @param isFew whether each row is shown already. Then a group with all rows says nothing new.
 */
export function scoresText({ all, by, figures }: Scores, isFew: boolean, stream: Stream): string {
  const rows: string[][] = [];
  for (const [what, groups] of Object.entries(by)) {
    if (isFew && groups.length === 1) continue;
    for (const [index, group] of groups.entries()) rows.push([index === 0 ? what : "", ...scoreCells(group)]);
  }
  rows.push(["", ...scoreCells(all)]);
  const titles = ["rows", "TPOT mean", "median", "bias", "in band", "TTFT mean", "median", "bias", "in band"];
  const groups = table([{ title: "" }, { title: "" }, ...titles.map((title) => ({ title, ...right }))], rows, stream);
  const isPlain = figures.every(
    ({ figure, statistic }) => statistic === "mean" && (figure === "ttft" || figure === "tpot"),
  );
  const hasRate = figures.some(({ figure }) => figure === "throughput");
  const note = hasRate ? `\n${dim("of output tokens/s, bias above 0 is predicted too fast", stream)}` : "";
  return isPlain ? groups : `${groups}\n\n${figuresText(figures, stream)}${note}`;
}

/** Each statistic is compared with the same one: median with median, percentile with percentile. */
function figuresText(figures: readonly FigureScore[], stream: Stream): string {
  const titles = ["rows", "% off, mean", "median", "bias", "in band"];
  return table(
    [{ title: "by statistic" }, ...titles.map((title) => ({ title, ...right }))],
    figures.map((score) => [
      score.figure === "throughput"
        ? figureNames.throughput
        : `${figureNames[score.figure]} ${statisticNames[score.statistic]}`,
      String(score.rows),
      ...percents(score),
    ]),
    stream,
  );
}

function scoreCells({ name, ttft, tpot }: Group): string[] {
  return [name, String(Math.max(ttft?.rows ?? 0, tpot?.rows ?? 0)), ...percents(tpot), ...percents(ttft)];
}

function percents(score: Score | undefined): string[] {
  return [score?.mean, score?.median, score?.bias, score?.withinBand].map((share) =>
    share === undefined ? "–" : (share * 100).toFixed(1),
  );
}

export function scoresTitle(stream: Stream): string {
  return `\n${bold("Held against what was measured", stream)}  ${dim("% off; bias above 0 is predicted too slow", stream)}`;
}

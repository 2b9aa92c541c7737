/**
 * The measured deployments that predictions are held against: InferenceX's end-to-end points (mean TTFT and TPOT over a
 * closed loop), as ai-dynamo/aiconfigurator exports them (Apache-2.0).
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { costsWithout } from "../../src/perf/kernels/calibration.ts";
import type { EngineCosts, Fold } from "../../src/perf/curves/fitted.ts";
import { CsvReader } from "../../src/perf/csv.ts";
import type { Served } from "../../src/perf/deployment.ts";
import { PointColumns } from "../../src/perf/points/points.ts";
import type { Point } from "../../src/perf/points/point.ts";
import { inferenceXLoad, inferenceXSettings, singleUsersLoad } from "../../src/perf/inferencex/inferencex.ts";
import { predict, type Prediction } from "../../src/perf/predict.ts";

export type Measured = {
  readonly id: string;
  readonly served: Served;
  readonly version: string;
  /** Whether InferenceX measured it; the others are single users' runs, whose loads are not described. */
  readonly isInferenceX: boolean;
  readonly promptTokens: number;
  readonly outputTokens: number;
  readonly concurrency: number;
  readonly ttftMs: number;
  readonly tpotMs: number;
};

export const defaultData = "../shared/data/perf";

function recordsOf(data: string) {
  const path = join(data, "measured_e2e.csv");
  if (!existsSync(path)) {
    console.error(
      `${path} is not there. It is a part of silicon_sample.csv of https://github.com/ai-dynamo/aiconfigurator; --data names its folder.`,
    );
    process.exit(2);
  }
  const reader = new CsvReader();
  const [head, ...records] = [...reader.push(readFileSync(path, "utf8")), ...reader.end()];
  return { columns: new PointColumns(head?.cells ?? []), records };
}

/**
 * Rows of prompts and answers on pools of their own, each once; racks that are marked as in one piece are such. Without those that
 * may have drafted tokens.
 */
export function readPools(data: string): Point[] {
  const { columns, records } = recordsOf(data);
  const points = records.flatMap(({ cells }) => {
    const isOne = columns.text(cells, "mode") === "agg";
    if (isOne && !(Number(columns.text(cells, "tp_size")) > 8)) return [];
    try {
      const point = columns.pointOf(cells);
      return point.deployed.type === "disaggregated" && !point.recipe?.mayDraft ? [point] : [];
    } catch {
      // Pools that nobody names are not predicted.
      return [];
    }
  });
  const timesOf = ({ promptTokens, concurrency, measured }: Point) =>
    [promptTokens, concurrency, measured.tpotMs, measured.ttftMs].join(" ");
  return [...new Map(points.map((point) => [timesOf(point), point])).values()];
}

/** Rows of deployments in one piece; `left` counts those of kinds that are not predicted. */
export function readMeasured(data: string): { rows: Measured[]; left: number } {
  const { columns, records } = recordsOf(data);
  const rows: Measured[] = [];
  /** Rows of one deployment share it, so that its kernels are worked out once. */
  const deployments = new Map<string, Served>();
  let left = 0;
  for (const { cells } of records) {
    if (columns.text(cells, "mode") !== "agg") {
      left += 1;
      continue;
    }
    const { deployed, measured, ...point } = columns.pointOf(cells);
    if (deployed.type !== "whole") continue;
    const key = JSON.stringify({
      ...deployed.served,
      chip: deployed.served.chip.name,
      model: deployed.served.model.name,
    });
    const served = deployments.get(key) ?? deployed.served;
    deployments.set(key, served);
    rows.push({
      ...point,
      served,
      // Of one replica, where several stood behind one address.
      concurrency: point.concurrency / deployed.replicas,
      ttftMs: measured.ttftMs ?? Number.NaN,
      tpotMs: measured.tpotMs ?? Number.NaN,
    });
  }
  return { rows, left };
}

/** @param fold with which chip or model left out of the fits; none when absent */
export function predicted(row: Measured, costs?: EngineCosts, fold?: Fold): Prediction {
  const { served, promptTokens, outputTokens, concurrency } = row;
  const by = costs ?? (fold === undefined ? undefined : costsWithout(fold, served.engine, served.chip));
  const load = row.isInferenceX
    ? inferenceXLoad(promptTokens, outputTokens, concurrency)
    : singleUsersLoad(served, promptTokens, outputTokens, concurrency);
  return predict(served, load, {
    ...(row.isInferenceX ? inferenceXSettings(served, promptTokens, outputTokens, concurrency) : { isUntold: true }),
    ...(by && { costs: by }),
  });
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/**
 * Which deployment makes tokens of a model cheapest within an objective: every candidate is simulated at rising
 * concurrency until it misses, and the best that held is its figure. Candidates are seen in order of name, and the same
 * seed draws their loads (common random numbers), so that they differ by what they are.
 */
import type { Chip } from "../catalog/chip.ts";
import type { ModelShape } from "../catalog/model-shape.ts";
import { Fault } from "../stack/fault.ts";
import { hourCost, usdPerMillionTokens } from "./cost.ts";
import { acceleratorsOf, type EngineName, type Served } from "./deployment.ts";
import type { KvPrecision, Weights } from "./efficiency.ts";
import { peakOf } from "./rates.ts";
import { predict, type Prediction } from "./predict.ts";
import { closedLoop } from "./simulate/workload.ts";

/** What nine requests of ten must meet. */
export type Objective = { readonly ttftMs: number; readonly tpotMs: number };

export type Space = {
  readonly model: ModelShape;
  readonly chips: readonly Chip[];
  readonly engines: readonly EngineName[];
  readonly weights: readonly Weights[];
  readonly kv: KvPrecision;
  readonly tensorParallel: readonly number[];
};

export type Lengths = { readonly promptTokens: number; readonly outputTokens: number };

export type Point = { readonly concurrency: number } & Pick<
  Prediction,
  "ttftMs" | "tpotMs" | "tokensPerSecondPerUser" | "outputTokensPerSecondPerAccelerator"
>;

export type Outcome = {
  readonly served: Served;
  /** Every concurrency that was tried, rising. */
  readonly points: readonly Point[];
  /** The highest that met the objective. */
  readonly best?: Point;
  readonly usdPerMillionOutputTokens?: number;
  /** Why it is not in the race. */
  readonly lost?: string;
};

export function candidates(space: Space): Served[] {
  const { model, chips, engines, weights, kv, tensorParallel } = space;
  return chips.flatMap((chip) =>
    engines.flatMap((engine) =>
      weights
        .filter((precision) => peakOf(chip, precision) > 0)
        .flatMap((precision) =>
          tensorParallel.map((count) => ({
            chip,
            model,
            engine,
            tensorParallel: count,
            expertParallel: 1,
            attentionParallel: 1,
            weights: precision,
            kv,
          })),
        ),
    ),
  );
}

const ladder = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512];

/** @param usdPerHour of an accelerator; absent where the catalog has none */
export function judge(
  served: Served,
  { promptTokens, outputTokens }: Lengths,
  objective: Objective,
  usdPerHour: number | undefined,
): Outcome {
  const points: Point[] = [];
  let best: Point | undefined;
  let missed = "";
  try {
    for (const concurrency of ladder) {
      const load = closedLoop({ concurrency, requests: Math.max(40, concurrency * 3), promptTokens, outputTokens });
      const { ttftMs, tpotMs, tokensPerSecondPerUser, outputTokensPerSecondPerAccelerator } = predict(served, load);
      const point = { concurrency, ttftMs, tpotMs, tokensPerSecondPerUser, outputTokensPerSecondPerAccelerator };
      points.push(point);
      missed = missOf(point, objective);
      if (missed !== "") break;
      best = point;
    }
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { served, points, lost: error.message };
  }
  if (best === undefined) return { served, points, lost: missed };
  if (usdPerHour === undefined) return { served, points, best, lost: "no price in the catalog" };
  const { totalUsd } = hourCost({ type: "rent", usdPerHour }, 0);
  return {
    served,
    points,
    best,
    usdPerMillionOutputTokens: usdPerMillionTokens(totalUsd, best.outputTokensPerSecondPerAccelerator),
  };
}

function missOf({ concurrency, ttftMs, tpotMs }: Point, objective: Objective): string {
  const clients = concurrency === 1 ? "with one client" : `with ${concurrency} clients`;
  if (tpotMs.p90 > objective.tpotMs) return `TPOT ${tpotMs.p90.toFixed(1)} ms ${clients}, ${objective.tpotMs} wanted`;
  if (ttftMs.p90 > objective.ttftMs) return `TTFT ${ttftMs.p90.toFixed(0)} ms ${clients}, ${objective.ttftMs} wanted`;
  return "";
}

/** Cheapest first; those that lost behind, in the order in which they came. */
export function ranked(outcomes: readonly Outcome[]): Outcome[] {
  const worth = ({ usdPerMillionOutputTokens }: Outcome) => usdPerMillionOutputTokens ?? Infinity;
  return outcomes.toSorted((one, other) => {
    const [first, second] = [worth(one), worth(other)];
    return first === second ? 0 : first - second;
  });
}

/** Points that no other beats in both speed per user and tokens per accelerator, fastest user first. */
export function paretoFront(outcomes: readonly Outcome[]): { readonly served: Served; readonly point: Point }[] {
  const all = outcomes
    .flatMap(({ served, points }) => points.map((point) => ({ served, point })))
    .toSorted((one, other) => other.point.tokensPerSecondPerUser - one.point.tokensPerSecondPerUser);
  let most = 0;
  return all.filter(({ point }) => {
    const isFront = point.outputTokensPerSecondPerAccelerator > most;
    most = Math.max(most, point.outputTokensPerSecondPerAccelerator);
    return isFront;
  });
}

export function nameOf(served: Served): string {
  const { chip, engine, weights } = served;
  return `${acceleratorsOf(served)} × ${chip.name} ${engine} ${weights}`;
}

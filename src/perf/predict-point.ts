/** A table's point, predicted. */
import { Fault } from "../stack/fault.ts";
import { inferenceXLoad, inferenceXSettings } from "./inferencex.ts";
import type { Point } from "./points.ts";
import { predict, type Prediction } from "./predict.ts";
import { beyondRange } from "./range.ts";

export type PointPrediction = Pick<
  Prediction,
  "ttftMs" | "tpotMs" | "outputTokensPerSecondPerAccelerator" | "provenance"
> & {
  /** In which ways nothing like it has been measured. */
  readonly beyond: readonly string[];
};

/** @throws Fault where it cannot be: a split that does not divide, weights that do not fit */
export function predictPoint(point: Point): PointPrediction {
  const { deployed, promptTokens, outputTokens, isInferenceX } = point;
  if (deployed.type === "disaggregated") {
    throw new Fault("invalid_value", {
      message: "Prompts and answers on pools of their own are not predicted.",
      param: "mode",
    });
  }
  const { served, replicas } = deployed;
  // Clients of one replica: an even share of those that call at the one address of several.
  const concurrency = Math.max(1, Math.round(point.concurrency / replicas));
  const load = inferenceXLoad(promptTokens, outputTokens, concurrency);
  const settings = isInferenceX ? inferenceXSettings(served, promptTokens, outputTokens) : {};
  return { ...predict(served, load, settings), beyond: beyondRange(served, { ...point, concurrency }) };
}

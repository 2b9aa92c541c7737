/** A table's point, predicted. */
import { type DisaggregatedPrediction, predictDisaggregated } from "./disaggregate.ts";
import { inferenceXLoad, inferenceXSettings, singleUsersLoad } from "./inferencex.ts";
import type { Point } from "./points.ts";
import { predict, type Prediction } from "./predict.ts";
import { beyondRange } from "./range.ts";

export type PointPrediction = Pick<
  Prediction | DisaggregatedPrediction,
  "ttftMs" | "tpotMs" | "outputTokensPerSecondPerAccelerator" | "provenance"
> & {
  /** In which ways nothing like it has been measured. */
  readonly beyond: readonly string[];
};

/** @throws Fault where it cannot be: a split that does not divide, weights that do not fit */
export function predictPoint(point: Point): PointPrediction {
  const { deployed, promptTokens, outputTokens, isInferenceX } = point;
  if (deployed.type === "disaggregated") {
    const { prefill, decode } = deployed;
    const load = inferenceXLoad(promptTokens, outputTokens, point.concurrency);
    const settings = isInferenceX
      ? { prefill: inferenceXSettings(prefill.served, promptTokens, outputTokens, point.concurrency) }
      : {};
    const beyond = beyondRange(decode.served, { ...point, concurrency: point.concurrency / decode.replicas });
    return { ...predictDisaggregated({ prefill, decode }, load, settings), beyond };
  }
  const { served, replicas } = deployed;
  // Clients of one replica: an even share of those that call at the one address of several.
  const concurrency = Math.max(1, Math.round(point.concurrency / replicas));
  const load = isInferenceX
    ? inferenceXLoad(promptTokens, outputTokens, concurrency)
    : singleUsersLoad(served, promptTokens, outputTokens, concurrency);
  const settings = isInferenceX ? inferenceXSettings(served, promptTokens, outputTokens, concurrency) : {};
  return { ...predict(served, load, settings), beyond: beyondRange(served, { ...point, concurrency }) };
}

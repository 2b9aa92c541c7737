/** A table's point, predicted. */
import { checkContext } from "./context.ts";
import { type DisaggregatedPrediction, predictDisaggregated } from "./disaggregate.ts";
import { inferenceXLoad, inferenceXSettings, singleUsersLoad } from "./inferencex.ts";
import type { Point } from "./points.ts";
import { predict, type Prediction } from "./predict.ts";
import { beyondRange } from "./range.ts";
import { decodeTold, prefillTold, type Recipe } from "./recipes.ts";

export type PointPrediction = Pick<
  Prediction | DisaggregatedPrediction,
  "ttftMs" | "tpotMs" | "outputTokensPerSecondPerAccelerator" | "provenance"
> & {
  /** In which ways nothing like it has been measured. */
  readonly beyond: readonly string[];
  /** What the row leaves out and is taken from elsewhere. */
  readonly assumed?: string;
};

/** How much longer than it was made for a context is served: YaRN, as models' cards recommend it, stretches it by four. */
const stretchedMost = 4;

/** @throws Fault where it cannot be: a split that does not divide, weights that do not fit */
export function predictPoint(point: Point): PointPrediction {
  const { deployed, promptTokens, outputTokens, isInferenceX } = point;
  const { model } = deployed.type === "whole" ? deployed.served : deployed.decode.served;
  const tokens = promptTokens + outputTokens;
  if (tokens > model.contextMax * stretchedMost) checkContext(model, promptTokens, outputTokens, "isl");
  const stretched =
    tokens > model.contextMax
      ? [
          `${tokens.toLocaleString("en")} tokens are above ${model.title}'s context of ${model.contextMax.toLocaleString("en")}`,
        ]
      : [];
  if (deployed.type === "disaggregated") {
    const { prefill, decode } = deployed;
    const load = inferenceXLoad(promptTokens, outputTokens, point.concurrency);
    const usual = isInferenceX
      ? inferenceXSettings(prefill.served, promptTokens, outputTokens, point.concurrency)
      : undefined;
    const { recipe } = point;
    const settings = {
      ...(usual && { prefill: { ...usual, ...(recipe && prefillTold(prefill.served, recipe)) } }),
      ...(recipe && { decode: decodeTold(decode.served, recipe) }),
    };
    const beyond = [
      ...stretched,
      ...beyondRange(decode.served, { ...point, concurrency: point.concurrency / decode.replicas }),
    ];
    const prediction = predictDisaggregated({ prefill, decode }, load, settings);
    return { ...prediction, beyond, ...(recipe && { assumed: assumedOf(recipe) }) };
  }
  const { served, replicas } = deployed;
  // Clients of one replica: an even share of those that call at the one address of several.
  const concurrency = Math.max(1, Math.round(point.concurrency / replicas));
  const load = isInferenceX
    ? inferenceXLoad(promptTokens, outputTokens, concurrency)
    : singleUsersLoad(served, promptTokens, outputTokens, concurrency);
  const settings = isInferenceX
    ? inferenceXSettings(served, promptTokens, outputTokens, concurrency)
    : { isUntold: true };
  const beyond = [...stretched, ...beyondRange(served, { ...point, concurrency })];
  return { ...predict(served, load, settings), beyond };
}

function assumedOf({ day, mayDraft }: Recipe): string {
  const pools = `pools by InferenceX's recipe of ${day}`;
  return mayDraft ? `${pools}, which ran with drafted tokens, too: none are assumed` : pools;
}

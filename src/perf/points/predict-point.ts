/** A table's point, predicted. */
import { checkContext } from "../context.ts";
import type { Served } from "../deployment.ts";
import type { RecipeName } from "../estimate.ts";
import { type DisaggregatedPrediction, predictDisaggregated } from "../disaggregate.ts";
import { inferenceXLoad, inferenceXSettings, singleUsersLoad } from "../inferencex/inferencex.ts";
import type { Deployed, Point } from "./point.ts";
import { predict, type Prediction } from "../predict.ts";
import type { Settings } from "../settings.ts";
import { beyondRange } from "../accuracy/range.ts";
import { decodeTold, prefillTold, type Recipe } from "../inferencex/recipes.ts";
import { type ToldLoad, toldWorkload } from "../loads/told-load.ts";
import { cachesPrefixes } from "../memory/usual-limits.ts";

export type PointPrediction = Pick<
  Prediction | DisaggregatedPrediction,
  | "ttftMs"
  | "tpotMs"
  | "itlMs"
  | "e2eMs"
  | "outputTokensPerSecond"
  | "outputTokensPerSecondPerAccelerator"
  | "provenance"
> & {
  /** Whose settings its engine has. */
  readonly recipe: RecipeName;
  /** In which ways nothing like it has been measured. */
  readonly beyond: readonly string[];
  /** What the row leaves out and is taken from elsewhere. */
  readonly assumed?: string;
};

/** How much longer than it was made for a context is served: YaRN, as models' cards recommend it, stretches it by four. */
const stretchedMost = 4;

/**
 * @param given what the engine is told of which the table says nothing
 * @param recipe whose settings it has besides; by who measured the row when absent: InferenceX's recipe or the defaults
 * @throws Fault where it cannot be: a split that does not divide, weights that do not fit
 */
export function predictPoint(
  point: Point,
  given: Settings = {},
  recipe: RecipeName = point.isInferenceX && point.told === undefined ? "inferencex" : "none",
): PointPrediction {
  const { deployed, promptTokens, outputTokens, isInferenceX } = point;
  const settingsOf = (served: Served, concurrency: number): Settings => {
    if (recipe !== "none") return inferenceXSettings(served, promptTokens, outputTokens, concurrency);
    // Of single users' measurements nobody says it.
    return isInferenceX || point.told !== undefined ? { prefixCache: cachesPrefixes(served) } : {};
  };
  const { model } = deployed.type === "whole" ? deployed.served : deployed.decode.served;
  const tokens = promptTokens + outputTokens;
  if (tokens > model.contextMax * stretchedMost) checkContext(model, promptTokens, outputTokens, "isl");
  const stretched =
    tokens > model.contextMax
      ? [
          `${tokens.toLocaleString("en")} tokens are above ${model.title}'s context of ${model.contextMax.toLocaleString("en")}`,
        ]
      : [];
  if (point.told !== undefined) {
    const served = deployed.type === "whole" ? deployed.served : deployed.decode.served;
    const told = { ...settingsOf(served, point.concurrency), ...point.told.settings, ...given };
    return { ...predictTold(point, point.told.load, stretched, told), recipe };
  }
  if (deployed.type === "disaggregated") {
    const { prefill, decode } = deployed;
    const load = inferenceXLoad(promptTokens, outputTokens, point.concurrency);
    const usual = isInferenceX ? settingsOf(prefill.served, point.concurrency) : undefined;
    const { recipe: run } = point;
    const settings = {
      ...(usual && { prefill: { ...usual, ...(run && prefillTold(prefill.served, run)) } }),
      ...(run && { decode: decodeTold(decode.served, run) }),
    };
    const beyond = [
      ...stretched,
      ...beyondRange(decode.served, { ...point, concurrency: point.concurrency / decode.replicas }),
    ];
    const prediction = predictDisaggregated({ prefill, decode }, load, settings);
    return { ...prediction, recipe, beyond, ...(run && { assumed: assumedOf(run) }) };
  }
  const { served, replicas } = deployed;
  // Clients of one replica: an even share of those that call at the one address of several.
  const concurrency = Math.max(1, Math.round(point.concurrency / replicas));
  const load = isInferenceX
    ? inferenceXLoad(promptTokens, outputTokens, concurrency)
    : singleUsersLoad(served, promptTokens, outputTokens, concurrency);
  const settings = { ...settingsOf(served, concurrency), ...(!isInferenceX && { isUntold: true }) };
  const beyond = [...stretched, ...beyondRange(served, { ...point, concurrency })];
  return { ...predict(served, load, { ...settings, ...given }), recipe, beyond };
}

/**
 * Under the load that a benchmark's file tells, of an engine with its own defaults but for what is told. A rate beside a limit
 * of requests under way is either: the limit rules where the rate would have more of them there at once.
 */
function predictTold(
  { deployed, promptTokens, outputTokens, concurrency }: Point,
  load: ToldLoad,
  stretched: readonly string[],
  settings: Settings,
): Omit<PointPrediction, "recipe"> {
  const { served, replicas } = deployed.type === "whole" ? deployed : deployed.decode;
  const under = ({ requestsPerSecond, ...closed }: ToldLoad) => {
    const asked = requestsPerSecond === undefined ? closed : { ...closed, requestsPerSecond };
    const { result: __, ...found } = ranUnder(deployed, asked, settings);
    // Little's law.
    const underWay = found.requestsPerSecond * (found.e2eMs.mean / 1e3);
    const clients = requestsPerSecond === undefined ? concurrency : Math.max(replicas, underWay);
    const beyond = beyondRange(served, { promptTokens, outputTokens, concurrency: clients / replicas });
    return { ...found, underWay, beyond: [...stretched, ...beyond] };
  };
  const { requestsPerSecond: _, ...closed } = load;
  if (load.requestsPerSecond === undefined) return under(closed);
  const open = under(load);
  return load.concurrency !== undefined && open.underWay > load.concurrency ? under(closed) : open;
}

/** Replicas in one piece are alike: one is asked its share. Of pools, a limit of blocks is that of the answers'. */
function ranUnder(deployed: Deployed, load: ToldLoad, settings: Settings) {
  if (deployed.type === "disaggregated") {
    const { kvBlocks: __, ...unbounded } = settings;
    const workload = toldWorkload(deployed.decode.served, load);
    const found = predictDisaggregated(deployed, workload, { prefill: unbounded, decode: settings });
    return { ...found, requestsPerSecond: found.result.requestsPerSecond };
  }
  const { served, replicas } = deployed;
  const found = predict(served, toldWorkload(served, load, replicas), settings);
  return {
    ...found,
    outputTokensPerSecond: found.outputTokensPerSecond * replicas,
    requestsPerSecond: found.result.requestsPerSecond * replicas,
  };
}

function assumedOf({ day, mayDraft }: Recipe): string {
  const pools = `pools by InferenceX's recipe of ${day}`;
  return mayDraft ? `${pools}, which ran with drafted tokens, too: none are assumed` : pools;
}

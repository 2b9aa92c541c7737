/**
 * A deployment under a load, in one piece or as two pools of workers. Estimates, searches and replays all ask here, so the
 * same deployment under the same load has the same figures everywhere.
 */
import { acceleratorsOf, type Served } from "./deployment.ts";
import { acceleratorsIn, predictDisaggregated, type Workers } from "./disaggregate.ts";
import { together } from "./power/power.ts";
import { type PoolPrediction, predict, type Prediction } from "./predict.ts";
import type { Settings } from "./settings.ts";
import type { Workload } from "./loads/workload.ts";
import { usualLimits } from "./memory/usual-limits.ts";

/** What is deployed. */
export type Machines = {
  /** What does all of it or, beside `apart`, the answers. */
  readonly served: Served;
  /** Workers that compute prompts alone, beside so many workers of `served` for the answers. */
  readonly apart?: { readonly prefill: Workers; readonly decodes: number };
};

export type UsedPool = PoolPrediction & { readonly name: "replicas" | "prefill" | "decode"; readonly served: Served };

/** Of pools, KV room, utilisation and what bounds are those of the workers for answers; power is that of all. */
export type UnderLoad = Prediction & {
  readonly accelerators: number;
  readonly pools: readonly UsedPool[];
  /** Absent where the catalog lacks the chip's power. */
  readonly joulesPerOutputToken?: number;
  /** Of a prompt's keys and values, from its end until a worker for answers has them. */
  readonly transferMs?: number;
};

/** Of one replica, or of both pools together. */
export function acceleratorsOfMachines({ served, apart }: Machines): number {
  if (apart === undefined) return acceleratorsOf(served);
  return acceleratorsIn(apart.prefill) + acceleratorsIn({ served, replicas: apart.decodes });
}

/**
 * @param settings what the engines are told beyond their defaults
 * @param recipe of a benchmark, for those who compute prompts, where settings do not say otherwise; of two pools it leaves
 *   the number of sequences to the load, as those who measured them did
 * @throws Fault `invalid_value` as `predict` does
 */
export function underLoad(
  { served, apart }: Machines,
  load: Workload,
  settings: Settings,
  recipe?: Settings,
): UnderLoad {
  if (apart === undefined) {
    const found = predict(served, load, { ...recipe, ...settings });
    const { kvTokens, kvTokensMost, busyShare, utilisation, boundBy, power, result } = found;
    return {
      ...found,
      accelerators: acceleratorsOf(served) * (result.pools[0]?.replicas.length ?? 1),
      pools: [{ name: "replicas", served, kvTokens, kvTokensMost, busyShare, utilisation, boundBy, power }],
      ...(power.type === "predicted" && { joulesPerOutputToken: power.joulesPerOutputToken }),
    };
  }
  const { slo, router, pue, replicas: _, maxSequences, kvBlocks, ...told } = settings;
  const { blockTokens, memoryShare } = told;
  const sequencesOf = (by: Served): Settings => {
    if (maxSequences !== undefined) return { maxSequences };
    return recipe === undefined ? { maxSequences: usualLimits(by.engine, by.chip).maxSequences } : {};
  };
  const prompts = apart.prefill.served;
  const { prefill, decode, accelerators, joulesPerOutputToken, transferMs, ...times } = predictDisaggregated(
    { prefill: apart.prefill, decode: { served, replicas: apart.decodes } },
    load,
    {
      prefill: { ...recipe, ...told, ...sequencesOf(prompts) },
      // A prefix and a step's budget are of use where prompts are computed.
      decode: {
        ...sequencesOf(served),
        ...(blockTokens !== undefined && { blockTokens }),
        ...(memoryShare !== undefined && { memoryShare }),
        ...(kvBlocks !== undefined && { kvBlocks }),
      },
      ...(slo && { slo }),
      ...(router && { router }),
      ...(pue !== undefined && { pue }),
    },
  );
  return {
    ...times,
    ...decode,
    power: together(prefill.power, decode.power),
    accelerators,
    pools: [
      { name: "prefill", served: prompts, ...prefill },
      { name: "decode", served, ...decode },
    ],
    ...(joulesPerOutputToken !== undefined && { joulesPerOutputToken }),
    transferMs,
  };
}

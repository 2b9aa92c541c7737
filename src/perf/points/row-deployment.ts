/** What a row of a table deployed: from its own columns or, for some rows of InferenceX, from the recipe of that day. */
import { chipNamed } from "../../catalog/chips.ts";
import { modelNamed } from "../../catalog/models.ts";
import { Fault } from "../../stack/fault.ts";
import { isInferenceX, isOwnRun, splitOf } from "../inferencex/as-run.ts";
import type { Served } from "../deployment.ts";
import type { Workers } from "../disaggregate.ts";
import type { Deployed } from "./point.ts";
import { absent, engineNamed, kvOf, kvOfOwnRun, type Text, weightsOf, whole as wholeNumber } from "./point-cells.ts";
import { type Recipe, recipesFor, speculationOf, withoutDrafts } from "../inferencex/recipes.ts";

/** What ran and, where a recipe of InferenceX says so, that recipe. */
export type RowDeployment = { readonly deployed: Deployed; readonly recipe?: Recipe };

/**
 * @param concurrency clients of the whole deployment
 * @param batch clients of one copy of attention, where the row says so
 * @throws Fault `invalid_value` that names the column at fault
 */
export function rowDeployment(text: Text, concurrency: number, batch: number | undefined): RowDeployment {
  const mode = text("mode") || "agg";
  const recipe = recipeOf(text, mode, concurrency);
  if (typeof recipe === "object") return { deployed: byRecipe(text, mode, recipe), recipe };
  if (mode === "disagg") return { deployed: disaggregated(text, recipe) };
  return { deployed: whole(text, mode, concurrency / (batch ?? concurrency) / countIn(text, "attention_dp_size")) };
}

/** @param copies of attention or replicas that the clients are spread over, beyond the copies that the row names; 1 mostly */
function whole(text: Text, mode: string, copies: number): Deployed {
  if (mode !== "agg") {
    throw new Fault("invalid_value", {
      message: `mode is "${mode}".`,
      remedy: "It must be agg or disagg.",
      param: "mode",
    });
  }
  const served = servedOf(text, "");
  const replicas = wholeNumber("replicas", text("replicas"));
  if (replicas !== undefined) return { type: "whole", served, replicas };
  if (!Number.isInteger(copies) || copies <= 1) return { type: "whole", served, replicas: 1 };
  // Over one set of experts these are copies of attention. Otherwise each is a replica of its own.
  const { expertParallel, tensorParallel } = served;
  if (expertParallel === 1 || tensorParallel % copies !== 0) return { type: "whole", served, replicas: copies };
  const split = { attentionParallel: copies, tensorParallel: tensorParallel / copies };
  return { type: "whole", served: { ...served, ...split }, replicas: 1 };
}

/** @param unknown why no recipe names the workers, where the row does not */
function disaggregated(text: Text, unknown: string | undefined): Deployed {
  const workers = (side: "prefill" | "decode") => ({
    served: servedOf(text, `${side}_`),
    replicas: wholeNumber(`${side}_num_workers`, text(`${side}_num_workers`)) ?? absent(`${side}_num_workers`, unknown),
  });
  return { type: "disaggregated", prefill: workers("prefill"), decode: workers("decode") };
}

/** An export of InferenceX says on which day a row was measured. */
const measuredOn = /measured=(\d{4}-\d\d-\d\d)/;

/**
 * The recipe of a row that InferenceX exports without its workers: one with two pools, or a rack with more accelerators than
 * attention is split over.
 *
 * @returns the recipe, or why none is known; undefined for other rows
 */
function recipeOf(text: Text, mode: string, concurrency: number): Recipe | string | undefined {
  const day = measuredOn.exec(text("silicon_data_source"))?.[1];
  const isRack = mode === "agg" && countIn(text, "tp_size") > 8;
  if ((mode !== "disagg" && !isRack) || day === undefined || !isInferenceX(text)) return undefined;
  const [prefill, decode] = isRack ? ["", ""] : ["prefill_", "decode_"];
  const accelerators = (side: string) => countIn(text, `${side}tp_size`) * countIn(text, `${side}attention_dp_size`);
  const { chip, model, engine, weights: format } = servedOf(text, decode);
  const named = (side: string) => wholeNumber(`${side}_num_workers`, text(`${side}_num_workers`));
  const [prefills, decodes] = [named("prefill"), named("decode")];
  const found = recipesFor({
    chip: chip.name,
    model: model.name,
    engine,
    weights: format,
    version: text("backend_version"),
    promptTokens: wholeNumber("isl", text("isl")) ?? absent("isl"),
    outputTokens: wholeNumber("osl", text("osl")) ?? absent("osl"),
    concurrency,
    day,
    prefillAccelerators: accelerators(prefill),
    decodeAccelerators: accelerators(decode),
    ...(prefills !== undefined && decodes !== undefined && { workers: { prefill: prefills, decode: decodes } }),
  });
  if (found.length === 0) return "no recipe of InferenceX has such a run";
  const likeliest = found.length === 1 ? found[0] : prefills === undefined ? withoutDrafts(found) : undefined;
  return likeliest ?? "several recipes of InferenceX have such a run";
}

function byRecipe(text: Text, mode: string, recipe: Recipe): Deployed {
  const workers = (side: "prefill" | "decode"): Workers => {
    const { workers: replicas, ...split } = recipe[side];
    return { served: { ...servedOf(text, mode === "disagg" ? `${side}_` : ""), ...split }, replicas };
  };
  const { served, replicas } = workers("decode");
  const drafting = recipe.drafts === 0 ? served : { ...served, speculation: speculationOf(recipe) };
  return { type: "disaggregated", prefill: workers("prefill"), decode: { served: drafting, replicas } };
}

/** @param side of the columns: `prefill_`, `decode_` or none */
function servedOf(text: Text, side: string): Served {
  const model = modelNamed(text("model_path") || absent("model_path"));
  const split = splitOf(
    {
      tensorParallel: countIn(text, `${side}tp_size`),
      attentionParallel: countIn(text, `${side}attention_dp_size`),
      expertParallel: countIn(text, `${side}moe_ep_size`),
      expertTensorParallel: countIn(text, `${side}moe_tp_size`),
    },
    model,
  );
  const precision = weightsOf(text("precision"), text("gemm_quant_mode"), text("model_path"), model);
  const chip = chipNamed(text("system") || absent("system"));
  const engine = engineNamed(text("backend") || absent("backend"));
  const kv = text("kvcache_quant_mode");
  return {
    chip,
    model,
    engine,
    ...split,
    pipelineParallel: countIn(text, `${side}pp_size`),
    weights: precision,
    kv: isOwnRun(text) ? kvOfOwnRun(kv, engine, precision, chip, text("model_path")) : kvOf(kv, precision, chip),
  };
}

/** A count; 1 where the cell is empty or 0. */
export function countIn(text: Text, name: string): number {
  const given = text(name);
  return Number(given) === 0 ? 1 : (wholeNumber(name, given) ?? 1);
}

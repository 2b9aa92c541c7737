/**
 * Points of a table: what was deployed, what was asked of it and, where somebody measured it, what came of it, in the
 * columns of ai-dynamo/aiconfigurator's `silicon_sample.csv` or of InferenceX's own results. Benchmark tools' files are
 * told in the same columns and a few more (`results/`). Other columns are nobody's business here.
 */
import { chipNamed } from "../catalog/chips.ts";
import { modelNamed } from "../catalog/models.ts";
import { Fault } from "../stack/fault.ts";
import { asRun, isInferenceX, isOwnRun, splitOf } from "./as-run.ts";
import type { Served } from "./deployment.ts";
import type { Disaggregated, Workers } from "./disaggregate.ts";
import { asInferenceXSays } from "./inferencex-columns.ts";
import {
  absent,
  amount,
  clientsMeasured,
  engineNamed,
  kvOf,
  kvOfOwnRun,
  milliseconds,
  weightsOf,
  whole,
} from "./point-cells.ts";
import type { Settings } from "./settings.ts";
import { type Recipe, recipesFor, speculationOf, withoutDrafts } from "./recipes.ts";
import {
  type Cells,
  type Figure,
  figures,
  measuredColumn,
  type Statistic,
  statistics,
  throughputColumn,
} from "./results/row.ts";
import type { Lengths } from "./simulate/workload.ts";
import type { ToldLoad } from "./told-load.ts";

export type Point = {
  readonly id: string;
  readonly deployed: Deployed;
  /** Of the engine. */
  readonly version: string;
  readonly promptTokens: number;
  readonly outputTokens: number;
  /** Clients, each of which asks again when it has its answer. */
  readonly concurrency: number;
  /** Whether InferenceX measured it, with its load and its settings; true where the table does not say who did. */
  readonly isInferenceX: boolean;
  /** Of a row whose pools are known by InferenceX's recipe, what that has besides. */
  readonly recipe?: Recipe;
  /** Means. */
  readonly measured: { readonly ttftMs?: number; readonly tpotMs?: number };
  /** All that was, the means among them. */
  readonly measurements: readonly Measurement[];
  /** Who measured: InferenceX, a benchmark tool by its name, others. */
  readonly source: string;
  /** Of somebody's own run: the load that it tells, and what the engine was told. */
  readonly told?: { readonly load: ToldLoad; readonly settings: Settings };
};

export type Measurement =
  | { readonly figure: Figure; readonly statistic: Statistic; readonly ms: number }
  | { readonly figure: "throughput"; readonly tokensPerSecond: number };

export type Deployed =
  | ({ readonly type: "whole" } & Workers)
  /** Some replicas compute the prompts, others the answers. */
  | ({ readonly type: "disaggregated" } & Disaggregated);

/** Columns without which no row can be predicted; of the last ones, one is enough. */
const needed = ["backend", "model_path", "system", "isl", "osl"] as const;
const clients = ["concurrency", "batch_size", "request_rate"] as const;
/** Columns that decide, and so must stand once. */
const read: readonly string[] = [
  ...needed,
  ...clients,
  "precision",
  "tp_size",
  "attention_dp_size",
  "moe_ep_size",
  "mode",
];

/** The head of a table: which column stands where. */
export class PointColumns {
  readonly names: readonly string[];
  readonly #at: ReadonlyMap<string, number>;
  /** Rows that deploy the same are given the very same object, whose compiled steps are kept. */
  readonly #deployed = new Map<string, Served>();
  readonly #given: Cells;

  /**
   * @param given what holds for rows that do not say it, by its column
   * @throws Fault `invalid_value` that names every column that is missing
   */
  constructor(names: readonly string[], given: Cells = {}) {
    this.#given = given;
    this.names = names.map((name) => name.trim());
    this.#at = new Map(this.names.map((name, index) => [name.toLowerCase(), index]));
    const twice = read.find((name) => this.names.filter((one) => one.toLowerCase() === name).length > 1);
    if (twice !== undefined) {
      throw new Fault("invalid_value", {
        message: `The table has the column ${twice} twice.`,
        remedy: "Leave one of them.",
        param: twice,
      });
    }
    const isThere = (name: string) =>
      this.#at.has(name) || name in given || asInferenceXSays(name, (own) => (this.#at.has(own) ? own : "")) !== "";
    const missing: string[] = needed.filter((name) => !isThere(name));
    if (!clients.some(isThere)) missing.push(clients.slice(0, 2).join(" or "));
    if (missing.length === 0) return;
    throw new Fault("invalid_value", {
      message: `The table lacks ${missing.length === 1 ? "the column" : "the columns"} ${missing.join(", ")}.`,
      remedy: `Its first line has: ${this.names
        .join(", ")
        .slice(0, 200)
        .replaceAll(/\p{Cc}/gu, "·")}.`,
      param: missing[0] ?? "",
    });
  }

  /** Where a column stands; undefined when the table has none of that name. */
  indexOf(name: string): number | undefined {
    return this.#at.get(name);
  }

  /** A cell's text, be its column named as aiconfigurator does or as InferenceX; what is given, or empty, where there is none. */
  text(cells: readonly string[], name: string): string {
    const own = this.#at.has(name)
      ? this.#own(cells, name)
      : asInferenceXSays(name, (column) => this.#own(cells, column));
    return own === "" ? (this.#given[name] ?? "") : own;
  }

  #own(cells: readonly string[], name: string): string {
    const at = this.#at.get(name);
    return at === undefined ? "" : (cells[at] ?? "").trim();
  }

  /**
   * @param lengths each request's, where they are known
   * @throws Fault `invalid_value` that names the column at fault and what would fit
   */
  pointOf(cells: readonly string[], lengths?: Lengths): Point {
    const text = (name: string) => this.text(cells, name);
    const tokens = (name: string) => whole(name, text(name)) ?? absent(name);
    const mode = text("mode") || "agg";
    const batch = whole("batch_size", text("batch_size"));
    const all = whole("concurrency", text("concurrency")) ?? clientsMeasured(text("silicon_data_source"));
    const ranks = this.#count(cells, "attention_dp_size");
    const told = this.#told(cells, all, lengths);
    // At a rate as many are there as come of it, at the most all.
    const { requestsPerSecond, requests = 1 } = told?.load ?? {};
    const open = requestsPerSecond === undefined ? undefined : Math.min(requests, clientsMost);
    const concurrency = all ?? open ?? (batch === undefined ? absent("concurrency") : batch * ranks);
    if (concurrency > clientsMost) {
      throw new Fault("invalid_value", {
        message: `concurrency is ${concurrency.toLocaleString("en")}.`,
        remedy: `It may be ${clientsMost.toLocaleString("en")} at the most.`,
        param: "concurrency",
      });
    }
    const recipe = this.#recipeOf(cells, mode, concurrency);
    const deployed =
      typeof recipe === "object"
        ? this.#byRecipe(cells, mode, recipe)
        : mode === "disagg"
          ? this.#disaggregated(cells, recipe)
          : this.#whole(cells, mode, concurrency / (batch ?? concurrency) / ranks);
    const measurements = this.#measurements(cells);
    const meanOf = (wanted: Figure) =>
      measurements.flatMap((one) => (one.figure === wanted && one.statistic === "mean" ? one.ms : []))[0];
    const [ttftMs, tpotMs] = [meanOf("ttft"), meanOf("tpot")];
    const version = text("backend_version");
    return {
      id: text("id"),
      deployed: this.#same(
        deployed.type === "whole"
          ? {
              ...deployed,
              served:
                told === undefined
                  ? asRun(deployed.served, version, text, [tokens("isl"), tokens("osl"), concurrency])
                  : this.#ownRun(cells, deployed.served),
            }
          : deployed,
      ),
      version,
      promptTokens: tokens("isl"),
      outputTokens: tokens("osl"),
      concurrency,
      isInferenceX: isInferenceX(text),
      ...(typeof recipe === "object" && { recipe }),
      measured: { ...(ttftMs !== undefined && { ttftMs }), ...(tpotMs !== undefined && { tpotMs }) },
      measurements,
      source: text("tool") || (isInferenceX(text) ? "InferenceX" : "others"),
      ...(told && { told }),
    };
  }

  #measurements(cells: readonly string[]): Measurement[] {
    const found: Measurement[] = [];
    for (const figure of figures) {
      for (const statistic of statistics) {
        const column = measuredColumn(figure, statistic);
        const ms = milliseconds(column, this.text(cells, column));
        if (ms !== undefined) found.push({ figure, statistic, ms });
      }
    }
    const tokensPerSecond = amount(throughputColumn, this.text(cells, throughputColumn));
    if (tokensPerSecond !== undefined) found.push({ figure: "throughput", tokensPerSecond });
    return found;
  }

  /** Undefined of rows that tell no load of their own: it is InferenceX's or a guess. */
  #told(cells: readonly string[], concurrency: number | undefined, lengths: Lengths | undefined): Point["told"] {
    const text = (name: string) => this.text(cells, name);
    if (!isOwnRun(text) || text("mode") === "disagg") return undefined;
    const tokens = (name: string) => whole(name, text(name)) ?? absent(name);
    const numbers = {
      requestsPerSecond: amount("request_rate", text("request_rate")),
      requests: whole("requests", text("requests")),
      promptDeviation: amount("isl_stddev", text("isl_stddev")),
      outputDeviation: amount("osl_stddev", text("osl_stddev")),
      concurrency,
    };
    const kvTokens = whole("kv_tokens", text("kv_tokens"));
    const settings = {
      maxSequences: whole("max_sequences", text("max_sequences")),
      maxStepTokens: whole("max_batched_tokens", text("max_batched_tokens")),
      memoryShare: amount("memory_share", text("memory_share")),
      kvBlocks: kvTokens === undefined ? undefined : Math.max(1, Math.floor(kvTokens / blockTokens)),
    };
    return {
      load: {
        promptTokens: tokens("isl"),
        outputTokens: tokens("osl"),
        ...present(numbers),
        ...(lengths && { lengths }),
      },
      settings: present(settings),
    };
  }

  /** What the tool's file says besides. */
  #ownRun(cells: readonly string[], served: Served): Served {
    const text = (name: string) => this.text(cells, name);
    const [drafts, accepted] = [whole("drafts", text("drafts")), amount("accepted_drafts", text("accepted_drafts"))];
    return {
      ...served,
      ...(text("backend_version") !== "" && { version: text("backend_version") }),
      ...(drafts !== undefined && accepted !== undefined && { speculation: { drafts, accepted } }),
    };
  }

  #same(deployed: Deployed): Deployed {
    const same = (workers: Workers): Workers => {
      const { chip, model, ...split } = workers.served;
      const key = JSON.stringify([chip.name, model.name, split]);
      const served = this.#deployed.get(key) ?? workers.served;
      if (this.#deployed.size >= deployedMost) this.#deployed.clear();
      this.#deployed.set(key, served);
      return { ...workers, served };
    };
    if (deployed.type === "whole") return { ...deployed, ...same(deployed) };
    return { ...deployed, prefill: same(deployed.prefill), decode: same(deployed.decode) };
  }

  /** @param copies clients by those of a copy of attention where the row names no more copies: of one replica, 1 */
  #whole(cells: readonly string[], mode: string, copies: number): Deployed {
    if (mode !== "agg") {
      throw new Fault("invalid_value", {
        message: `mode is "${mode}".`,
        remedy: "It must be agg or disagg.",
        param: "mode",
      });
    }
    const served = this.#served(cells, "");
    const replicas = whole("replicas", this.text(cells, "replicas"));
    if (replicas !== undefined) return { type: "whole", served, replicas };
    if (!Number.isInteger(copies) || copies <= 1) return { type: "whole", served, replicas: 1 };
    // Over one set of experts they are copies of attention; else each is a replica by itself.
    const { expertParallel, tensorParallel } = served;
    if (expertParallel === 1 || tensorParallel % copies !== 0) return { type: "whole", served, replicas: copies };
    const split = { attentionParallel: copies, tensorParallel: tensorParallel / copies };
    return { type: "whole", served: { ...served, ...split }, replicas: 1 };
  }

  /** @param unknown why no recipe tells the workers, where the row does not */
  #disaggregated(cells: readonly string[], unknown: string | undefined): Deployed {
    const workers = (side: "prefill" | "decode") => ({
      served: this.#served(cells, `${side}_`),
      replicas:
        whole(`${side}_num_workers`, this.text(cells, `${side}_num_workers`)) ?? absent(`${side}_num_workers`, unknown),
    });
    return { type: "disaggregated", prefill: workers("prefill"), decode: workers("decode") };
  }

  /**
   * What InferenceX deployed, of a row of its exports that is disaggregated or a rack of more accelerators than engines split
   * attention over; why nothing is known of it, else; undefined of other rows.
   */
  #recipeOf(cells: readonly string[], mode: string, concurrency: number): Recipe | string | undefined {
    const text = (name: string) => this.text(cells, name);
    const day = /measured=(\d{4}-\d\d-\d\d)/.exec(text("silicon_data_source"))?.[1];
    const isRack = mode === "agg" && this.#count(cells, "tp_size") > 8;
    if ((mode !== "disagg" && !isRack) || day === undefined || !isInferenceX(text)) return undefined;
    const [prefill, decode] = isRack ? ["", ""] : ["prefill_", "decode_"];
    const accelerators = (side: string) =>
      this.#count(cells, `${side}tp_size`) * this.#count(cells, `${side}attention_dp_size`);
    const { chip, model, engine, weights: format } = this.#served(cells, decode);
    const named = (side: string) => whole(`${side}_num_workers`, text(`${side}_num_workers`));
    const [prefills, decodes] = [named("prefill"), named("decode")];
    const found = recipesFor({
      chip: chip.name,
      model: model.name,
      engine,
      weights: format,
      version: text("backend_version"),
      promptTokens: whole("isl", text("isl")) ?? absent("isl"),
      outputTokens: whole("osl", text("osl")) ?? absent("osl"),
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

  #byRecipe(cells: readonly string[], mode: string, recipe: Recipe): Deployed {
    const workers = (side: "prefill" | "decode"): Workers => {
      const { workers: replicas, ...split } = recipe[side];
      return { served: { ...this.#served(cells, mode === "disagg" ? `${side}_` : ""), ...split }, replicas };
    };
    const { served, replicas } = workers("decode");
    const drafting = recipe.drafts === 0 ? served : { ...served, speculation: speculationOf(recipe) };
    return { type: "disaggregated", prefill: workers("prefill"), decode: { served: drafting, replicas } };
  }

  #served(cells: readonly string[], side: string): Served {
    const text = (name: string) => this.text(cells, name);
    const model = modelNamed(text("model_path") || absent("model_path"));
    const split = splitOf(
      {
        tensorParallel: this.#count(cells, `${side}tp_size`),
        attentionParallel: this.#count(cells, `${side}attention_dp_size`),
        expertParallel: this.#count(cells, `${side}moe_ep_size`),
        expertTensorParallel: this.#count(cells, `${side}moe_tp_size`),
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
      pipelineParallel: this.#count(cells, `${side}pp_size`),
      weights: precision,
      kv: isOwnRun(text) ? kvOfOwnRun(kv, engine, precision, chip, text("model_path")) : kvOf(kv, precision, chip),
    };
  }

  /** How many; 1 where nothing or 0 is given. */
  #count(cells: readonly string[], name: string): number {
    const given = this.text(cells, name);
    return Number(given) === 0 ? 1 : (whole(name, given) ?? 1);
  }
}

/** Of those values that there are. */
function present<Name extends string>(
  values: Readonly<Record<Name, number | undefined>>,
): Readonly<Partial<Record<Name, number>>> {
  const found = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(found) as Partial<Record<Name, number>>;
}

/** Of the settings of points, in which rooms are counted. */
const blockTokens = 16;
const deployedMost = 10_000;
/** Ten requests of each are simulated. */
const clientsMost = 65_536;

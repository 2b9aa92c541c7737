/**
 * Tables of points, in the columns of ai-dynamo/aiconfigurator's `silicon_sample.csv` or of InferenceX's own results. Files of
 * benchmark tools are read into the same columns and a few more (results/). Other columns are ignored.
 */
import { Fault } from "../../stack/fault.ts";
import { asRun, isInferenceX } from "../inferencex/as-run.ts";
import type { Served } from "../deployment.ts";
import type { Workers } from "../disaggregate.ts";
import { asInferenceXSays } from "../results/inferencex-columns.ts";
import type { Deployed, Point } from "./point.ts";
import { absent, clientsMeasured, whole } from "./point-cells.ts";
import type { Cells, Figure } from "../results/row.ts";
import { countIn, rowDeployment } from "./row-deployment.ts";
import { measurementsOf, ownRunOf, toldOf } from "./row-told.ts";
import type { Sent } from "../loads/told-load.ts";

/** Columns without which no row can be predicted. One of `clients` is enough. */
const needed = ["backend", "model_path", "system", "isl", "osl"] as const;
const clients = ["concurrency", "batch_size", "request_rate"] as const;
/** Columns that decide what is predicted. They must not stand twice. */
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
  /** By what is deployed: rows that deploy the same get the very same object, whose compiled steps are kept. */
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

  /** The text of a cell, with its column named as in aiconfigurator or InferenceX. Without one, what was given, or empty. */
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
   * @param sent each request's, where they are known
   * @throws Fault `invalid_value` that names the column at fault and what would fit
   */
  pointOf(cells: readonly string[], sent?: Sent): Point {
    const text = (name: string) => this.text(cells, name);
    const tokens = (name: string) => whole(name, text(name)) ?? absent(name);
    const batch = whole("batch_size", text("batch_size"));
    const all = whole("concurrency", text("concurrency")) ?? clientsMeasured(text("silicon_data_source"));
    const ranks = countIn(text, "attention_dp_size");
    const told = toldOf(text, all, sent);
    // At a rate, as many are under way as it happens: at most all requests.
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
    const { deployed, recipe } = rowDeployment(text, concurrency, batch);
    const measurements = measurementsOf(text);
    const meanOf = (wanted: Figure) =>
      measurements.flatMap((one) => (one.figure === wanted && one.statistic === "mean" ? one.ms : []))[0];
    const [ttftMs, tpotMs] = [meanOf("ttft"), meanOf("tpot")];
    const version = text("backend_version");
    const ran = (): Deployed => {
      if (told !== undefined) return ownRunOf(text, deployed);
      if (deployed.type !== "whole") return deployed;
      return {
        ...deployed,
        served: asRun(deployed.served, version, text, [tokens("isl"), tokens("osl"), concurrency]),
      };
    };
    return {
      id: text("id"),
      deployed: this.#same(ran()),
      version,
      promptTokens: tokens("isl"),
      outputTokens: tokens("osl"),
      concurrency,
      isInferenceX: isInferenceX(text),
      ...(recipe && { recipe }),
      measured: { ...(ttftMs !== undefined && { ttftMs }), ...(tpotMs !== undefined && { tpotMs }) },
      measurements,
      source: text("tool") || (isInferenceX(text) ? "InferenceX" : "others"),
      ...(told && { told }),
    };
  }

  /** Gives rows that deploy the same the very same objects. */
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
}

/** Deployments that are kept at a time. */
const deployedMost = 10_000;
/** The most clients: ten requests of each are simulated. */
const clientsMost = 65_536;

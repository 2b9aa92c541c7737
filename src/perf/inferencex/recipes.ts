/**
 * InferenceX's recipes for deployments with two pools. Its exports mostly name no workers, and do not say which rows drafted tokens.
 * The recipe of the day of a run tells what was deployed, for these lengths and so many clients.
 */
import { CsvReader } from "../csv.ts";
import { recipes } from "../curves/recipes.ts";
import type { Served, Speculation } from "../deployment.ts";
import type { Settings } from "../settings.ts";

export type RecipePool = Pick<Served, "tensorParallel" | "attentionParallel" | "expertParallel"> & {
  readonly workers: number;
};

export type Recipe = {
  /** The day from which InferenceX had this recipe. */
  readonly day: string;
  readonly prefill: RecipePool;
  readonly decode: RecipePool;
  /** Tokens drafted in a step, 0 without; undefined where the recipe does not say how many. */
  readonly drafts: number | undefined;
  /** The most sequences of a decode rank, where the recipe says so. */
  readonly decodeSequences: number | undefined;
  /** The most tokens in a step of a prefill rank. */
  readonly prefillStepTokens: number | undefined;
  /** Shares of the memory that the engines of each side set aside. */
  readonly prefillMemoryShare: number | undefined;
  readonly decodeMemoryShare: number | undefined;
  /** Whether the same pools also ran with drafts on that day. */
  readonly mayDraft?: true;
};

/** What a row of an export says of a run. */
export type Run = {
  readonly model: string;
  readonly chip: string;
  readonly engine: string;
  readonly weights: string;
  readonly version: string;
  readonly promptTokens: number;
  readonly outputTokens: number;
  readonly concurrency: number;
  readonly day: string;
  /** Accelerators of a worker of each pool. Some rows say 1, and some the number of both pools together. */
  readonly prefillAccelerators: number;
  readonly decodeAccelerators: number;
  /** Where the row names them. */
  readonly workers?: { readonly prefill: number; readonly decode: number };
};

type Line = {
  readonly recipe: Recipe;
  readonly version: string;
  readonly concurrency: readonly number[];
  readonly from: string;
  readonly to: string;
};

/** Days before it is merged on which a recipe may already have been tried. */
const triedDays = 21;

/**
 * Drafted tokens of a recipe, and how many of them are right: 0.8 of one, 1.25 of two, 1.6 of three. InferenceX's aggregated rows
 * are met with 0.8 and 1.6 (as-run.ts); two are taken to lie between. Recipes that do not say how many draft three, or one with copies
 * of attention, whose batches are large.
 */
export function speculationOf({ drafts, decode }: Recipe): Speculation {
  const accepted = [0, 0.8, 1.25, 1.6];
  const count = drafts ?? (decode.attentionParallel > 1 ? 1 : 3);
  return { drafts: count, accepted: accepted[Math.min(count, 3)]! };
}

/** What a recipe tells the engines for prompts, beyond what InferenceX always does. */
export function prefillTold(served: Served, { prefillStepTokens, prefillMemoryShare }: Recipe): Settings {
  return {
    ...(prefillStepTokens !== undefined && { maxStepTokens: prefillStepTokens }),
    ...memoryTold(served, prefillMemoryShare),
  };
}

/** What it tells the engines for answers. */
export function decodeTold(served: Served, { decodeSequences, decodeMemoryShare }: Recipe): Settings {
  return {
    ...(decodeSequences !== undefined && { maxSequences: decodeSequences }),
    ...memoryTold(served, decodeMemoryShare),
  };
}

/** SGLang's first recipes are not kept. They are taken to set aside as much as its largest, since what ran did fit. */
function memoryTold({ engine }: Served, share: number | undefined): Settings {
  if (share !== undefined) return { memoryShare: share };
  return engine === "sglang" ? { memoryShare: 0.95 } : {};
}

/** Recipes that a run may have been of: one, where those of its day leave no doubt. */
export function recipesFor(run: Run): Recipe[] {
  const all = (table().get(keyOf(run)) ?? []).filter(
    (line) =>
      line.concurrency.includes(run.concurrency) &&
      daysAfter(line.from, -triedDays) <= run.day &&
      run.day <= line.to &&
      (run.version === "" || line.version === "" || line.version.includes(run.version)) &&
      (run.workers === undefined ||
        (run.workers.prefill === line.recipe.prefill.workers && run.workers.decode === line.recipe.decode.workers)) &&
      hasSplit(line.recipe, run),
  );
  // Recipes that were merged by then go before those that were still being tried.
  const merged = all.filter(({ from }) => from <= run.day);
  // Of recipes with the same pools, the one of the last day.
  const byPools = new Map(
    (merged.length > 0 ? merged : all)
      .toSorted((one, other) => (one.from < other.from ? -1 : 1))
      .map((line) => [JSON.stringify([line.recipe.prefill, line.recipe.decode, line.recipe.drafts]), line.recipe]),
  );
  return [...byPools.values()];
}

/**
 * Of several recipes that may have run, the one without drafts, if they differ in drafts only. Of 154 such measured rows, three in
 * four are nearer to it.
 */
export function withoutDrafts(found: readonly Recipe[]): Recipe | undefined {
  const pools = new Set(found.map(({ prefill, decode }) => JSON.stringify([prefill, decode])));
  const plain = found.find(({ drafts }) => drafts === 0);
  return pools.size === 1 && plain !== undefined ? { ...plain, mayDraft: true } : undefined;
}

function hasSplit(recipe: Recipe, { prefillAccelerators, decodeAccelerators }: Run): boolean {
  if (prefillAccelerators === decodeAccelerators && prefillAccelerators === acceleratorsIn(recipe)) return true;
  const fits = ({ tensorParallel, attentionParallel }: RecipePool, accelerators: number) =>
    accelerators === 1 || accelerators === tensorParallel * attentionParallel;
  return fits(recipe.prefill, prefillAccelerators) && fits(recipe.decode, decodeAccelerators);
}

function acceleratorsIn({ prefill, decode }: Recipe): number {
  return [prefill, decode].reduce(
    (sum, { workers, tensorParallel, attentionParallel }) => sum + workers * tensorParallel * attentionParallel,
    0,
  );
}

function keyOf({ model, chip, engine, weights, promptTokens, outputTokens }: Omit<Run, "concurrency">): string {
  return [model.replace(/^deepseek-v3$/, "deepseek-r1"), chip, engine, weights, promptTokens, outputTokens].join(" ");
}

function daysAfter(day: string, days: number): string {
  return new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10);
}

let lines: ReadonlyMap<string, readonly Line[]> | undefined;

/** Recipes by model, chip, engine, precision and lengths. Read when they are first asked for. */
function table(): ReadonlyMap<string, readonly Line[]> {
  if (lines !== undefined) return lines;
  const reader = new CsvReader();
  const [head = [], ...records] = [...reader.push(recipes), ...reader.end()].map(({ cells }) => cells);
  const key = (cells: readonly string[]) =>
    ["model", "chip", "engine", "weights", "isl", "osl"].map((name) => cells[head.indexOf(name)]).join(" ");
  const byKey = Map.groupBy(records, key);
  lines = new Map([...byKey].map(([name, of]) => [name, of.map((cells) => lineOf(head, cells))]));
  return lines;
}

function lineOf(head: readonly string[], cells: readonly string[]): Line {
  const text = (name: string) => cells[head.indexOf(name)] ?? "";
  const number = (name: string) => (text(name) === "" ? undefined : Number(text(name)));
  const pool = (side: string): RecipePool => ({
    workers: Number(text(`${side}_workers`)),
    tensorParallel: Number(text(`${side}_tp`)),
    attentionParallel: Number(text(`${side}_dp`)),
    expertParallel: Number(text(`${side}_ep`)),
  });
  return {
    version: text("version"),
    recipe: {
      day: text("from"),
      prefill: pool("prefill"),
      decode: pool("decode"),
      drafts: number("drafts"),
      decodeSequences: number("decode_sequences"),
      prefillStepTokens: number("prefill_step_tokens"),
      prefillMemoryShare: number("prefill_memory_share"),
      decodeMemoryShare: number("decode_memory_share"),
    },
    concurrency: text("concurrency").split(" ").map(Number),
    from: text("from"),
    to: text("to"),
  };
}

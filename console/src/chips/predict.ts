/** The question of the predictions page, as its address has it, and how the API is asked. */
import { ask } from "../answers/ask.ts";
import type {
  Banded,
  EstimatedDeployment,
  EstimatedPoint,
  Estimates,
  Findings,
  Found,
  Objective,
} from "./prediction-shapes.ts";

export const modes = ["aggregated", "disaggregated", "both"] as const;

export const engines = ["vllm", "sglang", "tensorrt-llm", "atom"] as const;
export const weights = ["bf16", "fp8", "int8", "fp4", "int4"] as const;

/** What is assumed of a chip in place of the catalog's prices, the engine's share of the memory in percent, and worked out blocks. */
export const assumptions = ["rent", "price", "memory", "blocks"] as const;
export type Assumption = (typeof assumptions)[number];

export type Question = {
  readonly mode: (typeof modes)[number];
  readonly model: string;
  readonly chips: readonly string[];
  readonly objective: Objective;
  readonly promptTokens: number;
  readonly outputTokens: number;
  /** Any of them when undefined. */
  readonly engine: (typeof engines)[number] | undefined;
  /** FP8 or FP4, whichever is cheaper, when undefined. */
  readonly weights: (typeof weights)[number] | undefined;
  readonly usdPerKwh: number;
  readonly pue: number;
  /** By chip. */
  readonly assumed: Readonly<Record<Assumption, Readonly<Record<string, number>>>>;
};

export const chipsMost = 4;
export const usual: Question = {
  mode: "aggregated",
  model: "llama-3.1-70b",
  chips: ["h100", "h200", "b200", "mi355x"],
  objective: { ttftMs: 1000, tpotMs: 30 },
  promptTokens: 1024,
  outputTokens: 1024,
  engine: undefined,
  weights: undefined,
  usdPerKwh: 0.087,
  pue: 1.25,
  assumed: { rent: {}, price: {}, memory: {}, blocks: {} },
};

/** Clients at once at which the chips are compared: the ends of the flat and of the cliff. */
const ladder = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048];

/** A chip's part of the answer. */
export type Predicted = {
  readonly chip: string;
  /** The cheapest deployment within the objective; the one with the least energy where nobody says a price. */
  readonly best: Found | undefined;
  readonly front: readonly Found[];
  readonly found: Findings;
  /** Why there is none. */
  readonly why: string | undefined;
  readonly estimated: EstimatedDeployment | undefined;
};

export function questionOf(address: URLSearchParams): Question {
  const number = (name: string, usually: number) => {
    const value = Number(address.get(name));
    return value > 0 && Number.isFinite(value) ? value : usually;
  };
  const chips = address.get("chips");
  return {
    mode: modes.find((one) => one === address.get("mode")) ?? usual.mode,
    model: address.get("model") ?? usual.model,
    chips:
      chips === null
        ? usual.chips
        : chips
            .split(",")
            .filter((one) => one !== "")
            .slice(0, chipsMost),
    objective: { ttftMs: number("ttft", usual.objective.ttftMs), tpotMs: number("tpot", usual.objective.tpotMs) },
    promptTokens: Math.round(number("in", usual.promptTokens)),
    outputTokens: Math.round(number("out", usual.outputTokens)),
    engine: engines.find((one) => one === address.get("engine")),
    weights: weights.find((one) => one === address.get("weights")),
    usdPerKwh: number("kwh", usual.usdPerKwh),
    pue: number("pue", usual.pue),
    assumed: {
      rent: byChip(address.get("rent")),
      price: byChip(address.get("price")),
      memory: byChip(address.get("memory")),
      blocks: byChip(address.get("blocks")),
    },
  };
}

/** `h100:1.5,b200:3` */
function byChip(text: string | null): Record<string, number> {
  const pairs = (text ?? "").split(",").map((pair) => pair.split(":"));
  return Object.fromEntries(pairs.flatMap(([chip = "", value]) => (Number(value) > 0 ? [[chip, Number(value)]] : [])));
}

/** What is as usual is left out. */
export function addressOf(question: Question): URLSearchParams {
  const { mode, model, chips, objective, promptTokens, outputTokens } = question;
  const address = new URLSearchParams({
    mode,
    model,
    chips: chips.join(","),
    ttft: String(objective.ttftMs),
    tpot: String(objective.tpotMs),
    in: String(promptTokens),
    out: String(outputTokens),
  });
  if (question.engine !== undefined) address.set("engine", question.engine);
  if (question.weights !== undefined) address.set("weights", question.weights);
  if (question.usdPerKwh !== usual.usdPerKwh) address.set("kwh", String(question.usdPerKwh));
  if (question.pue !== usual.pue) address.set("pue", String(question.pue));
  for (const name of assumptions) {
    const pairs = chips.flatMap((chip) => {
      const value = question.assumed[name][chip];
      return value === undefined ? [] : [`${chip}:${value}`];
    });
    if (pairs.length > 0) address.set(name, pairs.join(","));
  }
  return address;
}

/** Each chip's best deployment and front, and then what that deployment does under rising load. */
export async function predicted(
  question: Question,
  signal: AbortSignal,
  onChip: (done: number) => void,
): Promise<readonly Predicted[]> {
  const { mode, model, objective, promptTokens, outputTokens, assumed } = question;
  const searched: Omit<Predicted, "estimated">[] = [];
  for (const chip of question.chips) {
    const found = await ask<Findings>("/api/perf/search", {
      method: "POST",
      body: {
        mode,
        model,
        chips: [chip],
        objective,
        promptTokens,
        outputTokens,
        ...(question.engine !== undefined && { engines: [question.engine] }),
        ...(question.weights !== undefined && { precisions: [question.weights] }),
        ...(assumed.rent[chip] !== undefined && { usdPerHour: { [chip]: assumed.rent[chip] } }),
      },
      signal,
    });
    const best = found.byCost[0] ?? found.byEnergy[0];
    searched.push({ chip, best, front: found.front, found, why: best === undefined ? nearestWhy(found) : undefined });
    onChip(searched.length);
  }
  const bests = searched.flatMap(({ best }) => best ?? []);
  if (bests.length === 0) return searched.map((one) => ({ ...one, estimated: undefined }));
  const concurrency = [...new Set([...ladder, ...bests.map((best) => best.concurrency)])]
    .toSorted((one, other) => one - other)
    .slice(0, 16);
  const { deployments } = await ask<Estimates>("/api/perf/estimate", {
    method: "POST",
    body: {
      model,
      promptTokens,
      outputTokens,
      concurrency,
      site: { electricityUsdPerKwh: question.usdPerKwh, pue: question.pue },
      deployments: bests.map((best) => ({
        chip: best.chip,
        engine: best.engine,
        precision: best.precision,
        tensorParallel: best.tensorParallel,
        attentionParallel: best.attentionParallel,
        expertParallel: best.expertParallel,
        maxBatchedTokens: best.maxStepTokens,
        usdPerHour: assumed.rent[best.chip],
        capitalUsd: assumed.price[best.chip],
        memoryShare: shareOf(assumed.memory[best.chip]),
        kvBlocks: assumed.blocks[best.chip],
        ...(best.prefill && { prefill: best.prefill, workers: best.decode?.workers }),
      })),
    },
    signal,
  });
  return searched.map((one) => ({
    ...one,
    estimated: one.best === undefined ? undefined : deployments[bests.indexOf(one.best)],
  }));
}

/** Of percent; from a tenth to all of it. */
function shareOf(percent: number | undefined): number | undefined {
  return percent === undefined ? undefined : Math.min(Math.max(percent / 100, 0.1), 1);
}

function nearestWhy(found: Findings): string | undefined {
  const [near] = losersInOrder(found);
  return near === undefined ? undefined : `${near.deployment}: ${near.why}`;
}

const losses = ["objective", "beaten", "unpriced", "bound", "roofline", "impossible"];

/** What missed or was beaten by simulation says more than what cannot be. */
export function losersInOrder({ losers }: Findings): Findings["losers"] {
  return losers.toSorted((one, other) => losses.indexOf(one.loss) - losses.indexOf(other.loss));
}

/** The estimate at the load that the best deployment carries: the search's figures, and more of them. */
export function atBest({ best, estimated }: Predicted): EstimatedPoint | undefined {
  return estimated?.points.find(({ concurrency }) => concurrency === best?.concurrency);
}

/** The best, and those whose range meets its own. */
export function ranked(
  predicted: readonly Predicted[],
  of: (point: EstimatedPoint) => Banded | undefined,
  mostIsBest = false,
): readonly { readonly chip: string; readonly figure: Banded }[] {
  const all = predicted
    .flatMap((one) => {
      const point = atBest(one);
      const figure = point && of(point);
      return figure === undefined ? [] : [{ chip: one.chip, figure }];
    })
    .toSorted((one, other) => (one.figure.value - other.figure.value) * (mostIsBest ? -1 : 1));
  const [best] = all;
  if (best === undefined) return [];
  return all.filter(({ figure }) => figure.low <= best.figure.high && best.figure.low <= figure.high);
}

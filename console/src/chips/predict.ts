/** The question of the predictions page, as its address has it, and how the API is asked. */
import { ask } from "../answers/ask.ts";
import type { EstimatedDeployment, Estimates, Findings, Found, Objective } from "./prediction-shapes.ts";

export const modes = ["aggregated", "disaggregated", "both"] as const;

export type Question = {
  readonly mode: (typeof modes)[number];
  readonly model: string;
  readonly chips: readonly string[];
  readonly objective: Objective;
  readonly promptTokens: number;
  readonly outputTokens: number;
};

export const chipsMost = 4;
export const usual: Question = {
  mode: "aggregated",
  model: "llama-3.1-70b",
  chips: ["h100", "h200", "b200", "mi355x"],
  objective: { ttftMs: 1000, tpotMs: 30 },
  promptTokens: 1024,
  outputTokens: 1024,
};

/** Clients at once at which the chips are compared: the ends of the flat and of the cliff. */
const ladder = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048];

/** A chip's part of the answer. */
export type Predicted = {
  readonly chip: string;
  /** The cheapest deployment within the objective; the one with the least energy where nobody says a price. */
  readonly best: Found | undefined;
  readonly front: readonly Found[];
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
  };
}

export function addressOf({ mode, model, chips, objective, promptTokens, outputTokens }: Question): URLSearchParams {
  return new URLSearchParams({
    mode,
    model,
    chips: chips.join(","),
    ttft: String(objective.ttftMs),
    tpot: String(objective.tpotMs),
    in: String(promptTokens),
    out: String(outputTokens),
  });
}

/** Each chip's best deployment and front, and then what that deployment does under rising load. */
export async function predicted(
  question: Question,
  signal: AbortSignal,
  onChip: (done: number) => void,
): Promise<readonly Predicted[]> {
  const { mode, model, objective, promptTokens, outputTokens } = question;
  const searched: Omit<Predicted, "estimated">[] = [];
  for (const chip of question.chips) {
    const found = await ask<Findings>("/api/perf/search", {
      method: "POST",
      body: { mode, model, chips: [chip], objective, promptTokens, outputTokens },
      signal,
    });
    const best = found.byCost[0] ?? found.byEnergy[0];
    searched.push({ chip, best, front: found.front, why: best === undefined ? nearestWhy(found) : undefined });
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
      deployments: bests.map((best) => ({
        chip: best.chip,
        engine: best.engine,
        precision: best.precision,
        kv: "fp8",
        tensorParallel: best.tensorParallel,
        attentionParallel: best.attentionParallel,
        expertParallel: best.expertParallel,
        maxBatchedTokens: best.maxStepTokens,
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

/** What kept most of a chip's deployments out: what missed by simulation says more than what cannot be. */
function nearestWhy({ losers }: Findings): string | undefined {
  const order = ["objective", "roofline", "bound", "unpriced", "beaten", "impossible"];
  const [near] = losers.toSorted((one, other) => order.indexOf(one.loss) - order.indexOf(other.loss));
  return near === undefined ? undefined : `${near.deployment}: ${near.why}`;
}

/** The estimate at the load that the best deployment carries. */
export function atBest({ best, estimated }: Predicted) {
  return estimated?.points.find(({ concurrency }) => concurrency === best?.concurrency);
}

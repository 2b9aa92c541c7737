/** What a search chooses from: every combination of chip, engine, precision, split and step budget, in a fixed order. */
import type { Chip } from "../../catalog/chip.ts";
import type { ModelShape } from "../../catalog/model-shape.ts";
import { releasedWeights } from "../../catalog/quantization.ts";
import { type EngineName, type Served, splitText, weightsText } from "../deployment.ts";
import type { KvPrecision, Weights } from "../efficiency.ts";
import { kvFor } from "../inferencex.ts";
import type { Workload } from "../simulate/workload.ts";
import { acceleratorsOfMachines, type Machines } from "../under-load.ts";

/** What nine requests of ten must meet. */
export type Objective = { readonly ttftMs: number; readonly tpotMs: number };

/** Lengths for clients that ask again when they have their answer, or requests as they came. */
export type Load =
  | { readonly type: "lengths"; readonly promptTokens: number; readonly outputTokens: number }
  /** `speed`: how much faster than they came. */
  | { readonly type: "trace"; readonly workload: Workload; readonly speed: number };

/** In one piece, prompts and answers on workers of their own, or whichever is better. */
export const modes = ["aggregated", "disaggregated", "both"] as const;
export type Mode = (typeof modes)[number];

/** Splits and step budgets that are tried unless others are given. */
export const usualSpace = {
  tensorParallel: [1, 2, 4, 8],
  attentionParallel: [1, 2, 4, 8],
  expertParallel: [1, 2, 4, 8, 16],
  stepTokens: [2048, 8192, 16_384],
} as const;

/** Formats that are tried unless others are given: that of its release, and those that engines quantise to. */
export function usualWeights(model: ModelShape): Weights[] {
  return [...new Set<Weights>([releasedWeights(model) ?? "fp8", "fp8", "fp4"])];
}

/** All of it is plain data, so that it can be handed to other threads. */
export type Search = {
  readonly model: ModelShape;
  readonly chips: readonly Chip[];
  readonly engines: readonly EngineName[];
  readonly weights: readonly Weights[];
  /** Of keys and values; what goes with the weights and the chip when absent. */
  readonly kv?: KvPrecision;
  readonly tensorParallel: readonly number[];
  readonly expertParallel: readonly number[];
  readonly attentionParallel: readonly number[];
  /** The most tokens in a step. */
  readonly stepTokens: readonly number[];
  readonly mode: Mode;
  /** Of both pools together, where prompts and answers are apart. */
  readonly acceleratorsMost: number;
  readonly load: Load;
  readonly objective: Objective;
  /** An accelerator-hour, by the chip's name; a chip without one is in the race for speed and energy only. */
  readonly usdPerHour: Readonly<Record<string, number>>;
  /** How many of the best run in the final heat, by each measure. */
  readonly finalists: number;
};

export type Candidate = {
  readonly id: number;
  /** What does all of it or, where prompts are computed apart, the answers. */
  readonly served: Served;
  /** Of those who compute prompts. */
  readonly maxStepTokens: number;
  readonly apart?: Apart;
  /** A pool by itself, of which no deployment came. */
  readonly only?: "prefill" | "decode";
};

/** Workers for prompts beside so many for answers. */
export type Apart = { readonly prefill: Served; readonly prefills: number; readonly decodes: number };

/** Deployments, each with the candidates that differ by the engine's settings alone and so share its physics. */
export type Group = { readonly served: Served; readonly candidates: readonly Candidate[] };

/** Splits that mean nothing for the model (experts of a dense one, ranks without a latent to share) are not among them. */
export function groupsOf(search: Search): Group[] {
  const { model, chips, engines, weights, kv, stepTokens } = search;
  const isMoe = model.feedForward.type === "moe";
  let id = 0;
  const groups: Group[] = [];
  for (const chip of chips) {
    for (const engine of engines) {
      for (const precision of weights) {
        for (const tensorParallel of search.tensorParallel) {
          for (const attentionParallel of isMoe ? search.attentionParallel : [1]) {
            const all = tensorParallel * attentionParallel;
            const dealt = isMoe ? search.expertParallel.filter((count) => count <= all && all % count === 0) : [1];
            for (const expertParallel of dealt) {
              const served: Served = {
                chip,
                model,
                engine,
                tensorParallel,
                expertParallel,
                attentionParallel,
                weights: precision,
                kv: kv ?? kvFor(precision, chip),
              };
              const candidates = stepTokens.map((maxStepTokens) => ({ id: id++, served, maxStepTokens }));
              groups.push({ served, candidates });
            }
          }
        }
      }
    }
  }
  return groups;
}

/** @param times so many of it: replicas, or so many times the workers of both pools */
export function machinesOf({ served, apart }: Candidate, times = 1): Machines {
  if (apart === undefined) return { served };
  const { prefill, prefills, decodes } = apart;
  return { served, apart: { prefill: { served: prefill, replicas: prefills * times }, decodes: decodes * times } };
}

export function acceleratorsIn(candidate: Candidate): number {
  return acceleratorsOfMachines(machinesOf(candidate));
}

/**
 * `8 × h200 vllm fp8 tp8, 8192 a step`; with prompts apart
 * `24 × h200 vllm fp8, 2 × tp4 prefill + 1 × tp8-dp2 decode, 8192 a step`.
 */
export function nameOf(candidate: Candidate): string {
  const { served, maxStepTokens, apart, only } = candidate;
  const whole = `${acceleratorsIn(candidate)} × ${served.chip.name} ${served.engine} ${weightsText(served)}`;
  if (apart !== undefined) {
    const { prefill, prefills, decodes } = apart;
    const pools = `${prefills} × ${splitText(prefill)} prefill + ${decodes} × ${splitText(served)} decode`;
    return `${whole}, ${pools}, ${maxStepTokens} a step`;
  }
  if (only !== undefined) return `${whole} ${splitText(served)} ${only} worker`;
  return `${whole} ${splitText(served)}, ${maxStepTokens} a step`;
}

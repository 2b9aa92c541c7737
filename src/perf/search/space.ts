/** What a search chooses from: every combination of chip, engine, precision, split and step budget, in a fixed order. */
import type { Chip } from "../../catalog/chip.ts";
import type { ModelShape } from "../../catalog/model-shape.ts";
import { releasedWeights } from "../../catalog/quantization.ts";
import { type EngineName, type Served, splitText, weightsText } from "../deployment.ts";
import type { KvPrecision, Weights } from "../operations/efficiency.ts";
import { kvFor } from "../inferencex/inferencex.ts";
import type { Workload } from "../loads/workload.ts";
import { acceleratorsOfMachines, type Machines } from "../under-load.ts";

/** What nine requests of ten must meet. */
export type Objective = { readonly ttftMs: number; readonly tpotMs: number };

/** Lengths for clients that ask again when they have their answer, or a trace of requests. */
export type Load =
  | { readonly type: "lengths"; readonly promptTokens: number; readonly outputTokens: number }
  /** `speed`: by which factor requests come faster than in the trace. */
  | { readonly type: "trace"; readonly workload: Workload; readonly speed: number };

/** Deployments in one piece, with prompts and answers on workers of their own, or both kinds. */
export const modes = ["aggregated", "disaggregated", "both"] as const;
export type Mode = (typeof modes)[number];

/** Splits and step budgets that are tried unless others are given. */
export const usualSpace = {
  tensorParallel: [1, 2, 4, 8],
  attentionParallel: [1, 2, 4, 8],
  expertParallel: [1, 2, 4, 8, 16],
  stepTokens: [2048, 8192, 16_384],
} as const;

/** Formats that are tried unless others are given: that of the release, FP8 and FP4. */
export function usualWeights(model: ModelShape): Weights[] {
  return [...new Set<Weights>([releasedWeights(model) ?? "fp8", "fp8", "fp4"])];
}

/** All of it is plain data, so that it can be handed to other threads. */
export type Search = {
  readonly model: ModelShape;
  readonly chips: readonly Chip[];
  readonly engines: readonly EngineName[];
  readonly weights: readonly Weights[];
  /** Format of keys and values; unless given, what goes with the weights and the chip. */
  readonly kv?: KvPrecision;
  readonly tensorParallel: readonly number[];
  readonly expertParallel: readonly number[];
  readonly attentionParallel: readonly number[];
  /** The most tokens in a step. */
  readonly stepTokens: readonly number[];
  readonly mode: Mode;
  /** The most accelerators of a deployment with two pools. */
  readonly acceleratorsMost: number;
  readonly load: Load;
  readonly objective: Objective;
  /** Price of an accelerator-hour, by the chip's name. A chip without one is in the race for speed and energy only. */
  readonly usdPerHour: Readonly<Record<string, number>>;
  /** How many of the best by each measure run in the final heat. */
  readonly finalists: number;
};

export type Candidate = {
  readonly id: number;
  /** What serves requests or, with pools, the answers. */
  readonly served: Served;
  /** The most tokens in a step of those that compute prompts. */
  readonly maxStepTokens: number;
  readonly apart?: Apart;
  /** A worker of one pool, which no deployment came of. */
  readonly only?: "prefill" | "decode";
};

/** Workers for prompts, and how many there are for answers. */
export type Apart = { readonly prefill: Served; readonly prefills: number; readonly decodes: number };

/** A deployment with the candidates that differ by settings of the engine only, and so share its step tables. */
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

/** Accelerators of a candidate, in all of its workers. */
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

/** What a search chooses from: every combination of chip, engine, precision, split and step budget, in a fixed order. */
import type { Chip } from "../../catalog/chip.ts";
import type { ModelShape } from "../../catalog/model-shape.ts";
import { acceleratorsOf, type EngineName, type Served, weightsText } from "../deployment.ts";
import type { KvPrecision, Weights } from "../efficiency.ts";
import type { Workload } from "../simulate/workload.ts";

/** What nine requests of ten must meet. */
export type Objective = { readonly ttftMs: number; readonly tpotMs: number };

/** Lengths for clients that ask again when they have their answer, or requests as they came. */
export type Load =
  | { readonly type: "lengths"; readonly promptTokens: number; readonly outputTokens: number }
  | { readonly type: "trace"; readonly workload: Workload };

/** In one piece, prompts and answers on workers of their own, or whichever is better. */
export const modes = ["aggregated", "disaggregated", "both"] as const;
export type Mode = (typeof modes)[number];

/** All of it is plain data, so that it can be handed to other threads. */
export type Search = {
  readonly model: ModelShape;
  readonly chips: readonly Chip[];
  readonly engines: readonly EngineName[];
  readonly weights: readonly Weights[];
  readonly kv: KvPrecision;
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
                kv,
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

export function acceleratorsIn({ served, apart }: Candidate): number {
  if (apart === undefined) return acceleratorsOf(served);
  return apart.prefills * acceleratorsOf(apart.prefill) + apart.decodes * acceleratorsOf(served);
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
    const pools = `${prefills} × ${splitOf(prefill)} prefill + ${decodes} × ${splitOf(served)} decode`;
    return `${whole}, ${pools}, ${maxStepTokens} a step`;
  }
  if (only !== undefined) return `${whole} ${splitOf(served)} ${only} worker`;
  return `${whole} ${splitOf(served)}, ${maxStepTokens} a step`;
}

function splitOf({ tensorParallel, expertParallel, attentionParallel }: Served): string {
  const parts = [
    `tp${tensorParallel}`,
    ...(attentionParallel > 1 ? [`dp${attentionParallel}`] : []),
    ...(expertParallel > 1 ? [`ep${expertParallel}`] : []),
  ];
  return parts.join("-");
}

/**
 * What a candidate cannot exceed, in closed form. Some do not fit at all. The datasheet rules others out. For the rest the bound is
 * the speed of an engine that never waits, from its compiled step. A candidate whose bound loses need not be simulated.
 */
import { Fault } from "../../stack/fault.ts";
import { acceleratorsOf, type Served } from "../deployment.ts";
import { checkSplit } from "../check-split.ts";
import { kvRoom } from "../memory/kv-room.ts";
import { weightBytes } from "../memory/memory.ts";
import { parameterCount } from "../memory/parameters.ts";
import { deploymentOf } from "../engine.ts";
import { peakOf } from "../operations/rates.ts";
import type { Deployment } from "../simulate/deployment.ts";
import { chunkSeconds, type StepTable } from "../simulate/step-table.ts";
import { climbed, type LoadMeans } from "./load.ts";
import { lostPools, type PoolBound, poolBoundOf } from "./pools.ts";
import type { Candidate, Group, Mode, Objective } from "./space.ts";
import type { Best, Bound, Lost } from "./verdict.ts";

/** Allowance on bounds: with lengths as they are drawn, a user may be a little faster than with mean lengths. */
const slack = 1.1;

/** Bounds of a group's candidates in one piece, and of its workers as one of two pools, as the mode asks for them. */
export type GroupBounds = { readonly bounds: readonly Bound[]; readonly pools: readonly PoolBound[] };

/** What each of a group's candidates cannot exceed, or why it is out already. */
export function boundsOf(group: Group, means: LoadMeans, objective: Objective, mode: Mode): GroupBounds {
  const { served, candidates } = group;
  const [isWhole, isApart] = [mode !== "disaggregated", mode !== "aggregated"];
  const all = (token: Lost | undefined, prompt: Lost | undefined): GroupBounds => ({
    bounds: isWhole ? candidates.map(({ id }) => ({ id, lost: token ?? prompt!, curve: [] })) : [],
    pools: isApart ? [lostPools(candidates[0]!.id, prompt, token)] : [],
  });
  const lost = impossible(served);
  if (lost !== undefined) return all(lost, lost);
  const [token, prompt] = [slowToken(served, objective), slowPrompt(served, means, objective)];
  const isOut = token !== undefined || prompt !== undefined;
  // Where one of them is met, it may still be one of two pools.
  if (isOut && (!isApart || (token !== undefined && prompt !== undefined))) return all(token, prompt);
  const maxStepTokens = Math.max(...candidates.map((one) => one.maxStepTokens));
  let deployment: Deployment;
  try {
    deployment = deploymentOf(served, { maxStepTokens });
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const unfit: Lost = { loss: "impossible", why: error.message };
    return all(unfit, unfit);
  }
  const pool = isApart ? [poolBoundOf(candidates, deployment, means, objective, { token, prompt })] : [];
  if (isOut) return { bounds: all(token, prompt).bounds, pools: pool };
  return {
    bounds: isWhole ? candidates.map((candidate) => boundOf(candidate, deployment, means, objective)) : [],
    pools: pool,
  };
}

function impossible(served: Served): Lost | undefined {
  const { chip, weights } = served;
  if (!(peakOf(chip, weights) > 0)) {
    return { loss: "impossible", why: `${chip.title} has no arithmetic in ${weights}` };
  }
  const domain = chip.scaleUp?.accelerators.value ?? 1;
  if (acceleratorsOf(served) > Math.max(domain, 1)) {
    return { loss: "impossible", why: `${chip.title} links ${domain} in a domain, not ${acceleratorsOf(served)}` };
  }
  try {
    checkSplit(served);
    kvRoom(served, 16);
    return undefined;
  } catch (error) {
    if (error instanceof Fault) return { loss: "impossible", why: error.message };
    throw error;
  }
}

/** A token of one sequence alone, with perfect kernels and links. */
function slowToken(served: Served, { tpotMs }: Objective): Lost | undefined {
  const { chip, model } = served;
  const { total, activePerToken } = parameterCount(model);
  const met = (weightBytes(served) * activePerToken) / total;
  const tokenMs = (met / (chip.memoryGigabytesPerSecond.value * 1e9)) * 1e3;
  if (tokenMs <= tpotMs) return undefined;
  return {
    loss: "roofline",
    why: `reading the weights alone takes ${tokenMs.toFixed(1)} ms a token, limit ${tpotMs} ms`,
  };
}

/** A prompt alone, at the peak. */
function slowPrompt(served: Served, means: LoadMeans, { ttftMs }: Objective): Lost | undefined {
  const { chip, model } = served;
  const { activePerToken } = parameterCount(model);
  const computed = means.promptTokensP90 * (1 - means.sharedShare);
  const fastest = Math.max(peakOf(chip, served.weights), peakOf(chip, "bf16")) * acceleratorsOf(served);
  const promptMs = ((2 * activePerToken * computed) / fastest) * 1e3;
  if (promptMs <= ttftMs) return undefined;
  return { loss: "roofline", why: `a prompt takes ${promptMs.toFixed(0)} ms at the peak, limit ${ttftMs} ms` };
}

function boundOf(
  { id, served, maxStepTokens }: Candidate,
  { table, scheduler, kvBlocks: blocks, blockTokens }: Deployment,
  means: LoadMeans,
  objective: Objective,
): Bound {
  const ranks = served.attentionParallel;
  const { promptTokens, outputTokens } = means;
  const room = (blocks * blockTokens * slack) / (promptTokens * (1 - means.sharedShare) + outputTokens / 2);
  const isApart = scheduler.type === "sglang";
  const at = (concurrency: number): Best | undefined => {
    const sequences = Math.max(1, Math.ceil(concurrency / ranks));
    if (sequences > scheduler.maxSequences || (sequences > room && sequences > 1)) return undefined;
    const seconds = stepSeconds(table, concurrency, ranks, maxStepTokens, isApart, means);
    return {
      concurrency,
      tokensPerSecondPerUser: slack / seconds,
      tokensPerSecondPerAccelerator: concurrency / seconds / acceleratorsOf(served),
    };
  };
  const misses = (concurrency: number) => missOf(table, concurrency, ranks, maxStepTokens, isApart, means, objective);
  const { curve, best } = climbed(
    at,
    (point) => misses(point.concurrency) === "",
    (point) => point.tokensPerSecondPerAccelerator,
  );
  return best === undefined ? { id, curve, lost: { loss: "roofline", why: misses(1) } } : { id, curve, best };
}

/**
 * Which limit so many clients miss at best, in words; empty where they may meet both.
 *
 * All that an engine does while a request is there, each client's prompt and the steps of its answers, passes in its TTFT and
 * its decoding together. How much of it falls into which is the scheduler's choice. So both limits together must leave time
 * for it, and a token alone no more than for a step of those who decode: of c clients at least c · D / (D + TTFT), where D is
 * the longest that an answer may take (Little).
 */
function missOf(
  table: StepTable,
  concurrency: number,
  ranks: number,
  maxStepTokens: number,
  isApart: boolean,
  means: LoadMeans,
  { ttftMs, tpotMs }: Objective,
): string {
  const { outputTokens } = means;
  const answerMs = outputTokens * tpotMs;
  const decodingShare = Number.isFinite(answerMs) ? answerMs / (answerMs + ttftMs) : 1;
  const decoding = Math.max(1, Math.floor(concurrency * decodingShare));
  const tokenMs = (aloneSeconds(table, decoding, ranks, means) / slack) * 1e3;
  if (tokenMs > tpotMs) return `a token takes ${tokenMs.toFixed(1)} ms at best, limit ${tpotMs} ms`;
  const firstMs = firstSeconds(table, Math.ceil(decoding / ranks), maxStepTokens, means) * 1e3;
  if (firstMs > ttftMs) return `a first token takes ${firstMs.toFixed(0)} ms at best, limit ${ttftMs} ms`;
  const seconds = stepSeconds(table, concurrency, ranks, maxStepTokens, isApart, means);
  const wholeMs = ((outputTokens * seconds) / slack) * 1e3;
  if (wholeMs <= ttftMs + answerMs) return "";
  return `a prompt and its answer take ${wholeMs.toFixed(0)} ms at best, limit ${(ttftMs + answerMs).toFixed(0)} ms`;
}

/** A step of so many sequences of all ranks, without prompts. What ranks do together takes the tokens of all. */
function aloneSeconds(table: StepTable, concurrency: number, ranks: number, means: LoadMeans): number {
  const { promptTokens, outputTokens } = means;
  const sequences = Math.max(1, Math.ceil(concurrency / ranks));
  const context = table.contextSeconds[sequences]! * sequences * (promptTokens + outputTokens / 2);
  return table.decodeSeconds[sequences]! + context + (table.together?.decodeSeconds(concurrency) ?? 0);
}

/**
 * Seconds of a mean step of so many sequences that decode, while new prompts replace those that end. A share of the steps has
 * prompts, whole ones or as many tokens as fit, whichever costs less. Ranks wait for the one that has a prompt.
 */
function stepSeconds(
  table: StepTable,
  concurrency: number,
  ranks: number,
  maxStepTokens: number,
  apart: boolean,
  means: LoadMeans,
): number {
  const { promptTokens, outputTokens, sharedShare } = means;
  const sequences = Math.max(1, Math.ceil(concurrency / ranks));
  const context = table.contextSeconds[sequences]! * sequences * (promptTokens + outputTokens / 2);
  const alone = aloneSeconds(table, concurrency, ranks, means);
  const computed = promptTokens * (1 - sharedShare);
  const perStep = (sequences * computed) / outputTokens;
  const attention =
    chunkSeconds(table.prefillAttention, computed, promptTokens - computed) * (sequences / outputTokens);
  const budget = Math.max(1, maxStepTokens - sequences);
  const at = (tokens: number) => table.mixedSeconds[Math.min(maxStepTokens, Math.ceil(tokens))]!;
  // Beside all sequences there is a prompt of one rank at the least.
  const together = (tokens: number) => table.together?.mixedSeconds(Math.ceil(tokens)) ?? 0;
  let least = Number.POSITIVE_INFINITY;
  for (const chunk of [Math.max(perStep, computed), budget]) {
    const tokens = Math.max(1, Math.min(chunk, budget));
    // Of the steps; above 1 where the prompts of a step need several.
    const own = perStep / tokens;
    const share = own >= 1 ? own : 1 - (1 - own) ** Math.min(ranks, concurrency);
    const mixed =
      at(sequences + tokens) + table.mixedDecodeSeconds[sequences]! + context + together(concurrency + tokens);
    least = Math.min(
      least,
      // Prompts that go before decodes, and not with them, hold them up.
      apart ? share * (at(tokens) + together(tokens)) + alone : share * mixed + Math.max(0, 1 - share) * alone,
    );
  }
  return least + attention;
}

/** Seconds to a first token without any wait: its prompt in steps of its own, beside so many decodes. */
function firstSeconds(table: StepTable, sequences: number, maxStepTokens: number, means: LoadMeans): number {
  const computed = means.promptTokensP90 * (1 - means.sharedShare);
  const budget = Math.max(1, maxStepTokens - sequences);
  const tokens = Math.min(computed, budget);
  const steps = computed / tokens;
  const stepSeconds = table.mixedSeconds[Math.ceil(tokens)]! + (table.together?.mixedSeconds(Math.ceil(tokens)) ?? 0);
  return table.ingestSeconds + (steps * stepSeconds + chunkSeconds(table.prefillAttention, computed, 0)) / slack;
}

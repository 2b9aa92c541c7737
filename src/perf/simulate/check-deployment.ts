/** Refuses deployments that could never run a workload, before anything is simulated. */
import { Fault } from "../../stack/fault.ts";
import { blocksBesides, type Deployment, type Pool } from "./deployment.ts";
import { policyOf } from "./rank/policy.ts";
import type { Workload } from "../loads/workload.ts";

/** @throws Fault `invalid_value` that names the field and what would fit */
export function checkDeployment(deployment: Deployment, workload: Workload): void {
  checkPool(deployment, workload, "", deployment.disaggregation !== undefined);
  if (!deployment.disaggregation) return;
  const { decode } = deployment.disaggregation;
  checkPool(decode, workload, "disaggregation.decode.", false);
  const { balanceSteps, waitsFromPrompts } = policyOf(decode.scheduler, decode.kvBlocks);
  for (const [name, isSet] of [
    ["balanceSteps", balanceSteps > 0],
    ["decodesBetween", waitsFromPrompts],
  ] as const) {
    if (!isSet) continue;
    refuse(
      `disaggregation.decode.scheduler.${name}`,
      "Decode replicas compute no prompts, so they cannot hold any back.",
      "Leave it out.",
    );
  }
}

/** @param path of the pool's fields in the deployment */
function checkPool(pool: Pool, workload: Workload, path: string, prefillsOnly: boolean): void {
  const { kvBlocks, blockTokens, replicas = 1, ranks = 1, batches = 1 } = pool;
  for (const [name, value] of Object.entries({ kvBlocks, blockTokens, replicas, ranks, batches })) {
    positive(value, path + name);
  }
  checkScheduler(pool, `${path}scheduler.`);
  const { prefix } = workload;
  if (pool.prefixCache && prefix && prefix.unitTokens % blockTokens !== 0) {
    refuse(
      `${path}blockTokens`,
      `The workload's prefixes come in units of ${prefix.unitTokens} tokens, which is no multiple of a block's ${blockTokens}.`,
      `Choose a block size that divides ${prefix.unitTokens}.`,
    );
  }
  checkRequests(pool, workload, path, prefillsOnly);
}

function checkScheduler({ scheduler, kvBlocks, table }: Pool, path: string): void {
  const { maxSequences } = scheduler;
  positive(maxSequences, `${path}maxSequences`);
  const known = table.decodeSeconds.length - 1;
  if (maxSequences > known) {
    refuse(
      `${path}maxSequences`,
      `The step table has steps of up to ${known} sequences, and the scheduler runs ${maxSequences}.`,
      "Lower maxSequences, or compile the table for as many.",
    );
  }
  if (!("maxStepTokens" in scheduler)) return;
  const { maxStepTokens } = scheduler;
  positive(maxStepTokens, `${path}maxStepTokens`);
  if (policyOf(scheduler, kvBlocks).mixing === "mixed" && maxStepTokens < maxSequences) {
    refuse(
      `${path}maxStepTokens`,
      `A step of ${maxStepTokens} tokens cannot hold a token of each of ${maxSequences} sequences.`,
      `Give a step at least ${maxSequences} tokens, or take fewer sequences.`,
    );
  }
}

/** Each request must fit the KV cache and, where prompts are not split, a step. */
function checkRequests(
  pool: Pool,
  { promptTokens, outputTokens }: Workload,
  path: string,
  prefillsOnly: boolean,
): void {
  const { scheduler, kvBlocks, blockTokens } = pool;
  const policy = policyOf(scheduler, kvBlocks);
  const room = kvBlocks - policy.watermarkBlocks;
  const mostWhole = policy.chunked ? Number.POSITIVE_INFINITY : policy.maxStepTokens;
  for (let request = 0; request < promptTokens.length; request++) {
    const [prompt, output] = [promptTokens[request]!, outputTokens[request]!];
    const besides = blocksBesides(pool, prompt, output, prefillsOnly);
    const needed = Math.ceil((prompt + output) / blockTokens) + besides;
    if (needed > room) {
      const more = besides > 0 ? ` and ${besides} blocks of ${blockTokens} besides` : "";
      refuse(
        `promptTokens[${request}]`,
        `Request ${request + 1} takes ${written(prompt)} + ${written(output)} tokens${more}; the KV cache has room for ${written(room * blockTokens)}.`,
        `Split the weights over more accelerators, take smaller ones or a shorter request: it needs ${written(needed + policy.watermarkBlocks)} blocks of cache.`,
      );
    }
    // A request with all its blocks reserved is never preempted, and so never computed again with its output so far.
    const atOnce = policy.reserve === "outcome" ? prompt : prompt + output;
    if (atOnce > mostWhole) {
      refuse(
        `${path}scheduler.maxStepTokens`,
        `Request ${request + 1} has ${written(prompt)} + ${written(output)} tokens. ${scheduler.type} does not split prompts, and a step holds ${written(mostWhole)}.`,
        `Give maxStepTokens at least ${atOnce}, or use a scheduler that splits prompts.`,
      );
    }
  }
}

function written(tokens: number): string {
  return tokens.toLocaleString("en");
}

function positive(value: number, param: string): void {
  if (!(Number.isInteger(value) && value > 0 && value < 2 ** 31)) {
    refuse(param, `${param} is ${value}.`, "It must be a whole number of 1 or more.");
  }
}

function refuse(param: string, message: string, remedy: string): never {
  throw new Fault("invalid_value", { param, message, remedy });
}

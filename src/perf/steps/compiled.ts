/** Keeps the last compiled steps: a search asks for the same deployment under one load after another. */
import type { EngineCosts } from "../curves/fitted.ts";
import type { Served } from "../deployment.ts";
import { type CompiledStep, compileStep } from "./step.ts";

type Kept = {
  readonly served: Served;
  readonly maxSequences: number;
  readonly maxStepTokens: number;
  readonly costs: EngineCosts | undefined;
  readonly capturedTokens: number;
  readonly step: CompiledStep;
};

const keptMost = 64;
const kept: Kept[] = [];

/** Like `compileStep`. What was asked for lately, with the very same objects, is not compiled again. */
export function compiledStep(
  served: Served,
  maxSequences: number,
  maxStepTokens: number,
  costs: EngineCosts | undefined,
  capturedTokens: number,
): CompiledStep {
  const found = kept.find(
    (one) =>
      one.served === served &&
      one.maxSequences === maxSequences &&
      one.maxStepTokens === maxStepTokens &&
      one.costs === costs &&
      one.capturedTokens === capturedTokens,
  );
  if (found !== undefined) return found.step;
  const step = compileStep(served, maxSequences, maxStepTokens, costs, capturedTokens);
  kept.push({ served, maxSequences, maxStepTokens, costs, capturedTokens, step });
  if (kept.length > keptMost) kept.shift();
  return step;
}

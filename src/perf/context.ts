/** What a model's context holds. */
import type { ModelShape } from "../catalog/model-shape.ts";
import { Fault } from "../stack/fault.ts";

/**
 * @param field What the asker calls a prompt's tokens: `--isl`, `promptTokens`.
 * @throws Fault `invalid_value` when a request is longer than what the model attends to
 */
export function checkContext(model: ModelShape, promptTokens: number, outputTokens: number, field: string): void {
  const { contextMax, title } = model;
  if (promptTokens + outputTokens <= contextMax) return;
  const written = (tokens: number) => tokens.toLocaleString("en");
  const most = contextMax - outputTokens;
  throw new Fault("invalid_value", {
    message: `${field}: ${written(promptTokens)} tokens of prompt and ${written(outputTokens)} of output are more than ${title}'s context of ${written(contextMax)}.`,
    remedy:
      most > 0
        ? `Ask for a prompt of at most ${written(most)}, or take a configuration with a longer context.`
        : "Ask for less output, or take a configuration with a longer context.",
    param: field,
  });
}

/** What a client asks of sampling, in llama.cpp's terms. */
import { randomInt } from "node:crypto";
import type {
  Llama,
  LlamaGrammarEvaluationState,
  LlamaModel,
  SequenceEvaluateOptions,
  Token,
  TokenBias,
} from "node-llama-cpp";
import { Fault } from "../../stack/fault.ts";
import type { ResponseFormat, Sampling } from "./ask.ts";
import type { Binding } from "./binding.ts";

/** llama.cpp's own server takes 0.8; a little cooler suits small models. */
const defaultTemperature = 0.7;
const seedMax = 2 ** 32;

/** @param made the tokens made so far, to which later ones are added */
export function evaluateOptions(
  binding: Binding,
  model: LlamaModel,
  sampling: Sampling,
  grammar: LlamaGrammarEvaluationState | undefined,
  made: readonly Token[],
): SequenceEvaluateOptions {
  const { frequencyPenalty, presencePenalty, repetitionPenalty, topP, topK, minP } = sampling;
  const punishes = frequencyPenalty !== 0 || presencePenalty !== 0 || repetitionPenalty !== 1;
  const bias = biasOf(binding, model, sampling);
  const penalties = { penalty: repetitionPenalty, frequencyPenalty, presencePenalty };
  return {
    temperature: sampling.temperature ?? defaultTemperature,
    ...(topP === undefined ? {} : { topP }),
    ...(topK === undefined ? {} : { topK }),
    ...(minP === undefined ? {} : { minP }),
    seed: seedOf(sampling.seed),
    yieldEogToken: sampling.ignoresEnd,
    ...(bias === undefined ? {} : { tokenBias: bias }),
    ...(grammar === undefined ? {} : { grammarEvaluationState: grammar }),
    ...(punishes ? { repeatPenalty: { punishTokens: () => [...made], ...penalties } } : {}),
  };
}

/** Without a seed each is another; the library's own default is the second, the same for all requests in it. */
function seedOf(seed: number | undefined): number {
  return seed === undefined ? randomInt(seedMax) : ((seed % seedMax) + seedMax) % seedMax;
}

function biasOf(binding: Binding, model: LlamaModel, { logitBias }: Sampling): TokenBias | undefined {
  if (logitBias.length === 0) return undefined;
  const bias = binding.TokenBias.for(model);
  for (const [token, logit] of logitBias) bias.set(token as Token, logit <= -100 ? "never" : { logit });
  return bias;
}

/** @throws Fault `invalid_value` when the schema says what no grammar can. */
export async function grammarFor(
  binding: Binding,
  llama: Llama,
  model: LlamaModel,
  format: ResponseFormat,
): Promise<LlamaGrammarEvaluationState | undefined> {
  if (format.type === "text") return undefined;
  try {
    const grammar =
      format.type === "json_object"
        ? await llama.getGrammarFor("json")
        : await llama.createGrammarForJsonSchema(format.json_schema.schema as never); // its type is of literals
    return new binding.LlamaGrammarEvaluationState({ model, grammar });
  } catch (error) {
    throw new Fault("invalid_value", {
      message: `The schema cannot be turned into a grammar: ${(error as Error).message}`,
      param: "response_format.json_schema.schema",
    });
  }
}

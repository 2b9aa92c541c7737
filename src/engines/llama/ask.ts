/**
 * What a client asks of the engine, parsed from OpenAI's shapes: fields that the engine has no way to honour are
 * refused by name rather than ignored, fields that cannot change the answer pass.
 */
import { z } from "zod";
import { Fault } from "../../stack/fault.ts";

/** Choices of one request; each takes a sequence of its own. */
const choicesMax = 8;
/** Texts in one request. */
const promptsMax = 32;
const inputsMax = 2048;

const textPart = z.object({ type: z.literal("text"), text: z.string() });
const content = z.union([
  z.string(),
  z.array(textPart, "The engine reads text parts only.").transform((parts) => parts.map(({ text }) => text).join("\n")),
]);

const message = z.object({
  role: z.enum(["system", "developer", "user", "assistant", "tool"]),
  content: content.nullish().transform((text) => text ?? ""),
  tool_calls: z.array(z.never(), "The engine calls no tools").nullish(),
});

const sampling = {
  model: z.string(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().gt(0).max(1).nullish(),
  top_k: z.int().min(-1).nullish(),
  min_p: z.number().min(0).max(1).nullish(),
  seed: z.int().nullish(),
  frequency_penalty: z.number().min(-2).max(2).nullish(),
  presence_penalty: z.number().min(-2).max(2).nullish(),
  repetition_penalty: z.number().gt(0).max(2).nullish(),
  logit_bias: z.record(z.string().regex(/^\d+$/), z.number().min(-100).max(100)).nullish(),
  stop: z.union([z.string(), z.array(z.string().min(1)).max(4)]).nullish(),
  max_tokens: z.int().positive().nullish(),
  n: z.int().min(1).max(choicesMax).nullish(),
  stream: z.boolean().nullish(),
  stream_options: z.object({ include_usage: z.boolean().nullish() }).nullish(),
  ignore_eos: z.boolean().nullish(),
};

const responseFormat = z.discriminatedUnion("type", [
  z.object({ type: z.literal("text") }),
  z.object({ type: z.literal("json_object") }),
  z.object({
    type: z.literal("json_schema"),
    json_schema: z.object({ name: z.string(), schema: z.record(z.string(), z.unknown()) }),
  }),
]);

const chat = z.object({
  ...sampling,
  messages: z.array(message).min(1),
  max_completion_tokens: z.int().positive().nullish(),
  response_format: responseFormat.nullish(),
});

const tokenIds = z.array(z.int().nonnegative()).min(1);
const prompt = z.union([
  z.string(),
  z.array(z.string()).min(1).max(promptsMax),
  tokenIds,
  z.array(tokenIds).min(1).max(promptsMax),
]);

const completion = z.object({ ...sampling, prompt, echo: z.boolean().nullish() });

const embedding = z.object({
  model: z.string(),
  input: z.union([
    z.string().min(1),
    z.array(z.string().min(1)).min(1).max(inputsMax),
    tokenIds,
    z.array(tokenIds).min(1).max(inputsMax),
  ]),
  encoding_format: z.enum(["float", "base64"]).nullish(),
  dimensions: z.int().positive().nullish(),
});

export type Message = z.infer<typeof message>;
export type ResponseFormat = z.infer<typeof responseFormat>;

/** How a generation is to be made, once for each of `choices`. */
export type Sampling = {
  readonly maxTokens: number | undefined;
  readonly temperature: number | undefined;
  readonly topP: number | undefined;
  readonly topK: number | undefined;
  readonly minP: number | undefined;
  readonly seed: number | undefined;
  readonly frequencyPenalty: number;
  readonly presencePenalty: number;
  /** 1 punishes nothing. */
  readonly repetitionPenalty: number;
  readonly logitBias: readonly (readonly [token: number, bias: number])[];
  readonly stops: readonly string[];
  readonly ignoresEnd: boolean;
};

export type Ask = {
  readonly kind: "chat" | "completion";
  /** A chat's messages, or the texts or token ids to go on from: one generation each. */
  readonly prompts: readonly ({ messages: readonly Message[] } | { text: string } | { tokens: readonly number[] })[];
  readonly choices: number;
  readonly echo: boolean;
  readonly sampling: Sampling;
  readonly format: ResponseFormat;
  readonly stream: boolean;
  readonly includeUsage: boolean;
};

export type EmbeddingAsk = {
  /** Texts, or the tokens of texts. */
  readonly inputs: readonly (string | readonly number[])[];
  readonly format: "float" | "base64";
  readonly dimensions: number | undefined;
};

/** Fields that would change the answer and that this engine cannot honour, with the value that asks for nothing. */
const unsupported: Readonly<Record<string, (value: unknown) => boolean>> = {
  tools: (value) => Array.isArray(value) && value.length === 0,
  functions: (value) => Array.isArray(value) && value.length === 0,
  logprobs: (value) => value === false || value === 0,
  top_logprobs: (value) => value === 0,
  audio: () => false,
  suffix: (value) => value === "",
  best_of: (value) => value === 1,
  modalities: (value) => Array.isArray(value) && value.every((one) => one === "text"),
  web_search_options: () => false,
  min_tokens: (value) => value === 0,
};

/** @throws Fault `invalid_value` or `unsupported_parameter`, naming the field. */
export function parseChat(body: unknown): Ask {
  refuseUnsupported(body);
  const ask = parse(chat, body);
  return {
    ...common(ask, ask.max_completion_tokens ?? ask.max_tokens),
    kind: "chat",
    prompts: [{ messages: ask.messages }],
    echo: false,
    format: ask.response_format ?? { type: "text" },
  };
}

/** @throws Fault `invalid_value` or `unsupported_parameter`, naming the field. */
export function parseCompletion(body: unknown): Ask {
  refuseUnsupported(body);
  const ask = parse(completion, body);
  return {
    // OpenAI's default for this endpoint.
    ...common(ask, ask.max_tokens ?? 16),
    kind: "completion",
    prompts: each(ask.prompt).map((one) => (typeof one === "string" ? { text: one } : { tokens: one })),
    echo: ask.echo ?? false,
    format: { type: "text" },
  };
}

/** @throws Fault `invalid_value` or `unsupported_parameter`, naming the field. */
export function parseEmbedding(body: unknown): EmbeddingAsk {
  const { input, encoding_format, dimensions } = parse(embedding, body);
  return {
    inputs: each(input),
    format: encoding_format ?? "float",
    dimensions: dimensions ?? undefined,
  };
}

/** One text or many, each as text or as tokens. */
function each(given: z.infer<typeof prompt>): (string | readonly number[])[] {
  if (typeof given === "string") return [given];
  const isTokens = (list: typeof given): list is number[] => typeof list[0] === "number";
  return isTokens(given) ? [given] : given;
}

function common(ask: z.infer<z.ZodObject<typeof sampling>>, maxTokens: number | null | undefined) {
  const stops = typeof ask.stop === "string" ? [ask.stop] : (ask.stop ?? []);
  return {
    choices: ask.n ?? 1,
    stream: ask.stream ?? false,
    includeUsage: ask.stream_options?.include_usage ?? false,
    sampling: {
      maxTokens: maxTokens ?? undefined,
      temperature: ask.temperature ?? undefined,
      topP: ask.top_p ?? undefined,
      // llama.cpp's 0, as others' -1, is no limit.
      topK: ask.top_k == null ? undefined : Math.max(0, ask.top_k),
      minP: ask.min_p ?? undefined,
      seed: ask.seed ?? undefined,
      frequencyPenalty: ask.frequency_penalty ?? 0,
      presencePenalty: ask.presence_penalty ?? 0,
      repetitionPenalty: ask.repetition_penalty ?? 1,
      logitBias: Object.entries(ask.logit_bias ?? {}).map(([token, bias]) => [Number(token), bias] as const),
      stops: stops.filter((stop) => stop !== ""),
      ignoresEnd: ask.ignore_eos ?? false,
    },
  };
}

function refuseUnsupported(body: unknown): void {
  for (const [field, asksNothing] of Object.entries(unsupported)) {
    const value = (body as Record<string, unknown> | null)?.[field];
    const isTools = field === "tools" && (body as { tool_choice?: unknown }).tool_choice === "none";
    if (value !== undefined && value !== null && !isTools && !asksNothing(value)) {
      throw new Fault("unsupported_parameter", {
        message: `The llama.cpp engine does not support "${field}".`,
        remedy: "Leave it out, or serve the model from an upstream that does.",
        param: field,
      });
    }
  }
}

function parse<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const path = (issue?.path ?? []).reduce<string>(
    (at, step) => (typeof step === "number" ? `${at}[${step}]` : at === "" ? String(step) : `${at}.${String(step)}`),
    "",
  );
  throw new Fault("invalid_value", {
    message: `${path === "" ? "The body" : path}: ${issue?.message ?? "invalid"}.`,
    param: path,
  });
}

/** OpenAI's answers, shape by shape. */
import type { Ask } from "./ask.ts";
import type { Account, Finish } from "./service.ts";

export type AnswerHead = {
  readonly id: string;
  readonly model: string;
  readonly createdS: number;
  readonly kind: Ask["kind"];
};

export function usageOf(account: Readonly<Account>) {
  return {
    prompt_tokens: account.inputTokens,
    completion_tokens: account.outputTokens,
    total_tokens: account.inputTokens + account.outputTokens,
    prompt_tokens_details: { cached_tokens: account.cachedTokens },
    completion_tokens_details: { reasoning_tokens: 0 },
  };
}

export function wholeAnswer(
  head: AnswerHead,
  choices: readonly { readonly text: string; readonly finish: Finish }[],
  account: Readonly<Account>,
) {
  const isChat = head.kind === "chat";
  return {
    id: head.id,
    object: isChat ? "chat.completion" : "text_completion",
    created: head.createdS,
    model: head.model,
    choices: choices.map(({ text, finish }, index) => ({
      index,
      ...(isChat ? { message: { role: "assistant", content: text, refusal: null } } : { text }),
      logprobs: null,
      finish_reason: finish,
    })),
    usage: usageOf(account),
    system_fingerprint: "llama.cpp",
  };
}

export function embeddingAnswer(
  model: string,
  vectors: readonly (readonly number[])[],
  format: "float" | "base64",
  { inputTokens }: Readonly<Account>,
) {
  return {
    object: "list",
    data: vectors.map((vector, index) => ({
      object: "embedding",
      index,
      embedding: format === "base64" ? Buffer.from(new Float32Array(vector).buffer).toString("base64") : vector,
    })),
    model,
    usage: { prompt_tokens: inputTokens, total_tokens: inputTokens },
  };
}

/** One chunk of a stream; `usage` is null in all but the last when the client asked for it, and absent otherwise. */
export function chunkOf(
  head: AnswerHead,
  choice: { readonly index: number; readonly role?: true; readonly text?: string; readonly finish?: Finish },
  withUsage: boolean,
): string {
  const { index, role, text, finish } = choice;
  const said =
    head.kind === "chat"
      ? {
          delta: {
            ...(role ? { role: "assistant", content: "" } : {}),
            ...(text === undefined ? {} : { content: text }),
          },
        }
      : { text: text ?? "" };
  return event({
    ...frame(head),
    choices: [{ index, ...said, logprobs: null, finish_reason: finish ?? null }],
    ...(withUsage ? { usage: null } : {}),
  });
}

export function usageChunk(head: AnswerHead, account: Readonly<Account>): string {
  return event({ ...frame(head), choices: [], usage: usageOf(account) });
}

export function errorChunk(error: object): string {
  return event(error);
}

export const lastEvent = "data: [DONE]\n\n";

function frame(head: AnswerHead) {
  return {
    id: head.id,
    object: head.kind === "chat" ? "chat.completion.chunk" : "text_completion",
    created: head.createdS,
    model: head.model,
    system_fingerprint: "llama.cpp",
  };
}

function event(data: object): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}

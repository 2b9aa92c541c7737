/**
 * The answer to a chat request as it arrives: server-sent events in OpenAI's form, read from bytes that may be cut
 * anywhere. Pure but for the reader that it is given.
 */

export type ChatUsage = {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly prompt_tokens_details?: { readonly cached_tokens?: number } | null;
  readonly completion_tokens_details?: { readonly reasoning_tokens?: number } | null;
};

export type ChatEvent =
  | { readonly is: "text"; readonly text: string; readonly reasoning: string }
  | { readonly is: "finish"; readonly reason: string }
  | { readonly is: "usage"; readonly usage: ChatUsage }
  | { readonly is: "error"; readonly message: string }
  | { readonly is: "done" };

/** Takes text in any pieces and gives back the data of every event that is whole. */
export class EventLines {
  #rest = "";
  #data: string[] = [];

  push(piece: string): string[] {
    const lines = (this.#rest + piece).split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop() ?? "";
    const events: string[] = [];
    for (const line of lines) {
      if (line === "") {
        if (this.#data.length > 0) events.push(this.#data.join("\n"));
        this.#data = [];
      } else if (line.startsWith("data:")) {
        this.#data.push(line.slice(line.startsWith("data: ") ? 6 : 5));
      }
    }
    return events;
  }
}

type Chunk = {
  readonly choices?: readonly {
    readonly delta?: { readonly content?: string | null; readonly reasoning_content?: string | null };
    readonly finish_reason?: string | null;
  }[];
  readonly usage?: ChatUsage | null;
  readonly error?: { readonly message?: string };
};

/** What one event's data says, in the order in which it says it. */
export function readChunk(data: string): readonly ChatEvent[] {
  if (data === "[DONE]") return [{ is: "done" }];
  const chunk = JSON.parse(data) as Chunk;
  if (chunk.error !== undefined) return [{ is: "error", message: chunk.error.message ?? "" }];
  const [choice] = chunk.choices ?? [];
  const events: ChatEvent[] = [];
  const { content, reasoning_content: reasoning } = choice?.delta ?? {};
  if (typeof content === "string" || typeof reasoning === "string") {
    events.push({ is: "text", text: content ?? "", reasoning: reasoning ?? "" });
  }
  if (typeof choice?.finish_reason === "string") events.push({ is: "finish", reason: choice.finish_reason });
  if (chunk.usage !== undefined && chunk.usage !== null) events.push({ is: "usage", usage: chunk.usage });
  return events;
}

/** Every event of an answer's body. */
export async function* chatEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<ChatEvent> {
  const lines = new EventLines();
  const decoder = new TextDecoder();
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      const piece = done ? `${decoder.decode()}\n\n` : decoder.decode(value, { stream: true });
      for (const data of lines.push(piece)) yield* readChunk(data);
      if (done) return;
    }
  } finally {
    reader.releaseLock();
  }
}

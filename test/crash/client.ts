/** A client that writes down exactly what it got, and when. */
import { request } from "node:http";

export type Seen = {
  readonly model: string;
  readonly streamed: boolean;
  /** When it was sent, milliseconds of the harness's clock. */
  readonly atMs: number;
  /** From the answer's head; absent when none came. */
  id?: string;
  status?: number;
  /** When each token's chunk came. */
  readonly chunksMs: number[];
  /** The end that a client takes for success: a whole JSON body, or [DONE]. */
  isWhole: boolean;
  /** Output tokens as the answer says, when it says. */
  saidOutput?: number;
  saidInput?: number;
  endedMs: number;
};

export type Target = { readonly apiUrl: string; readonly key: string };

/** Makes one request and answers what became of it; never rejects. */
export function ask(target: Target, model: string, tokens: number, streamed: boolean): Promise<Seen> {
  const seen: Seen = { model, streamed, atMs: performance.now(), chunksMs: [], isWhole: false, endedMs: 0 };
  const body = JSON.stringify({
    model,
    messages: [{ role: "user", content: "Tell me a long story about a token factory." }],
    max_tokens: tokens,
    stream: streamed,
  });
  return new Promise((resolve) => {
    const done = () => {
      seen.endedMs = performance.now();
      resolve(seen);
    };
    const sent = request(
      `${target.apiUrl}/chat/completions`,
      {
        method: "POST",
        agent: false,
        headers: {
          authorization: `Bearer ${target.key}`,
          "content-type": "application/json",
          "content-length": Buffer.byteLength(body),
        },
      },
      (response) => {
        seen.status = response.statusCode ?? 0;
        const id = response.headers["x-request-id"];
        if (typeof id === "string") seen.id = id;
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (piece: string) => {
          text += piece;
          if (streamed) text = readEvents(text, seen);
        });
        response.on("end", () => {
          if (!streamed && seen.status === 200) readWhole(text, seen);
        });
        response.on("error", () => {});
        response.on("close", done);
      },
    );
    sent.on("error", () => {
      if (seen.status === undefined) done();
    });
    sent.end(body);
  });
}

function readEvents(text: string, seen: Seen): string {
  const events = text.split("\n\n");
  const rest = events.pop() ?? "";
  for (const event of events) {
    if (event === "data: [DONE]") seen.isWhole = true;
    else if (event.startsWith("data: ")) {
      const { choices } = JSON.parse(event.slice(6)) as { choices?: { delta: { content?: string; role?: string } }[] };
      const delta = choices?.[0]?.delta;
      // A token's chunk; the one that opens an answer only names its role.
      if (delta?.content !== undefined && delta.role === undefined) seen.chunksMs.push(performance.now());
    }
  }
  return rest;
}

function readWhole(text: string, seen: Seen): void {
  const { usage } = JSON.parse(text) as { usage: { prompt_tokens: number; completion_tokens: number } };
  seen.isWhole = true;
  seen.saidOutput = usage.completion_tokens;
  seen.saidInput = usage.prompt_tokens;
}

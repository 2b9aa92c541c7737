/** An upstream that does as a test tells it: real HTTP on an ephemeral port, down to the raw socket where needed. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export type Seen = {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
  /** Resolves when the gateway has hung up. */
  readonly hungUp: Promise<void>;
};

export type Behaviour = (seen: Seen, response: ServerResponse) => void;

export class Upstream {
  behave: Behaviour = answersJson();
  readonly seen: Seen[] = [];
  readonly #server = createServer((request, response) => {
    const { promise: hungUp, resolve } = Promise.withResolvers<void>();
    response.on("close", resolve);
    let body = "";
    request.setEncoding("utf8");
    request.on("data", (piece: string) => (body += piece));
    request.on("end", () => {
      const seen = { method: request.method ?? "", path: request.url ?? "", headers: request.headers, body, hungUp };
      this.seen.push(seen);
      this.behave(seen, response);
    });
  });

  /** On a port of its own, or on a socket. */
  async start(socketPath?: string): Promise<this> {
    await new Promise<void>((resolve) => {
      if (socketPath === undefined) this.#server.listen(0, "127.0.0.1", resolve);
      else this.#server.listen(socketPath, resolve);
    });
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1`;
  }

  get last(): Seen {
    const last = this.seen.at(-1);
    if (last === undefined) throw new Error("Nothing came to the upstream.");
    return last;
  }

  async stop(): Promise<void> {
    await new Promise((resolve) => {
      this.#server.close(resolve);
      this.#server.closeAllConnections();
    });
  }
}

export const usage = { prompt_tokens: 10, completion_tokens: 3, total_tokens: 13 };

export function completion(extra: object = { usage }): object {
  return {
    id: "chatcmpl-1",
    object: "chat.completion",
    created: 1,
    model: "upstream-model",
    choices: [{ index: 0, message: { role: "assistant", content: "one two three" }, finish_reason: "stop" }],
    ...extra,
  };
}

export function answersJson(body: object = completion(), status = 200, headers: object = {}): Behaviour {
  return (_seen, response) => {
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(JSON.stringify(body));
  };
}

export function answersText(text: string, type: string, status = 200): Behaviour {
  return (_seen, response) => {
    response.writeHead(status, { "content-type": type });
    response.end(text);
  };
}

export function delta(content: string, extra: object = {}): string {
  return event({ choices: [{ index: 0, delta: { content }, finish_reason: null }], usage: null, ...extra });
}

export const role = event({
  choices: [{ index: 0, delta: { role: "assistant", content: "" }, finish_reason: null }],
  usage: null,
});
export const finish = event({ choices: [{ index: 0, delta: {}, finish_reason: "stop" }], usage: null });
export const usageEvent = event({ choices: [], usage });
export const done = "data: [DONE]\n\n";

export function event(fields: object): string {
  const chunk = { id: "chatcmpl-1", object: "chat.completion.chunk", created: 1, model: "upstream-model", ...fields };
  return `data: ${JSON.stringify(chunk)}\n\n`;
}

/** A stream of three tokens, complete in every way. */
export const wholeStream = [role, delta("one"), delta(" two"), delta(" three"), finish, usageEvent, done];

export function streams(pieces: readonly (string | Buffer)[], end: "end" | "hang" | "destroy" = "end"): Behaviour {
  return (_seen, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    const next = (at: number) => {
      if (at < pieces.length) {
        response.write(pieces[at], () => setImmediate(next, at + 1));
      } else if (end === "end") response.end();
      else if (end === "destroy") response.destroy();
    };
    next(0);
  };
}

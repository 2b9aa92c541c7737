/** An upstream that makes known tokens and remembers what it sent to whom: the truth that the books are held against. */
import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";

export type Sent = { input: number; output: number };

export type MockUpstream = {
  readonly url: string;
  /** By the gateway's request id; a request that was tried twice has the tokens of its last try. */
  readonly sent: ReadonlyMap<string, Sent>;
  close(): void;
};

export async function startUpstream(): Promise<MockUpstream> {
  const sent = new Map<string, Sent>();
  const server = createServer(async (request, response) => {
    const asked = JSON.parse(await text(request)) as { stream?: boolean; max_tokens: number; messages: unknown[] };
    const id = String(request.headers["x-request-id"]);
    const account = { input: 11, output: 0 };
    sent.set(id, account);
    if (asked.stream) await stream(response, id, account, asked.max_tokens);
    else {
      await sleep(asked.max_tokens);
      account.output = asked.max_tokens;
      response.setHeader("content-type", "application/json");
      const message = { role: "assistant", content: "w ".repeat(asked.max_tokens) };
      const choices = [{ index: 0, message, finish_reason: "stop" }];
      response.end(JSON.stringify({ ...frame(id, "chat.completion"), choices, usage: usageOf(account) }));
    }
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    sent,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function stream(response: ServerResponse, id: string, account: Sent, tokens: number): Promise<void> {
  response.writeHead(200, { "content-type": "text/event-stream" });
  const send = (choices: object[], usage: object | null) =>
    response.write(`data: ${JSON.stringify({ ...frame(id, "chat.completion.chunk"), choices, usage })}\n\n`);
  for (let n = 0; n < tokens && !response.destroyed; n += 1) {
    send([{ index: 0, delta: { content: `w${n} ` }, finish_reason: null }], null);
    account.output += 1;
    await sleep(8);
  }
  send([{ index: 0, delta: {}, finish_reason: "stop" }], null);
  send([], usageOf(account));
  response.end("data: [DONE]\n\n");
}

function frame(id: string, object: string) {
  return { id: `chatcmpl-${id}`, object, created: 1, model: "mock" };
}

function usageOf({ input, output }: Sent) {
  return { prompt_tokens: input, completion_tokens: output, total_tokens: input + output };
}

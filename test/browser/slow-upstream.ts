/** An upstream in OpenAI's form that takes its time: one word every so often, until it has said enough or nobody listens. */
import { once } from "node:events";
import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

export type SlowUpstream = { readonly url: string; readonly close: () => void };

const words = 400;

export async function startSlowUpstream(everyMs: number): Promise<SlowUpstream> {
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(200, { "content-type": "text/event-stream" });
    const chunk = (delta: object, finish: string | null) =>
      `data: ${JSON.stringify({ id: "slow", object: "chat.completion.chunk", created: 1, model: "slow", choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
    const speak = async () => {
      for (let word = 0; word < words && !response.destroyed; word += 1) {
        response.write(chunk({ content: `word${word} ` }, null));
        await sleep(everyMs);
      }
      response.end(`${chunk({}, "stop")}data: [DONE]\n\n`);
    };
    void speak();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("The upstream has no port.");
  return {
    url: `http://127.0.0.1:${address.port}/v1`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

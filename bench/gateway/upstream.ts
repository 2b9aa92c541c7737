/**
 * The mock upstream, a process: nginx gives the JSON answer (it is not the bottleneck of any gateway here), this gives
 * the streams: 64 chunks of a token each, all at once or one every `pace` milliseconds.
 *
 *   node bench/gateway/upstream.ts PORT
 */
import { createServer, type ServerResponse } from "node:http";
import { fileURLToPath } from "node:url";

export const chunks = 64;

const frame = { id: "chatcmpl-mock", object: "chat.completion.chunk", created: 1_700_000_000, model: "mock" };
const event = (data: object) => `data: ${JSON.stringify({ ...frame, ...data })}\n\n`;
const tokens = Array.from({ length: chunks }, (_, n) =>
  event({ choices: [{ index: 0, delta: { content: ` token${n % 10}` }, finish_reason: null }] }),
);
const usage = { prompt_tokens: 240, completion_tokens: chunks, total_tokens: 240 + chunks };
const last = [
  event({ choices: [{ index: 0, delta: {}, finish_reason: "stop" }] }),
  event({ choices: [], usage }),
  "data: [DONE]\n\n",
].join("");

/** About 1 KiB. */
export const jsonAnswer = JSON.stringify({
  ...frame,
  object: "chat.completion",
  choices: [{ index: 0, message: { role: "assistant", content: "word ".repeat(150) }, finish_reason: "stop" }],
  usage,
});

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  createServer((request, response) => {
    const pace = Number(/pace=(\d+)/.exec(request.url ?? "")?.[1] ?? 0);
    request.resume();
    request.once("end", () => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      send(response, 0, pace);
    });
  }).listen(Number(process.argv[2]), "127.0.0.1");
}

function send(response: ServerResponse, n: number, pace: number): void {
  if (response.destroyed) return;
  const chunk = tokens[n];
  if (chunk === undefined) {
    response.end(last);
    return;
  }
  response.write(chunk);
  if (pace === 0) setImmediate(send, response, n + 1, pace);
  else setTimeout(send, pace, response, n + 1, pace);
}

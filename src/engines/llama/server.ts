/**
 * The engine's door: OpenAI's HTTP on a unix socket, for the gateway alone. It tells what a request took in headers of
 * its own: in the head of a whole answer, in the trailers of a stream, and at `/requests/ID` for one that was cut.
 */
import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { text as readText } from "node:stream/consumers";
import { Fault } from "../../stack/fault.ts";
import { type Ask, type EmbeddingAsk, parseChat, parseCompletion, parseEmbedding } from "./ask.ts";
import { metricsText } from "./metrics.ts";
import type { Account, Choice, Finish, Service } from "./service.ts";
import {
  type AnswerHead,
  chunkOf,
  embeddingAnswer,
  errorChunk,
  lastEvent,
  usageChunk,
  usageOf,
  wholeAnswer,
} from "./shapes.ts";

export type EngineIdentity = { readonly model: string; readonly file: string; readonly startedS: number };

const workTrailers = "x-tokenworks-accelerator-ms, x-tokenworks-millijoules, x-tokenworks-energy-provenance";

export function createEngineServer(service: Service, identity: EngineIdentity): Server {
  return createServer({ keepAliveTimeout: 0, requestTimeout: 0 }, (request, response) => {
    answer(service, identity, request, response).catch((error: unknown) => refuse(response, error));
  });
}

async function answer(
  service: Service,
  identity: EngineIdentity,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = (request.url ?? "/").split("?", 1)[0] ?? "/";
  const route = `${request.method} ${path}`;
  if (route === "POST /v1/chat/completions")
    return complete(service, parseChat(await body(request)), request, response, identity);
  if (route === "POST /v1/completions")
    return complete(service, parseCompletion(await body(request)), request, response, identity);
  if (route === "POST /v1/embeddings")
    return embed(service, parseEmbedding(await body(request)), request, response, identity);
  if (route === "GET /v1/models") {
    return json(response, {
      object: "list",
      data: [{ id: identity.model, object: "model", created: identity.startedS, owned_by: "tokenworks" }],
    });
  }
  if (route === "GET /health")
    return json(response, { ready: true, ...identity, ...describe(service), ...service.figures });
  if (route === "GET /metrics") return metrics(service, response);
  if (request.method === "GET" && path.startsWith("/requests/")) {
    return report(service, path.slice("/requests/".length), response);
  }
  throw new Fault("not_found", { message: `The engine does not serve ${route}.` });
}

async function complete(
  service: Service,
  ask: Ask,
  request: IncomingMessage,
  response: ServerResponse,
  { model }: EngineIdentity,
): Promise<void> {
  const choices = service.choicesOf(ask);
  const requestId = idOf(request);
  const prefix = ask.kind === "chat" ? "chatcmpl" : "cmpl";
  const head: AnswerHead = {
    id: `${prefix}-${requestId}`,
    model,
    createdS: Math.floor(Date.now() / 1000),
    kind: ask.kind,
  };
  await whileThere(response, async (signal) => {
    if (ask.stream) await stream(service, requestId, ask, choices, head, signal, response);
    else await whole(service, requestId, ask, choices, head, signal, response);
  });
}

/** Runs work that is aborted when the client leaves; how it fails then concerns nobody. */
async function whileThere(response: ServerResponse, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const left = new AbortController();
  response.once("close", () => left.abort(new Error("The client left.")));
  try {
    await work(left.signal);
  } catch (error) {
    if (!left.signal.aborted) throw error;
  }
}

function idOf(request: IncomingMessage): string {
  return String(request.headers["x-request-id"] ?? randomUUID());
}

async function whole(
  service: Service,
  requestId: string,
  ask: Ask,
  choices: readonly Choice[],
  head: AnswerHead,
  signal: AbortSignal,
  response: ServerResponse,
): Promise<void> {
  const made: { text: string; finish: Finish }[] = choices.map(({ prompt }) => ({
    text: ask.echo ? service.model.text(prompt, []) : "",
    finish: "stop",
  }));
  const add = (index: number, more: string, finish?: Finish) => {
    const choice = made[index];
    if (choice === undefined) throw new RangeError(`There is no choice ${index}.`);
    choice.text += more;
    if (finish !== undefined) choice.finish = finish;
  };
  const account = await service.generate(requestId, ask, choices, signal, {
    onStart: () => {},
    onToken: add,
    onEnd: add,
  });
  if (signal.aborted) return;
  setHeaders(response, { ...tokenHeaders(account), ...workHeaders(service, account) });
  json(response, wholeAnswer(head, made, account));
}

async function stream(
  service: Service,
  requestId: string,
  ask: Ask,
  choices: readonly Choice[],
  head: AnswerHead,
  signal: AbortSignal,
  response: ServerResponse,
): Promise<void> {
  const started = new Set<number>();
  const begin = (account: Readonly<Account>) => {
    if (response.headersSent) return;
    const headers = { "content-type": "text/event-stream", "cache-control": "no-cache", trailer: workTrailers };
    response.writeHead(200, { ...headers, ...tokenHeaders(account) });
  };
  const write = (choice: Parameters<typeof chunkOf>[1]) => response.write(chunkOf(head, choice, ask.includeUsage));
  const account = await service.generate(requestId, ask, choices, signal, {
    onStart: begin,
    onToken: (index, text) => {
      let echoed = "";
      if (!started.has(index)) {
        started.add(index);
        if (ask.kind === "chat") write({ index, role: true });
        if (ask.echo) echoed = service.model.text(choices[index]?.prompt ?? [], []);
      }
      // Always one chunk a token: the gateway counts by them.
      write({ index, text: echoed + text });
    },
    onEnd: (index, rest, finish) => {
      write(rest === "" ? { index, finish } : { index, text: rest, finish });
    },
  });
  if (signal.aborted) return;
  begin(account);
  if (ask.includeUsage) response.write(usageChunk(head, account));
  response.write(lastEvent);
  response.addTrailers(workHeaders(service, account));
  response.end();
}

async function embed(
  service: Service,
  { inputs, format, dimensions }: EmbeddingAsk,
  request: IncomingMessage,
  response: ServerResponse,
  { model }: EngineIdentity,
): Promise<void> {
  const size = service.model.model.embeddingVectorSize;
  if (dimensions !== undefined && dimensions !== size) {
    throw new Fault("invalid_value", { message: `This model's vectors have ${size} dimensions.`, param: "dimensions" });
  }
  await whileThere(response, async (signal) => {
    const { vectors, account } = await service.embed(idOf(request), inputs, signal);
    setHeaders(response, { ...tokenHeaders(account), ...workHeaders(service, account) });
    json(response, embeddingAnswer(model, vectors, format, account));
  });
}

function report(service: Service, id: string, response: ServerResponse): void {
  const account = service.recent(id);
  if (account === undefined) throw new Fault("not_found", { message: `No request ${id} has ended here lately.` });
  setHeaders(response, workHeaders(service, account));
  json(response, { id, ...account, energyProvenance: service.energyProvenance, usage: usageOf(account) });
}

function metrics(service: Service, response: ServerResponse): void {
  response.setHeader("content-type", "text/plain; version=0.0.4");
  response.end(metricsText(service.figures, service.energyProvenance));
}

function describe({ model, parallel, energyProvenance }: Service) {
  const { contextTokens, isOnGpu, card } = model;
  const { title, architecture, parameters, quantisation } = card;
  return { title, architecture, parameters, quantisation, contextTokens, parallel, isOnGpu, energyProvenance };
}

function setHeaders(response: ServerResponse, headers: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
}

function tokenHeaders(account: Readonly<Account>): Record<string, string> {
  return {
    "x-tokenworks-input-tokens": String(account.inputTokens),
    "x-tokenworks-cached-tokens": String(account.cachedTokens),
  };
}

function workHeaders(service: Service, account: Readonly<Account>): Record<string, string> {
  return {
    "x-tokenworks-accelerator-ms": account.acceleratorMs.toFixed(3),
    "x-tokenworks-millijoules": account.millijoules.toFixed(3),
    "x-tokenworks-energy-provenance": service.energyProvenance,
  };
}

async function body(request: IncomingMessage): Promise<unknown> {
  try {
    return JSON.parse(await readText(request));
  } catch (error) {
    throw new Fault("invalid_json", { message: `The body is not JSON: ${(error as Error).message}` });
  }
}

function json(response: ServerResponse, value: object): void {
  const bytes = Buffer.from(JSON.stringify(value));
  response.setHeader("content-type", "application/json");
  response.setHeader("content-length", bytes.length);
  response.end(bytes);
}

function refuse(response: ServerResponse, error: unknown): void {
  const fault =
    error instanceof Fault ? error : new Fault("internal_error", { message: `The engine failed: ${String(error)}` });
  const { message, code, status } = fault;
  const type = status < 500 ? "invalid_request_error" : "server_error";
  const shaped = { error: { message, type, param: fault.param ?? null, code } };
  if (response.headersSent) {
    // A stream that broke ends without [DONE], so that nobody takes it for whole.
    response.end(errorChunk(shaped));
    return;
  }
  response.statusCode = status;
  if (fault.retryAfterSeconds !== undefined) response.setHeader("retry-after", String(fault.retryAfterSeconds));
  json(response, shaped);
}

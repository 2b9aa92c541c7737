/**
 * The front door: takes HTTP requests within limits on size and time, finds out what each is for, and hands the body
 * of one that infers to its exchange. What is refused here leaves no trace in the books.
 *
 * Node's parser is strict (llhttp): two lengths, a length beside a transfer coding, or a bare line break are refused,
 * so that nothing can be smuggled past a proxy in front.
 */
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { Fault } from "../stack/fault.ts";
import { authenticate, mayInfer } from "./admit.ts";
import { Answer, listenTo, sendFault, sendJson } from "./answer.ts";
import type { Endpoint } from "./dialect.ts";
import { asFault, errorJson } from "./errors.ts";
import { Exchange } from "./exchange.ts";
import type { Gateway } from "./gateway.ts";
import { openai } from "./openai.ts";
import type { Snapshot } from "./snapshot.ts";

export type FrontLimits = {
  readonly bodyBytesMax: number;
  readonly headBytesMax: number;
  /** From the connection's first byte, or the answer before, to the end of the head. */
  readonly headMsMax: number;
  /** To the end of the body. */
  readonly requestMsMax: number;
  /** How long an idle connection is kept. */
  readonly keepAliveMs: number;
};

export const frontLimits: FrontLimits = {
  bodyBytesMax: 32 * 1024 * 1024,
  headBytesMax: 16 * 1024,
  headMsMax: 10_000,
  requestMsMax: 120_000,
  keepAliveMs: 75_000,
};

/** What a page that is neither a model's nor the door's own is answered by. */
export type Pages = {
  metrics(): Promise<string>;
  openapi(): unknown;
};

export type Front = {
  readonly port: number;
  /** Takes no more connections; ends the idle ones. */
  stopAccepting(): void;
  /** Ends every connection. */
  close(): Promise<void>;
};

const inference: ReadonlyMap<string, Endpoint> = new Map([
  ["/v1/chat/completions", "chat.completions"],
  ["/v1/completions", "completions"],
  ["/v1/embeddings", "embeddings"],
]);

/** How long a refused body may go on coming in, so that its sender gets to read the refusal. */
const lingerMs = 2_000;

export function openFront(
  gateway: Gateway,
  pages: Pages,
  address: { readonly host: string; readonly port: number },
  limits: FrontLimits = frontLimits,
): Promise<Front> {
  const server: Server<typeof IncomingMessage, typeof Answer> = createServer(
    {
      ServerResponse: Answer,
      maxHeaderSize: limits.headBytesMax,
      headersTimeout: limits.headMsMax,
      requestTimeout: limits.requestMsMax,
      connectionsCheckingInterval: Math.min(1_000, limits.headMsMax),
      keepAliveTimeout: limits.keepAliveMs,
      insecureHTTPParser: false,
    },
    (request, answer) => {
      listenTo(answer);
      try {
        route(gateway, pages, limits, request, answer);
      } catch (error) {
        refuse(gateway, answer, error);
      }
    },
  );
  server.on("clientError", (error: NodeJS.ErrnoException, socket: Socket) => onBadRequest(error, socket));
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host: address.host, port: address.port, backlog: 1024 }, () => {
      server.off("error", reject);
      resolve({
        port: (server.address() as AddressInfo).port,
        stopAccepting: () => void server.close(),
        close: () =>
          new Promise((closed) => {
            server.close(() => closed());
            server.closeAllConnections();
          }),
      });
    });
  });
}

function route(gateway: Gateway, pages: Pages, limits: FrontLimits, request: IncomingMessage, answer: Answer): void {
  const url = request.url ?? "/";
  const query = url.indexOf("?");
  const path = query < 0 ? url : url.slice(0, query);
  const endpoint = inference.get(path);
  if (endpoint !== undefined) {
    if (request.method !== "POST") throw wrongMethod(request, path, "POST");
    const { headers } = request;
    const principal = authenticate(gateway.snapshot, headers.authorization, Date.now());
    mayInfer(principal);
    checkBodyHead(request, limits);
    takeBody(gateway, limits, request, answer, new Exchange(gateway, openai, endpoint, principal, answer));
    return;
  }
  const page = pageOf(gateway, pages, request, path);
  if (page === undefined) {
    throw new Fault("not_found", {
      message: `There is nothing at ${request.method ?? ""} ${path.slice(0, 200)}.`,
      remedy: "The API is described at /openapi.json.",
    });
  }
  if (request.method !== "GET" && request.method !== "HEAD") throw wrongMethod(request, path, "GET");
  page(answer);
}

type Page = (answer: Answer) => void;

function pageOf(gateway: Gateway, pages: Pages, request: IncomingMessage, path: string): Page | undefined {
  switch (path) {
    case "/healthz":
      return (answer) => sendJson(answer, 200, { status: "alive" });
    case "/readyz":
      return (answer) => {
        const reasons = gateway.reasonsNotReady();
        sendJson(answer, reasons.length === 0 ? 200 : 503, { ready: reasons.length === 0, reasons });
      };
    case "/metrics":
      return (answer) => {
        pages.metrics().then(
          (text) => answer.writeHead(200, { "content-type": "text/plain; version=0.0.4; charset=utf-8" }).end(text),
          (error: unknown) => refuse(gateway, answer, error),
        );
      };
    case "/openapi.json":
      return (answer) => sendJson(answer, 200, pages.openapi());
  }
  if (path !== "/v1/models" && !path.startsWith("/v1/models/")) return undefined;
  return (answer) => {
    const { snapshot } = gateway;
    const principal = authenticate(snapshot, request.headers.authorization, Date.now());
    const models = modelsFor(snapshot, principal.tenant);
    if (path === "/v1/models") {
      sendJson(answer, 200, { object: "list", data: models });
      return;
    }
    const id = decoded(path.slice("/v1/models/".length));
    const model = models.find((one) => one.id === id);
    if (model === undefined) {
      throw new Fault("model_not_found", {
        message: `The model \`${id.slice(0, 100)}\` does not exist or you do not have access to it.`,
        param: "model",
      });
    }
    sendJson(answer, 200, model);
  };
}

/** What a tenant can buy: the models that have a price for it. */
function modelsFor(snapshot: Snapshot, tenant: string) {
  const nowMs = Date.now();
  return [...snapshot.models.values()]
    .filter(({ spec }) => snapshot.priceOf(tenant, spec.name, nowMs) !== undefined)
    .map(({ spec, sinceMs }) => ({
      id: spec.name,
      object: "model",
      created: Math.floor(sinceMs / 1000),
      owned_by: "tokenworks",
    }));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** @throws Fault when the head already says that the body cannot be taken. */
function checkBodyHead(request: IncomingMessage, limits: FrontLimits): void {
  const { headers } = request;
  const type = headers["content-type"];
  if (type !== undefined && !type.startsWith("application/json") && !/^application\/json\b/i.test(type)) {
    throw new Fault("unsupported_media_type", {
      message: `The body is ${type.slice(0, 100)}; send application/json.`,
    });
  }
  const coding = headers["content-encoding"];
  if (coding !== undefined && coding !== "identity") {
    throw new Fault("unsupported_media_type", {
      message: `The body is ${coding.slice(0, 100)}; send it uncompressed.`,
    });
  }
  const length = headers["content-length"];
  if (length !== undefined && Number(length) > limits.bodyBytesMax) throw tooLarge(limits);
}

function takeBody(
  gateway: Gateway,
  limits: FrontLimits,
  request: IncomingMessage,
  answer: Answer,
  exchange: Exchange,
): void {
  let first: Buffer | undefined;
  let more: Buffer[] | undefined;
  let size = 0;
  request.on("data", (piece: Buffer) => {
    size += piece.length;
    if (size > limits.bodyBytesMax) {
      if (!answer.headersSent) refuse(gateway, answer, tooLarge(limits));
      return;
    }
    answer.hold(gateway, piece.length);
    if (first === undefined) first = piece;
    else if (more === undefined) more = [first, piece];
    else more.push(piece);
  });
  request.on("end", () => {
    if (answer.headersSent) return;
    answer.listener = exchange;
    exchange.begin(more === undefined ? (first ?? Buffer.alloc(0)) : Buffer.concat(more, size));
  });
}

/** Answers what never became an exchange; a body that is still coming is read away for a while, not held. */
function refuse(gateway: Gateway, answer: Answer, error: unknown): void {
  if (!(error instanceof Fault)) gateway.report(error);
  if (answer.destroyed || answer.headersSent) {
    answer.destroy();
    return;
  }
  const fault = asFault(error);
  gateway.metrics.refused("front", fault);
  const request = answer.req;
  const isWhole = request.complete || (request.headers["content-length"] ?? "0") === "0";
  const facts = { id: answer.id, processingMs: 0, limits: undefined, isLast: !isWhole || gateway.isDraining };
  if (isWhole && request.headers["transfer-encoding"] === undefined) {
    sendFault(answer, fault, facts);
    return;
  }
  // To end at once would reset the connection under a sender that is still writing and has not read the answer.
  const end = sendFault(answer, fault, facts, false, false);
  const timer = setTimeout(end, lingerMs);
  request.once("end", end);
  answer.once("close", () => clearTimeout(timer));
  request.resume();
}

function tooLarge(limits: FrontLimits): Fault {
  return new Fault("body_too_large", { message: `The body is larger than ${limits.bodyBytesMax} bytes.` });
}

function wrongMethod(request: IncomingMessage, path: string, right: string): Fault {
  return new Fault("method_not_allowed", { message: `${path} takes ${right}, not ${request.method ?? ""}.` });
}

/** A request that the parser refused, or that took too long: answered by hand, and the connection ended. */
function onBadRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  // An answer that is under way cannot be followed by another: it is cut, which its exchange sees.
  const answer = "_httpMessage" in socket ? socket["_httpMessage"] : undefined;
  const isAnswering = answer instanceof Answer && (answer.headersSent || answer.listener !== undefined);
  if (error.code === "ECONNRESET" || !socket.writable || isAnswering) {
    socket.destroy();
    return;
  }
  const fault = badRequestFault(error.code ?? "");
  const body = errorJson(fault);
  socket.end(
    `HTTP/1.1 ${fault.status} ${fault.code}\r\nconnection: close\r\ncontent-type: application/json\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

function badRequestFault(code: string): Fault {
  if (code === "ERR_HTTP_REQUEST_TIMEOUT") {
    return new Fault("request_timeout", { message: "The request did not arrive in time." });
  }
  if (code === "HPE_HEADER_OVERFLOW") {
    return new Fault("header_too_large", { message: "The request's head is too large." });
  }
  return new Fault("invalid_request", { message: `The request is not valid HTTP/1.1 (${code}).` });
}

/**
 * The control API's server: from a request's head to its answer, one guard after the other.
 *
 * host → origin → route → key or session → role → CSRF token → body → handler; any Fault becomes the same error
 * shape that the gateway gives, and what nobody expected is logged and becomes a 500 that tells nothing.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { hostname } from "node:os";
import { depthMax, fieldsOf } from "../gateway/json.ts";
import { Fault } from "../stack/fault.ts";
import { findKey, keyFault } from "../store/keys.ts";
import { findSession } from "../store/sessions.ts";
import type { Context } from "./context.ts";
import { checkCsrf, checkHost, checkOrigin, cookieOf } from "./guard.ts";
import { findRoute, notYours, type Principal, type Route, streamed } from "./route.ts";
import { serveStatic } from "./static.ts";

export const sessionCookie = "tw_session";

const securityHeaders: Readonly<Record<string, string>> = {
  // Mantine writes its variables into a style element; nothing else is inline, and no script ever.
  "content-security-policy":
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; " +
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), microphone=(), geolocation=()",
};

/** @param consoleFiles The folder of the built console. */
export function apiServer(context: Context, routes: readonly Route[], consoleFiles: string): Server {
  const names = [context.config.host, hostname(), ...context.config.hosts].map((name) => name.toLowerCase());
  const server = createServer({ headersTimeout: 10_000, requestTimeout: 60_000 }, (request, response) => {
    answer(context, routes, consoleFiles, names, request, response).catch((error: unknown) => {
      sendFailure(response, error);
    });
  });
  server.on("clientError", (_error, socket) => {
    if (socket.writable) socket.end("HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n");
  });
  return server;
}

async function answer(
  context: Context,
  routes: readonly Route[],
  consoleFiles: string,
  names: readonly string[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value);
  const method = request.method ?? "GET";
  const { host, origin } = request.headers;
  const fetchSite = request.headers["sec-fetch-site"];
  throwIf(checkHost(host, names));
  throwIf(checkOrigin({ method, host, origin, fetchSite: typeof fetchSite === "string" ? fetchSite : undefined }));

  const { path, query } = target(request.url ?? "/");
  if (path !== "/api" && !path.startsWith("/api/")) {
    if (method !== "GET" && method !== "HEAD") {
      throw new Fault("method_not_allowed", { message: `${path} takes GET, not ${method}.` });
    }
    return serveStatic(consoleFiles, path, request, response);
  }
  response.setHeader("cache-control", "no-store");
  const { route, params } = findRoute(routes, method, path);
  const principal = await principalOf(context, request);
  if (route.roles !== "anyone") {
    if (principal === undefined) {
      throw new Fault("signed_out", { message: "You are not signed in.", remedy: "Sign in with an API key." });
    }
    if (!route.roles.includes(principal.role)) throw notYours();
  }
  const shown = request.headers["x-csrf-token"];
  const session = principal?.session;
  if (session !== undefined) {
    throwIf(checkCsrf(method, typeof shown === "string" ? shown : undefined, session.csrfToken));
  }
  const readBody = (bytesMax: number) => readJson(request, bytesMax);
  const result = await route.handle({ context, params, query, readBody, principal, request, response });
  if (result === streamed) return;
  for (const [name, value] of Object.entries(result.headers ?? {})) response.setHeader(name, value);
  const status = result.status ?? route.status;
  if (status === 204) {
    response.writeHead(204).end();
    return;
  }
  send(response, status, result.body);
}

/** Whoever the request's key or session stands for; undefined when it has neither, or one that no longer holds. */
async function principalOf(context: Context, request: IncomingMessage): Promise<Principal | undefined> {
  const { attempts, store, now } = context;
  const bearer = /^Bearer ([\w-]{1,200})$/i.exec(request.headers.authorization ?? "")?.[1];
  if (bearer !== undefined) {
    const address = request.socket.remoteAddress ?? "";
    attempts.check(address, now());
    const key = await findKey(store.db, bearer);
    const fault =
      key === undefined
        ? new Fault("invalid_api_key", { message: "This API key is not known." })
        : keyFault(key, now());
    if (key === undefined || fault !== undefined) {
      attempts.failed(address, now());
      throw fault;
    }
    return { key, role: key.role, session: undefined };
  }
  const token = cookieOf(request.headers.cookie, sessionCookie);
  if (token === undefined) return undefined;
  const session = await findSession(store.db, token, now());
  if (session === undefined) return undefined;
  return { key: session.key, role: session.key.role, session: { token, csrfToken: session.csrfToken } };
}

function target(url: string): { path: string; query: Record<string, string> } {
  const at = url.indexOf("?");
  const path = at < 0 ? url : url.slice(0, at);
  const search = new URLSearchParams(at < 0 ? "" : url.slice(at));
  const query: Record<string, string> = {};
  for (const [name, value] of search) {
    if (name in query) {
      throw new Fault("invalid_value", { message: `The parameter "${name}" stands twice.`, param: name });
    }
    query[name] = value;
  }
  return { path, query };
}

async function readJson(request: IncomingMessage, bytesMax: number): Promise<unknown> {
  const type = request.headers["content-type"]?.split(";")[0]?.trim().toLowerCase();
  if (type !== "application/json") {
    throw new Fault("unsupported_media_type", {
      message: `A body of type ${type ?? "none"} is not taken here.`,
      remedy: "Send application/json.",
    });
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    const part = Buffer.from(chunk as Uint8Array);
    bytes += part.length;
    if (bytes > bytesMax) {
      throw new Fault("body_too_large", { message: `The body is larger than ${bytesMax.toLocaleString("en")} bytes.` });
    }
    chunks.push(part);
  }
  const text = Buffer.concat(chunks);
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(text));
  } catch (error) {
    throw new Fault("invalid_json", { message: `The body is not JSON: ${(error as Error).message}.` });
  }
  if (fieldsOf(text) !== undefined) return value;
  throw new Fault("invalid_json", { message: `The body must be one object, nested at most ${depthMax} deep.` });
}

function send(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  response.writeHead(status, { "content-type": "application/json", "content-length": Buffer.byteLength(text) });
  response.end(text);
}

function sendFailure(response: ServerResponse, error: unknown): void {
  const fault =
    error instanceof Fault
      ? error
      : new Fault("internal_error", { message: "Something went wrong here; it is logged." });
  if (!(error instanceof Fault)) console.error(error);
  if (response.headersSent) {
    response.destroy();
    return;
  }
  // What is left of a body that was refused is not read.
  if (fault.code === "body_too_large") response.setHeader("connection", "close");
  if (fault.retryAfterSeconds !== undefined) response.setHeader("retry-after", String(fault.retryAfterSeconds));
  send(response, fault.status, {
    error: { message: fault.message, type: typeOf(fault.status), code: fault.code, param: fault.param ?? null },
  });
}

function typeOf(status: number): string {
  if (status === 401) return "authentication_error";
  if (status === 403) return "permission_error";
  if (status === 429) return "rate_limit_error";
  return status < 500 ? "invalid_request_error" : "server_error";
}

function throwIf(fault: Fault | undefined): void {
  if (fault !== undefined) throw fault;
}

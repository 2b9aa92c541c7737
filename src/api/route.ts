/**
 * A route of the control API: one value that the server dispatches on, the tests walk and the OpenAPI
 * description is written from, so that none of them can disagree.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { z } from "zod";
import { Fault } from "../stack/fault.ts";
import type { Role } from "../store/database.ts";
import type { Key } from "../store/keys.ts";
import type { Context } from "./context.ts";

export type Method = "GET" | "POST" | "PATCH" | "DELETE";

/** Who asks: a key, either in person (`Authorization`) or through the session that it opened. */
export type Principal = {
  readonly key: Key;
  readonly role: Role;
  /** The session's token, when it came by a cookie. */
  readonly session: { readonly token: string; readonly csrfToken: string } | undefined;
};

export type Answer<Body> = {
  readonly status?: 200 | 201 | 204;
  readonly body?: Body;
  readonly headers?: Readonly<Record<string, string>>;
};

export type WrittenType = "text/event-stream" | "application/pdf" | "text/csv";

/** A handler that writes its own answer, such as a stream or a file, says so. */
export const streamed = Symbol("streamed");

export const everybody: readonly Role[] = ["admin", "developer", "viewer"];

/** What the server knows of a request before its schema is applied. */
export type RawAsk = {
  readonly context: Context;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  /** Reads and parses the body, at most `bytesMax` of it. */
  readonly readBody: (bytesMax: number) => Promise<unknown>;
  readonly principal: Principal | undefined;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
};

export type Ask<Query, Body> = Omit<RawAsk, "query" | "readBody"> & { readonly query: Query; readonly body: Body };

export type SignedInAsk<Query, Body> = Ask<Query, Body> & { readonly principal: Principal };

export type Route = {
  readonly method: Method;
  /** With parameters as `:name`. */
  readonly path: string;
  readonly summary: string;
  /** The roles that may ask; anyone needs no sign-in. */
  readonly roles: readonly Role[] | "anyone";
  readonly query: z.ZodType;
  readonly body: z.ZodType | undefined;
  /** The answer's schema, or the media type of what the handler writes itself. */
  readonly answer: z.ZodType | WrittenType | undefined;
  readonly status: 200 | 201 | 204;
  readonly handle: (ask: RawAsk) => Promise<Answer<unknown> | typeof streamed>;
};

type Spec<Query extends z.ZodType, Body extends z.ZodType, Out extends z.ZodType> = {
  readonly method: Method;
  readonly path: string;
  readonly summary: string;
  readonly query?: Query;
  readonly body?: Body;
  readonly bodyBytesMax?: number;
  readonly answer?: Out | WrittenType;
  readonly status?: 200 | 201 | 204;
};

const nothing = z.strictObject({});
type Nothing = typeof nothing;
const bodyBytesUsually = 1024 * 1024;

/** A route that needs no sign-in. */
export function openRoute<
  Out extends z.ZodType,
  Query extends z.ZodType = Nothing,
  Body extends z.ZodType = z.ZodUndefined,
>(
  spec: Spec<Query, Body, Out>,
  handle: (ask: Ask<z.output<Query>, z.output<Body>>) => Promise<Answer<z.input<Out>> | typeof streamed>,
): Route {
  return { ...shape(spec), roles: "anyone", handle: async (raw) => handle(await parsed(spec, raw)) };
}

/** A route for those who signed in with one of the roles. */
export function route<
  Out extends z.ZodType,
  Query extends z.ZodType = Nothing,
  Body extends z.ZodType = z.ZodUndefined,
>(
  roles: readonly Role[],
  spec: Spec<Query, Body, Out>,
  handle: (ask: SignedInAsk<z.output<Query>, z.output<Body>>) => Promise<Answer<z.input<Out>> | typeof streamed>,
): Route {
  return {
    ...shape(spec),
    roles,
    handle: async (raw) => {
      const { principal } = raw;
      // The server has checked already; this is the second of two locks on one door.
      if (principal === undefined || !roles.includes(principal.role)) throw notYours();
      return handle({ ...(await parsed(spec, raw)), principal });
    },
  };
}

export function notYours(): Fault {
  return new Fault("forbidden", { message: "Your key's role does not allow this.", remedy: "Ask an administrator." });
}

/** The route of a request and its parameters; a Fault when the path or its method is unknown. */
export function findRoute(
  routes: readonly Route[],
  method: string,
  path: string,
): { route: Route; params: Record<string, string> } {
  const segments = path.split("/");
  const here = routes.flatMap((candidate) => {
    const params = paramsOf(candidate.path, segments);
    return params === undefined ? [] : [{ route: candidate, params }];
  });
  const found = here.find(({ route }) => route.method === method);
  if (found !== undefined) return found;
  if (here.length === 0) throw new Fault("not_found", { message: `There is no ${path} here.` });
  const methods = here.map(({ route }) => route.method).join(", ");
  throw new Fault("method_not_allowed", { message: `${path} takes ${methods}, not ${method}.` });
}

function paramsOf(pattern: string, segments: readonly string[]): Record<string, string> | undefined {
  const parts = pattern.split("/");
  if (parts.length !== segments.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of parts.entries()) {
    const segment = segments[index] ?? "";
    if (part.startsWith(":")) {
      try {
        params[part.slice(1)] = decodeURIComponent(segment);
      } catch {
        // Not a percent-encoding of anything: no path of ours.
        return undefined;
      }
    } else if (part !== segment) return undefined;
  }
  return params;
}

function shape(spec: Spec<z.ZodType, z.ZodType, z.ZodType>): Omit<Route, "roles" | "handle"> {
  return {
    method: spec.method,
    path: spec.path,
    summary: spec.summary,
    query: spec.query ?? nothing,
    body: spec.body,
    answer: spec.answer,
    status: spec.status ?? 200,
  };
}

async function parsed<Query extends z.ZodType, Body extends z.ZodType>(
  spec: Spec<Query, Body, z.ZodType>,
  raw: RawAsk,
): Promise<Ask<z.output<Query>, z.output<Body>>> {
  const { query, readBody, ...rest } = raw;
  return {
    ...rest,
    query: parse(spec.query ?? nothing, query) as z.output<Query>,
    body: (spec.body === undefined
      ? undefined
      : parse(spec.body, await readBody(spec.bodyBytesMax ?? bodyBytesUsually))) as z.output<Body>,
  };
}

function parse(schema: z.ZodType, value: unknown): unknown {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const param = z.core.toDotPath(issue?.path ?? []);
  throw new Fault("invalid_value", {
    message: `${param === "" ? "The request" : param}: ${issue?.message ?? "is not valid"}.`.replace("..", "."),
    ...(param === "" ? {} : { param }),
  });
}

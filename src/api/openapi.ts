/** The control API's OpenAPI description, written from the routes themselves. */
import { z } from "zod";
import { failure } from "./schema.ts";
import type { Route } from "./route.ts";

type Json = { [name: string]: unknown };

export function openapi(routes: readonly Route[], version: string): Json {
  const schemas: Json = {};
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    const path = route.path.replaceAll(/:(\w+)/g, "{$1}");
    const operations = (paths[path] ??= {});
    operations[route.method.toLowerCase()] = operation(route, schemas);
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Tokenworks control API",
      version,
      description:
        "Sign in with an API key: by a session (POST /api/session sets the cookie; every write then carries its " +
        "x-csrf-token), or by `Authorization: Bearer tw-…` with each request. Amounts are exact decimal strings.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "/" }],
    paths,
    components: {
      schemas: sorted(schemas),
      securitySchemes: {
        session: { type: "apiKey", in: "cookie", name: "tw_session" },
        key: { type: "http", scheme: "bearer" },
      },
    },
  };
}

/** What an OpenAPI description calls the operation: `GET /api/keys/:id` is `getKeysById`. */
function operationId({ method, path }: Route): string {
  const words = path.replace("/api/", "").split(/[/.-]/);
  const name = words.map((word) => (word.startsWith(":") ? `By${capital(word.slice(1))}` : capital(word))).join("");
  return method.toLowerCase() + name;
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

function operation(route: Route, schemas: Json): Json {
  const errors = { description: "What was wrong, and what to do", content: json(schemaOf(failure, schemas, "output")) };
  return {
    operationId: operationId(route),
    summary: route.summary,
    ...(route.roles === "anyone"
      ? { security: [] }
      : { security: [{ session: [] }, { key: [] }], "x-roles": [...route.roles] }),
    parameters: [...pathParameters(route), ...queryParameters(route, schemas)],
    ...(route.body === undefined
      ? {}
      : { requestBody: { required: true, content: json(schemaOf(route.body, schemas, "input")) } }),
    responses: { [route.status]: success(route, schemas), default: errors },
  };
}

function success(route: Route, schemas: Json): Json {
  if (route.answer === undefined) return { description: "Done" };
  if (route.answer === "text/event-stream") {
    return { description: "A stream of events", content: { "text/event-stream": { schema: { type: "string" } } } };
  }
  if (route.answer === "application/pdf") {
    return {
      description: "A PDF file",
      content: { "application/pdf": { schema: { type: "string", format: "binary" } } },
    };
  }
  if (route.answer === "text/csv") {
    return { description: "A CSV file", content: { "text/csv": { schema: { type: "string" } } } };
  }
  return { description: "Done", content: json(schemaOf(route.answer, schemas, "output")) };
}

function pathParameters({ path }: Route): Json[] {
  return [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string" },
  }));
}

function queryParameters({ query }: Route, schemas: Json): Json[] {
  const { properties = {}, required = [] } = schemaOf(query, schemas, "input") as {
    properties?: Record<string, Json>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: "query",
    required: required.includes(name),
    schema,
  }));
}

function json(schema: Json): Json {
  return { "application/json": { schema } };
}

/** A JSON Schema whose named parts stand once, among the components. */
function schemaOf(schema: z.ZodType, schemas: Json, io: "input" | "output"): Json {
  const { $schema: _, $defs, ...own } = z.toJSONSchema(schema, { io, unrepresentable: "any" }) as Json;
  const suffix = (name: string) => (io === "input" ? `${name}Input` : name);
  const moved = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(moved);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).flatMap(([key, inside]) => {
        if (key === "id" && typeof inside === "string") return [];
        if (key === "$ref" && typeof inside === "string") {
          return [
            [key, inside.replace(/^#\/\$defs\/(.*)$/, (_all, name: string) => `#/components/schemas/${suffix(name)}`)],
          ];
        }
        return [[key, moved(inside)]];
      }),
    );
  };
  for (const [name, part] of Object.entries(($defs ?? {}) as Json)) schemas[suffix(name)] = moved(part);
  return moved(own) as Json;
}

function sorted(schemas: Json): Json {
  return Object.fromEntries(Object.entries(schemas).toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

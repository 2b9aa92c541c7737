/** What docs/openapi/gateway.yaml says, against what a running gateway answers. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { z } from "zod";
import { errorType } from "../../src/gateway/errors.ts";
import { type FaultCode, faultStatus } from "../../src/stack/fault.ts";
import { answersJson, completion, streams, Upstream, usage, wholeStream } from "./upstream.ts";
import { deployment, eventsOf, factory, model, secret, TestWorker } from "./worker.ts";

type Schema = Parameters<typeof z.fromJSONSchema>[0];
type Operation = {
  readonly responses: Record<string, { readonly content?: Record<string, { readonly schema: Schema }> }>;
};
type Description = {
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { readonly schemas: Record<string, object> };
};

const upstream = new Upstream();
const worker = new TestWorker();
let described: Description;

before(async () => {
  await upstream.start();
  await worker.start(factory(model("m"), deployment("d", "m", upstream.url)));
  described = (await (await fetch(`${worker.baseUrl}/openapi.json`)).json()) as Description;
});
after(async () => {
  await worker.stop();
  await upstream.stop();
});

/** Checks a value against a response that is described. */
function conforms(path: string, method: string, status: number, value: unknown, type = "application/json"): void {
  const { responses } = described.paths[path]?.[method] ?? { responses: {} };
  const response = responses[String(status)] ?? responses["default"];
  const schema = response?.content?.[type]?.schema ?? resolve(response)?.content?.[type]?.schema;
  assert.ok(schema !== undefined, `${method} ${path} ${status} ${type} is not described.`);
  const checker = z.fromJSONSchema(inlined(schema) as Schema);
  const result = checker.safeParse(value);
  assert.ok(result.success, `${method} ${path} ${status}: ${JSON.stringify(value)} ${result.error?.message ?? ""}`);
}

function resolve(node: unknown): Operation["responses"][string] | undefined {
  return inlined(node) as Operation["responses"][string] | undefined;
}

/** A schema with what it refers to in its place. */
function inlined(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(inlined);
  if (typeof node !== "object" || node === null) return node;
  if ("$ref" in node && typeof node.$ref === "string") {
    const parts = node.$ref.slice(2).split("/");
    return inlined(parts.reduce<unknown>((at, part) => (at as Record<string, unknown>)[part], described));
  }
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, inlined(value)]));
}

describe("the description", () => {
  test("names every path that answers, and each answers as it says", async () => {
    for (const [path, methods] of Object.entries(described.paths)) {
      for (const method of Object.keys(methods)) {
        const response = await fetch(worker.baseUrl + path.replace("{model}", "m"), {
          method: method.toUpperCase(),
          headers: { authorization: `Bearer ${secret}`, "content-type": "application/json" },
          ...(method === "post" ? { body: "{}" } : {}),
        });
        assert.ok(response.status === 200 || response.status === 400, `${method} ${path} answers ${response.status}.`);
        const type = (response.headers.get("content-type") ?? "").split(";")[0];
        const value: unknown = type === "application/json" ? await response.json() : await response.text();
        conforms(path, method, response.status, value, type);
      }
    }
  });

  test("of answers holds for those of each endpoint", async () => {
    const path = "/v1/chat/completions";
    upstream.behave = answersJson(completion());
    conforms(path, "post", 200, await (await worker.chat()).json());
    upstream.behave = streams(wholeStream);
    const stream = await eventsOf(await worker.chat({ stream: true, stream_options: { include_usage: true } }));
    for (const one of stream.slice(0, -1)) conforms(path, "post", 200, JSON.parse(one), "text/event-stream");
    upstream.behave = answersJson({ object: "text_completion", choices: [{ text: "x" }], usage });
    conforms(
      "/v1/completions",
      "post",
      200,
      await (await worker.post("/v1/completions", { model: "m", prompt: "x" })).json(),
    );
    upstream.behave = answersJson({ object: "list", data: [{ embedding: [0.1] }], usage });
    conforms(
      "/v1/embeddings",
      "post",
      200,
      await (await worker.post("/v1/embeddings", { model: "m", input: "x" })).json(),
    );
  });

  test("of errors holds for one of each kind", async () => {
    upstream.behave = answersJson({}, 500);
    const refusals = [
      worker.chat({ model: "x" }),
      worker.chat({ n: 0 }),
      worker.chat({}, { authorization: "" }),
      worker.chat(),
    ];
    for (const response of await Promise.all(refusals)) {
      conforms("/v1/chat/completions", "post", response.status, await response.json());
    }
  });

  test("knows the type that each fault of the gateway has", () => {
    const error = described.components.schemas["Error"] as {
      properties: { error: { properties: { type: { enum: string[] }; code: { enum: FaultCode[] } } } };
    };
    const { type, code } = error.properties.error.properties;
    for (const one of code.enum) assert.ok(type.enum.includes(errorType(one, faultStatus[one])), one);
  });
});

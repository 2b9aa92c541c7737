/** Requests that are wrong: each gets a clear error in OpenAI's shape, the right status, and no bill. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { answersJson, Upstream } from "./upstream.ts";
import * as keys from "./worker.ts";
import { deployment, errorOf, factory, model, TestWorker } from "./worker.ts";

const upstream = new Upstream();
const worker = new TestWorker();
const bodyBytesMax = 256 * 1024;

before(async () => {
  await upstream.start();
  const resources = factory(
    model("m"),
    deployment("d", "m", upstream.url),
    model("secret-model"),
    deployment("s", "secret-model", upstream.url),
    model("unserved"),
    model("texts", { capabilities: ["embeddings"] }),
  );
  const front = { bodyBytesMax, headBytesMax: 8 * 1024, headMsMax: 500, requestMsMax: 1_000 };
  await worker.start(resources, { front });
});
after(async () => {
  await worker.stop();
  await upstream.stop();
});

/** Sends it and checks that it is refused, and that neither the upstream nor the books have heard of it. */
async function refused(
  send: Promise<Response>,
  expected: { status: number; code: string; param?: string; says?: RegExp; type?: string },
): Promise<Response> {
  const seen = upstream.seen.length;
  const booked = worker.usages().length;
  const response = await send;
  const error = await errorOf(response);
  assert.equal(response.status, expected.status, JSON.stringify(error));
  assert.equal(error.code, expected.code);
  assert.equal(error.param, expected.param ?? null);
  assert.equal(error.type, expected.type ?? "invalid_request_error");
  if (expected.says !== undefined) assert.match(error.message, expected.says);
  assert.match(response.headers.get("x-request-id") ?? "", /^[0-9a-f-]{36}$/);
  assert.equal(upstream.seen.length, seen, "Nothing goes upstream.");
  assert.equal(worker.usages().length, booked, "Nothing is billed.");
  return response;
}

const path = "/v1/chat/completions";
const hello = [{ role: "user", content: "hello" }];

describe("a body", () => {
  test("that is not JSON is 400 invalid_json, and no prompt is quoted", async () => {
    const response = await refused(worker.post(path, '{"model":"m","messages":[{"content":"top secret"'), {
      status: 400,
      code: "invalid_json",
    });
    void response;
    await refused(worker.post(path, "hello"), { status: 400, code: "invalid_json", says: /^(?!.*hello)/ });
  });

  test("that is empty, or no object, is 400 invalid_json", async () => {
    await refused(worker.post(path, ""), { status: 400, code: "invalid_json" });
    await refused(worker.post(path, "[1]"), { status: 400, code: "invalid_json" });
  });

  test("with invalid UTF-8 is 400 invalid_json", async () => {
    const bytes = Buffer.from('{"model":"m","messages":[{"role":"user","content":"\xff\xfe"}]}', "latin1");
    await refused(worker.post(path, bytes), { status: 400, code: "invalid_json", says: /UTF-8/ });
  });

  test("that is nested beyond reason is 400 invalid_json", async () => {
    const deep = `${"[".repeat(10_000)}${"]".repeat(10_000)}`;
    const body = `{"model":"m","messages":[{"role":"user","content":"x"}],"metadata":${deep}}`;
    await refused(worker.post(path, body), { status: 400, code: "invalid_json", says: /nests deeper/ });
  });

  test("over the limit is 413, told by its length or found on the way", async () => {
    const large = JSON.stringify({ model: "m", messages: [{ role: "user", content: "x".repeat(bodyBytesMax) }] });
    await refused(worker.post(path, large), { status: 413, code: "body_too_large", says: /262144 bytes/ });
    const chunked = fetch(worker.baseUrl + path, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${keys.secret}` },
      body: ReadableStream.from([Buffer.from(large)]),
      duplex: "half",
    } as RequestInit);
    await refused(chunked, { status: 413, code: "body_too_large" });
  });

  test("of another type, or compressed, is 415", async () => {
    const form = worker.post(path, "model=m", { "content-type": "application/x-www-form-urlencoded" });
    await refused(form, { status: 415, code: "unsupported_media_type" });
    const zipped = worker.post(path, "{}", { "content-encoding": "gzip" });
    await refused(zipped, { status: 415, code: "unsupported_media_type" });
  });

  test("with 10,000 messages is served, being under the limit", async () => {
    upstream.behave = answersJson();
    const messages = Array.from({ length: 6_000 }, () => ({ role: "user", content: "x" }));
    const response = await worker.chat({ messages });
    assert.equal(response.status, 200);
    assert.equal((JSON.parse(upstream.last.body) as { messages: unknown[] }).messages.length, 6_000);
    const tooMany = Array.from({ length: 10_000 }, () => ({ role: "user", content: "x" }));
    await refused(worker.chat({ messages: tooMany }), { status: 413, code: "body_too_large" });
  });
});

describe("a field of the wrong type is named by its path", () => {
  const cases: [string, object, string, RegExp][] = [
    ["no model", { model: undefined }, "model", /name a model/],
    ["model", { model: 3 }, "model", /must be a string, not the number 3/],
    ["no messages", { messages: undefined }, "messages", /missing/],
    ["messages", { messages: "hi" }, "messages", /must be an array, not a string/],
    ["empty messages", { messages: [] }, "messages", /at least one/],
    ["a message", { messages: [...hello, 7] }, "messages[1]", /must be an object/],
    ["a role", { messages: [{ content: "x" }] }, "messages[0].role", /absent/],
    ["content", { messages: [...hello, { role: "user", content: 5 }] }, "messages[1].content", /array of parts/],
    ["a part", { messages: [{ role: "user", content: [{}] }] }, "messages[0].content[0]", /"type"/],
    ["stream", { stream: "yes" }, "stream", /must be a boolean/],
    ["temperature", { temperature: "hot" }, "temperature", /must be a number/],
    ["max_tokens of nothing", { max_tokens: 0 }, "max_tokens", /at least 1/],
    ["max_tokens of a part", { max_tokens: 1.5 }, "max_tokens", /whole number/],
    ["n", { n: 1_000 }, "n", /at most 128/],
    ["tools", { tools: {} }, "tools", /must be an array/],
    ["stream_options without stream", { stream_options: { include_usage: true } }, "stream_options", /only allowed/],
  ];
  for (const [what, fields, param, says] of cases) {
    test(what, async () => {
      await refused(worker.chat(fields), { status: 400, code: "invalid_value", param, says });
    });
  }

  test("absurd max_tokens names the field and the model's limit", async () => {
    const says = /"max_tokens" is too large: 1000000000.*4096/;
    await refused(worker.chat({ max_tokens: 1e9 }), { status: 400, code: "invalid_value", param: "max_tokens", says });
    const newer = worker.chat({ max_completion_tokens: 1e9 });
    await refused(newer, { status: 400, code: "invalid_value", param: "max_completion_tokens" });
  });

  test("a field that decides and stands twice is refused, also when it hides behind an escape", async () => {
    const twice = '{"model":"m","messages":[{"role":"user","content":"x"}],"mod\\u0065l":"secret-model"}';
    await refused(worker.post(path, twice), { status: 400, code: "invalid_request", param: "model", says: /twice/ });
  });

  test("embeddings and completions check theirs", async () => {
    const noInput = worker.post("/v1/embeddings", { model: "m" });
    await refused(noInput, { status: 400, code: "invalid_value", param: "input" });
    const mixed = worker.post("/v1/embeddings", { model: "m", input: ["a", 1] });
    await refused(mixed, { status: 400, code: "invalid_value", param: "input[1]" });
    const prompt = worker.post("/v1/completions", { model: "m", prompt: {} });
    await refused(prompt, { status: 400, code: "invalid_value", param: "prompt" });
  });
});

describe("a model", () => {
  test("that is unknown is 404 model_not_found", async () => {
    const says = /`no-such` does not exist/;
    await refused(worker.chat({ model: "no-such" }), { status: 404, code: "model_not_found", param: "model", says });
  });

  test("without a price for the tenant is 503 model_unpriced, never free", async () => {
    const other = worker.chat({ model: "secret-model" }, { authorization: `Bearer ${keys.otherSecret}` });
    await refused(other, { status: 503, code: "model_unpriced", param: "model", type: "server_error" });
    upstream.behave = answersJson();
    assert.equal((await worker.chat({ model: "secret-model" })).status, 200, "Its own tenant has one.");
  });

  test("that does not do what is asked for is 400", async () => {
    await refused(worker.chat({ model: "texts" }), { status: 400, code: "invalid_value", param: "model" });
  });
});

describe("a key", () => {
  const unauthorised = { status: 401, type: "authentication_error" };

  test("that is missing, malformed or unknown is 401 invalid_api_key", async () => {
    for (const authorization of ["", "Basic abc", "Bearer ", "Bearer nope", `Bearer ${"x".repeat(5_000)}`]) {
      await refused(worker.chat({}, { authorization }), { ...unauthorised, code: "invalid_api_key" });
    }
  });

  test("that was revoked, or has expired, is 401 and says so", async () => {
    const revoked = worker.chat({}, { authorization: `Bearer ${keys.revokedSecret}` });
    await refused(revoked, { ...unauthorised, code: "key_revoked" });
    const expired = worker.chat({}, { authorization: `Bearer ${keys.expiredSecret}` });
    await refused(expired, { ...unauthorised, code: "key_expired", says: /1970-01-01/ });
  });

  test("of a viewer lists models and may not infer", async () => {
    const chat = worker.chat({}, { authorization: `Bearer ${keys.viewerSecret}` });
    await refused(chat, { status: 403, code: "forbidden", type: "permission_error" });
    assert.equal((await worker.get("/v1/models", keys.viewerSecret)).status, 200);
  });

  test("of another tenant sees that tenant's models only", async () => {
    const names = async (secret: string) => {
      const list = (await (await worker.get("/v1/models", secret)).json()) as { data: { id: string }[] };
      return list.data.map(({ id }) => id).toSorted();
    };
    assert.deepEqual(await names(keys.secret), ["m", "secret-model"]);
    assert.deepEqual(await names(keys.otherSecret), ["m"]);
    const hidden = worker.get("/v1/models/secret-model", keys.otherSecret);
    await refused(hidden, { status: 404, code: "model_not_found", param: "model" });
  });
});

test("an unknown path is 404, a wrong method 405", async () => {
  await refused(worker.post("/v1/nothing", {}), { status: 404, code: "not_found" });
  await refused(worker.get(path), { status: 405, code: "method_not_allowed" });
  await refused(worker.post("/v1/models", {}), { status: 405, code: "method_not_allowed" });
});

describe("on the wire", () => {
  /** Sends raw bytes, and gives everything that comes back until the connection ends. */
  async function raw(...pieces: string[]): Promise<string> {
    const socket = connect(worker.port, "127.0.0.1");
    socket.setEncoding("latin1");
    let answer = "";
    socket.on("data", (piece: string) => (answer += piece));
    socket.on("error", () => {});
    for (const piece of pieces) socket.write(piece);
    await once(socket, "close");
    return answer;
  }

  function bodyOf(answer: string): { error: { code: string } } {
    return JSON.parse(answer.slice(answer.indexOf("\r\n\r\n") + 4)) as { error: { code: string } };
  }

  const head = `POST ${path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${keys.secret}\r\ncontent-type: application/json\r\n`;
  const body = JSON.stringify({ model: "m", messages: hello });

  test("two lengths, or a length beside a transfer coding, are refused: nothing is smuggled", async () => {
    const before = upstream.seen.length;
    const smuggled = [
      `${head}content-length: 4\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
      `${head}content-length: ${body.length}\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n${body}`,
      `${head}transfer-encoding: chunked\r\ncontent-length: 5\r\n\r\n0\r\n\r\n`,
      `${head}transfer-encoding: xchunked\r\n\r\n0\r\n\r\n`,
      `${head}transfer-encoding: chunked, identity\r\n\r\n0\r\n\r\n`,
      `${head}content-length : 5\r\n\r\nhello`,
      `${head}x: a\nb\r\ncontent-length: 0\r\n\r\n`,
      `${head}content-length: +5\r\n\r\nhello`,
    ];
    for (const request of smuggled) {
      const answer = await raw(request);
      assert.match(answer, /^HTTP\/1\.1 400 /, JSON.stringify(request));
      assert.equal(bodyOf(answer).error.code, "invalid_request");
    }
    assert.equal(upstream.seen.length, before);
  });

  test("a head that is too large is 431", async () => {
    const answer = await raw(`${head}x-filler: ${"x".repeat(20_000)}\r\n\r\n`);
    assert.match(answer, /^HTTP\/1\.1 431 /);
    assert.equal(bodyOf(answer).error.code, "header_too_large");
  });

  test("a head, or a body, that drips in is 408 and the connection ends", async () => {
    const slowHead = await raw(head);
    assert.match(slowHead, /^HTTP\/1\.1 408 /);
    assert.equal(bodyOf(slowHead).error.code, "request_timeout");
    const slowBody = await raw(`${head}content-length: 500\r\n\r\n{"mod`);
    assert.match(slowBody, /^HTTP\/1\.1 408 /);
  });

  test("a client that leaves in the middle of its body leaves nothing behind", async () => {
    const booked = worker.usages().length;
    const socket = connect(worker.port, "127.0.0.1");
    socket.write(`${head}content-length: 500\r\n\r\n{"mod`);
    await sleep(30);
    socket.destroy();
    assert.equal((await worker.get("/healthz")).status, 200);
    assert.equal(worker.usages().length, booked);
  });

  test("requests in one packet are answered one after another, each by itself", async () => {
    upstream.behave = answersJson();
    const one = `${head}content-length: ${body.length}\r\n\r\n${body}`;
    const answer = await raw(one, `${head}connection: close\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
    assert.equal(answer.match(/HTTP\/1\.1 200 OK/g)?.length, 2);
    const ids = [...answer.matchAll(/x-request-id: (\S+)/g)].map((match) => match[1]);
    assert.equal(new Set(ids).size, 2);
    for (const id of ids) assert.equal((await worker.usageOf(id ?? "")).outcome, "complete");
  });
});

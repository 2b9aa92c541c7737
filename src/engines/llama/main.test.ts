import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type IncomingMessage, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text as readText } from "node:stream/consumers";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

const entry = fileURLToPath(new URL("main.ts", import.meta.url));
const tiny = fileURLToPath(new URL("../../../models/tokenworks-tiny.gguf", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "tokenworks-engine-"));
const socket = join(folder, "engine.sock");
let engine: ChildProcess;
/** Another, with a single sequence. */
const smallSocket = join(folder, "small.sock");
let small: ChildProcess;

before(async () => {
  engine = start(socket, "--parallel", "8");
  small = start(smallSocket, "--parallel", "1");
  await Promise.all([ready(engine), ready(small)]);
});
after(async () => {
  engine.disconnect();
  await once(engine, "exit");
  if (small.exitCode === null) small.kill("SIGKILL");
  rmSync(folder, { recursive: true });
});

function start(path: string, ...more: string[]): ChildProcess {
  const power = ["--idle-watts", "10", "--max-watts", "60", "--meter", "model"];
  const args = [entry, "--socket", path, "--model", tiny, "--name", "tiny", "--gpu", "off", ...power, ...more];
  return spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe", "ipc"] });
}

async function ready(child: ChildProcess): Promise<void> {
  assert.ok(child.stdout);
  for await (const line of createInterface({ input: child.stdout })) if (line.startsWith('{"ready":true')) return;
  assert.fail("The engine ended before it was ready.");
}

/** Sends a request; resolves with the head of its answer. */
async function send(path: string, body?: object | string, id?: string, at = socket): Promise<IncomingMessage> {
  const asked = request({
    socketPath: at,
    path,
    method: body === undefined ? "GET" : "POST",
    headers: id === undefined ? {} : { "x-request-id": id },
  });
  asked.end(typeof body === "object" ? JSON.stringify(body) : body);
  const [answer] = (await once(asked, "response")) as [IncomingMessage];
  return answer;
}

// oxlint-disable-next-line typescript/no-explicit-any -- an answer is asserted field by field
async function json(path: string, body?: object | string, id?: string, at = socket): Promise<any> {
  const answer = await send(path, body, id, at);
  return { ...JSON.parse(await readText(answer)), status: answer.statusCode, head: answer.headers };
}

/** The events of a stream, each parsed but the last. */
async function events(answer: IncomingMessage, onEvent: () => void = () => {}): Promise<unknown[]> {
  const found: unknown[] = [];
  for await (const line of createInterface({ input: answer })) {
    if (line === "") continue;
    assert.match(line, /^data: /);
    const data = line.slice("data: ".length);
    found.push(data === "[DONE]" ? data : JSON.parse(data));
    onEvent();
  }
  return found;
}

const chat = (content: string, more: object = {}) => ({
  model: "tiny",
  messages: [{ role: "user", content }],
  temperature: 0,
  max_tokens: 24,
  ...more,
});
const onAndOn = { ignore_eos: true, max_tokens: 200, stream: true };

test("a stream has one chunk for each token, the usage last, and tells in its trailers what it took", async () => {
  const answer = await send(
    "/v1/chat/completions",
    chat("What is a token factory?", { stream: true, stream_options: { include_usage: true } }),
    "streamed",
  );
  assert.equal(answer.headers["content-type"], "text/event-stream");
  // oxlint-disable-next-line typescript/no-explicit-any -- chunks are asserted field by field
  const all = (await events(answer)) as any[];
  assert.equal(all.pop(), "[DONE]");
  const last = all.pop();
  assert.deepEqual(last.choices, []);
  assert.ok(
    all.every((chunk) => chunk.usage === null && chunk.object === "chat.completion.chunk" && chunk.id === last.id),
  );
  assert.equal(all[0].choices[0].delta.role, "assistant");
  assert.match(all.at(-1).choices[0].finish_reason, /^(stop|length)$/);
  const contents = all.slice(1, -1).map((chunk) => chunk.choices[0].delta.content);
  assert.ok(contents.every((content) => typeof content === "string"));
  assert.equal(contents.length, last.usage.completion_tokens);
  assert.equal(last.usage.total_tokens, last.usage.prompt_tokens + last.usage.completion_tokens);
  assert.equal(answer.headers["x-tokenworks-input-tokens"], String(last.usage.prompt_tokens));
  assert.ok(Number(answer.trailers["x-tokenworks-accelerator-ms"]) > 0);
  assert.ok(Number(answer.trailers["x-tokenworks-millijoules"]) > 0);
  assert.equal(answer.trailers["x-tokenworks-energy-provenance"], "modelled");

  const whole = await json("/v1/chat/completions", chat("What is a token factory?"));
  assert.equal(whole.choices[0].message.content, contents.join(""));
  assert.equal(whole.object, "chat.completion");
  assert.equal(whole.usage.completion_tokens, contents.length);
  assert.ok(Number(whole.head["x-tokenworks-accelerator-ms"]) > 0);

  const report = await send("/requests/streamed");
  assert.equal(report.headers["x-tokenworks-accelerator-ms"], answer.trailers["x-tokenworks-accelerator-ms"]);
  report.resume();
  assert.equal((await json("/requests/nobody")).status, 404);
});

test("a prompt's beginning that a sequence still holds is not computed again", async () => {
  const first = await json("/v1/chat/completions", chat("Why does idle capacity cost money, and whose is it?"));
  const again = await json("/v1/chat/completions", chat("Why does idle capacity cost money, and whose is it?"));
  assert.equal(again.usage.prompt_tokens, first.usage.prompt_tokens);
  assert.equal(again.usage.prompt_tokens_details.cached_tokens, first.usage.prompt_tokens - 1);
  assert.equal(again.head["x-tokenworks-cached-tokens"], String(first.usage.prompt_tokens - 1));
  assert.equal(again.choices[0].message.content, first.choices[0].message.content);
});

test("eight at once are decoded together, and their shares add up to the time in which the engine was busy", async () => {
  const long = { ...onAndOn, max_tokens: 2000 };
  // In the second round every sequence holds another's tokens, of which it must be rid before it can begin.
  for (const round of ["first", "second"]) {
    const busyBefore = (await json("/health")).busySeconds;
    const answers = await Promise.all(
      Array.from({ length: 8 }, async (_, index) => {
        const answer = await send("/v1/chat/completions", chat(`${round} ${index}`, long), `${round}-${index}`);
        await once(answer, "data");
        return answer;
      }),
    );
    assert.equal((await json("/health")).active, 8, "each has had a token, and none has ended");
    for (const answer of answers) answer.destroy();
    const reports = await Promise.all(answers.map((_, index) => ended(`${round}-${index}`)));
    const busyMs = ((await json("/health")).busySeconds - busyBefore) * 1000;
    const sum = reports.reduce((total, { acceleratorMs }) => total + acceleratorMs, 0);
    assert.ok(Math.abs(sum - busyMs) < 0.1, `${sum} of ${busyMs}`);
  }
});

test("a text is embedded while others are generated", async () => {
  const answer = await send("/v1/chat/completions", chat("Hello", { ...onAndOn, max_tokens: 2000 }), "long");
  await once(answer, "data");
  assert.equal((await json("/v1/embeddings", { model: "tiny", input: "tokens" })).status, 200);
  assert.equal((await json("/health")).active, 1);
  answer.destroy();
  await ended("long");
});

/** The engine's record of a request that was cut, as soon as it has noticed. */
// oxlint-disable-next-line typescript/no-explicit-any -- an answer is asserted field by field
async function ended(id: string): Promise<any> {
  for (;;) {
    const report = await json(`/requests/${id}`);
    if (report.status !== 404) return report;
  }
}

test("a client that leaves stops its generation, which is still accounted for", async () => {
  const answer = await send(
    "/v1/chat/completions",
    chat("Tell me everything.", { ...onAndOn, max_tokens: 1900 }),
    "left",
  );
  await once(answer, "data");
  answer.destroy();
  const report = await ended("left");
  assert.ok(report.usage.completion_tokens > 0 && report.usage.completion_tokens < 1900);
  assert.ok(Number(report.head["x-tokenworks-accelerator-ms"]) > 0);
  assert.equal((await json("/health")).active, 0);
});

test("a request that does not fit the context is refused before any work", async () => {
  const long = await json("/v1/chat/completions", chat("token ".repeat(5_000)));
  assert.equal(long.status, 400);
  assert.equal(long.error.code, "context_length_exceeded");
  assert.equal(long.error.type, "invalid_request_error");
  assert.match(long.error.message, /maximum context length is 2048 tokens/);
  assert.equal(long.error.param, "messages");
  const greedy = await json("/v1/chat/completions", chat("Hello", { max_tokens: 2048 }));
  assert.equal(greedy.error.code, "context_length_exceeded");
  const { usage } = await json("/v1/completions", { model: "tiny", prompt: "Tokens", max_tokens: 1 });
  const all = { model: "tiny", prompt: "Tokens", max_tokens: 2048 - usage.prompt_tokens, ignore_eos: true };
  const full = await json("/v1/completions", all);
  assert.equal(full.usage.total_tokens, 2048);
  assert.equal(full.choices[0].finish_reason, "length");
});

test("sampling is the client's to steer: seed, stop, length, bias, several choices", async () => {
  const warm = { temperature: 1, seed: 7 };
  const one = await json("/v1/chat/completions", chat("What is a token?", warm));
  const two = await json("/v1/chat/completions", chat("What is a token?", warm));
  assert.equal(one.choices[0].message.content, two.choices[0].message.content);

  const text: string = one.choices[0].message.content;
  const stop = text.slice(5, 12);
  const stopped = await json("/v1/chat/completions", chat("What is a token?", { ...warm, stop: [stop] }));
  assert.equal(stopped.choices[0].message.content, text.slice(0, text.indexOf(stop)));
  assert.equal(stopped.choices[0].finish_reason, "stop");

  const cut = await json("/v1/chat/completions", chat("Hi", { max_completion_tokens: 5, ignore_eos: true }));
  assert.equal(cut.choices[0].finish_reason, "length");
  assert.equal(cut.usage.completion_tokens, 5);

  const forced = await json("/v1/completions", {
    model: "tiny",
    prompt: [100, 101],
    logit_bias: { 500: 100 },
    max_tokens: 3,
    temperature: 0,
  });
  const ids = await json("/v1/completions", { model: "tiny", prompt: [500, 500, 500], echo: true, max_tokens: 1 });
  assert.ok(ids.choices[0].text.startsWith(forced.choices[0].text));

  const wild = { model: "tiny", prompt: [100, 101], temperature: 2, top_p: 1, top_k: -1, max_tokens: 60, n: 2 };
  const unseeded = await json("/v1/completions", wild);
  assert.notEqual(unseeded.choices[0].text, unseeded.choices[1].text);

  const three = await json("/v1/chat/completions", chat("What is a token?", { ...warm, n: 3 }));
  assert.deepEqual(
    three.choices.map(({ index }: { index: number }) => index),
    [0, 1, 2],
  );
  assert.equal(three.choices[0].message.content, text);
  assert.equal(three.usage.prompt_tokens, one.usage.prompt_tokens);
});

test("texts to go on from may be many, as text or as tokens, and are given back when asked for", async () => {
  const two = await json("/v1/completions", {
    model: "tiny",
    prompt: ["A token", "A watt"],
    echo: true,
    max_tokens: 4,
  });
  assert.deepEqual(
    two.choices.map(({ text }: { text: string }) => text.split(" ").slice(0, 2).join(" ").slice(0, 6)),
    ["A toke", "A watt"],
  );
  const body = { model: "tiny", prompt: [[500, 501], [502]], max_tokens: 3, ignore_eos: true };
  assert.equal((await json("/v1/completions", body)).usage.prompt_tokens, 3);
  const streamed = { ...body, echo: true, stream: true };
  // oxlint-disable-next-line typescript/no-explicit-any -- chunks are asserted field by field
  const chunks = (await events(await send("/v1/completions", streamed))) as any[];
  // Three tokens and an end for each of the two; the echo comes with the first token.
  assert.equal(chunks.length, 2 * (3 + 1) + 1);
});

test("a schema is kept to", async () => {
  const schema = {
    type: "object",
    properties: { good: { type: "boolean" }, size: { enum: ["small", "large"] } },
    required: ["good", "size"],
  };
  const format = { type: "json_schema", json_schema: { name: "verdict", schema } };
  const answer = await json("/v1/chat/completions", chat("Judge.", { response_format: format, max_tokens: 100 }));
  const verdict = JSON.parse(answer.choices[0].message.content) as { good: unknown; size: unknown };
  assert.equal(typeof verdict.good, "boolean");
  assert.match(String(verdict.size), /^(small|large)$/);
});

test("what the engine cannot honour is refused by name, never ignored", async () => {
  const image = [{ role: "user", content: [{ type: "image_url", image_url: { url: "data:," } }] }];
  const bad: [object | string, string | null][] = [
    [chat("Hi", { tools: [{ type: "function", function: { name: "f" } }] }), "tools"],
    [chat("Hi", { logprobs: true }), "logprobs"],
    [chat("Hi", { n: 9 }), "n"],
    [chat("Hi", { stop: ["a", "b", "c", "d", "e"] }), "stop"],
    [chat("Hi", { temperature: "warm" }), "temperature"],
    [chat("Hi", { messages: image }), "messages[0].content"],
    [chat("Hi", { messages: [] }), "messages"],
    [chat("Hi", { messages: [{ role: "assistant", tool_calls: [{ id: "1" }] }] }), "messages[0].tool_calls"],
    [chat("Hi", { logit_bias: { 99999: 1 } }), "logit_bias"],
    ["{", null],
  ];
  for (const [body, param] of bad) {
    const { status, error } = await json("/v1/chat/completions", body);
    assert.equal(status, 400, JSON.stringify(error));
    assert.equal(error.type, "invalid_request_error");
    if (param !== null) assert.ok(error.param?.startsWith(param), `${error.param} for ${param}`);
  }
  assert.equal(
    (await json("/v1/chat/completions", chat("Hi", { logprobs: true }))).error.code,
    "unsupported_parameter",
  );
  assert.equal((await json("/v1/images", {})).status, 404);
  const strange = await json("/v1/completions", { model: "tiny", prompt: [1, 99_999] });
  assert.equal(strange.error.param, "prompt[1]");
});

test("embeddings come as numbers or packed, the same", async () => {
  const input = ["tokens", "watts"];
  const plain = await json("/v1/embeddings", { model: "tiny", input }, "embedded");
  assert.equal((await json("/requests/embedded")).usage.prompt_tokens, plain.usage.prompt_tokens);
  assert.ok(Math.abs(Math.hypot(...(plain.data[0].embedding as number[])) - 1) < 1e-6);
  const packed = await json("/v1/embeddings", { model: "tiny", input, encoding_format: "base64" });
  const bytes = Buffer.from(packed.data[1].embedding as string, "base64");
  const unpacked = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  assert.deepEqual([...unpacked], [...Float32Array.from(plain.data[1].embedding as number[])]);
  assert.equal(plain.usage.total_tokens, plain.usage.prompt_tokens);
  assert.ok(Number(plain.head["x-tokenworks-accelerator-ms"]) > 0);
  assert.ok(Number(plain.head["x-tokenworks-millijoules"]) > 0);
  assert.equal((await json("/v1/embeddings", { model: "tiny", input, dimensions: 3 })).error.param, "dimensions");
});

test("it says what it serves, and how it does", async () => {
  const models = await json("/v1/models");
  assert.equal(models.data[0].id, "tiny");
  const health = await json("/health");
  assert.equal(health.ready, true);
  assert.equal(health.contextTokens, 2048);
  assert.equal(health.architecture, "llama");
  const metrics = await readText(await send("/metrics"));
  assert.match(metrics, /^tokenworks_engine_busy_seconds_total \d/m);
  assert.match(metrics, /^tokenworks_engine_kv_tokens [1-9]/m);
  assert.match(metrics, /^tokenworks_engine_tokens_total\{class="output"\} [1-9]/m);
});

test("a line that is full turns requests away", async () => {
  const long = chat("Hello", { ...onAndOn, max_tokens: 2000 });
  const first = await send("/v1/chat/completions", long, undefined, smallSocket);
  const others = Array.from({ length: 33 }, () => json("/v1/chat/completions", chat("Hello"), undefined, smallSocket));
  const refused = await Promise.race(others);
  assert.equal(refused.status, 503);
  assert.equal(refused.error.code, "overloaded");
  assert.ok(Number(refused.head["retry-after"]) > 0);
  first.destroy();
  const statuses = (await Promise.all(others)).map(({ status }) => status);
  assert.deepEqual(statuses.toSorted(), [...Array<number>(32).fill(200), 503]);
});

test("asked to stop, it finishes what it is at and goes", async () => {
  const answer = await send("/v1/chat/completions", chat("Hello", onAndOn), undefined, smallSocket);
  await once(answer, "readable");
  small.kill("SIGTERM");
  const [all] = await Promise.all([events(answer), once(small, "exit")]);
  assert.equal(all.at(-1), "[DONE]");
  assert.equal(small.exitCode, 0);
});

test("an engine ends with its parent, however that dies", async () => {
  const path = join(folder, "orphan.sock");
  const args = JSON.stringify([entry, "--socket", path, "--model", tiny, "--name", "tiny", "--gpu", "off"]);
  const script = `
    const child = require("node:child_process").spawn(process.execPath, ${args}, { stdio: ["ignore", "pipe", "inherit", "ipc"] });
    child.stdout.once("data", () => console.log(child.pid));`;
  const parent = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "inherit"] });
  const [pid] = (await once(parent.stdout, "data")) as [Buffer];
  const stream = await send("/v1/chat/completions", chat("Hello", { ...onAndOn, max_tokens: 2000 }), undefined, path);
  parent.kill("SIGKILL");
  await assert.rejects(readText(stream), /aborted|ECONNRESET/);
  while (isAlive(Number(pid))) await new Promise((resolve) => setTimeout(resolve, 10));
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test("a file that is no model ends it with one line that says so", async () => {
  const file = join(folder, "broken.gguf");
  writeFileSync(file, "GGUF and nothing more");
  const child = start(join(folder, "broken.sock"), "--model", file);
  assert.ok(child.stderr);
  const [said] = await Promise.all([readText(child.stderr), once(child, "exit")]);
  assert.equal(child.exitCode, 2);
  assert.equal(said.trim().split("\n").length, 1);
  assert.match(said, /broken\.gguf is not a GGUF file/);
});

/** Answers from end to end: what passes untouched, what is counted, and every way in which a stream can be cut. */
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { Resource } from "../../src/stack/resource.ts";
import {
  answersJson,
  completion,
  delta,
  done,
  finish,
  role,
  streams,
  Upstream,
  usage,
  wholeStream,
} from "./upstream.ts";
import { deployment, type ErrorBody, errorOf, eventsOf, factory, key, keys, model, TestWorker } from "./worker.ts";

const upstream = new Upstream();
const engine = new Upstream();
const worker = new TestWorker();
let resources: Resource[];

before(async () => {
  await upstream.start();
  mkdirSync(join(worker.dataDir, "run"));
  await engine.start(join(worker.dataDir, "run", "engine-e.sock"));
  const llama = { type: "llama.cpp", file: "builtin:x", parallel: 1, gpu: "off" } as const;
  resources = factory(
    model("m"),
    deployment("d", "m", upstream.url, {}, { upstreamModel: "their-name", secretEnv: "TEST_UPSTREAM_KEY" }),
    model("own"),
    { kind: "Deployment", name: "e", model: "own", source: "here", weight: 1, priority: 0, engine: llama },
    model("spread", { maxOutputTokens: 64 }),
    deployment("t", "spread", upstream.url, {}, { tokensPerAcceleratorSecond: 10 }),
  );
  await worker.start(resources);
});
after(async () => {
  await worker.stop();
  await upstream.stop();
  await engine.stop();
});

const three = { input: 10, cachedInput: 0, output: 3, reasoning: 0 };

describe("what goes upstream", () => {
  test("is the client's body byte for byte, but for the fields that are spliced", async () => {
    upstream.behave = streams(wholeStream);
    const odd =
      '{ "new_field": {"a":[1, 2.50,  12345678901234567890]}, "messages":[{"role":"user","content":"\\u00e9é"}],';
    const response = await worker.post("/v1/chat/completions", `${odd} "stream": true,"model" : "m", "seed": 1e0}`);
    await response.text();
    assert.equal(
      upstream.last.body,
      `{"stream_options":{"include_usage":true}, ${odd.slice(2)} "stream": true,"model" : "their-name", "seed": 1e0}`,
    );
  });

  test("keeps the client's other stream options, and its own wish for usage", async () => {
    upstream.behave = streams(wholeStream);
    await (await worker.chat({ stream: true, stream_options: { include_usage: false, other: 1 } })).text();
    assert.deepEqual(JSON.parse(upstream.last.body).stream_options, { include_usage: true, other: 1 });
    await (await worker.chat({ stream: true, stream_options: null })).text();
    assert.deepEqual(JSON.parse(upstream.last.body).stream_options, { include_usage: true });
  });

  test("carries the upstream's own key and the request's id, and nothing of the client's head", async () => {
    upstream.behave = answersJson();
    const response = await worker.chat({}, { "x-tokenworks-secret": "1", cookie: "a=b", "x-request-id": "mine" });
    const { headers } = upstream.last;
    assert.equal(headers.authorization, "Bearer upstream-secret");
    assert.equal(headers["x-request-id"], response.headers.get("x-request-id"));
    assert.notEqual(headers["x-request-id"], "mine");
    assert.equal(headers["x-tokenworks-secret"] ?? headers.cookie, undefined);
  });

  test("has the model's limit on output where the request names none, so that a hold is never exceeded", async () => {
    upstream.behave = answersJson();
    await (await worker.chat({ model: "spread" })).text();
    assert.equal(JSON.parse(upstream.last.body).max_completion_tokens, 64);
    await (await worker.chat({ model: "spread", max_tokens: 7 })).text();
    assert.equal(JSON.parse(upstream.last.body).max_tokens, 7);
    assert.equal(JSON.parse(upstream.last.body).max_completion_tokens, undefined);
  });
});

describe("what comes back", () => {
  test("of a whole answer is the upstream's body byte for byte, once it is accounted for", async () => {
    upstream.behave = (_seen, response) => {
      response.writeHead(200, {
        "content-type": "application/json",
        "x-tokenworks-millijoules": "5",
        server: "theirs",
      });
      response.end(`{"choices":[{"big":12345678901234567890}], "usage":${JSON.stringify(usage)} }`);
    };
    const response = await worker.chat();
    const account = worker.usages().find(({ id }) => id === response.headers.get("x-request-id"));
    assert.equal(
      await response.text(),
      `{"choices":[{"big":12345678901234567890}], "usage":${JSON.stringify(usage)} }`,
    );
    assert.deepEqual(account?.tokens, three, "It was settled before its last byte went out.");
    assert.equal(response.headers.get("x-tokenworks-millijoules"), null);
    assert.equal(response.headers.get("server"), null);
    assert.match(response.headers.get("openai-processing-ms") ?? "", /^\d+$/);
    assert.deepEqual(account.work, { acceleratorProvenance: "unavailable", energyProvenance: "unavailable" });
    assert.equal(account.tenant, "acme");
    assert.equal(account.project, "main");
    assert.equal(account.deployment, "d");
    assert.equal(account.source, "up");
    assert.equal(account.tries, 1);
    assert.ok((account.ttftMs ?? -1) >= 0);
  });

  test("of a stream has no usage unless it was asked for", async () => {
    upstream.behave = streams(wholeStream);
    const without = await eventsOf(await worker.chat({ stream: true }));
    assert.equal(without.length, 6);
    assert.ok(!without.join().includes("usage"));
    upstream.behave = streams(wholeStream);
    const response = await worker.chat({ stream: true, stream_options: { include_usage: true } });
    assert.equal(response.headers.get("content-type"), "text/event-stream; charset=utf-8");
    const body = await response.text();
    assert.equal(body, wholeStream.join(""), "Asked for, the bytes are the upstream's.");
    const account = await worker.usageOf(response.headers.get("x-request-id"));
    assert.deepEqual(account.tokens, three);
    assert.equal(account.streamed, true);
  });

  test("that claims more tokens than can be is estimated, by what the model has written", async () => {
    const billions = { prompt_tokens: 1e12, completion_tokens: 1e12, total_tokens: 2e12 };
    const choices = [{ index: 0, message: { role: "assistant", content: "hello world" }, finish_reason: "stop" }];
    upstream.behave = answersJson({ object: "chat.completion", choices, usage: billions });
    const answered = await worker.chat();
    await answered.text();
    const whole = await worker.usageOf(answered.headers.get("x-request-id"));
    assert.deepEqual([whole.countedBy, whole.tokens.output], ["estimate", 3]);
    assert.ok(whole.tokens.input > 0 && whole.tokens.input < 100);
    const last = `data: ${JSON.stringify({ choices: [], usage: billions })}\n\n`;
    upstream.behave = streams([role, delta("hello"), delta(" world"), finish, last, done]);
    const response = await worker.chat({ stream: true });
    await response.text();
    const streamed = await worker.usageOf(response.headers.get("x-request-id"));
    assert.deepEqual([streamed.countedBy, streamed.tokens.output], ["estimate", 2]);
  });

  test("of embeddings is input only", async () => {
    upstream.behave = answersJson({ object: "list", data: [], usage: { prompt_tokens: 4, total_tokens: 4 } });
    const response = await worker.post("/v1/embeddings", { model: "m", input: ["a", "b"] });
    assert.equal(response.status, 200);
    assert.equal(upstream.last.path, "/v1/embeddings");
    const account = await worker.usageOf(response.headers.get("x-request-id"));
    assert.deepEqual(account.tokens, { input: 4, cachedInput: 0, output: 0, reasoning: 0 });
    assert.equal(account.endpoint, "embeddings");
  });

  test("of completions is counted like chat", async () => {
    const text = (piece: string) =>
      `data: ${JSON.stringify({ choices: [{ text: piece, index: 0, finish_reason: null }] })}\n\n`;
    upstream.behave = streams([
      text("a"),
      text("b"),
      `data: {"choices":[{"text":"","finish_reason":"length"}]}\n\n`,
      done,
    ]);
    const response = await worker.post("/v1/completions", { model: "m", prompt: "x", stream: true });
    await response.text();
    const account = await worker.usageOf(response.headers.get("x-request-id"));
    assert.equal(account.tokens.output, 2);
    assert.equal(account.endpoint, "completions");
  });
});

describe("the work that an answer took", () => {
  test("is an engine's word: in the head of an answer, in the trailers of a stream", async () => {
    const work = {
      "x-tokenworks-accelerator-ms": "41.6",
      "x-tokenworks-millijoules": "900",
      "x-tokenworks-energy-provenance": "modelled",
    };
    const expected = {
      acceleratorMs: 42,
      acceleratorProvenance: "measured",
      millijoules: 900,
      energyProvenance: "modelled",
    };
    engine.behave = answersJson(completion(), 200, work);
    const whole = await worker.chat({ model: "own" });
    await whole.text();
    const account = await worker.usageOf(whole.headers.get("x-request-id"));
    assert.deepEqual(account.work, expected);
    assert.equal(account.countedBy, "engine");

    engine.behave = (_seen, response) => {
      response.writeHead(200, { "content-type": "text/event-stream", trailer: Object.keys(work).join(", ") });
      response.write(wholeStream.join(""));
      response.addTrailers(work);
      response.end();
    };
    const stream = await worker.chat({ model: "own", stream: true });
    await stream.text();
    assert.deepEqual((await worker.usageOf(stream.headers.get("x-request-id"))).work, expected);
  });

  test("is modelled from a stated speed where nothing reports, and a stranger's word is not taken", async () => {
    upstream.behave = answersJson(completion(), 200, { "x-tokenworks-accelerator-ms": "1" });
    const response = await worker.chat({ model: "spread" });
    await response.text();
    const { work } = await worker.usageOf(response.headers.get("x-request-id"));
    assert.deepEqual(work, { acceleratorMs: 1300, acceleratorProvenance: "modelled", energyProvenance: "unavailable" });
  });
});

describe("a client that leaves", () => {
  /** Reads events until one matches, then leaves. */
  async function readUntil(response: Response, found: RegExp): Promise<void> {
    const decoder = new TextDecoder();
    let text = "";
    for await (const piece of response.body ?? []) {
      text += decoder.decode(piece, { stream: true });
      if (found.test(text)) return;
    }
    throw new Error(`${text} ended before ${found}.`);
  }

  test("cancels its upstream, and pays for the tokens that were relayed", async () => {
    upstream.behave = streams([role, delta("one"), delta(" two")], "hang");
    const leave = new AbortController();
    const response = await worker.chat({ stream: true }, {}, leave.signal);
    await readUntil(response, /two/);
    leave.abort();
    await upstream.last.hungUp;
    const account = await worker.usageOf(response.headers.get("x-request-id"));
    assert.deepEqual([account.outcome, account.cut, account.status], ["partial", "client_left", 200]);
    assert.equal(account.tokens.output, 2);
    assert.equal(account.tokens.input, Math.ceil('[{"role":"user","content":"Count to three."}]'.length / 4));
    assert.equal(account.countedBy, "estimate");
  });

  test("before anything was relayed pays nothing", async () => {
    upstream.behave = () => {};
    const leave = new AbortController();
    const seen = upstream.seen.length;
    const asked = worker.chat({}, {}, leave.signal);
    while (upstream.seen.length === seen) await sleep(5);
    leave.abort();
    await assert.rejects(asked);
    await upstream.last.hungUp;
    const account = await worker.usageOf(String(upstream.last.headers["x-request-id"]));
    assert.deepEqual([account.outcome, account.cut, account.status], ["failed", "client_left", 499]);
    assert.deepEqual(account.tokens, { input: 0, cachedInput: 0, output: 0, reasoning: 0 });
  });

  test("of an engine of ours: the engine is asked afterwards what it took", async () => {
    const pieces = [role, delta("one"), delta(" two")];
    engine.behave = (seen, response) => {
      if (seen.method === "GET") {
        const asked = engine.seen.filter((one) => one.path === seen.path).length;
        // The abort takes it a moment to notice.
        if (asked < 3) answersJson({ error: { message: "not yet" } }, 404)(seen, response);
        else answersJson({ acceleratorMs: 77, millijoules: 5, energyProvenance: "measured" })(seen, response);
        return;
      }
      response.writeHead(200, {
        "content-type": "text/event-stream",
        "x-tokenworks-input-tokens": "12",
        "x-tokenworks-cached-tokens": "4",
      });
      response.write(pieces.join(""));
    };
    const leave = new AbortController();
    const response = await worker.chat({ model: "own", stream: true }, {}, leave.signal);
    await readUntil(response, /two/);
    leave.abort();
    const account = await worker.usageOf(response.headers.get("x-request-id"));
    assert.equal(engine.last.path, `/requests/${account.id}`);
    assert.deepEqual(account.tokens, { input: 8, cachedInput: 4, output: 2, reasoning: 0 });
    assert.equal(account.countedBy, "gateway");
    assert.deepEqual(account.work, {
      acceleratorMs: 77,
      acceleratorProvenance: "measured",
      millijoules: 5,
      energyProvenance: "measured",
    });
  });

  test("and does not read pays only for what the kernel took, however much the upstream made", async () => {
    const long = "x".repeat(16_384);
    let sent = 0;
    upstream.behave = (_seen, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      const next = () => {
        if (sent < 4_000 && !response.destroyed) {
          sent += 1;
          response.write(delta(long), next);
        }
      };
      next();
    };
    const leave = new AbortController();
    const response = await worker.chat({ stream: true }, {}, leave.signal);
    await sleep(700);
    const made = sent;
    await sleep(300);
    assert.ok(made < 4_000 && sent - made < 50, "Back-pressure reaches the upstream.");
    leave.abort();
    const account = await worker.usageOf(response.headers.get("x-request-id"));
    assert.equal(account.outcome, "partial");
    assert.ok(account.tokens.output > 0 && account.tokens.output <= made);
  });
});

describe("a key that is revoked in mid-stream", () => {
  test("ends the stream within a second with an error in-band, billed in part; others go on", async () => {
    const second = key("tw-test-second");
    worker.declare(resources, [...keys, second]);
    await sleep(300);
    let release = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    upstream.behave = (_seen, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write([role, delta("one"), delta(" two")].join(""));
      void held.then(() => response.end([delta(" three"), finish, done].join("")));
    };
    const doomed = await worker.chat({ stream: true }, { authorization: "Bearer tw-test-second" });
    const spared = await worker.chat({ stream: true });
    const revokedAt = Date.now();
    worker.declare(resources, [...keys, { ...second, revokedAtMs: revokedAt }]);
    const events = await eventsOf(doomed);
    assert.ok(Date.now() - revokedAt < 1_000);
    assert.equal((JSON.parse(events.at(-1) ?? "") as ErrorBody).error.code, "key_revoked");
    const account = await worker.usageOf(doomed.headers.get("x-request-id"));
    assert.deepEqual([account.outcome, account.cut, account.tokens.output], ["partial", "key_revoked", 2]);
    release();
    assert.equal((await eventsOf(spared)).at(-1), "[DONE]");
    const refused = await worker.chat({}, { authorization: "Bearer tw-test-second" });
    assert.equal((await errorOf(refused)).code, "key_revoked");
    worker.declare(resources, keys);
  });
});

test("while it runs, a stream is on the books: killed now, it would be billed for what has passed", async () => {
  upstream.behave = streams([role, delta("one"), delta(" two")], "hang");
  const leave = new AbortController();
  const response = await worker.chat({ stream: true }, {}, leave.signal);
  const id = response.headers.get("x-request-id");
  const open = () => worker.ifItDied().find((one) => one.id === id);
  let account = open();
  assert.ok(account !== undefined, "Its first byte waited until it was open.");
  for (let tries = 0; tries < 100 && account?.tokens.output !== 2; tries += 1) {
    await sleep(20);
    account = open();
  }
  assert.equal(account?.tokens.output, 2);
  assert.deepEqual([account.outcome, account.cut, account.deployment], ["partial", "gateway_crash", "d"]);
  leave.abort();
  await worker.usageOf(id);
});

test("metrics count requests and tokens, and name no tenant", async () => {
  const page = await (await worker.get("/metrics")).text();
  assert.match(
    page,
    /tokenworks_requests_total\{endpoint="chat.completions",model="m",outcome="complete",status="200"\} \d+/,
  );
  assert.match(page, /tokenworks_tokens_total\{endpoint="embeddings",model="m",class="input"\} 4/);
  assert.match(page, /tokenworks_time_to_first_token_seconds_bucket\{.*le="\+Inf".*\} \d+/);
  assert.match(page, /tokenworks_breaker_state\{deployment="d"\} 0/);
  assert.match(page, /tokenworks_requests_in_flight 0/);
  assert.doesNotMatch(page, /acme/);
});

test("on SIGTERM it finishes what is in flight, settles it, and goes; new connections are refused", async () => {
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  upstream.behave = (_seen, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write([role, delta("one"), delta(" two")].join(""));
    void held.then(() => response.end([delta(" three"), finish, done].join("")));
  };
  const response = await worker.chat({ stream: true });
  const gone = worker.terminate();
  await sleep(150);
  await assert.rejects(worker.get("/healthz"));
  release();
  assert.equal((await eventsOf(response)).at(-1), "[DONE]");
  assert.equal(await gone, 0);
  const account = await worker.usageOf(response.headers.get("x-request-id"));
  assert.deepEqual([account.outcome, account.tokens.output], ["complete", 3]);
});

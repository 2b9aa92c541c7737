/** Routing, limits and readiness of a running worker. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { answersJson, delta, done, finish, role, streams, Upstream, wholeStream } from "./upstream.ts";
import { deployment, errorOf, eventsOf, factory, key, keys, model, TestWorker } from "./worker.ts";

const first = new Upstream();
const second = new Upstream();
const worker = new TestWorker();
const limited = [
  key("tw-one-at-a-time", { limits: { concurrency: 1 } }),
  key("tw-two-a-minute", { limits: { requestsPerMinute: 2, tokensPerMinute: 100_000 } }),
  key("tw-poor", { limits: { budget: { amountUsd: "0.005", period: "total" } } }),
];

before(async () => {
  await first.start();
  await second.start();
  const resources = factory(
    model("m"),
    deployment("m1", "m", first.url),
    deployment("m2", "m", second.url, { priority: 1 }),
    model("flaky"),
    deployment("f1", "flaky", first.url),
    model("limited"),
    deployment("l1", "limited", first.url),
  );
  await worker.start(resources, {}, [...keys, ...limited]);
});
after(async () => {
  await worker.stop();
  await first.stop();
  await second.stop();
});

const fails = answersJson({ error: { message: "boom" } }, 500);

describe("a try that fails before its first byte", () => {
  test("falls back to the next replica, and the account says where it went and after how many tries", async () => {
    first.behave = fails;
    second.behave = answersJson();
    const response = await worker.chat();
    assert.equal(response.status, 200);
    const account = await worker.usageOf(response.headers.get("x-request-id"));
    assert.deepEqual([account.deployment, account.tries, account.outcome], ["m2", 2, "complete"]);
    first.behave = answersJson();
    assert.equal((await worker.chat()).status, 200);
  });

  test("of a stream falls back too, also when the first event was an error", async () => {
    first.behave = streams(['data: {"error":{"message":"no slot"}}\n\n']);
    second.behave = streams(wholeStream);
    const response = await worker.chat({ stream: true });
    assert.equal((await eventsOf(response)).at(-1), "[DONE]");
    assert.equal((await worker.usageOf(response.headers.get("x-request-id"))).deployment, "m2");
    first.behave = answersJson();
    await (await worker.chat()).text();
  });

  test("of a request that is itself at fault is not made again", async () => {
    first.behave = answersJson({ error: { message: "bad" } }, 400);
    const before = second.seen.length;
    assert.equal((await worker.chat()).status, 400);
    assert.equal(second.seen.length, before);
  });

  test("at a busy replica goes elsewhere, and leaves it alone for as long as it asked", async () => {
    first.behave = answersJson({ error: { message: "slow down" } }, 429, { "retry-after": "1" });
    second.behave = answersJson();
    assert.equal((await worker.chat()).status, 200);
    const before = first.seen.length;
    assert.equal((await worker.chat()).status, 200);
    assert.equal(first.seen.length, before, "It is not asked again yet.");
    first.behave = answersJson();
    await sleep(1_050);
    await (await worker.chat()).text();
    assert.equal(first.seen.length, before + 1);
  });
});

test("a stream that has begun is never begun again elsewhere", async () => {
  first.behave = streams([role, delta("one")], "destroy");
  second.behave = streams(wholeStream);
  const before = second.seen.length;
  const response = await worker.chat({ stream: true });
  const events = await eventsOf(response);
  assert.match(events.at(-1) ?? "", /^\{"error"/);
  assert.equal(second.seen.length, before);
  first.behave = answersJson();
  await (await worker.chat()).text();
});

test("a breaker opens on a replica that keeps failing, refuses at once, then probes and closes", async () => {
  first.behave = fails;
  let response = await worker.chat({ model: "flaky" });
  assert.equal(
    (await worker.usageOf(response.headers.get("x-request-id"))).tries,
    3,
    "The same replica is tried again.",
  );
  await worker.chat({ model: "flaky" });
  const before = first.seen.length;
  response = await worker.chat({ model: "flaky" });
  assert.equal(response.status, 503);
  assert.equal((await errorOf(response)).code, "no_replica");
  assert.equal(response.headers.get("retry-after"), "2");
  assert.equal(first.seen.length, before);
  assert.match(await (await worker.get("/metrics")).text(), /tokenworks_breaker_state\{deployment="f1"\} 2/);
  first.behave = answersJson();
  await sleep(1_100);
  assert.equal((await worker.chat({ model: "flaky" })).status, 200);
  assert.match(await (await worker.get("/metrics")).text(), /tokenworks_breaker_state\{deployment="f1"\} 0/);
});

describe("limits", () => {
  const ask = (secret: string, fields: object = {}) =>
    worker.chat({ model: "limited", max_tokens: 100, ...fields }, { authorization: `Bearer ${secret}` });

  test("on concurrency let the next one in when one has ended", async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    first.behave = (_seen, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(role + delta("one"));
      void held.then(() => response.end(finish + done));
    };
    const running = await ask("tw-one-at-a-time", { stream: true });
    const refused = await ask("tw-one-at-a-time");
    assert.equal(refused.status, 429);
    const error = await errorOf(refused);
    assert.deepEqual([error.code, error.type], ["concurrency_limit_exceeded", "rate_limit_error"]);
    release();
    await running.text();
    first.behave = answersJson();
    assert.equal((await ask("tw-one-at-a-time")).status, 200);
  });

  test("on rates are told in headers, and refuse with the time to come back", async () => {
    first.behave = answersJson();
    const one = await ask("tw-two-a-minute");
    assert.equal(one.headers.get("x-ratelimit-limit-requests"), "2");
    assert.equal(one.headers.get("x-ratelimit-remaining-requests"), "1");
    assert.equal(one.headers.get("x-ratelimit-limit-tokens"), "100000");
    assert.equal((await ask("tw-two-a-minute")).status, 200);
    const refused = await ask("tw-two-a-minute");
    assert.equal(refused.status, 429);
    assert.ok(Number(refused.headers.get("retry-after")) >= 1);
    assert.equal(refused.headers.get("x-ratelimit-remaining-requests"), "0");
    assert.equal((await errorOf(refused)).code, "rate_limit_exceeded");
  });

  test("on a budget hold the most that a request can cost, and settle what it did cost", async () => {
    first.behave = answersJson();
    // At US$2 a million, 4,000 tokens may cost US$0.008: more than there is.
    const refused = await ask("tw-poor", { max_tokens: 4_000 });
    assert.equal(refused.status, 429);
    const error = await errorOf(refused);
    assert.deepEqual([error.code, error.type], ["budget_exhausted", "insufficient_quota"]);
    assert.equal(refused.headers.get("x-should-retry"), "false");
    // Each of these may cost US$0.00404 and costs US$0.000016: one after another they all fit.
    for (let turn = 0; turn < 5; turn += 1) assert.equal((await ask("tw-poor", { max_tokens: 2_000 })).status, 200);
  });
});

describe("readiness", () => {
  test("is said with no key, and health too", async () => {
    const ready = await fetch(`${worker.baseUrl}/readyz`);
    assert.deepEqual([ready.status, await ready.json()], [200, { ready: true, reasons: [] }]);
    assert.equal((await fetch(`${worker.baseUrl}/healthz`)).status, 200);
  });

  test("is refused with reasons, and new work with 503, when nothing could be accounted for", async () => {
    const full = new TestWorker();
    try {
      await full.start(factory(model("m"), deployment("d", "m", first.url)), { meterFreeBytesMin: 2 ** 60 });
      const before = first.seen.length;
      const response = await full.chat();
      assert.equal(response.status, 503);
      assert.equal(response.headers.get("retry-after"), "5");
      const error = await errorOf(response);
      assert.equal(error.code, "meter_unavailable");
      assert.match(error.message, /disk that holds the meter's log is almost full/);
      assert.equal(first.seen.length, before);
      const ready = await full.get("/readyz");
      assert.equal(ready.status, 503);
      assert.match(((await ready.json()) as { reasons: string[] }).reasons.join(), /almost full/);
    } finally {
      await full.stop();
    }
  });

  test("is refused while no replica can be reached", async () => {
    const lonely = new TestWorker();
    try {
      const engine = { type: "llama.cpp", file: "x", parallel: 1, gpu: "off" } as const;
      await lonely.start(
        factory(model("own"), {
          kind: "Deployment",
          name: "e",
          model: "own",
          source: "s",
          weight: 1,
          priority: 0,
          engine,
        }),
      );
      const ready = await lonely.get("/readyz");
      assert.deepEqual(
        [ready.status, await ready.json()],
        [503, { ready: false, reasons: ["No replica can be reached."] }],
      );
      const response = await lonely.chat({ model: "own" });
      assert.equal(response.status, 502);
      assert.match((await errorOf(response)).message, /could not be reached \(ENOENT\)/);
    } finally {
      await lonely.stop();
    }
  });
});

/** Upstreams that misbehave: each ends in a clear error, or a clean cut marked partial, and in the right bill. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Usage } from "../../src/stack/usage.ts";
import {
  answersJson,
  answersText,
  completion,
  delta,
  done,
  event,
  finish,
  role,
  streams,
  Upstream,
  usage,
  usageEvent,
  wholeStream,
} from "./upstream.ts";
import { deployment, errorOf, eventsOf, factory, model, TestWorker, type ErrorBody } from "./worker.ts";

const upstream = new Upstream();
const worker = new TestWorker();

before(async () => {
  await upstream.start();
  // One try, so that each fault shows as it is; a breaker that opened would hide the next.
  const once = { kind: "Policy", name: "once", retries: { tries: 1 } } as const;
  const timeouts = { firstByteMs: 300, betweenBytesMs: 300, totalMs: 1_200 };
  await worker.start(factory(model("m"), deployment("d", "m", upstream.url, {}, { timeouts }), once));
});
after(async () => {
  await worker.stop();
  await upstream.stop();
});

const three = { input: 10, cachedInput: 0, output: 3, reasoning: 0 };
const none = { input: 0, cachedInput: 0, output: 0, reasoning: 0 };

async function accountOf(response: Response): Promise<Usage> {
  return worker.usageOf(response.headers.get("x-request-id"));
}

/** A success between two faults keeps the breaker closed. */
async function breathe(): Promise<void> {
  upstream.behave = answersJson();
  await (await worker.chat()).text();
}

describe("a whole answer that is none", () => {
  const faults: [string, ReturnType<typeof answersJson>, number, string, RegExp][] = [
    [
      "HTML with status 200",
      answersText("<html>Hi</html>", "text/html"),
      502,
      "upstream_error",
      /something other than a JSON/,
    ],
    ["text that only begins like JSON", answersText('{"choices":[', "application/json"), 502, "upstream_error", /JSON/],
    ["JSON without a result", answersJson({ hello: 1 }), 502, "upstream_error", /without a result/],
    [
      "an error in a body with status 200",
      answersJson({ error: { message: "quota" } }),
      502,
      "upstream_error",
      /error in its body/,
    ],
    [
      "HTML with status 502",
      answersText("<html>Bad gateway</html>", "text/html", 502),
      502,
      "upstream_error",
      /status 502/,
    ],
    ["status 500", answersJson({ error: { message: "boom" } }, 500), 502, "upstream_error", /status 500/],
    [
      "a refusal of our credentials",
      answersJson({ error: { message: "no" } }, 401),
      502,
      "upstream_error",
      /credentials/,
    ],
    [
      "a redirect",
      answersJson({}, 307, { location: "http://169.254.169.254/" }),
      502,
      "upstream_error",
      /not followed/,
    ],
    [
      "a compressed answer",
      answersJson(completion(), 200, { "content-encoding": "br" }),
      502,
      "upstream_error",
      /compressed/,
    ],
    ["a refusal in HTML", answersText("<p>No</p>", "text/html", 400), 502, "upstream_error", /unreadably/],
    ["nothing at all, for too long", () => {}, 504, "upstream_timeout", /longer than it may|did not answer/],
    [
      "a connection that closes",
      (_seen, response) => void response.destroy(),
      502,
      "upstream_error",
      /could not be reached/,
    ],
    [
      "a body that closes half way",
      (_seen, response) => {
        response.writeHead(200, { "content-type": "application/json", "content-length": "500" });
        response.write('{"choices":[', () => response.destroy());
      },
      502,
      "upstream_error",
      /middle of its answer/,
    ],
  ];
  for (const [what, behaviour, status, code, says] of faults) {
    test(`${what} is ${status} and costs nothing`, async () => {
      await breathe();
      upstream.behave = behaviour;
      const response = await worker.chat();
      const error = await errorOf(response);
      assert.equal(response.status, status);
      assert.equal(error.code, code);
      assert.equal(error.type, "server_error");
      assert.match(error.message, says);
      assert.equal(response.headers.get("x-should-retry"), "false", "Its client is not to multiply the tries.");
      const account = await accountOf(response);
      assert.equal(account.outcome, "failed");
      assert.equal(account.status, status);
      assert.deepEqual(account.tokens, none);
      assert.equal(account.cut, code === "upstream_timeout" ? "upstream_timeout" : "upstream_error");
    });
  }

  test("its refusal of the request itself is passed on as it came, and costs nothing", async () => {
    const body = {
      error: { message: "too long", type: "invalid_request_error", param: "messages", code: "context_length_exceeded" },
    };
    upstream.behave = answersJson(body, 400, {
      "set-cookie": "a=b",
      "openai-organization": "ours",
      "x-tokenworks-x": "1",
    });
    const response = await worker.chat();
    assert.equal(response.status, 400);
    assert.deepEqual(await response.json(), body);
    for (const header of ["set-cookie", "openai-organization", "x-tokenworks-x"]) {
      assert.equal(response.headers.get(header), null);
    }
    const account = await accountOf(response);
    assert.deepEqual([account.outcome, account.cut, account.status], ["failed", "refused", 400]);
    assert.deepEqual(account.tokens, none);
  });

  test("a refusal in another shape is put into OpenAI's", async () => {
    upstream.behave = answersJson(
      { object: "error", message: "max_tokens is bad", param: "max_tokens", code: 40003 },
      400,
    );
    const response = await worker.chat();
    const error = await errorOf(response);
    assert.deepEqual([response.status, error.message, error.param], [400, "max_tokens is bad", "max_tokens"]);
  });
});

describe("usage of a whole answer", () => {
  test("that was never reported is estimated, and says so", async () => {
    upstream.behave = answersJson(completion({}));
    const response = await worker.chat();
    assert.equal(response.status, 200);
    const account = await accountOf(response);
    assert.equal(account.countedBy, "estimate");
    assert.ok(account.tokens.input > 0 && account.tokens.output > 0);
  });

  test("with more cached than there was is never negative", async () => {
    upstream.behave = answersJson(
      completion({
        usage: {
          ...usage,
          prompt_tokens_details: { cached_tokens: 99 },
          completion_tokens_details: { reasoning_tokens: 2 },
        },
      }),
    );
    const account = await accountOf(await worker.chat());
    assert.deepEqual(account.tokens, { input: 0, cachedInput: 10, output: 1, reasoning: 2 });
    assert.equal(account.countedBy, "upstream");
  });

  test("that makes no sense is no report", async () => {
    upstream.behave = answersJson(completion({ usage: { prompt_tokens: -5, completion_tokens: "many" } }));
    const account = await accountOf(await worker.chat());
    assert.equal(account.countedBy, "estimate");
    assert.ok(account.tokens.input >= 0 && account.tokens.output >= 0);
  });
});

describe("usage of a stream", () => {
  test("that comes twice counts once, the last report", async () => {
    const twice = [role, delta("one"), usageEvent, delta(" two"), finish, usageEvent, usageEvent, done];
    upstream.behave = streams(twice);
    const response = await worker.chat({ stream: true });
    const events = await eventsOf(response);
    assert.equal(events.at(-1), "[DONE]");
    assert.ok(!events.join().includes('"usage"'), "A client that did not ask sees none.");
    const account = await accountOf(response);
    assert.deepEqual(account.tokens, three);
    assert.deepEqual([account.outcome, account.countedBy], ["complete", "upstream"]);
  });

  test("that never comes is counted here", async () => {
    upstream.behave = streams([role, delta("one"), delta(" two"), finish, done]);
    const response = await worker.chat({ stream: true });
    await response.text();
    const account = await accountOf(response);
    assert.equal(account.tokens.output, 2);
    assert.equal(account.countedBy, "estimate", "Its input is an estimate.");
    assert.equal(account.outcome, "complete");
  });
});

describe("a stream that breaks", () => {
  /** Reads a stream to its end, and checks that it ends in a nested error and without `[DONE]`. */
  async function brokenOff(response: Response): Promise<ErrorBody["error"]> {
    assert.equal(response.status, 200);
    const events = await eventsOf(response);
    const { error } = JSON.parse(events.at(-1) ?? "") as ErrorBody;
    assert.ok(!events.includes("[DONE]"));
    assert.equal(typeof error.message, "string");
    return error;
  }

  const two = [role, delta("one"), delta(" two")];
  const half = delta(" three").slice(0, 20);
  const cases: [string, ReturnType<typeof streams>, string, RegExp][] = [
    ["is cut in mid-chunk", streams([...two, half], "destroy"), "upstream_truncated", /middle of its answer/],
    ["ends without a finish and without [DONE]", streams(two), "upstream_truncated", /before its answer was complete/],
    ["goes silent", streams(two, "hang"), "upstream_timeout", /stopped in the middle/],
    [
      "reports an error in-band",
      streams([...two, 'data: {"error":{"message":"CUDA out of memory"}}\n\n']),
      "upstream_error",
      /CUDA/,
    ],
    [
      "reports an error flat",
      streams([...two, 'data: {"object":"error","message":"engine died"}\n\n']),
      "upstream_error",
      /engine died/,
    ],
    ["turns into something else", streams([...two, "data: <html>\n\n"]), "upstream_error", /not a JSON object/],
  ];
  for (const [what, behaviour, cut, says] of cases) {
    test(`${what}: an error in-band, no [DONE], and a partial bill for what was relayed`, async () => {
      await breathe();
      upstream.behave = behaviour;
      const response = await worker.chat({ stream: true });
      assert.match((await brokenOff(response)).message, says);
      const account = await accountOf(response);
      assert.equal(account.outcome, "partial");
      assert.equal(account.cut, cut);
      assert.equal(account.tokens.output, 2);
      assert.ok(account.tokens.input > 0);
      assert.equal(account.status, 200);
    });
  }

  const early: [string, ReturnType<typeof streams>, RegExp][] = [
    ["with an error first", streams(['data: {"error":{"message":"no room"}}\n\n']), /no room/],
    ["empty", streams([]), /before its answer was complete/],
    ["as a whole answer", answersJson(), /answered whole/],
    ["as an error with status 200", answersJson({ error: { message: "quota" } }), /error in its body/],
  ];
  for (const [what, behaviour, says] of early) {
    test(`that came ${what} is a 502 of its own, since nothing had gone out`, async () => {
      await breathe();
      upstream.behave = behaviour;
      const response = await worker.chat({ stream: true });
      assert.equal(response.status, 502);
      assert.match((await errorOf(response)).message, says);
      assert.equal((await accountOf(response)).outcome, "failed");
    });
  }

  test("that hangs before its first byte is 504", async () => {
    await breathe();
    upstream.behave = streams([], "hang");
    const response = await worker.chat({ stream: true });
    assert.equal(response.status, 504);
    assert.equal((await errorOf(response)).code, "upstream_timeout");
  });
});

describe("a stream that is merely unusual is passed on whole", () => {
  const text = (events: string[]) =>
    events
      .filter((one) => one.startsWith("{"))
      .map((one) => (JSON.parse(one) as { choices: { delta: { content?: string } }[] }).choices[0]?.delta.content ?? "")
      .join("");
  const cases: [string, (string | Buffer)[]][] = [
    [
      "comments, CRLF and no space after the colon",
      [": hi\r\n\r\n", ...wholeStream.map((one) => one.replace("data: ", "data:").replaceAll("\n", "\r\n"))],
    ],
    ["without [DONE]", wholeStream.slice(0, -1)],
    ["without a last blank line", [...wholeStream.slice(0, -1), "data: [DONE]"]],
    ["in single bytes", [...Buffer.from(wholeStream.join(""))].map((byte) => Buffer.from([byte]))],
    ["in one packet", [wholeStream.join("")]],
    ["with more after [DONE]", [...wholeStream, delta("ghost"), done]],
    ["with empty data to keep it alive", ["data:\n\n", ...wholeStream]],
    [
      "with usage on the finish chunk",
      [
        role,
        delta("one"),
        delta(" two"),
        delta(" three"),
        event({ choices: [{ index: 0, delta: {}, finish_reason: "stop" }], usage }),
        done,
      ],
    ],
  ];
  for (const [what, pieces] of cases) {
    test(what, async () => {
      upstream.behave = streams(pieces);
      const response = await worker.chat({ stream: true });
      const events = await eventsOf(response);
      assert.equal(text(events), "one two three");
      assert.equal(events.filter((one) => one === "[DONE]").length, 1);
      assert.equal(events.at(-1), "[DONE]");
      assert.ok(!events.includes(""), "Clients fail on empty data.");
      const account = await accountOf(response);
      assert.deepEqual(account.tokens, three);
      assert.equal(account.outcome, "complete");
    });
  }
});

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, test } from "node:test";
import fc from "fast-check";
import { chargeFor } from "../ledger/price.ts";
import { Fault } from "../stack/fault.ts";
import type { Resource } from "../stack/resource.ts";
import { admit, authenticate, mayInfer } from "./admit.ts";
import { openai } from "./openai.ts";
import { buildSnapshot, type KeyRecord } from "./snapshot.ts";

const secret = "tw-secret";
const contextTokens = 1_000;

function snapshotOf(key: Partial<KeyRecord> = {}, model: object = {}) {
  const timeouts = { firstByteMs: 1, betweenBytesMs: 1, totalMs: 1 };
  const record: KeyRecord = {
    id: "k",
    hash: createHash("sha256").update(secret).digest("hex"),
    tenant: "acme",
    project: "main",
    role: "developer",
    limits: {},
    expiresAtMs: null,
    revokedAtMs: null,
    ...key,
  };
  const price = {
    model: "m",
    from: "2020-01-01T00:00:00Z",
    inputUsdPerMillion: "1",
    cachedInputUsdPerMillion: "0.1",
    outputUsdPerMillion: "2",
    reasoningUsdPerMillion: "3",
  };
  const resources: Resource[] = [
    { kind: "Model", name: "m", description: "", contextTokens, capabilities: ["chat", "completions"], ...model },
    {
      kind: "Deployment",
      name: "d",
      model: "m",
      source: "s",
      weight: 1,
      priority: 0,
      engine: { type: "openai", url: "http://a/v1", timeouts },
    },
    { kind: "PriceBook", name: "list", prices: [price] },
  ];
  const around = { dataDir: "/", env: {}, readFile: () => "" };
  return buildSnapshot({ epoch: 1, keys: [record], resources }, around);
}

function codeOf(act: () => unknown): string | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    assert.ok(error instanceof Fault);
    return error.code;
  }
}

function ask(fields: object) {
  const body = { model: "m", messages: [{ role: "user", content: "hello" }], ...fields };
  return openai.parse("chat.completions", Buffer.from(JSON.stringify(body)));
}

function admitted(fields: object, model: object = {}) {
  const snapshot = snapshotOf({}, model);
  return admit(snapshot, authenticate(snapshot, `Bearer ${secret}`, 0), ask(fields), Date.now());
}

describe("a key", () => {
  test("opens for whoever has its secret, and for nobody else", () => {
    const snapshot = snapshotOf();
    assert.equal(authenticate(snapshot, `Bearer ${secret}`, 0).keyId, "k");
    assert.equal(authenticate(snapshot, `bearer ${secret}`, 0).keyId, "k");
    fc.assert(
      fc.property(fc.string(), (other) => {
        fc.pre(other.trim() !== secret);
        assert.equal(
          codeOf(() => authenticate(snapshot, `Bearer ${other}`, 0)),
          "invalid_api_key",
        );
      }),
    );
  });

  test("opens until the instant at which it expires", () => {
    const snapshot = snapshotOf({ expiresAtMs: 100 });
    assert.equal(authenticate(snapshot, `Bearer ${secret}`, 99).keyId, "k");
    assert.equal(
      codeOf(() => authenticate(snapshot, `Bearer ${secret}`, 100)),
      "key_expired",
    );
  });

  test("that was revoked opens nothing, also before it would expire", () => {
    const snapshot = snapshotOf({ revokedAtMs: 5, expiresAtMs: 100 });
    assert.equal(
      codeOf(() => authenticate(snapshot, `Bearer ${secret}`, 1)),
      "key_revoked",
    );
  });

  test("of a viewer may not infer; an admin's may", () => {
    const principalOf = (role: KeyRecord["role"]) => authenticate(snapshotOf({ role }), `Bearer ${secret}`, 0);
    assert.equal(
      codeOf(() => mayInfer(principalOf("viewer"))),
      "forbidden",
    );
    assert.equal(
      codeOf(() => mayInfer(principalOf("admin"))),
      undefined,
    );
  });
});

describe("a hold", () => {
  test("is never less than what the request then costs", () => {
    const shape = fc.record({
      content: fc.string({ unit: "binary" }),
      maxTokens: fc.option(fc.integer({ min: 1, max: contextTokens }), { nil: undefined }),
      n: fc.integer({ min: 1, max: 4 }),
      shares: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 4, maxLength: 4 }),
    });
    fc.assert(
      fc.property(shape, ({ content, maxTokens, n, shares }) => {
        const messages = [{ role: "user", content }];
        const { price, hold, inputMax, outputMax } = admitted({ messages, n, max_tokens: maxTokens });
        // No tokenizer that works on bytes makes more tokens than there are bytes.
        const [inputShare = 0, cachedShare = 0, outputShare = 0, reasoningShare = 0] = shares;
        const input = Math.floor(Math.min(Buffer.byteLength(content), contextTokens) * inputShare);
        const cachedInput = Math.floor(input * cachedShare);
        const completion = Math.floor((maxTokens ?? contextTokens) * n * outputShare);
        const reasoning = Math.floor(completion * reasoningShare);
        assert.ok(inputMax >= input && outputMax >= completion);
        const tokens = { input: input - cachedInput, cachedInput, output: completion - reasoning, reasoning };
        assert.ok(chargeFor(tokens, price) <= hold);
      }),
    );
  });

  test("of a request with pictures covers the whole context, since bytes do not bound it", () => {
    const image = { type: "image_url", image_url: { url: "https://x/y.png" } };
    assert.equal(admitted({ messages: [{ role: "user", content: [image] }] }).inputMax, contextTokens);
  });

  test("is for the model's own limit where the request names none, and that limit is imposed", () => {
    const { outputMax, imposedMaxOutput } = admitted({}, { maxOutputTokens: 50 });
    assert.deepEqual([outputMax, imposedMaxOutput], [50, 50]);
    const named = admitted({ max_completion_tokens: 70 }, { maxOutputTokens: 50 });
    assert.deepEqual([named.outputMax, named.imposedMaxOutput], [70, undefined]);
    assert.equal(admitted({}).imposedMaxOutput, undefined);
  });
});

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { booksOf } from "../ledger/books.ts";
import { agreedPrice } from "../ledger/contracts/price.ts";
import { contract } from "../stack/contract.ts";
import { usdPerMillionTokens } from "../stack/money.ts";
import type { Resource } from "../stack/resource.ts";
import { buildSnapshot, type KeyRecord, type SnapshotData } from "./snapshot.ts";

const key: KeyRecord = {
  id: "k",
  hash: "ab",
  tenant: "acme",
  project: "main",
  role: "developer",
  limits: {},
  expiresAtMs: null,
  revokedAtMs: null,
};

const model = (name: string): Resource => ({
  kind: "Model",
  name,
  description: "",
  contextTokens: 100,
  capabilities: ["chat"],
});

function upstream(name: string, url: string, secrets: object = {}): Resource {
  const timeouts = { firstByteMs: 1, betweenBytesMs: 2, totalMs: 3 };
  return {
    kind: "Deployment",
    name,
    model: "m",
    source: "s",
    weight: 1,
    priority: 0,
    engine: { type: "openai", url, timeouts, ...secrets },
  };
}

const tenant: Resource = {
  kind: "Tenant",
  name: "acme",
  displayName: "",
  limits: { concurrency: 5 },
  projects: [{ name: "main", limits: { requestsPerMinute: 7 } }],
  priceBook: "special",
};

function build(resources: readonly Resource[], more: Partial<SnapshotData> = {}) {
  return buildSnapshot(
    { epoch: 1, keys: [key], resources, ...more },
    {
      dataDir: "/data",
      env: { SECRET: "from-env\n", EMPTY: "" },
      readFile: (path) => {
        if (path !== "/secret") throw new Error(`ENOENT: ${path}`);
        return "from-file\n";
      },
    },
  );
}

const replicas = (...resources: Resource[]) => build([model("m"), ...resources]).models.get("m")?.replicas;

describe("a replica", () => {
  test("of an upstream has its address, its path and its secret by reference", () => {
    const [one] = replicas(upstream("d", "https://api.example.com/openai/v1/", { secretEnv: "SECRET" })) ?? [];
    assert.equal(one?.origin, "https://api.example.com");
    assert.equal(one?.basePath, "/openai/v1");
    assert.equal(one?.secret, "from-env");
    assert.equal(one?.own, false);
    const [other] = replicas(upstream("d", "http://10.0.0.1:8000/v1", { secretFile: "/secret" })) ?? [];
    assert.equal(other?.secret, "from-file");
  });

  test("of an engine of ours is reached by its socket in the data folder", () => {
    const engine = { type: "llama.cpp", file: "x", parallel: 1, gpu: "auto" } as const;
    const [one] =
      replicas({ kind: "Deployment", name: "a/b", model: "m", source: "s", weight: 1, priority: 0, engine }) ?? [];
    assert.equal(one?.socketPath, "/data/run/engine-a_b.sock");
    assert.equal(one?.own, true);
  });

  test("that cannot be used is left out, and said why", () => {
    const snapshot = build([
      model("m"),
      upstream("no-secret", "http://a/v1", { secretEnv: "EMPTY" }),
      upstream("no-file", "http://a/v1", { secretFile: "/nowhere" }),
      upstream("no-http", "file:///etc/passwd"),
      upstream("good", "http://a/v1"),
    ]);
    assert.deepEqual(
      snapshot.models.get("m")?.replicas.map(({ deployment }) => deployment),
      ["good"],
    );
    assert.equal(snapshot.problems.length, 3);
    assert.match(snapshot.problems[0] ?? "", /no-secret: its secret is not in EMPTY/);
  });

  test("on a host that no policy allows is left out", () => {
    const policy: Resource = { kind: "Policy", name: "p", upstreamHosts: ["good.example"], retries: { tries: 5 } };
    const snapshot = build([
      model("m"),
      policy,
      upstream("a", "http://good.example/v1"),
      upstream("b", "http://169.254.169.254/v1"),
    ]);
    assert.deepEqual(
      snapshot.models.get("m")?.replicas.map(({ deployment }) => deployment),
      ["a"],
    );
    assert.equal(snapshot.triesMax, 5);
  });
});

describe("a principal", () => {
  test("has the limits of its key, project and tenant that limit something", () => {
    const principal = build([tenant]).principals.get("ab");
    assert.deepEqual(principal?.scopes, [
      { id: "project:acme/main", limits: { requestsPerMinute: 7 } },
      { id: "tenant:acme", limits: { concurrency: 5 } },
    ]);
    assert.deepEqual(build([]).principals.get("ab")?.scopes, []);
  });

  test("whose key was revoked is still known, so that its refusal says why", () => {
    const snapshot = build([], { keys: [{ ...key, revokedAtMs: 5 }] });
    assert.equal(snapshot.principals.get("ab")?.isRevoked, true);
    assert.equal(snapshot.validKeys.has("k"), false);
  });
});

test("a price is the tenant's own before the list's, and holds from its instant on", () => {
  const price = (of: string, from: string, usd: string) => ({
    model: of,
    from,
    inputUsdPerMillion: usd,
    outputUsdPerMillion: usd,
  });
  const snapshot = build([
    tenant,
    {
      kind: "PriceBook",
      name: "list",
      prices: [price("m", "2020-01-01T00:00:00Z", "1"), price("n", "2020-01-01T00:00:00Z", "1")],
    },
    { kind: "PriceBook", name: "special", prices: [price("m", "2025-01-01T00:00:00Z", "0.5")] },
  ]);
  const priceOf = (of: string, at: string, who = "acme") => snapshot.priceOf(who, of, Date.parse(at))?.input;
  assert.equal(priceOf("m", "2026-01-01"), usdPerMillionTokens("0.5"));
  assert.equal(priceOf("m", "2024-01-01"), usdPerMillionTokens("1"));
  assert.equal(priceOf("m", "2026-01-01", "other"), usdPerMillionTokens("1"));
  assert.equal(priceOf("n", "2026-01-01"), usdPerMillionTokens("1"));
  assert.equal(priceOf("n", "2019-01-01"), undefined);
  assert.equal(priceOf("unknown", "2026-01-01"), undefined);
});

test("a contract's price holds for its tenant on its days, whatever the books say, so that holds are what bills will be", () => {
  const signed = contract.parse({
    kind: "Contract",
    name: "acme-2027",
    counterparty: "Acme",
    role: "seller",
    tenant: "acme",
    from: "2027-01-01",
    to: "2027-12-31",
    cancelledOn: "2027-07-01",
    totalUsd: "100",
    tokens: [{ model: "m", inputUsdPerMillion: "0.3", outputUsdPerMillion: "0.9" }],
  });
  const list = {
    kind: "PriceBook" as const,
    name: "list",
    prices: ["m", "n"].map((one) => ({
      model: one,
      from: "2020-01-01T00:00:00Z",
      inputUsdPerMillion: "1",
      outputUsdPerMillion: "2",
    })),
  };
  const resources = [tenant, list, signed];
  const snapshot = build(resources);
  const books = booksOf(resources);
  const inputPrice = (who: string, of: string, at: string) => {
    const held = snapshot.priceOf(who, of, Date.parse(at));
    assert.deepEqual(agreedPrice(books, who, of, Date.parse(at))?.price, held);
    return held?.input;
  };
  assert.equal(inputPrice("acme", "m", "2027-01-01T00:00:00Z"), usdPerMillionTokens("0.3"));
  assert.equal(inputPrice("acme", "m", "2027-06-30T23:59:59.999Z"), usdPerMillionTokens("0.3"));
  assert.equal(inputPrice("acme", "m", "2026-12-31T23:59:59.999Z"), usdPerMillionTokens("1"));
  assert.equal(inputPrice("acme", "m", "2027-07-01T00:00:00Z"), usdPerMillionTokens("1"));
  assert.equal(inputPrice("acme", "n", "2027-02-01T00:00:00Z"), usdPerMillionTokens("1"));
  assert.equal(inputPrice("other", "m", "2027-02-01T00:00:00Z"), usdPerMillionTokens("1"));
});

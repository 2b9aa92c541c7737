import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, request as httpRequest, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { settleContracts } from "../ledger/contracts/book.ts";
import { postUsage } from "../ledger/post.ts";
import { findKey, keyFault } from "../store/keys.ts";
import { listAudit } from "../store/audit.ts";
import { apiConfig } from "./context.ts";
import { type Fixture, makeFixture, requestId, usage } from "./fixture.ts";
import { type RunningApi, startApi } from "./main.ts";
import { openapi } from "./openapi.ts";
import type { Route } from "./route.ts";
import { routes } from "./routes.ts";
import { failure, sessionInfo } from "./schema.ts";

let fixture: Fixture;
let api: RunningApi;
let upstream: ReturnType<typeof createServer>;
let consoleFiles: string;
/** What the stand-in for the token service does with the next chat request. */
let serveChat: (request: IncomingMessage, response: ServerResponse) => void = (_request, response) => response.end();

before(async () => {
  fixture = await makeFixture();
  consoleFiles = mkdtempSync(join(tmpdir(), "tokenworks-console-"));
  mkdirSync(join(consoleFiles, "assets"));
  writeFileSync(join(consoleFiles, "index.html"), "<!doctype html><title>console</title>");
  writeFileSync(join(consoleFiles, "assets", "app-1a2b.js"), "console.log(1)");
  symlinkSync("/etc/passwd", join(consoleFiles, "leak.txt"));
  // Stands in for the token service, with the real check of the key: the playground must bring a good one.
  upstream = createServer((request, response) => {
    if (request.url === "/readyz") {
      response.end("ok");
      return;
    }
    void findKey(fixture.store.db, request.headers.authorization?.replace("Bearer ", "") ?? "").then((key) => {
      if (key === undefined || keyFault(key, Date.now()) !== undefined) response.writeHead(401).end();
      else serveChat(request, response);
    });
  });
  upstream.listen(0, "127.0.0.1");
  await once(upstream, "listening");
  const apiUrl = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}/v1`;
  const config = apiConfig.parse({
    port: 0,
    dataDir: fixture.dataDir,
    apiUrl,
    version: "1.2.3",
    hosts: ["console.test"],
  });
  api = await startApi(config, consoleFiles);
});

after(async () => {
  await api.stop();
  upstream.closeAllConnections();
  upstream.close();
  rmSync(consoleFiles, { recursive: true });
  await fixture.remove();
});

type Reply = { status: number; headers: Headers; body: unknown };
type Ask = { method?: string; headers?: Record<string, string>; body?: unknown };

const url = (path: string) => `http://127.0.0.1:${api.port}${path}`;

async function ask(path: string, { method = "GET", headers = {}, body }: Ask = {}): Promise<Reply> {
  const text = body === undefined ? undefined : typeof body === "string" ? body : JSON.stringify(body);
  const type = text === undefined ? {} : { "content-type": "application/json" };
  const response = await fetch(url(path), {
    method,
    headers: { ...type, ...headers },
    ...(text === undefined ? {} : { body: text }),
  });
  const answer = await response.text();
  const isJson = response.headers.get("content-type")?.startsWith("application/json");
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(answer) : answer };
}

const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` });
const asAdmin = () => bearer(fixture.keys.admin.secret);

async function signIn(secret: string): Promise<{ cookie: string; csrf: string; reply: Reply }> {
  const reply = await ask("/api/session", { method: "POST", body: { key: secret } });
  const cookie = reply.headers.get("set-cookie") ?? "";
  const { csrfToken } = sessionInfo.parse(reply.body);
  return { cookie: cookie.split(";")[0] ?? "", csrf: csrfToken, reply };
}

/** Sets `Host` and `Origin` as a browser would; fetch does not let us. */
function rawGet(path: string, headers: Record<string, string>, method = "GET"): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ host: "127.0.0.1", port: api.port, path, method, headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    request.on("error", reject);
    request.end();
  });
}

function codeOf({ body }: Reply): string {
  return failure.parse(body).error.code;
}

test("signing in gives a cookie that no script and no other site sees, and a CSRF token", async () => {
  const { reply } = await signIn(fixture.keys.admin.secret);
  assert.equal(reply.status, 200);
  assert.match(
    reply.headers.get("set-cookie") ?? "",
    /^tw_session=[\w-]{43}; Max-Age=\d+; Path=\/; HttpOnly; SameSite=Strict$/,
  );
  assert.equal(reply.headers.get("cache-control"), "no-store");
  const { role, tenant, project, factory } = sessionInfo.parse(reply.body);
  assert.deepEqual([role, tenant, project, factory], ["admin", "default", "default", "factory"]);
});

test("whoever is not signed in gets nothing, and is told so", async () => {
  for (const route of routes.filter(({ roles }) => roles !== "anyone")) {
    const reply = await ask(pathOf(route), { method: route.method, ...(route.body ? { body: {} } : {}) });
    assert.equal(reply.status, 401, route.path);
    assert.equal(codeOf(reply), "signed_out");
  }
});

test("a session opens until it is signed out, and not longer", async () => {
  const { cookie, csrf } = await signIn(fixture.keys.viewer.secret);
  assert.equal((await ask("/api/session", { headers: { cookie } })).status, 200);
  const out = await ask("/api/session", { method: "DELETE", headers: { cookie, "x-csrf-token": csrf } });
  assert.equal(out.status, 204);
  assert.match(out.headers.get("set-cookie") ?? "", /tw_session=; Max-Age=0/);
  assert.equal((await ask("/api/session", { headers: { cookie } })).status, 401);
});

test("a write of a session without its own CSRF token is refused", async () => {
  const { cookie, csrf } = await signIn(fixture.keys.admin.secret);
  const other = await signIn(fixture.keys.admin.secret);
  const body = { name: "csrf" };
  for (const headers of [{ cookie }, { cookie, "x-csrf-token": other.csrf }, { cookie, "x-csrf-token": `${csrf}x` }]) {
    const reply = await ask("/api/tenants", { method: "POST", headers, body });
    assert.equal(reply.status, 403);
    assert.equal(codeOf(reply), "csrf_failed");
  }
  const good = await ask("/api/tenants", { method: "POST", headers: { cookie, "x-csrf-token": csrf }, body });
  assert.equal(good.status, 201);
});

test("a page of another site cannot write, whatever it knows", async () => {
  const headers = { ...asAdmin(), host: `127.0.0.1:${api.port}` };
  assert.equal(await rawGet("/api/session", { ...headers, origin: "https://evil.example" }, "DELETE"), 403);
  assert.equal(await rawGet("/api/session", { ...headers, "sec-fetch-site": "cross-site" }, "DELETE"), 403);
  assert.equal(await rawGet("/api/session", { ...headers, origin: `http://127.0.0.1:${api.port}` }, "DELETE"), 204);
});

test("a name that an attacker's DNS points here is turned away, for pages and data alike", async () => {
  for (const path of ["/", "/api/session", "/api/openapi.json"]) {
    assert.equal(await rawGet(path, { host: "evil.example" }), 403);
  }
  assert.equal(await rawGet("/api/openapi.json", { host: `localhost:${api.port}` }), 200);
  assert.equal(await rawGet("/api/openapi.json", { host: "console.test" }), 200);
});

test("ten wrong keys, and the eleventh try has to wait, even with the right one", async () => {
  const config = apiConfig.parse({ port: 0, dataDir: fixture.dataDir, apiUrl: "http://127.0.0.1:9/v1" });
  const other = await startApi(config, consoleFiles);
  const post = (key: string) =>
    fetch(`http://127.0.0.1:${other.port}/api/session`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ key }),
    });
  for (let tries = 0; tries < 10; tries += 1) assert.equal((await post(`tw-wrong${tries}`)).status, 401);
  const locked = await post(fixture.keys.admin.secret);
  assert.equal(locked.status, 429);
  assert.ok(Number(locked.headers.get("retry-after")) > 0);
  await other.stop();
});

test("a viewer reads and changes nothing", async () => {
  const headers = bearer(fixture.keys.viewer.secret);
  for (const path of ["/api/stack", "/api/tenants", "/api/keys", "/api/resources", "/api/audit", "/api/ledger/check"]) {
    assert.equal((await ask(path, { headers })).status, 200, path);
  }
  // Their own session apart, and what works something out and keeps nothing.
  const worksOut = new Set([
    "/api/chips/make-or-buy",
    "/api/perf/estimate",
    "/api/perf/search",
    "/api/scenarios/run",
    "/api/scenarios/report",
    "/api/stack-chains/run",
    "/api/plan/capacity/from-ledger",
    "/api/plan/capacity/runs",
    "/api/plan/capacity/runs/:id/stop",
    "/api/deals/evaluate",
    "/api/deals/compare",
    "/api/deals/portfolio",
    "/api/deals/report",
  ]);
  const keeps = ({ method, path }: Route) => method !== "GET" && path !== "/api/session" && !worksOut.has(path);
  for (const route of routes.filter(keeps)) {
    const reply = await ask(pathOf(route), { method: route.method, headers, ...(route.body ? { body: {} } : {}) });
    assert.equal(reply.status, 403, `${route.method} ${route.path}`);
    assert.equal(codeOf(reply), "forbidden");
  }
});

test("a developer sees and touches the own project only", async () => {
  const headers = bearer(fixture.keys.developer.secret);
  for (const path of ["/api/stack", "/api/resources", "/api/audit", "/api/ledger/check", "/api/stack/series"]) {
    assert.equal((await ask(path, { headers })).status, 403, path);
  }
  const { requests } = (await ask("/api/requests", { headers })).body as { requests: { tenant: string }[] };
  assert.ok(requests.length >= 2);
  assert.ok(requests.every(({ tenant }) => tenant === "default"));
  assert.equal((await ask(`/api/requests/${fixture.requestIds.acme}`, { headers })).status, 404);
  assert.equal((await ask(`/api/requests/${fixture.requestIds.own}`, { headers })).status, 200);
  const { tenants } = (await ask("/api/tenants", { headers })).body as { tenants: { name: string }[] };
  assert.deepEqual(
    tenants.map(({ name }) => name),
    ["default"],
  );
  const { keys } = (await ask("/api/keys", { headers })).body as { keys: { id: string; tenant: string }[] };
  assert.ok(keys.every(({ tenant }) => tenant === "default"));
  const key = { tenant: "default", project: "default", name: "mine", role: "developer" };
  const made = await ask("/api/keys", { method: "POST", headers, body: key });
  assert.equal(made.status, 201);
  for (const other of [{ tenant: "acme", project: "web" }, { role: "admin" }, { role: "viewer" }]) {
    assert.equal((await ask("/api/keys", { method: "POST", headers, body: { ...key, ...other } })).status, 403);
  }
  assert.equal((await ask(`/api/keys/${fixture.acme.id}`, { method: "DELETE", headers })).status, 404);
  assert.equal((await ask(`/api/keys/${fixture.keys.admin.id}`, { method: "DELETE", headers })).status, 403);
});

test("a revoked key and its sessions open nothing any more", async () => {
  const headers = asAdmin();
  const body = { tenant: "acme", project: "web", name: "short", role: "viewer" };
  const { id, secret } = (await ask("/api/keys", { method: "POST", headers, body })).body as {
    id: string;
    secret: string;
  };
  const { cookie } = await signIn(secret);
  assert.equal((await ask(`/api/keys/${id}`, { method: "DELETE", headers })).status, 204);
  assert.equal((await ask("/api/session", { headers: { cookie } })).status, 401);
  const again = await ask("/api/session", { method: "POST", body: { key: secret } });
  assert.equal(codeOf(again), "key_revoked");
});

test("tenants are made, limited and deleted, and the audit log says by whom", async () => {
  const headers = asAdmin();
  const made = await ask("/api/tenants", {
    method: "POST",
    headers,
    body: { name: "globex", projects: [{ name: "lab" }] },
  });
  assert.equal(made.status, 201);
  assert.equal((await ask("/api/tenants", { method: "POST", headers, body: { name: "globex" } })).status, 409);
  const limits = { budget: { amountUsd: "25.5", period: "day" }, concurrency: 4 };
  const changed = await ask("/api/tenants/globex", { method: "PATCH", headers, body: { limits } });
  assert.deepEqual((changed.body as { limits: unknown }).limits, limits);
  assert.equal((await ask("/api/tenants/globex", { method: "DELETE", headers })).status, 204);
  assert.equal((await ask("/api/tenants/globex", { method: "DELETE", headers })).status, 404);
  assert.equal((await ask("/api/tenants/default", { method: "DELETE", headers })).status, 409);
  const entries = (await listAudit(fixture.store.db, 20)).filter(({ subject }) => subject === "Tenant/globex");
  assert.deepEqual(
    entries.map(({ action }) => action),
    ["delete", "update", "create"],
  );
  assert.ok(entries.every(({ actor }) => actor === `key/${fixture.keys.admin.id} admin of default`));
});

test("the spend of a project is what its requests were charged", async () => {
  const { tenants } = (await ask("/api/tenants", { headers: asAdmin() })).body as {
    tenants: { name: string; projects: { spend: { amountUsd: string } }[] }[];
  };
  const acme = tenants.find(({ name }) => name === "acme");
  // 100 × 0.02 + 20 × 0.005 + 60 × 0.08 dollars per million tokens.
  assert.equal(acme?.projects[0]?.spend.amountUsd, "0.0000069");
});

test("a diff shows the price of a change and changes nothing; applying it does just that", async () => {
  const headers = asAdmin();
  const yaml = `
resources:
  - kind: Source
    type: rent
    name: neocloud
    site: here
    accelerator: h200
    accelerators: 8
    rentUsdPerAcceleratorHour: "2.00"
    power: { idleWatts: 120, maxWatts: 700 }
`;
  const shown = await ask("/api/resources/diff", { method: "POST", headers, body: { yaml } });
  assert.equal(shown.status, 200);
  const { changes } = shown.body as { changes: { action: string; name: string; effects: unknown[] }[] };
  assert.deepEqual(changes[0]?.effects[0], { what: "capacity", unit: "USD/hour", before: null, after: "16" });
  const applied = await ask("/api/resources/apply", { method: "POST", headers, body: { yaml } });
  assert.deepEqual(applied.body, shown.body);
  const again = await ask("/api/resources/diff", { method: "POST", headers, body: { yaml } });
  assert.deepEqual(again.body, { changes: [] });
});

test("the whole factory, read and applied, changes nothing", async () => {
  const headers = asAdmin();
  const { resources } = (await ask("/api/resources", { headers })).body as { resources: unknown[] };
  const reply = await ask("/api/resources/diff", { method: "POST", headers, body: { resources, prune: true } });
  assert.deepEqual(reply.body, { changes: [] });
});

test("a file that is wrong is refused with its line, column and path", async () => {
  const yaml = "resources:\n  - kind: Site\n    name: x\n    electricityUsdPerKwh: 0.15\n";
  const reply = await ask("/api/resources/apply", { method: "POST", headers: asAdmin(), body: { yaml } });
  assert.equal(reply.status, 400);
  assert.match(
    failure.parse(reply.body).error.message,
    /^factory\.yaml:4:5: resources\[0\]\.electricityUsdPerKwh: .*"0\.15"/,
  );
});

test("what is not JSON, too large, of another type or not asked for is refused in one shape", async () => {
  const headers = asAdmin();
  const post = (body: string, type = "application/json") =>
    ask("/api/tenants", { method: "POST", headers: { ...headers, "content-type": type }, body });
  assert.equal(codeOf(await post("{")), "invalid_json");
  assert.equal(codeOf(await post("[]")), "invalid_json");
  assert.equal(codeOf(await post(`{"name":${"[".repeat(100_000)}${"]".repeat(100_000)}}`)), "invalid_json");
  assert.equal(codeOf(await post("name=x", "application/x-www-form-urlencoded")), "unsupported_media_type");
  assert.equal(codeOf(await post('{"name":"UPPER"}')), "invalid_value");
  assert.equal(codeOf(await post('{"name":"x","admin":true}')), "invalid_value");
  assert.equal(codeOf(await post(JSON.stringify({ name: "x", displayName: "y".repeat(2_000_000) }))), "body_too_large");
  assert.equal(codeOf(await ask("/api/stack?window=9y", { headers })), "invalid_value");
  assert.equal(codeOf(await ask("/api/stack?windo=1h", { headers })), "invalid_value");
  assert.equal(codeOf(await ask("/api/requests?limit=1&limit=2", { headers })), "invalid_value");
  assert.equal(codeOf(await ask("/api/nothing", { headers })), "not_found");
  assert.equal(codeOf(await ask("/api/stack", { method: "POST", headers, body: {} })), "method_not_allowed");
  assert.equal(codeOf(await ask("/api/requests/%E0%A4%A", { headers })), "not_found");
  const injected = await ask(`/api/requests/${encodeURIComponent("' or 1=1 --")}`, { headers });
  assert.equal(codeOf(injected), "not_found");
});

test("a contract that is applied is signed by the ledger, and read with what is open of it", async () => {
  const headers = asAdmin();
  const yaml = `
resources:
  - kind: Contract
    name: acme-2090
    role: seller
    counterparty: Acme GmbH
    tenant: acme
    from: 2090-01-01
    to: 2090-12-31
    totalUsd: "1200"
    takeOrPay: { period: quarter, floorUsd: "100" }
`;
  const applied = await ask("/api/resources/apply", { method: "POST", headers, body: { yaml } });
  assert.equal(applied.status, 200);
  const statusOf = async () =>
    (await ask("/api/contracts/acme-2090", { headers })).body as { status: string; openUsd: string };
  assert.equal((await statusOf()).status, "to be signed");
  await settleContracts(fixture.store, Date.now());
  const signed = await statusOf();
  assert.deepEqual([signed.status, signed.openUsd], ["to begin", "1200"]);
  assert.equal((await ask("/api/contracts/gone", { headers })).status, 404);
});

test("a scenario from the ledger says what its history lacks, and gives a file and its forecast when there is enough", async () => {
  const headers = asAdmin();
  const fromLedger = (body: object) => ask("/api/plan/capacity/from-ledger", { method: "POST", headers, body });
  const early = await fromLedger({});
  assert.equal(early.status, 400);
  assert.match(JSON.stringify(early.body), /a forecast takes 14 of them/);
  const today = Math.floor(Date.now() / 86_400_000) * 86_400_000;
  const days = Array.from({ length: 30 }, (_, day) => ({
    ...usage(requestId(500 + day), "acme", "web", fixture.acme.id, today - (day + 1) * 86_400_000 + 3_600_000),
    tokens: { input: 3e10, cachedInput: 0, output: 1e10, reasoning: 0 },
  }));
  await postUsage(fixture.store, days);
  const made = await fromLedger({ quarters: 2 });
  assert.equal(made.status, 200, JSON.stringify(made.body));
  const { yaml, forecast } = made.body as { yaml: string; forecast: { quarters: { expected: number }[] } };
  assert.match(yaml, /name: from the ledger[\s\S]*teratokensPerQuarter/);
  assert.ok((forecast.quarters[0]?.expected ?? 0) > 80 * 4e10);
  const base = await fromLedger({ base: "name: x" });
  assert.match(JSON.stringify(base.body), /base:1:1: start: This is missing/);
});

test("every route answers what the description says, and the description has every route", async () => {
  const headers = asAdmin();
  const described = openapi(routes, "1.2.3") as { paths: Record<string, Record<string, unknown>> };
  const served = routes.map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, "{$1}")}`);
  const operations = Object.entries(described.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  assert.deepEqual(operations.toSorted(), served.toSorted());
  assert.deepEqual((await ask("/api/openapi.json")).body, JSON.parse(JSON.stringify(described)));
  for (const route of routes) {
    // A run of the planner has to be begun first: its routes have tests of their own.
    if (route.method !== "GET" || route.path.includes("/runs/") || !(route.answer instanceof z.ZodType)) continue;
    const path = route.path
      .replace(":id", fixture.requestIds.own)
      .replace("scenarios/:name", "scenarios/oracle")
      .replace(":name", "acme-2090");
    const reply = await ask(path, { headers });
    assert.equal(reply.status, route.status, path);
    const parsed = route.answer.safeParse(reply.body);
    assert.ok(parsed.success, `${path}: ${parsed.error?.message}`);
  }
});

test("live events tell of requests as they are posted, and of the stack that they change", async () => {
  const leave = new AbortController();
  const response = await fetch(url("/api/live"), { headers: asAdmin(), signal: leave.signal });
  assert.equal(response.headers.get("content-type"), "text/event-stream");
  const id = requestId(77);
  const seen: string[] = [];
  let told = "";
  assert.ok(response.body);
  for await (const chunk of response.body) {
    told += new TextDecoder().decode(chunk);
    if (!seen.includes("stack") && told.includes("event: stack")) {
      seen.push("stack");
      await postUsage(fixture.store, [usage(id, "default", "default", fixture.keys.admin.id)]);
    }
    if (told.includes(id)) break;
  }
  leave.abort();
  assert.match(told, /event: request\ndata: \{"id":"01900000/);
});

test("the playground streams what the token service says, byte for byte, on the console's account", async () => {
  serveChat = (request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream", "x-request-id": "r-1", "x-secret": "no" });
    response.write('data: {"choices":[]}\n\n');
    request.resume();
    setImmediate(() => response.end("data: [DONE]\n\n"));
  };
  const body = { model: "tokenworks-tiny", messages: [{ role: "user", content: "hi" }], stream: true };
  const reply = await ask("/api/playground/chat", { method: "POST", headers: asAdmin(), body });
  assert.equal(reply.status, 200);
  assert.equal(reply.body, 'data: {"choices":[]}\n\ndata: [DONE]\n\n');
  assert.equal(reply.headers.get("x-request-id"), "r-1");
  assert.equal(reply.headers.get("x-secret"), null);
  const { keys } = (await ask("/api/keys", { headers: asAdmin() })).body as { keys: { tenant: string }[] };
  assert.ok(keys.every(({ tenant }) => tenant !== "console"));
});

test("a browser that leaves the playground cancels the work", async () => {
  const cut = new Promise<void>((resolve) => {
    serveChat = (_request, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write("data: 1\n\n");
      response.once("close", resolve);
    };
  });
  const leave = new AbortController();
  const body = JSON.stringify({ model: "m", messages: [], stream: true });
  const headers = { ...asAdmin(), "content-type": "application/json" };
  const response = await fetch(url("/api/playground/chat"), { method: "POST", headers, body, signal: leave.signal });
  await response.body?.getReader().read();
  leave.abort();
  await cut;
});

test("the console's files are served, its pages fall back to the app, and nothing outside is reached", async () => {
  const index = await ask("/");
  assert.equal(index.status, 200);
  assert.match(String(index.body), /console/);
  const policy = index.headers.get("content-security-policy") ?? "";
  assert.match(policy, /default-src 'self'/);
  assert.doesNotMatch(policy, /script-src|unsafe-eval/);
  assert.equal(index.headers.get("cache-control"), "no-cache");
  assert.match(String((await ask("/requests/42")).body), /console/);
  const asset = await ask("/assets/app-1a2b.js");
  assert.match(asset.headers.get("cache-control") ?? "", /immutable/);
  const etag = asset.headers.get("etag") ?? "";
  assert.equal((await ask("/assets/app-1a2b.js", { headers: { "if-none-match": etag } })).status, 304);
  assert.equal((await ask("/assets/gone.js")).status, 404);
  assert.equal((await ask("/leak.txt")).status, 404);
  for (const path of [
    "/../../etc/passwd.txt",
    "/..%2f..%2fetc%2fpasswd.txt",
    "/%2e%2e/package.json",
    "/a%00.txt",
    "/..%5c..%5cx.txt",
  ]) {
    assert.equal(await rawGet(path, { host: "localhost" }), 404, path);
  }
  assert.equal((await ask("/", { method: "POST", body: {} })).status, 405);
});

test("a database that goes away is said to be away, and the API is there when it comes back", async () => {
  const { embedded } = fixture.store;
  assert.ok(embedded);
  await embedded.stop();
  const reply = await ask("/api/tenants", { headers: asAdmin() });
  assert.equal(reply.status, 503);
  assert.equal(codeOf(reply), "store_unavailable");
  const { startEmbedded } = await import("../store/embedded.ts");
  await startEmbedded(fixture.dataDir, { supervise: true, say: () => undefined });
  for (let tries = 0; tries < 50; tries += 1) {
    if ((await ask("/api/tenants", { headers: asAdmin() })).status === 200) return;
    await sleep(100);
  }
  assert.fail("The API did not come back.");
});

function pathOf({ path }: Route): string {
  return path.replace(":id", "x").replace(":name", "x");
}

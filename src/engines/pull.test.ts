import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import fc from "fast-check";
import { Fault } from "../stack/fault.ts";
import { pullModel } from "./pull.ts";

const root = mkdtempSync(join(tmpdir(), "tokenworks-pull-"));
after(() => rmSync(root, { recursive: true }));
let folders = 0;
const newDir = () => join(root, `models-${(folders += 1)}`);

/** The smallest GGUF: a head that tells of nothing, and then some bytes. */
const head = Buffer.from("GGUF\x03\0\0\0".padEnd(24, "\0"), "latin1");
const model = Buffer.concat([head, Buffer.alloc(300_000, "weights ")]);
const digest = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");
const sha256 = digest(model);
const soon = { retryDelaysMs: [1, 1, 1] };
const never = { retryDelaysMs: [] };

async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const server = createServer(answer).listen(0, "127.0.0.1");
  await once(server, "listening");
  after(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Serves bytes as a store does, range and all; `until` is where it breaks off, counted from the file's beginning. */
function send(request: IncomingMessage, response: ServerResponse, bytes: Buffer, etag: string, until = bytes.length) {
  const asked = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
  const isFresh = request.headers["if-range"] === undefined || request.headers["if-range"] === etag;
  const from = isFresh ? asked : 0;
  const range = { "content-range": `bytes ${from}-${bytes.length - 1}/${bytes.length}` };
  response.writeHead(from > 0 ? 206 : 200, { etag, "content-length": bytes.length - from, ...(from > 0 ? range : {}) });
  if (until >= bytes.length) response.end(bytes.subarray(from));
  else response.write(bytes.subarray(from, until), () => setTimeout(() => response.destroy(), 20));
}

function isFault(code: string, message = /./) {
  return (error: unknown) => error instanceof Fault && error.code === code && message.test(error.message);
}

test("a transfer that breaks in the middle goes on from there by itself", async () => {
  const ranges: (string | undefined)[] = [];
  const url = await serve((request, response) => {
    ranges.push(request.headers.range);
    send(request, response, model, '"one"', ranges.length * 100_000);
  });
  const dir = newDir();
  let told = 0;
  const onProgress = (done: number, total: number | null) => {
    assert.ok(done >= told && total === model.length);
    told = done;
  };
  const pulled = await pullModel(`${url}/m.gguf`, { dir, onProgress, ...soon });
  assert.deepEqual(pulled, { file: join(dir, "m.gguf"), sha256, bytes: model.length });
  assert.deepEqual(readFileSync(pulled.file), model);
  assert.equal(told, model.length);
  assert.deepEqual(readdirSync(dir), ["m.gguf"]);
  assert.equal(ranges.length, 4);
  assert.ok(ranges.slice(1).every((range) => /^bytes=[1-9]\d*-$/.test(range ?? "")));
});

test("wherever and however often it is stopped, what it finds in the end is the file", async () => {
  let until = 0;
  const url = await serve((request, response) => send(request, response, model, '"one"', until));
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(model.length - 1), { maxLength: 3 }), async (stops) => {
      const dir = newDir();
      for (const stop of stops) {
        until = stop;
        await assert.rejects(pullModel(`${url}/m.gguf`, { dir, ...never }), isFault("upstream_error"));
        assert.equal(existsSync(join(dir, "m.gguf")), false);
      }
      until = model.length;
      assert.equal((await pullModel(`${url}/m.gguf`, { dir, ...never })).sha256, sha256);
    }),
    { numRuns: 10 },
  );
});

test("one that is stopped by hand keeps what it has", async () => {
  const url = await serve((request, response) => {
    if (request.headers.range === undefined)
      response.writeHead(200, { etag: '"one"' }).write(model.subarray(0, 99_999));
    else send(request, response, model, '"one"');
  });
  const dir = newDir();
  const stop = new AbortController();
  const onProgress = (done: number) => done > 0 && stop.abort();
  await assert.rejects(pullModel(`${url}/m.gguf`, { dir, signal: stop.signal, onProgress }), { name: "AbortError" });
  assert.equal((await pullModel(`${url}/m.gguf`, { dir, ...never })).sha256, sha256);
});

test("a file that changed meanwhile is fetched from its beginning", async () => {
  const other = Buffer.concat([head, Buffer.alloc(200_000, "other ")]);
  let version: "one" | "two" = "one";
  const url = await serve((request, response) => {
    if (version === "one") send(request, response, model, '"one"', 150_000);
    else send(request, response, other, '"two"');
  });
  const dir = newDir();
  await assert.rejects(pullModel(`${url}/m.gguf`, { dir, ...never }), isFault("upstream_error", /goes on from/));
  version = "two";
  assert.equal((await pullModel(`${url}/m.gguf`, { dir, ...never })).sha256, digest(other));
});

test("a file with the wrong checksum, or that is no GGUF, is refused and not kept", async () => {
  const url = await serve((request, response) =>
    response.end(request.url === "/m.gguf" ? model : "<html>sign in</html>"),
  );
  const dir = newDir();
  const wrong = { dir, sha256: "0".repeat(64), ...never };
  await assert.rejects(pullModel(`${url}/m.gguf`, wrong), isFault("invalid_value", /has SHA-256/));
  await assert.rejects(pullModel(`${url}/page.gguf`, { dir, ...never }), isFault("invalid_value", /not a GGUF/));
  assert.deepEqual(readdirSync(dir), []);
});

test("one file is fetched by one process at a time", async () => {
  const held = Promise.withResolvers<void>();
  const url = await serve((_, response) => void held.promise.then(() => response.end(model)));
  const dir = newDir();
  const first = pullModel(`${url}/m.gguf`, { dir });
  while (!existsSync(join(dir, "m.gguf.lock"))) await new Promise(setImmediate);
  await assert.rejects(pullModel(`${url}/m.gguf`, { dir }), isFault("conflict"));
  held.resolve();
  await first;
});

/** A hub with one repository, and the store to which it sends for large files. */
async function hubOf(files: Readonly<Record<string, Buffer>>) {
  const seen: string[] = [];
  const store = await serve((request, response) => {
    seen.push(`store ${request.headers.authorization ?? "-"}`);
    send(request, response, files[request.url?.slice(1) ?? ""] ?? Buffer.alloc(0), '"store"');
  });
  const endpoint = await serve((request, response) => {
    seen.push(`hub ${request.headers.authorization ?? "-"} ${request.url}`);
    const [, name = ""] = /^\/org\/repo\/resolve\/c0ffee\/(.+)$/.exec(request.url ?? "") ?? [];
    const file = files[name];
    if (request.url?.startsWith("/api/models/org/repo/revision/main?")) {
      const siblings = Object.entries(files).map(([rfilename, bytes]) => ({
        rfilename,
        size: bytes.length,
        lfs: { sha256: digest(bytes), size: bytes.length },
      }));
      response.end(JSON.stringify({ sha: "c0ffee", siblings }));
    } else if (file === undefined) response.writeHead(401).end("Invalid username or password.");
    else response.writeHead(302, { location: `${store}/${name}`, "x-linked-etag": `"${digest(file)}"` }).end();
  });
  return { endpoint, seen };
}

test("a repository is pinned to its commit, its checksum holds, and its token goes nowhere else", async () => {
  const { endpoint, seen } = await hubOf({ "a-Q8_0.gguf": Buffer.from("GGUF"), "a-Q4_K_M.gguf": model });
  const env = { HF_ENDPOINT: endpoint, HF_TOKEN: "secret" };
  const dir = newDir();
  const pulled = await pullModel("org/repo", { dir, env });
  assert.deepEqual(pulled, { file: join(dir, "a-Q4_K_M.gguf"), sha256, bytes: model.length });
  const list = "hub Bearer secret /api/models/org/repo/revision/main?blobs=true";
  assert.deepEqual(seen, [list, "hub Bearer secret /org/repo/resolve/c0ffee/a-Q4_K_M.gguf", "store -"]);
  seen.length = 0;
  await pullModel("hf:org/repo:q4_k_m", { dir, env });
  assert.deepEqual(seen, [list], "what is here already is not fetched again");
});

test("a model in several files is fetched whole", async () => {
  const parts = [1, 2, 3].map((part) => Buffer.concat([head, Buffer.alloc(part * 1_000, "w")]));
  const name = (part: number) => `Q8_0-0000${part}-of-00003.gguf`;
  const { endpoint } = await hubOf(Object.fromEntries(parts.map((bytes, index) => [name(index + 1), bytes])));
  const dir = newDir();
  let last: unknown;
  const onProgress = (...told: [number, number | null]) => (last = told);
  const pulled = await pullModel("org/repo", { dir, env: { HF_ENDPOINT: endpoint }, onProgress });
  const bytes = 6_000 + 3 * head.length;
  assert.deepEqual(pulled, { file: join(dir, name(1)), sha256: digest(parts[0]!), bytes });
  assert.deepEqual(readdirSync(dir), [name(1), name(2), name(3)]);
  assert.deepEqual(last, [bytes, bytes]);
});

test("what is not there, or not for everybody, is told apart from what is broken", async () => {
  const { endpoint } = await hubOf({});
  const env = { HF_ENDPOINT: endpoint };
  const dir = newDir();
  await assert.rejects(pullModel("org/other", { dir, env }), isFault("not_found", /HF_TOKEN/));
  await assert.rejects(pullModel("org/repo", { dir, env }), isFault("not_found", /has no GGUF/));
  const gated = await serve((_, response) => response.writeHead(403).end());
  await assert.rejects(pullModel(`${gated}/m.gguf`, { dir, ...never }), isFault("forbidden", /HF_TOKEN/));
  const busy = await serve((_, response) => response.writeHead(503).end());
  await assert.rejects(pullModel(`${busy}/m.gguf`, { dir, ...soon }), isFault("upstream_error", /answers 503/));
});

test("only what is encrypted, or on this machine, is fetched, also after a redirect", async () => {
  const dir = newDir();
  await assert.rejects(
    pullModel("http://example.com/m.gguf", { dir, ...never }),
    isFault("invalid_value", /not https/),
  );
  const url = await serve((_, response) => response.writeHead(302, { location: "http://example.com/m.gguf" }).end());
  await assert.rejects(pullModel(`${url}/m.gguf`, { dir, ...never }), isFault("invalid_value", /not https/));
});

test("a file that is here is taken in, if it is a model", async () => {
  const path = join(root, "mine.gguf");
  writeFileSync(path, model);
  const dir = newDir();
  assert.deepEqual(await pullModel(path, { dir, sha256 }), {
    file: join(dir, "mine.gguf"),
    sha256,
    bytes: model.length,
  });
  await assert.rejects(pullModel(path, { dir, sha256: "1".repeat(64) }), isFault("invalid_value", /has SHA-256/));
  await assert.rejects(pullModel("./none.gguf", { dir }), isFault("invalid_value", /cannot be read \(ENOENT\)/));
});

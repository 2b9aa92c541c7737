import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { Fault } from "../stack/fault.ts";
import { chooseFile, parseReference, pullModel } from "./pull.ts";

const root = mkdtempSync(join(tmpdir(), "tokenworks-pull-"));
after(() => rmSync(root, { recursive: true }));
let folders = 0;
const newDir = () => join(root, `models-${(folders += 1)}`);
const model = Buffer.concat([Buffer.from("GGUF"), Buffer.alloc(300_000, "weights ")]);
const sha256 = createHash("sha256").update(model).digest("hex");

async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const server = createServer(answer).listen(0, "127.0.0.1");
  await once(server, "listening");
  after(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function isFault(code: string) {
  return (error: unknown) => error instanceof Fault && error.code === code;
}

test("a transfer that breaks goes on from where it broke, and the file appears only when it is whole", async () => {
  const ranges: (string | undefined)[] = [];
  const url = await serve((request, response) => {
    ranges.push(request.headers.range);
    const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? "")?.[1] ?? 0);
    const length = model.length - from;
    response.writeHead(from > 0 ? 206 : 200, { etag: '"one"', "content-length": length });
    if (from > 0) response.end(model.subarray(from));
    else response.write(model.subarray(0, 100_000), () => setTimeout(() => response.destroy(), 50));
  });
  const dir = newDir();
  await assert.rejects(pullModel(`${url}/m.gguf`, { dir }), isFault("upstream_error"));
  assert.equal(existsSync(join(dir, "m.gguf")), false);
  const pulled = await pullModel(`${url}/m.gguf`, { dir });
  assert.equal(pulled.sha256, sha256);
  assert.deepEqual(readFileSync(pulled.file), model);
  assert.equal(ranges[0], undefined);
  assert.match(ranges[1] ?? "", /^bytes=[1-9]\d*-$/);
});

test("a file that changed meanwhile is fetched from its beginning", async () => {
  let version = "one";
  const url = await serve((request, response) => {
    const wanted = request.headers["if-range"] === `"${version}"` ? request.headers.range : undefined;
    assert.equal(wanted, undefined);
    response.writeHead(200, { etag: `"${version}"`, "content-length": model.length });
    if (version === "one") response.write(model.subarray(0, 9), () => setTimeout(() => response.destroy(), 20));
    else response.end(model);
  });
  const dir = newDir();
  await assert.rejects(pullModel(`${url}/m.gguf`, { dir }), isFault("upstream_error"));
  version = "two";
  assert.equal((await pullModel(`${url}/m.gguf`, { dir })).sha256, sha256);
});

test("a file with the wrong checksum, or that is no GGUF, is refused and not kept", async () => {
  const url = await serve((request, response) => response.end(request.url === "/m.gguf" ? model : "<html>"));
  const dir = newDir();
  await assert.rejects(pullModel(`${url}/m.gguf`, { dir, sha256: "0".repeat(64) }), isFault("invalid_value"));
  await assert.rejects(pullModel(`${url}/page.gguf`, { dir }), /is not a GGUF file/);
  for (const name of ["m.gguf", "m.gguf.part", "page.gguf", "page.gguf.part"]) {
    assert.equal(existsSync(join(dir, name)), false, name);
  }
});

test("a repository of a hub is asked what it has; its checksum is believed and its token goes nowhere else", async () => {
  const seen: string[] = [];
  const store = await serve((request, response) => {
    seen.push(`store ${request.headers.authorization ?? "-"}`);
    response.end(model);
  });
  const hub = await serve((request, response) => {
    seen.push(`hub ${request.headers.authorization ?? "-"}`);
    if (request.url === "/api/models/org/repo") {
      response.end(JSON.stringify({ siblings: [{ rfilename: "a-Q8_0.gguf" }, { rfilename: "a-Q4_K_M.gguf" }] }));
    } else response.writeHead(302, { location: `${store}/blob`, "x-linked-etag": `"${sha256}"` }).end();
  });
  const pulled = await pullModel("org/repo", { dir: newDir(), env: { HF_ENDPOINT: hub, HF_TOKEN: "secret" } });
  assert.match(pulled.file, /a-Q4_K_M\.gguf$/);
  assert.deepEqual(seen, ["hub Bearer secret", "hub Bearer secret", "store -"]);
});

test("a file that is here is taken in", async () => {
  const path = join(root, "mine.gguf");
  writeFileSync(path, model);
  const dir = newDir();
  assert.deepEqual(await pullModel(path, { dir }), { file: join(dir, "mine.gguf"), sha256, bytes: model.length });
});

test("what cannot be fetched is refused with what can", () => {
  const parse = (text: string) => parseReference(text, "https://hub", () => false);
  assert.deepEqual(parse("hf:org/repo:Q8_0"), { from: "repository", repository: "org/repo", quantisation: "Q8_0" });
  assert.deepEqual(parse("org/repo/x/y.gguf"), {
    from: "url",
    url: "https://hub/org/repo/resolve/main/x/y.gguf",
    name: "y.gguf",
  });
  assert.throws(() => parse("http://example.com/m.gguf"), /is not https/);
  assert.throws(() => parse("just-a-name"), isFault("invalid_value"));
  assert.throws(() => chooseFile(["a-Q2_K.gguf", "b-Q3_K.gguf"], "Q8_0"), /a-Q2_K\.gguf, b-Q3_K\.gguf/);
});

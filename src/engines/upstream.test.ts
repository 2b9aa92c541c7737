import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { after, test } from "node:test";
import { checkUpstream } from "./upstream.ts";

async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, "127.0.0.1");
  await once(server, "listening");
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
}

test("an upstream that is up tells what it serves, to who has the secret", async () => {
  const url = await serve((request, response) => {
    assert.equal(request.url, "/v1/models");
    if (request.headers.authorization !== "Bearer secret") response.writeHead(401).end();
    else response.end(JSON.stringify({ object: "list", data: [{ id: "a" }, { id: "b" }] }));
  });
  const health = await checkUpstream({ url: `${url}/`, secret: "secret" });
  assert.ok(health.isUp);
  assert.deepEqual(health.models, ["a", "b"]);
  assert.deepEqual(await checkUpstream({ url }), { isUp: false, reason: "It refuses the secret." });
});

test("one that is not tells why in a sentence", async () => {
  const reasonOf = async (url: string, timeoutMs?: number) => {
    const health = await checkUpstream({ url, secret: "secret" }, timeoutMs);
    assert.equal(health.isUp, false);
    return health.reason;
  };
  assert.match(await reasonOf(await serve((_, response) => response.end("<html>"))), /something else than JSON/);
  assert.match(await reasonOf(await serve((_, response) => response.end("{}"))), /than a list of models/);
  assert.match(await reasonOf(await serve((_, response) => response.writeHead(500).end())), /status 500/);
  assert.match(await reasonOf(await serve((_, response) => response.writeHead(302, { location: "/" }).end())), /302/);
  assert.match(await reasonOf(await serve(() => {}), 50), /does not answer within 0.05 s/);
  assert.match(await reasonOf("http://127.0.0.1:1/v1"), /cannot be reached \(ECONNREFUSED\)/);
});

/** Load, and what came of it: wrk for how much, an open loop of our own for how late, paced streams for what a chunk costs. */
import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

export type Shot = { readonly url: string; readonly headers: Record<string, string>; readonly body: string };

export type Throughput = { readonly requestsPerSecond: number; readonly requests: number; readonly failed: number };

/** As many requests as go through `connections` in a time. wrk runs on `core`. */
export async function throughput(
  shot: Shot,
  connections: number,
  seconds: number,
  core: number,
  scratch: string,
): Promise<Throughput> {
  const script = join(scratch, "shot.lua");
  const headers = Object.entries(shot.headers).map(
    ([name, value]) => `wrk.headers[${JSON.stringify(name)}] = ${JSON.stringify(value)}`,
  );
  writeFileSync(
    script,
    `wrk.method = "POST"\nwrk.body = [==[${shot.body}]==]\n${headers.join("\n")}
done = function(summary)
  io.write(string.format("RESULT %d %d %d\\n", summary.requests, summary.duration, summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout))
end`,
  );
  const args = [
    "-c",
    String(core),
    "wrk",
    "-t1",
    `-c${connections}`,
    `-d${seconds}s`,
    "--timeout",
    "30s",
    "-s",
    script,
    shot.url,
  ];
  const { stdout } = await promisify(execFile)("taskset", args, { maxBuffer: 1 << 24 });
  const [, requests = "0", microseconds = "1", failed = "0"] = /RESULT (\d+) (\d+) (\d+)/.exec(stdout) ?? [];
  return {
    requestsPerSecond: Number(requests) / (Number(microseconds) / 1e6),
    requests: Number(requests),
    failed: Number(failed),
  };
}

export type Latency = {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly samples: number;
  readonly failed: number;
};

/**
 * Latency at a fixed rate, measured from the instant at which each request was due, not sent: a server that stalls is
 * charged for everybody who had to wait (no coordinated omission). The client is bare sockets, so that the core which it
 * shares has room for what it measures.
 */
export async function latencyAt(shot: Shot, perSecond: number, seconds: number): Promise<Latency> {
  const { hostname, port } = new URL(shot.url);
  const message = requestBytes(shot);
  const idle: Client[] = [];
  const lateMs: number[] = [];
  let [failed, running] = [0, 0];
  const finish = (client: Client, dueMs: number, ok: boolean) => {
    running -= 1;
    if (ok) lateMs.push(performance.now() - dueMs);
    else failed += 1;
    if (ok) idle.push(client);
  };
  const startMs = performance.now();
  const total = Math.round(perSecond * seconds);
  for (let n = 0; n < total || running > 0;) {
    const dueMs = startMs + (n * 1000) / perSecond;
    const waitMs = n < total ? dueMs - performance.now() : 1;
    if (waitMs <= 0) {
      running += 1;
      n += 1;
      (idle.pop() ?? new Client(hostname, Number(port))).send(message, (client, ok) => finish(client, dueMs, ok));
    } else Atomics.wait(nap, 0, 0, Math.min(waitMs, 0.05));
    await new Promise(setImmediate);
  }
  for (const client of idle) client.end();
  // The first tenth warms connections up.
  const sorted = lateMs.slice(Math.floor(lateMs.length / 10)).toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  return { p50Ms: at(0.5), p99Ms: at(0.99), samples: sorted.length, failed };
}

const nap = new Int32Array(new SharedArrayBuffer(4));

function requestBytes({ url, headers, body }: Shot): Buffer {
  const { host, pathname } = new URL(url);
  const all = { host, ...headers, "content-length": String(Buffer.byteLength(body)) };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`POST ${pathname} HTTP/1.1\r\n${lines.join("")}\r\n${body}`);
}

/** A connection that sends one request at a time and knows an answer's end by its length. */
class Client {
  readonly #socket: Socket;
  #got: Buffer = Buffer.alloc(0);
  #done: ((client: Client, ok: boolean) => void) | null = null;

  constructor(host: string, port: number) {
    this.#socket = connect({ host, port, noDelay: true });
    this.#socket.on("data", (piece: Buffer) => this.#take(piece));
    this.#socket.on("error", () => {});
    this.#socket.on("close", () => this.#finish(false));
  }

  send(message: Buffer, done: (client: Client, ok: boolean) => void): void {
    this.#done = done;
    this.#socket.write(message);
  }

  end(): void {
    this.#socket.destroy();
  }

  #take(piece: Buffer): void {
    this.#got = this.#got.length === 0 ? piece : Buffer.concat([this.#got, piece]);
    const head = this.#got.indexOf("\r\n\r\n");
    if (head === -1) return;
    const text = this.#got.toString("latin1", 0, head);
    const length = /\r\ncontent-length: *(\d+)/i.exec(text)?.[1];
    const isWhole =
      length === undefined
        ? this.#got.subarray(-5).toString() === "0\r\n\r\n"
        : this.#got.length >= head + 4 + Number(length);
    if (isWhole) this.#finish(text.startsWith("HTTP/1.1 200"));
  }

  #finish(ok: boolean): void {
    const done = this.#done;
    this.#done = null;
    this.#got = Buffer.alloc(0);
    done?.(this, ok);
  }
}

/** Many streams at once, again and again for a time; answers how many chunks arrived. */
export async function steadyStreams(
  shot: Shot,
  streams: number,
  seconds: number,
): Promise<{ chunks: number; failed: number }> {
  const agent = new Agent({ keepAlive: true, maxSockets: streams });
  const endMs = performance.now() + seconds * 1000;
  let chunks = 0;
  let failed = 0;
  const stream = async () => {
    while (performance.now() < endMs) {
      const got = await chunksOf(shot, agent);
      if (got === 0) failed += 1;
      chunks += got;
    }
  };
  await Promise.all(
    Array.from({ length: streams }, async (_, n) => {
      // Not all in step.
      await sleep(n * 7);
      await stream();
    }),
  );
  agent.destroy();
  return { chunks, failed };
}

function chunksOf(shot: Shot, agent: Agent): Promise<number> {
  return new Promise((resolve) => {
    let chunks = 0;
    const sent = request(
      shot.url,
      { method: "POST", agent, headers: { ...shot.headers, "content-length": Buffer.byteLength(shot.body) } },
      (answer) => {
        answer.on("data", (piece: Buffer) => {
          for (let at = piece.indexOf("\n\n"); at !== -1; at = piece.indexOf("\n\n", at + 2)) chunks += 1;
        });
        answer.once("end", () => resolve(answer.statusCode === 200 ? chunks : 0));
        answer.once("error", () => resolve(0));
      },
    );
    sent.once("error", () => resolve(0));
    sent.end(shot.body);
  });
}

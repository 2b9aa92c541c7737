/** Load, and what came of it: wrk for how much, an open loop of our own for how late, paced streams for what a chunk costs. */
import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { Agent, request } from "node:http";
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
 * charged for everybody who had to wait (no coordinated omission).
 */
export async function latencyAt(shot: Shot, perSecond: number, seconds: number): Promise<Latency> {
  const agent = new Agent({ keepAlive: true, maxSockets: 512 });
  const lateMs: number[] = [];
  let failed = 0;
  const pending: Promise<void>[] = [];
  const startMs = performance.now();
  const total = Math.round(perSecond * seconds);
  for (let n = 0; n < total; n += 1) {
    const dueMs = startMs + (n * 1000) / perSecond;
    const waitMs = dueMs - performance.now();
    if (waitMs > 1) await sleep(waitMs);
    else if (n % 16 === 0) await new Promise(setImmediate);
    pending.push(
      one(shot, agent).then((ok) => {
        if (ok) lateMs.push(performance.now() - dueMs);
        else failed += 1;
      }),
    );
  }
  await Promise.all(pending);
  agent.destroy();
  // The first tenth warms connections up.
  const sorted = lateMs.slice(Math.floor(lateMs.length / 10)).toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  return { p50Ms: at(0.5), p99Ms: at(0.99), samples: sorted.length, failed };
}

function one(shot: Shot, agent: Agent): Promise<boolean> {
  return new Promise((resolve) => {
    const sent = request(
      shot.url,
      { method: "POST", agent, headers: { ...shot.headers, "content-length": Buffer.byteLength(shot.body) } },
      (answer) => {
        answer.resume();
        answer.once("end", () => resolve(answer.statusCode === 200));
        answer.once("error", () => resolve(false));
      },
    );
    sent.once("error", () => resolve(false));
    sent.end(shot.body);
  });
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

/**
 * A gateway worker, a process: opens its meter log, learns of the factory, serves, and on SIGTERM finishes what is in
 * flight before it goes. Any number of them share a port under node:cluster; each writes a log of its own.
 *
 * Configuration: JSON in TOKENWORKS_WORKER (see `WorkerConfig`).
 */
import cluster from "node:cluster";
import { randomUUIDv7 } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { openMeterLog } from "../meter/log.ts";
import type { ShipperStatus } from "../meter/main.ts";
import { Fault } from "../stack/fault.ts";
import { type Follower, followFile, followStore } from "./follow.ts";
import { Gateway } from "./gateway.ts";
import { openLimiter } from "./limits/open.ts";
import { spentInLedger } from "./limits/spent.ts";
import { type FrontLimits, frontLimits, openFront } from "./listen.ts";
import { type Gauges, Metrics, pageOf } from "./metrics.ts";
import { Siblings } from "./siblings.ts";
import { buildSnapshot, type SnapshotData } from "./snapshot.ts";

export type WorkerConfig = {
  readonly host: string;
  readonly port: number;
  readonly dataDir: string;
  readonly databaseUrl?: string;
  readonly valkeyUrl?: string;
  /** Names its meter log; minted when absent. A log is written by one life of one worker only. */
  readonly writerId?: string;
  /** A file to take the factory from in place of the store: no database is needed. */
  readonly snapshotFile?: string;
  /** Overrides of the front door's limits. */
  readonly front?: Partial<FrontLimits>;
  /** Free space on the meter's disk under which new work is refused. */
  readonly meterFreeBytesMin?: number;
  /** How long requests in flight may take to finish after SIGTERM. */
  readonly drainMs?: number;
};

/** Less than the supervisor's patience. */
const drainMsDefault = 25_000;

const openapiFile = new URL("../../docs/openapi/gateway.yaml", import.meta.url);

async function main(config: WorkerConfig): Promise<void> {
  const { dataDir } = config;
  const say = (line: string) => console.error(`gateway ${process.pid}: ${line}`);
  const metrics = new Metrics();
  const writerId = config.writerId ?? randomUUIDv7();
  const { meterFreeBytesMin: freeBytesMin } = config;
  const dir = join(dataDir, "meter", writerId);
  const log = openMeterLog(freeBytesMin === undefined ? { dir } : { dir, freeBytesMin });
  let follower: Follower | undefined;
  const limiter = openLimiter({
    worker: writerId,
    supervised: cluster.isWorker,
    valkeyUrl: config.valkeyUrl,
    spentSince:
      config.snapshotFile === undefined ? (scope, sinceMs) => spentSince(follower, scope, sinceMs) : undefined,
    say,
  });
  const gateway = new Gateway({ log, limiter, metrics, say });
  const siblings = new Siblings(dataDir, () => metrics.json(gaugesOf(gateway, dataDir)));
  await siblings.listen();

  const onChange = (data: SnapshotData) => {
    const snapshot = buildSnapshot(data, {
      dataDir,
      env: process.env,
      readFile: (path) => readFileSync(path, "utf8"),
    });
    for (const problem of snapshot.problems) say(problem);
    gateway.follow(snapshot);
  };
  follower =
    config.snapshotFile === undefined
      ? await followStore({ dataDir, databaseUrl: config.databaseUrl, onChange, say })
      : await followFile(config.snapshotFile, { onChange, say });

  let openapi: unknown;
  const front = await openFront(
    gateway,
    {
      metrics: async () => pageOf(await siblings.all()),
      openapi: () => (openapi ??= parse(readFileSync(openapiFile, "utf8"))),
    },
    config,
    { ...frontLimits, ...config.front },
  );

  let isStopping = false;
  const stop = async () => {
    if (isStopping) return;
    isStopping = true;
    front.stopAccepting();
    await gateway.drain(config.drainMs ?? drainMsDefault);
    await front.close();
    await limiter.close();
    await follower?.close();
    siblings.close();
    await gateway.close();
    process.exit(0);
  };
  process.on("SIGTERM", () => void stop());
  // Ctrl-C in a terminal reaches every process; the supervisor stops us in its order.
  if (process.send !== undefined) process.on("SIGINT", () => {});
  else process.on("SIGINT", () => void stop());
  process.on("disconnect", () => void stop());

  const ready = { ready: true, port: front.port, pid: process.pid };
  if (process.send !== undefined) process.send(ready);
  else console.log(JSON.stringify(ready));
}

/** What a scope has spent, for a budget that this worker keeps by itself. */
async function spentSince(follower: Follower | undefined, scope: string, sinceMs: number): Promise<bigint> {
  if (follower?.store !== undefined) return spentInLedger(follower.store.db)(scope, sinceMs);
  throw new Fault("store_unavailable", {
    message: "The ledger cannot be asked for what was spent.",
    retryAfterSeconds: 1,
  });
}

function gaugesOf(gateway: Gateway, dataDir: string): Gauges {
  const states = { closed: 0, probing: 1, open: 2 } as const;
  return {
    inFlight: gateway.active.size,
    undurableBytes: gateway.undurableBytes,
    isAccepting: gateway.log.accepting.ok,
    epoch: gateway.epoch,
    meterLagSeconds: meterLag(dataDir),
    breakers: [...gateway.upstreams.all()].map(({ replica, breaker }) => ({
      deployment: replica.deployment,
      state: states[breaker.state],
    })),
  };
}

/** How far the shipper is behind, as it says of itself. */
function meterLag(dataDir: string): number | undefined {
  const path = join(dataDir, "run", "shipper.json");
  if (!existsSync(path)) return undefined;
  const { caughtUpAtMs } = JSON.parse(readFileSync(path, "utf8")) as Pick<ShipperStatus, "caughtUpAtMs">;
  return caughtUpAtMs === null ? undefined : Math.max(0, Date.now() - caughtUpAtMs) / 1000;
}

await main(JSON.parse(process.env["TOKENWORKS_WORKER"] ?? "{}") as WorkerConfig);

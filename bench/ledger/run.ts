/**
 * `npm run bench:ledger`: what the accounts cost, each beside its limit measured in the same run.
 *
 * - the meter's log, in events made durable per second, beside bare synchronous writes of the same bytes in groups of
 *   as many records as are in flight;
 * - posting, in requests per second into Postgres with every entry of every layer, beside the same bytes written as
 *   bare rows of text without an index, a constraint or a sum.
 *
 * `--seconds N` for each measurement (5), `--json`, `--only log|post`. A CSV goes to bench/ledger/out/.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { benchLog } from "./log.ts";
import { benchPost } from "./post.ts";

export type Measured = {
  readonly what: string;
  readonly inFlight: number;
  readonly perSecond: number;
  readonly limitPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Of the process that writes, for each event. */
  readonly cpuMicros: number;
  readonly bytes: number;
};

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "5" },
    json: { type: "boolean", default: false },
    only: { type: "string" },
  },
});
const seconds = Number(values.seconds);
if (!(seconds > 0)) throw new RangeError(`--seconds ${values.seconds} is not a positive number.`);

const results: Measured[] = [];
if (values.only !== "post") results.push(...(await benchLog([64, 256, 1024], seconds)));
if (values.only !== "log") results.push(...(await benchPost([1, 2], seconds)));

/** What the issue asks for: the best of a kind must reach it. */
const targets = [
  { what: "meter log, events/s", perSecond: 100_000 },
  { what: "ledger posting, requests/s", perSecond: 5_000 },
].map((target) => {
  const best = Math.max(0, ...results.filter(({ what }) => what === target.what).map(({ perSecond }) => perSecond));
  return { ...target, best, reached: best >= target.perSecond };
});

const columns = ["what", "inFlight", "perSecond", "limitPerSecond", "p50Ms", "p99Ms", "cpuMicros", "bytes"] as const;
const out = join(import.meta.dirname, "out");
mkdirSync(out, { recursive: true });
const csv = [columns.join(","), ...results.map((row) => columns.map((name) => row[name]).join(","))].join("\n");
writeFileSync(join(out, "ledger.csv"), `${csv}\n`);

if (values.json) console.log(JSON.stringify({ results, targets }, null, 2));
else {
  const processors = cpus();
  console.log(`${processors.length} × ${processors[0]?.model ?? "?"}, Node ${process.version}, ${seconds} s each\n`);
  console.table(
    results.map((row) => ({
      what: row.what,
      "in flight": row.inFlight,
      "per second": Math.round(row.perSecond),
      limit: Math.round(row.limitPerSecond),
      "of limit": (row.perSecond / row.limitPerSecond).toFixed(2),
      "p50 ms": row.p50Ms.toFixed(2),
      "p99 ms": row.p99Ms.toFixed(2),
      "µs CPU": row.cpuMicros.toFixed(1),
      bytes: Math.round(row.bytes),
    })),
  );
  for (const { what, perSecond, best, reached } of targets) {
    if (best > 0) console.log(`${reached ? "reached" : "MISSED"}: ${what} ${Math.round(best)} (target ${perSecond})`);
  }
}

/** The meter's log with so many records in flight, beside bare synchronous writes of the same groups of bytes. */
import { closeSync, constants, openSync, write } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { openMeterLog } from "../../src/meter/log.ts";
import type { MeterRecord } from "../../src/stack/usage.ts";
import type { Measured } from "./run.ts";
import { percentile, sampleUsage } from "./sample.ts";

export async function benchLog(inFlights: readonly number[], seconds: number): Promise<Measured[]> {
  // On the disk of the working folder: a temporary folder may be memory.
  const out = join(import.meta.dirname, "out");
  await mkdir(out, { recursive: true });
  const folder = await mkdtemp(join(out, "log-"));
  try {
    const results: Measured[] = [];
    for (const inFlight of inFlights) {
      const measured = await measureLog(join(folder, `log-${inFlight}`), inFlight, seconds);
      const group = Math.round(measured.bytes * inFlight);
      const limit = (await measureWrites(join(folder, `raw-${inFlight}`), group, seconds)) * inFlight;
      results.push({ what: "meter log, events/s", inFlight, limitPerSecond: limit, ...measured });
    }
    return results;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function measureLog(dir: string, inFlight: number, seconds: number) {
  const log = openMeterLog({ dir });
  const records: MeterRecord[] = Array.from({ length: 1024 }, () => ({ kind: "settle", ...sampleUsage() }));
  const waits: number[] = [];
  let done = 0;
  let bytes = 0;
  const fromMs = performance.now();
  const untilMs = fromMs + seconds * 1000;
  const cpu = process.cpuUsage();
  await new Promise<void>((resolve) => {
    let running = inFlight;
    const next = () => {
      const startedMs = performance.now();
      if (startedMs > untilMs) {
        running -= 1;
        if (running === 0) resolve();
        return;
      }
      const record = records[done % records.length];
      if (record === undefined) return;
      bytes = log.append(record);
      log.onDurable(bytes, () => {
        done += 1;
        if (done % 16 === 0) waits.push(performance.now() - startedMs);
        next();
      });
    };
    for (let started = 0; started < inFlight; started += 1) next();
  });
  const used = process.cpuUsage(cpu);
  const elapsed = (performance.now() - fromMs) / 1000;
  await log.close();
  const sorted = waits.toSorted((one, other) => one - other);
  return {
    perSecond: done / elapsed,
    p50Ms: percentile(sorted, 0.5),
    p99Ms: percentile(sorted, 0.99),
    cpuMicros: (used.user + used.system) / done,
    bytes: bytes / done,
  };
}

/** Groups of bytes made durable one after the other, per second: write and sync in one call, nothing else. */
async function measureWrites(path: string, bytes: number, seconds: number): Promise<number> {
  const file = openSync(path, constants.O_CREAT | constants.O_WRONLY | constants.O_DSYNC);
  const group = Buffer.alloc(bytes, "x");
  const writeOut = promisify(write);
  const fromMs = performance.now();
  const untilMs = fromMs + seconds * 1000;
  let groups = 0;
  while (performance.now() < untilMs) {
    await writeOut(file, group, 0, bytes, (groups * bytes) % 2 ** 30);
    groups += 1;
  }
  closeSync(file);
  return groups / ((performance.now() - fromMs) / 1000);
}

/**
 * The energy of the accelerators here: read from a meter where there is one (RAPL of the processor, or the board
 * power of an NVIDIA GPU), else modelled from what the source declares that it draws idle and at most.
 */
import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Provenance } from "../stack/usage.ts";

export type EnergyReading = {
  /** Since the meter was opened. */
  readonly joules: number;
  readonly provenance: Exclude<Provenance, "unavailable">;
};

export type EnergyMeter = {
  readonly provenance: EnergyReading["provenance"];
  /** Where its figures come from, for a person. */
  readonly source: string;
  /** @param busyMs time in which the engine was busy since the meter was opened */
  read(nowMs: number, busyMs: number): EnergyReading;
  close(): void;
};

/** What an accelerator draws by the model: idle all the time, and the rest of its maximum while it is busy. */
export function modelledJoules(
  power: { readonly idleWatts: number; readonly maxWatts: number },
  elapsedMs: number,
  busyMs: number,
): number {
  return (power.idleWatts * elapsedMs + (power.maxWatts - power.idleWatts) * busyMs) / 1000;
}

/** The advance of a counter that starts again at 0 after `maxMicrojoules`. */
export function counterAdvance(before: number, now: number, maxMicrojoules: number): number {
  return now >= before ? now - before : now + maxMicrojoules - before;
}

const powercap = "/sys/class/powercap";
const gpuEveryMs = 1_000;

/** Opens the best meter that this machine has for a processor or a GPU; the model where it has none. */
export async function openEnergyMeter(
  power: { readonly idleWatts: number; readonly maxWatts: number },
  wish: "auto" | "model",
  onGpu: boolean,
  nowMs: number,
): Promise<EnergyMeter> {
  if (wish === "auto" && onGpu) {
    const gpu = await openGpuMeter(nowMs);
    if (gpu !== undefined) return gpu;
  }
  if (wish === "auto" && !onGpu) {
    const rapl = openRaplMeter(powercap);
    if (rapl !== undefined) return rapl;
  }
  return {
    provenance: "modelled",
    source: `modelled from ${power.idleWatts} W idle and ${power.maxWatts} W at most`,
    read: (atMs, busyMs) => ({ joules: modelledJoules(power, atMs - nowMs, busyMs), provenance: "modelled" }),
    close: () => {},
  };
}

/**
 * The counters of RAPL (Linux powercap), in microjoules, that wrap: the packages, and the memory beside them, which is
 * not in a package's figure as its cores are. `psys`, the whole board where there is one, would count them again.
 * Undefined where they cannot be read: kernels since 2020 leave them to root.
 */
export function openRaplMeter(folder: string): EnergyMeter | undefined {
  type Domain = { readonly path: string; readonly max: number; last: number };
  const domains: Domain[] = [];
  try {
    for (const name of readdirSync(folder)) {
      if (!/^intel-rapl(:\d+)+$/.test(name)) continue;
      if (!/^(package-\d+|dram)/.test(readFileSync(join(folder, name, "name"), "utf8"))) continue;
      const path = join(folder, name, "energy_uj");
      const max = Number(readFileSync(join(folder, name, "max_energy_range_uj"), "utf8"));
      domains.push({ path, max, last: Number(readFileSync(path, "utf8")) });
    }
  } catch {
    // Absent, or closed to us: this machine has no meter that we may read.
    return undefined;
  }
  if (domains.length === 0) return undefined;
  let microjoules = 0;
  return {
    provenance: "measured",
    source: `RAPL, ${domains.length} counter${domains.length === 1 ? "" : "s"}`,
    read: () => {
      for (const domain of domains) {
        const now = Number(readFileSync(domain.path, "utf8"));
        microjoules += counterAdvance(domain.last, now, domain.max);
        domain.last = now;
      }
      return { joules: microjoules / 1e6, provenance: "measured" };
    },
    close: () => {},
  };
}

/** Board power by nvidia-smi once a second, summed over time. Undefined where it does not answer. */
async function openGpuMeter(nowMs: number): Promise<EnergyMeter | undefined> {
  let watts = await gpuWatts();
  if (watts === undefined) return undefined;
  let joules = 0;
  let atMs = nowMs;
  const advance = (toMs: number) => {
    joules += ((watts ?? 0) * (toMs - atMs)) / 1000;
    atMs = toMs;
  };
  const timer = setInterval(() => {
    void gpuWatts().then((now) => {
      advance(performance.now());
      watts = now ?? watts;
    });
  }, gpuEveryMs);
  timer.unref();
  return {
    provenance: "measured",
    source: "nvidia-smi board power",
    read: (toMs) => {
      advance(toMs);
      return { joules, provenance: "measured" };
    },
    close: () => clearInterval(timer),
  };
}

async function gpuWatts(): Promise<number | undefined> {
  try {
    const asked = ["--query-gpu=power.draw", "--format=csv,noheader,nounits"];
    const { stdout } = await promisify(execFile)("nvidia-smi", asked, { timeout: 5_000 });
    const watts = stdout.trim().split("\n").map(Number);
    return watts.every(Number.isFinite) ? watts.reduce((sum, one) => sum + one, 0) : undefined;
  } catch {
    return undefined;
  }
}

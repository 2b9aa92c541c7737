import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { counterAdvance, modelledJoules, openEnergyMeter, openRaplMeter } from "./energy.ts";

const folder = mkdtempSync(join(tmpdir(), "tokenworks-rapl-"));
after(() => rmSync(folder, { recursive: true }));

test("the model draws idle power all the time and the rest while it is busy", () => {
  assert.equal(modelledJoules({ idleWatts: 10, maxWatts: 60 }, 10_000, 0), 100);
  assert.equal(modelledJoules({ idleWatts: 10, maxWatts: 60 }, 10_000, 10_000), 600);
  assert.equal(modelledJoules({ idleWatts: 10, maxWatts: 60 }, 10_000, 4_000), 300);
});

test("a counter that wraps loses nothing", () => {
  assert.equal(counterAdvance(90, 20, 100), 30);
  assert.equal(counterAdvance(20, 90, 100), 70);
});

test("packages and memory are summed, nothing twice, and a wrapped counter goes on", () => {
  const write = (domain: string, name: string, energy: number) => {
    mkdirSync(join(folder, domain), { recursive: true });
    writeFileSync(join(folder, domain, "name"), `${name}\n`);
    writeFileSync(join(folder, domain, "energy_uj"), `${energy}\n`);
    writeFileSync(join(folder, domain, "max_energy_range_uj"), "10000000\n");
  };
  write("intel-rapl:0", "package-0", 1_000_000);
  write("intel-rapl:0:0", "core", 500_000);
  write("intel-rapl:0:1", "dram", 200_000);
  write("intel-rapl:1", "package-1", 9_000_000);
  write("intel-rapl:2", "psys", 9_000_000);
  const meter = openRaplMeter(folder);
  write("intel-rapl:0", "package-0", 3_000_000);
  write("intel-rapl:0:0", "core", 900_000);
  write("intel-rapl:0:1", "dram", 700_000);
  write("intel-rapl:1", "package-1", 1_000_000);
  write("intel-rapl:2", "psys", 9_900_000);
  assert.deepEqual(meter?.read(0, 0), { joules: 4.5, provenance: "measured" });
});

test("a machine without a meter is modelled, and says so", async () => {
  assert.equal(openRaplMeter(join(folder, "none")), undefined);
  const meter = await openEnergyMeter({ idleWatts: 10, maxWatts: 60 }, "model", false, 1_000);
  assert.deepEqual(meter.read(2_000, 500), { joules: 35, provenance: "modelled" });
});

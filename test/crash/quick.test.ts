/** The crash tests, shortened: a few killings of everything, a full disk, a power cut and an outage, at a seed of the day. */
import { test } from "node:test";
import { cannotCutPower, cannotMount, fullDisk, outage, powerCut } from "./disaster.ts";
import { killings } from "./faults.ts";
import { seeded } from "./seed.ts";
import { killingCycles, Trial } from "./trial.ts";
import assert from "node:assert/strict";

const seed = Math.floor(Date.now() / 86_400_000);
const tell = (line: string) => console.log(`seed ${seed}: ${line}`);

test("kill -9 of a worker, engine, shipper or database loses nothing and doubles nothing, and neither does an outage", async () => {
  const random = seeded(seed);
  const trial = await Trial.start();
  try {
    for (const what of killings) await killingCycles(trial, random, 2, [what], tell);
    await outage(trial, random, 200, tell);
    assert.deepEqual(await trial.finalWrongs(), []);
  } finally {
    await trial.dispose();
  }
});

test("a full disk refuses new work, and loses none that was taken on", { skip: cannotMount() ?? false }, async () => {
  await fullDisk(seeded(seed), tell);
});

test("a power cut takes nothing that was acknowledged", { skip: cannotCutPower() ?? false }, async () => {
  await powerCut(seeded(seed), 1, tell);
});

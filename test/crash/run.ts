/**
 * `npm run test:crash`: a real factory under load, with kill -9 at random moments to its gateway workers, engines,
 * ledger shipper and database; a disk that fills up; power cuts; a database that is away for an hour's requests.
 * After each, every request is held against what its client saw and what the upstream sent.
 *
 *   node test/crash/run.ts [--cycles 200] [--cuts 5] [--seed N] [--faults worker,engine,shipper,database,outage,disk-full,power-cut]
 *
 * The same seed gives the same load and the same faults at the same moments.
 */
import { parseArgs } from "node:util";
import { cannotCutPower, cannotMount, fullDisk, outage, powerCut } from "./disaster.ts";
import { type Killing, killings } from "./faults.ts";
import { seeded } from "./seed.ts";
import { killingCycles, Trial } from "./trial.ts";

const disasters = ["outage", "disk-full", "power-cut"] as const;
const hourOfRequests = 3_600;

const { values } = parseArgs({
  options: {
    cycles: { type: "string", default: "200" },
    cuts: { type: "string", default: "5" },
    seed: { type: "string", default: String(Math.floor(Date.now() / 1000)) },
    faults: { type: "string", default: [...killings, ...disasters].join(",") },
  },
});
const faults = values.faults.split(",");
const unknown = faults.find((fault) => ![...killings, ...disasters].includes(fault as Killing));
if (unknown !== undefined) {
  console.error(`"${unknown}" is no fault; there are ${[...killings, ...disasters].join(", ")}.`);
  process.exit(2);
}
const seed = Number(values.seed);
const random = seeded(seed);
const tell = (line: string) => console.log(line);
tell(`seed ${seed}`);

try {
  const kinds = killings.filter((kind) => faults.includes(kind));
  const trial = await Trial.start();
  try {
    if (kinds.length > 0) await killingCycles(trial, random, Number(values.cycles), kinds, tell);
    if (faults.includes("outage")) await outage(trial, random, hourOfRequests, tell);
    const problems = await trial.finalWrongs();
    if (problems.length > 0) throw new Error(`In the end:\n  ${problems.join("\n  ")}`);
    tell(`${trial.seen.length} requests, none lost, none doubled, the books balance`);
  } finally {
    await trial.dispose();
  }
  if (faults.includes("disk-full")) await unless(cannotMount(), "disk-full", () => fullDisk(random, tell));
  if (faults.includes("power-cut")) {
    await unless(cannotCutPower(), "power-cut", () => powerCut(random, Number(values.cuts), tell));
  }
} catch (error) {
  console.error((error as Error).message);
  console.error(
    `Replay with: npm run test:crash -- --seed ${seed} --cycles ${values.cycles} --faults ${values.faults}`,
  );
  process.exit(1);
}

async function unless(reason: string | undefined, what: string, act: () => Promise<void>): Promise<void> {
  if (reason === undefined) await act();
  else tell(`${what}: skipped, it ${reason}`);
}

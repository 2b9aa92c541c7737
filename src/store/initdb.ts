/** Makes the files of a new cluster: whole and on disk, or not at all. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { chown, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Fault } from "../stack/fault.ts";
import type { SystemAccount } from "./account.ts";
import type { Binaries } from "./binaries.ts";
import type { ClusterPlace } from "./cluster.ts";
import { identityOf, lastLines, serverEnvironment } from "./launch.ts";
import { isAlive, processIdentity } from "./process.ts";

export async function initialise(
  place: ClusterPlace,
  binaries: Binaries,
  account: SystemAccount | null,
): Promise<void> {
  const home = dirname(place.files);
  // What a start that was cut short left behind. A place that is being filled now has a living maker.
  for (const name of await readdir(home)) {
    const maker = /^pg\.new-(\d+)-/.exec(name)?.[1];
    if (maker === undefined || isAlive(processIdentity(Number(maker)))) continue;
    await rm(join(home, name), { recursive: true, force: true });
  }
  // Filled aside and renamed when whole, so that there is never half a cluster at the place.
  const making = await mkdtemp(join(home, `pg.new-${process.pid}-`));
  if (account !== null) await chown(making, account.uid, account.gid);
  const sync = process.platform === "linux" ? ["--sync-method=syncfs"] : [];
  const made = [
    "--auth=trust",
    "--no-locale",
    "--encoding=UTF8",
    "--username=tokenworks",
    "--no-instructions",
    ...sync,
  ];
  const ran = await run(binaries.initdb, [`--pgdata=${making}`, ...made], making, account);
  if (ran.code !== 0) {
    await rm(making, { recursive: true, force: true });
    throw new Fault("store_unavailable", {
      message: `The database in ${home} could not be made: ${lastLines(ran.output)}`,
      remedy: "See that the disk has 60 MB free and that the folder may be written.",
    });
  }
  try {
    await rename(making, place.files);
  } catch (error) {
    await rm(making, { recursive: true, force: true });
    // Another process made it meanwhile: then that one it is.
    if (!existsSync(join(place.files, "PG_VERSION"))) throw error;
  }
}

async function run(command: string, args: string[], cwd: string, account: SystemAccount | null) {
  const child = spawn(command, args, {
    ...identityOf(account),
    cwd,
    env: serverEnvironment,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => {
    child.once("close", resolve);
    child.once("error", (error) => {
      output += error.message;
      resolve(null);
    });
  });
  return { code, output };
}

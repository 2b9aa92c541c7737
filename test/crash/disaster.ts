/** What happens to a machine: a full disk, a power cut, a database that is away for long. */
import { execFileSync } from "node:child_process";
import { chmodSync, closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { family, postmaster, signal } from "./faults.ts";
import type { Random } from "./seed.ts";
import { Trial } from "./trial.ts";

/** Why this machine cannot play a disaster; undefined when it can. */
export function cannotMount(): string | undefined {
  if (process.getuid?.() !== 0) return "needs root, to mount a disk of its own";
  const dir = mkdtempSync(join(tmpdir(), "tokenworks-mount-"));
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", dir], { stdio: "ignore" });
    execFileSync("umount", [dir]);
    return undefined;
  } catch {
    return "this machine lets nobody mount a disk";
  } finally {
    rmSync(dir, { recursive: true });
  }
}

/** Why this machine cannot cut the power of a disk; undefined when it can. */
export function cannotCutPower(): string | undefined {
  for (const tool of ["mkfs.ext4", "perl", "losetup"]) {
    try {
      execFileSync("sh", ["-c", `command -v ${tool}`], { stdio: "ignore" });
    } catch {
      return `needs ${tool}`;
    }
  }
  return cannotMount();
}

/**
 * The disk of the meter's log fills up under load: new work is refused with the reason, what was taken on is settled,
 * and when there is room again everything goes on.
 */
export async function fullDisk(random: Random, tell: (line: string) => void): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), "tokenworks-full-"));
  const meter = join(dataDir, "meter");
  mkdirSync(meter);
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=64m", "tmpfs", meter]);
  let trial: Trial | undefined;
  try {
    trial = await Trial.start(dataDir);
    const during = trial.load(random, 60, 3_000);
    await sleep(500);
    fill(join(meter, "ballast"));
    const seen = await during;
    const refused = seen.filter(({ status }) => status === 503).length;
    if (refused === 0) throw new Error("A full disk refused no new work.");
    rmSync(join(meter, "ballast"));
    // Each worker looks at the disk once a second.
    await sleep(1_500);
    await trial.recovered();
    const after = await trial.load(random, 20, 500);
    if (after.some(({ status }) => status !== 200)) throw new Error("Work is still refused with room on the disk.");
    const problems = await trial.finalWrongs();
    await trial.stop();
    if (problems.length > 0) throw new Error(`After a full disk:\n  ${problems.join("\n  ")}`);
    tell(
      `full disk: ${refused} of ${seen.length} refused, the rest served; all is served with room again; books right`,
    );
  } finally {
    await trial?.end();
    await unmounted(meter);
    rmSync(dataDir, { recursive: true, force: true });
  }
}

function fill(path: string): void {
  const file = openSync(path, "w");
  try {
    for (let bytes = 1 << 20; bytes >= 512; bytes /= 2) {
      try {
        for (;;) writeSync(file, Buffer.alloc(bytes));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
      }
    }
  } finally {
    closeSync(file);
  }
}

/** EXT4_IOC_SHUTDOWN without flushing the log (Linux fs/ext4/ext4.h): what was not synced never reaches the disk. */
const shutdown = `my $how = pack("L", 2); open(my $f, "<", $ARGV[0]) or die $!; ioctl($f, 0x8004587d, $how) or die $!;`;

/**
 * The power goes in mid-load. The data folder lies on a file system of its own, which is shut down so that whatever
 * was not synced is gone; everything is killed, the disk is mounted again, and the factory started on what is there.
 */
export async function powerCut(random: Random, cuts: number, tell: (line: string) => void): Promise<void> {
  const place = mkdtempSync(join(tmpdir(), "tokenworks-power-"));
  // Postgres runs as another user and must be able to walk here.
  chmodSync(place, 0o755);
  const [image, disk] = [join(place, "disk.img"), join(place, "disk")];
  mkdirSync(disk);
  execFileSync("truncate", ["-s", "1g", image]);
  execFileSync("mkfs.ext4", ["-q", image]);
  const mount = () => execFileSync("mount", ["-o", "loop", image, disk]);
  mount();
  let trial: Trial | undefined;
  try {
    const dataDir = join(disk, "data");
    mkdirSync(dataDir);
    trial = await Trial.start(dataDir);
    for (let cut = 1; cut <= cuts; cut += 1) {
      const load = trial.load(random, 40, 1_500);
      await sleep(200 + random() * 1_300);
      execFileSync("perl", ["-e", shutdown, disk]);
      const server = postmasterOf(trial);
      for (const pid of [...family(trial.pid), ...server]) signal(pid, "SIGKILL");
      const seen = await load;
      await trial.gone();
      await unmounted(disk);
      mount();
      await trial.restart();
      await trial.recovered();
      const problems = await trial.wrongs(seen);
      if (problems.length > 0) throw new Error(`After power cut ${cut}:\n  ${problems.join("\n  ")}`);
      const whole = seen.filter(({ isWhole }) => isWhole).length;
      tell(`power cut ${cut}/${cuts}: ${whole} whole, ${seen.length - whole} cut, books right`);
    }
    const problems = await trial.finalWrongs();
    await trial.stop();
    if (problems.length > 0) throw new Error(`After the power cuts:\n  ${problems.join("\n  ")}`);
  } finally {
    await trial?.end();
    await unmounted(disk);
    rmSync(place, { recursive: true, force: true });
  }
}

function postmasterOf(trial: Trial): number[] {
  try {
    const pid = postmaster(trial.dataDir);
    return pid === undefined ? [] : family(pid);
  } catch {
    // The disk is gone, and its files with it: the server dies with its parent.
    return [];
  }
}

async function unmounted(disk: string): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    try {
      execFileSync("umount", [disk], { stdio: "ignore" });
      return;
    } catch {
      await sleep(100);
    }
  }
  execFileSync("umount", ["-l", disk]);
}

/**
 * The database answers nothing for as long as an hour's requests take to come in (at one a second, sent faster than
 * that): every process of it is stopped. Work goes on; then the database does too, and all of it is booked.
 */
export async function outage(
  trial: Trial,
  random: Random,
  requests: number,
  tell: (line: string) => void,
): Promise<void> {
  const server = postmaster(trial.dataDir);
  if (server === undefined) throw new Error("There is no database to stop.");
  const stopped = family(server);
  for (const pid of stopped) signal(pid, "SIGSTOP");
  try {
    const seen = await trial.load(random, requests, requests * 10);
    const failed = seen.filter(({ status }) => status !== 200).length;
    if (failed > 0) throw new Error(`${failed} of ${requests} requests failed while the database was away.`);
    for (const pid of stopped) signal(pid, "SIGCONT");
    await trial.recovered();
    const problems = await trial.wrongs(seen);
    if (problems.length > 0) throw new Error(`After the outage:\n  ${problems.join("\n  ")}`);
    tell(`outage: ${requests} requests served while the database was away, all booked after it`);
  } finally {
    for (const pid of stopped) signal(pid, "SIGCONT");
  }
}

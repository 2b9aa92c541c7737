/**
 * Where an embedded database's files and socket lie: `pg/` and `pg.socket/` in the data folder, or, when the
 * account that runs Postgres cannot reach that folder, a folder of their own under /var/lib/tokenworks with a
 * symbolic link left at `pg/`, so that a data folder that is moved still finds its books.
 */
import { createHash } from "node:crypto";
import { existsSync, lstatSync, readlinkSync, realpathSync } from "node:fs";
import { chmod, chown, mkdir, mkdtemp, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { Fault } from "../stack/fault.ts";
import { accountForPostgres, letThrough, type SystemAccount } from "./account.ts";
import { systemFolder } from "./binaries.ts";

export type ClusterPlace = {
  /** Postgres's own data directory. */
  readonly files: string;
  /** The folder of its socket, mode 0700. */
  readonly socketFolder: string;
  readonly log: string;
  /** Names the process that supervises the server, if one does. */
  readonly supervisor: string;
};

/** The longest path that fits a socket address on Linux (unix(7)) and macOS, less its closing zero. */
const socketPathBytesMax = process.platform === "linux" ? 107 : 103;
export const socketName = ".s.PGSQL.5432";

/** The place as it is now; undefined while no database was ever made for this data folder. */
export function findCluster(dataDir: string): ClusterPlace | undefined {
  const link = join(dataDir, "pg");
  const found = lstatSync(link, { throwIfNoEntry: false });
  if (found === undefined) return undefined;
  if (!found.isSymbolicLink()) return placeIn(dataDir);
  const files = readlinkSync(link);
  if (!existsSync(dirname(files))) {
    throw new Fault("store_unavailable", {
      message: `The database of ${dataDir} lies in ${files}, which is not there.`,
      remedy: "Bring that folder back, or remove the link `pg` to start with empty books.",
    });
  }
  return placeIn(dirname(files));
}

/** Makes the folders of a new cluster, but not yet its files. */
export async function makeCluster(dataDir: string, say: (line: string) => void): Promise<ClusterPlace> {
  const account = accountForPostgres();
  let home = realpathSync(dataDir);
  if (account !== null && !letThrough(account, home)) {
    await mkdir(systemFolder, { recursive: true, mode: 0o755 });
    await chmod(systemFolder, 0o755);
    home = await mkdtemp(join(systemFolder, `${basename(home).replace(/[^A-Za-z0-9-]/g, "") || "data"}-`));
    await chmod(home, 0o711);
    await symlink(join(home, "pg"), join(dataDir, "pg"));
    say(`Postgres runs as "${account.name}", who cannot reach ${dataDir}: its files go to ${home}.`);
  }
  return placeIn(home);
}

/** Makes sure of the socket's folder and that it is the account's own. */
export async function makeSocketFolder(place: ClusterPlace, account: SystemAccount | null): Promise<void> {
  await mkdir(place.socketFolder, { recursive: true, mode: 0o700 });
  const owner = account?.uid ?? process.getuid?.();
  const found = lstatSync(place.socketFolder);
  if (!found.isDirectory() || (found.uid !== owner && found.uid !== process.getuid?.())) {
    throw new Fault("store_unavailable", {
      message: `${place.socketFolder}, for the database's socket, belongs to another user.`,
      remedy: "Remove it, or use a data folder with a shorter path.",
    });
  }
  if (account !== null) await chown(place.socketFolder, account.uid, account.gid);
  await chmod(place.socketFolder, 0o700);
}

function placeIn(home: string): ClusterPlace {
  const real = realpathSync(home);
  const own = join(real, "pg.socket");
  const fits = Buffer.byteLength(join(own, socketName)) <= socketPathBytesMax;
  const hash = createHash("sha256").update(real).digest("hex").slice(0, 12);
  const short = join(realpathSync(tmpdir()), `tokenworks-${process.getuid?.() ?? 0}-${hash}`);
  return {
    files: join(real, "pg"),
    socketFolder: fits ? own : short,
    log: join(real, "pg.log"),
    supervisor: join(real, "pg.supervisor"),
  };
}

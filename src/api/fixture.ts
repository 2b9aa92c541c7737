/** For tests of the control API and the command line: a real store with a small factory and some usage in it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defaultFactory } from "../catalog/local.ts";
import { postUsage } from "../ledger/post.ts";
import type { Usage } from "../stack/usage.ts";
import type { Role } from "../store/database.ts";
import { createKey } from "../store/keys.ts";
import { migrate } from "../store/migrate.ts";
import { openStore, type Store } from "../store/open.ts";
import { applyResources } from "../store/resources.ts";

export type Fixture = {
  readonly dataDir: string;
  readonly store: Store;
  /** Secrets of the tenant default's keys. */
  readonly keys: Readonly<Record<Role, { readonly id: string; readonly secret: string }>>;
  /** A developer's of another tenant. */
  readonly acme: { readonly id: string; readonly secret: string };
  /** Requests that are in the ledger: two of default, one of acme. */
  readonly requestIds: { readonly own: string; readonly second: string; readonly acme: string };
  remove(): Promise<void>;
};

export async function makeFixture(): Promise<Fixture> {
  const dataDir = mkdtempSync(join(tmpdir(), "tokenworks-api-"));
  const store = await openStore({ dataDir, supervise: true, say: () => undefined });
  await migrate(store);
  const acmeTenant = {
    kind: "Tenant" as const,
    name: "acme",
    displayName: "Acme",
    limits: {},
    projects: [{ name: "web", limits: {} }],
  };
  const resources = [...defaultFactory({ cpus: 4, memoryGiB: 16 }).resources, acmeTenant];
  const changes = resources.map((resource) => ({ change: "put" as const, resource }));
  await applyResources(store.db, changes, "test");
  const key = (role: Role, tenant = "default", project = "default") =>
    createKey(store.db, { tenant, project, name: `${role} of ${tenant}`, role }, "test");
  const keys = { admin: await key("admin"), developer: await key("developer"), viewer: await key("viewer") };
  const acme = await key("developer", "acme", "web");
  const requestIds = { own: requestId(1), second: requestId(2), acme: requestId(3) };
  await postUsage(store, [
    usage(requestIds.own, "default", "default", keys.developer.id),
    usage(requestIds.second, "default", "default", keys.admin.id),
    usage(requestIds.acme, "acme", "web", acme.id),
  ]);
  return {
    dataDir,
    store,
    keys,
    acme,
    requestIds,
    async remove() {
      await store.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

export function requestId(number: number): string {
  return `01900000-0000-7000-8000-${String(number).padStart(12, "0")}`;
}

export function usage(id: string, tenant: string, project: string, keyId: string, endedAtMs = Date.now()): Usage {
  return {
    id,
    endpoint: "chat.completions",
    tenant,
    project,
    keyId,
    model: "tokenworks-tiny",
    streamed: true,
    startedAtMs: endedAtMs - 800,
    endedAtMs,
    deployment: "tokenworks-tiny",
    source: "this-computer",
    outcome: "complete",
    status: 200,
    tokens: { input: 100, cachedInput: 20, output: 60, reasoning: 0 },
    countedBy: "engine",
    work: {
      acceleratorMs: 400,
      acceleratorProvenance: "measured",
      millijoules: 5_000,
      energyProvenance: "modelled",
    },
    ttftMs: 90,
    tries: 1,
  };
}

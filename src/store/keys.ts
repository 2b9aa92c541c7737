/**
 * API keys. A secret is 256 random bits: shown once, kept only as its SHA-256 (high entropy needs no slow hash),
 * and known by its first eight characters in lists.
 */
import { createHash, randomBytes } from "node:crypto";
import type { Kysely, Selectable } from "kysely";
import { Fault } from "../stack/fault.ts";
import type { Limits } from "../stack/resource.ts";
import { appendAudit } from "./audit.ts";
import type { Database, Role } from "./database.ts";
import { announceChange } from "./notify.ts";

export type NewKey = {
  readonly tenant: string;
  readonly project: string;
  readonly name: string;
  readonly role: Role;
  readonly expiresAt?: Date | undefined;
  readonly limits?: Limits | undefined;
};

export type Key = {
  readonly id: string;
  readonly tenant: string;
  readonly project: string;
  readonly name: string;
  readonly role: Role;
  readonly prefix: string;
  readonly limits: Limits;
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
  readonly lastUsedAt: string | null;
};

export function newSecret(): string {
  return `tw-${randomBytes(32).toString("base64url")}`;
}

export function hashSecret(secret: string): Buffer {
  return createHash("sha256").update(secret).digest();
}

/** @throws Fault `not_found` when the tenant or its project is not there. */
export async function createKey(
  db: Kysely<Database>,
  key: NewKey,
  actor = "cli",
): Promise<{ id: string; secret: string }> {
  const secret = newSecret();
  const id = await db.transaction().execute(async (tx) => {
    const found = await tx
      .selectFrom("resource")
      .select("spec")
      .where("kind", "=", "Tenant")
      .where("name", "=", key.tenant)
      .forShare()
      .executeTakeFirst();
    const spec = found?.spec.kind === "Tenant" ? found.spec : undefined;
    if (spec === undefined) {
      throw new Fault("not_found", { message: `There is no tenant "${key.tenant}".`, param: "tenant" });
    }
    if (!spec.projects.some((project) => project.name === key.project)) {
      const names = spec.projects.map((project) => `"${project.name}"`).join(", ");
      throw new Fault("not_found", {
        message: `Tenant "${key.tenant}" has no project "${key.project}"; it has ${names}.`,
        param: "project",
      });
    }
    const row = await tx
      .insertInto("api_key")
      .values({
        tenant: key.tenant,
        project: key.project,
        name: key.name,
        role: key.role,
        prefix: secret.slice(0, 8),
        hash: hashSecret(secret),
        limits: key.limits === undefined ? null : JSON.stringify(key.limits),
        expires_at: key.expiresAt ?? null,
      })
      .returning("id")
      .executeTakeFirstOrThrow();
    const detail = { tenant: key.tenant, project: key.project, name: key.name, role: key.role };
    await appendAudit(tx, actor, [{ action: "create", subject: `key/${row.id}`, detail }]);
    await announceChange(tx);
    return row.id;
  });
  return { id, secret };
}

export async function listKeys(db: Kysely<Database>): Promise<Key[]> {
  const rows = await db.selectFrom("api_key").selectAll().orderBy("created_at").orderBy("id").execute();
  return rows.map(fromRow);
}

/** Whose secret it is, whether or not it may still be used: the caller tells revoked from expired. */
export async function findKey(db: Kysely<Database>, secret: string): Promise<Key | undefined> {
  const row = await db.selectFrom("api_key").selectAll().where("hash", "=", hashSecret(secret)).executeTakeFirst();
  return row && fromRow(row);
}

/** @throws Fault `not_found`. Revoking twice keeps the first instant. */
export async function revokeKey(db: Kysely<Database>, id: string, actor: string): Promise<void> {
  await db.transaction().execute(async (tx) => {
    const row = isUuid(id)
      ? await tx.selectFrom("api_key").select("revoked_at").where("id", "=", id).forUpdate().executeTakeFirst()
      : undefined;
    if (row === undefined) throw new Fault("not_found", { message: `There is no key ${id}.`, param: "id" });
    if (row.revoked_at !== null) return;
    await tx.updateTable("api_key").set({ revoked_at: new Date() }).where("id", "=", id).execute();
    await tx.deleteFrom("session").where("key_id", "=", id).execute();
    await appendAudit(tx, actor, [{ action: "revoke", subject: `key/${id}` }]);
    await announceChange(tx);
  });
}

/** Whether a key may be used at an instant, and if not, why. */
export function keyFault(key: Pick<Key, "revokedAt" | "expiresAt">, nowMs: number): Fault | undefined {
  if (key.revokedAt !== null) {
    return new Fault("key_revoked", { message: "This API key has been revoked.", remedy: "Use another." });
  }
  if (key.expiresAt !== null && Date.parse(key.expiresAt) <= nowMs) {
    return new Fault("key_expired", { message: `This API key expired at ${key.expiresAt}.`, remedy: "Use another." });
  }
  return undefined;
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function isUuid(text: string): boolean {
  return uuid.test(text);
}

function fromRow(row: Selectable<Database["api_key"]>): Key {
  return {
    id: row.id,
    tenant: row.tenant,
    project: row.project,
    name: row.name,
    role: row.role,
    prefix: row.prefix,
    limits: row.limits ?? {},
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at?.toISOString() ?? null,
    revokedAt: row.revoked_at?.toISOString() ?? null,
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
  };
}

/** Sessions of the console: a random token in the browser, its hash here, tied to the API key that signed in. */
import { randomBytes } from "node:crypto";
import type { Kysely } from "kysely";
import type { Database } from "./database.ts";
import { hashSecret, type Key, keyFault, listKeys } from "./keys.ts";

export type Session = { readonly key: Key; readonly csrfToken: string; readonly expiresAt: string };

export const sessionLifeMs = 12 * 60 * 60 * 1000;

/** The token is for the browser alone and cannot be read back. */
export async function createSession(
  db: Kysely<Database>,
  keyId: string,
  nowMs: number,
): Promise<{ token: string; csrfToken: string; expiresAt: string }> {
  const token = randomBytes(32).toString("base64url");
  const csrfToken = randomBytes(32).toString("base64url");
  const expiresAt = new Date(nowMs + sessionLifeMs);
  await db.deleteFrom("session").where("expires_at", "<=", new Date(nowMs)).execute();
  await db
    .insertInto("session")
    .values({ token_hash: hashSecret(token), key_id: keyId, csrf: csrfToken, expires_at: expiresAt })
    .execute();
  return { token, csrfToken, expiresAt: expiresAt.toISOString() };
}

/** Undefined when it is unknown or over, or its key may no longer be used. */
export async function findSession(db: Kysely<Database>, token: string, nowMs: number): Promise<Session | undefined> {
  const row = await db
    .selectFrom("session")
    .selectAll()
    .where("token_hash", "=", hashSecret(token))
    .where("expires_at", ">", new Date(nowMs))
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const key = (await listKeys(db)).find((candidate) => candidate.id === row.key_id);
  if (key === undefined || keyFault(key, nowMs) !== undefined) return undefined;
  return { key, csrfToken: row.csrf, expiresAt: row.expires_at.toISOString() };
}

export async function endSession(db: Kysely<Database>, token: string): Promise<void> {
  await db.deleteFrom("session").where("token_hash", "=", hashSecret(token)).execute();
}

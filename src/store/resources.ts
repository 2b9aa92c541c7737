/**
 * The factory's resources as applied: read, and changed in one transaction together with the audit log, so that
 * what is there and who made it so never disagree.
 */
import { isDeepStrictEqual } from "node:util";
import type { Kysely, Selectable, Transaction } from "kysely";
import { Fault } from "../stack/fault.ts";
import type { Resource, ResourceKind } from "../stack/resource.ts";
import { appendAudit } from "./audit.ts";
import type { Database } from "./database.ts";
import { announceChange } from "./notify.ts";
import { changesOfPast, checkReferences, type Problem } from "./references.ts";

export type StoredResource = {
  readonly uid: string;
  /** Counts the versions of its spec, from 1. */
  readonly generation: number;
  readonly spec: Resource;
  readonly createdAt: string;
  readonly updatedAt: string;
};

export type ResourceChange =
  | { readonly change: "put"; readonly resource: Resource }
  | { readonly change: "delete"; readonly kind: ResourceKind; readonly name: string };

export type Applied = {
  /** The number of the last change after this one; it is unchanged when nothing differed. */
  readonly sequence: number;
  readonly created: readonly string[];
  readonly updated: readonly string[];
  readonly deleted: readonly string[];
};

export async function listResources(db: Kysely<Database>, kind?: ResourceKind): Promise<StoredResource[]> {
  const all = db.selectFrom("resource").selectAll().orderBy("kind").orderBy("name");
  const rows = await (kind === undefined ? all : all.where("kind", "=", kind)).execute();
  return rows.map(fromRow);
}

/** Every spec of a kind, narrowed to it. */
export async function specsOf<K extends ResourceKind>(
  db: Kysely<Database>,
  kind: K,
): Promise<Extract<Resource, { kind: K }>[]> {
  const found = await listResources(db, kind);
  return found.map(({ spec }) => spec).filter((spec): spec is Extract<Resource, { kind: K }> => spec.kind === kind);
}

export async function getResource(
  db: Kysely<Database>,
  kind: ResourceKind,
  name: string,
): Promise<StoredResource | undefined> {
  const row = await db
    .selectFrom("resource")
    .selectAll()
    .where("kind", "=", kind)
    .where("name", "=", name)
    .executeTakeFirst();
  return row && fromRow(row);
}

export async function factoryName(db: Kysely<Database>): Promise<string> {
  return (await db.selectFrom("factory").select("name").executeTakeFirstOrThrow()).name;
}

export async function setFactoryName(db: Kysely<Database>, name: string): Promise<void> {
  await db.updateTable("factory").set({ name }).execute();
}

/**
 * Makes all the changes, or none.
 *
 * @throws Fault `invalid_value` when the result does not fit together, `conflict` when it would change the past,
 * `not_found` when what is to be deleted is not there.
 */
export async function applyResources(
  db: Kysely<Database>,
  changes: readonly ResourceChange[],
  actor: string,
  nowMs = Date.now(),
): Promise<Applied> {
  return db.transaction().execute(async (tx) => {
    // One writer at a time, so that two changes that each fit cannot make a whole that does not.
    const { change_sequence } = await tx
      .selectFrom("factory")
      .select("change_sequence")
      .forUpdate()
      .executeTakeFirstOrThrow();
    const rows = await tx.selectFrom("resource").selectAll().execute();
    const before = new Map(rows.map((row) => [`${row.kind}/${row.name}`, fromRow(row)]));
    const after = new Map([...before].map(([id, { spec }]) => [id, spec]));
    for (const one of changes) {
      if (one.change === "put") after.set(`${one.resource.kind}/${one.resource.name}`, plain(one.resource));
      else if (!after.delete(`${one.kind}/${one.name}`)) {
        throw new Fault("not_found", { message: `There is no ${one.kind} "${one.name}".` });
      }
    }
    refuse("invalid_value", checkReferences([...after.values()]), "Correct it and apply again.");
    refuse(
      "conflict",
      pastChanges(before, after, nowMs),
      "Begin what is new in the future; correct bills by re-rating.",
    );

    const created = [...after.keys()].filter((id) => !before.has(id));
    const updated = [...after].filter(([id, spec]) => differs(before.get(id)?.spec, spec)).map(([id]) => id);
    const deleted = [...before.keys()].filter((id) => !after.has(id));
    if (created.length + updated.length + deleted.length === 0) {
      return { sequence: change_sequence, created, updated, deleted };
    }
    for (const id of [...created, ...updated]) {
      const spec = after.get(id);
      if (spec !== undefined) await write(tx, spec, (before.get(id)?.generation ?? 0) + 1);
    }
    for (const id of deleted) {
      await tx
        .deleteFrom("resource")
        .where("uid", "=", before.get(id)?.uid ?? "")
        .execute();
    }
    const revoked = await revokeOrphans(tx, [...after.values()]);
    await appendAudit(tx, actor, [
      ...created.map((id) => ({ action: "create", subject: id, detail: { after: after.get(id) } })),
      ...updated.map((id) => ({
        action: "update",
        subject: id,
        detail: { before: before.get(id)?.spec, after: after.get(id) },
      })),
      ...deleted.map((id) => ({ action: "delete", subject: id, detail: { before: before.get(id)?.spec } })),
      ...revoked.map((id) => ({ action: "revoke", subject: `key/${id}`, detail: { reason: "its project is gone" } })),
    ]);
    return { sequence: await announceChange(tx), created, updated, deleted };
  });
}

function pastChanges(before: Map<string, StoredResource>, after: Map<string, Resource>, nowMs: number): Problem[] {
  return [...before].flatMap(([id, { spec }]) => changesOfPast(spec, after.get(id), nowMs));
}

function refuse(code: "invalid_value" | "conflict", problems: readonly Problem[], remedy: string): void {
  const [first] = problems;
  if (first === undefined) return;
  const lines = problems.map((problem) => `${problem.resource} ${problem.path}: ${problem.message}`);
  throw new Fault(code, { message: lines.join("\n"), remedy, param: `${first.resource}.${first.path}` });
}

async function write(tx: Transaction<Database>, spec: Resource, generation: number): Promise<void> {
  const values = { spec: JSON.stringify(spec), generation, updated_at: new Date() };
  await tx
    .insertInto("resource")
    .values({ kind: spec.kind, name: spec.name, ...values })
    .onConflict((conflict) => conflict.columns(["kind", "name"]).doUpdateSet(values))
    .execute();
}

/** A key whose tenant or project is gone opens nothing any more. */
async function revokeOrphans(tx: Transaction<Database>, resources: readonly Resource[]): Promise<string[]> {
  const kept = new Set(
    resources.flatMap((one) => (one.kind === "Tenant" ? one.projects.map(({ name }) => `${one.name} ${name}`) : [])),
  );
  const keys = await tx
    .selectFrom("api_key")
    .select(["id", "tenant", "project"])
    .where("revoked_at", "is", null)
    .execute();
  const orphans = keys.filter(({ tenant, project }) => !kept.has(`${tenant} ${project}`)).map(({ id }) => id);
  if (orphans.length > 0) {
    await tx.updateTable("api_key").set({ revoked_at: new Date() }).where("id", "in", orphans).execute();
    await tx.deleteFrom("session").where("key_id", "in", orphans).execute();
  }
  return orphans;
}

function differs(before: Resource | undefined, after: Resource): boolean {
  return before !== undefined && !isDeepStrictEqual(before, after);
}

/** As it will be read back: what JSON cannot hold, such as undefined, is gone. */
function plain(spec: Resource): Resource {
  return JSON.parse(JSON.stringify(spec)) as Resource;
}

function fromRow(row: Selectable<Database["resource"]>): StoredResource {
  const { uid, generation, spec, created_at, updated_at } = row;
  return { uid, generation, spec, createdAt: created_at.toISOString(), updatedAt: updated_at.toISOString() };
}

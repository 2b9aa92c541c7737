/** Compares a declaration with the factory, and makes the factory what it says: `diff` and `apply`, of the command line and the API. */
import type { Kysely } from "kysely";
import type { Resource } from "../stack/resource.ts";
import { appendAudit } from "../store/audit.ts";
import type { Database } from "../store/database.ts";
import { applyResources, factoryName, listResources, setFactoryName } from "../store/resources.ts";
import { type Change, changesBetween, checkApplies, declaredWith, renaming, storeChanges } from "./changes.ts";
import type { DeclaredFactory } from "./factory-file.ts";

export type Comparison = {
  readonly changes: readonly Change[];
  readonly before: readonly Resource[];
  readonly after: readonly Resource[];
};

type Options = { readonly prune: boolean; readonly nowMs: number };

/** @throws Fault when the declaration could not be applied. */
export async function compare(db: Kysely<Database>, declared: DeclaredFactory, options: Options): Promise<Comparison> {
  const before = (await listResources(db)).map(({ spec }) => spec);
  const after = declaredWith(before, declared.resources, options.prune);
  checkApplies(before, after, options.nowMs);
  const changes = [
    ...renaming(await factoryName(db), declared.factory),
    ...changesBetween(before, declared.resources, options),
  ];
  return { changes, before, after };
}

/** Makes the changes that `compare` tells, all or none, and records who did. */
export async function declare(
  db: Kysely<Database>,
  declared: DeclaredFactory,
  options: Options & { readonly actor: string },
): Promise<Comparison> {
  const compared = await compare(db, declared, options);
  const { actor, nowMs } = options;
  await applyResources(db, storeChanges(compared.changes, declared.resources), actor, nowMs);
  const { factory } = declared;
  if (factory !== undefined && compared.changes.some(({ kind }) => kind === "Factory")) {
    await setFactoryName(db, factory);
    await db
      .transaction()
      .execute((tx) => appendAudit(tx, actor, [{ action: "update", subject: "Factory", detail: { after: factory } }]));
  }
  return compared;
}

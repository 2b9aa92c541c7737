/** The factory's declaration: read, compared and applied, with prices; and who changed what. */
import { z } from "zod";
import { checkLedger } from "../../ledger/check.ts";
import { factoryFile } from "../../stack/resource.ts";
import { listAudit } from "../../store/audit.ts";
import { factoryName, listResources, specsOf } from "../../store/resources.ts";
import { actorOf } from "../actor.ts";
import type { Change } from "../changes.ts";
import type { Context } from "../context.ts";
import { compare, declare } from "../declare.ts";
import { type DeclaredFactory, readFactoryFile } from "../factory-file.ts";
import { everybody, type Route, route } from "../route.ts";
import { auditEntry, change, factoryText, ledgerCheck, priceBooks } from "../schema.ts";

const changeList = z.strictObject({ changes: z.array(change) });

export const resourceRoutes: readonly Route[] = [
  route(
    ["admin", "viewer"],
    {
      method: "GET",
      path: "/api/resources",
      summary: "The whole factory, as factory.yaml says it",
      answer: factoryFile,
    },
    async ({ context }) => ({
      body: {
        factory: await factoryName(context.store.db),
        resources: (await listResources(context.store.db)).map(({ spec }) => spec),
      },
    }),
  ),
  route(
    ["admin"],
    {
      method: "POST",
      path: "/api/resources/diff",
      summary: "What applying this would change, with its effect on prices; changes nothing",
      body: factoryText,
      answer: changeList,
    },
    async ({ context, body }) => ({
      body: { changes: copy((await compare(context.store.db, declared(body), optionsOf(context, body))).changes) },
    }),
  ),
  route(
    ["admin"],
    {
      method: "POST",
      path: "/api/resources/apply",
      summary: "Make the changes, all or none; the answer is what was changed",
      body: factoryText,
      answer: changeList,
    },
    async ({ context, principal, body }) => {
      const options = { ...optionsOf(context, body), actor: actorOf(principal) };
      const { changes } = await declare(context.store.db, declared(body), options);
      return { body: { changes: copy(changes) } };
    },
  ),
  route(
    everybody,
    {
      method: "GET",
      path: "/api/prices",
      summary: "Price books; a developer sees the list and the own tenant's book",
      answer: priceBooks,
    },
    async ({ context, principal }) => {
      const books = await specsOf(context.store.db, "PriceBook");
      if (principal.role !== "developer") return { body: { books } };
      const tenants = await specsOf(context.store.db, "Tenant");
      const own = tenants.find(({ name }) => name === principal.key.tenant)?.priceBook;
      return { body: { books: books.filter(({ name }) => name === "list" || name === own) } };
    },
  ),
  route(
    ["admin", "viewer"],
    {
      method: "GET",
      path: "/api/ledger/check",
      summary: "Proves the ledger's invariants",
      answer: ledgerCheck,
    },
    async ({ context }) => {
      const { ok, invariants } = await checkLedger(context.store);
      return { body: { ok, invariants: invariants.map((one) => ({ ...one })) } };
    },
  ),
  route(
    ["admin", "viewer"],
    {
      method: "GET",
      path: "/api/audit",
      summary: "Who changed what, latest first",
      query: z.strictObject({ limit: z.coerce.number().int().min(1).max(1000).default(100) }),
      answer: z.strictObject({ entries: z.array(auditEntry) }),
    },
    async ({ context, query }) => ({ body: { entries: await listAudit(context.store.db, query.limit) } }),
  ),
];

type FactoryText = z.output<typeof factoryText>;

function declared({ yaml, resources = [] }: FactoryText): DeclaredFactory {
  return yaml === undefined ? { factory: undefined, resources } : readFactoryFile(yaml, "factory.yaml");
}

function optionsOf(context: Context, { prune }: FactoryText) {
  return { prune, nowMs: context.now() };
}

/** The changes are read-only; the schema's type is not. */
function copy(made: readonly Change[]): z.input<typeof change>[] {
  return structuredClone(made) as z.input<typeof change>[];
}

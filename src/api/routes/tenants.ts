/** Tenants, their projects and limits: each a resource of the factory, changed as `apply` would. */
import { z } from "zod";
import { spendSince } from "../../ledger/spend.ts";
import { Fault } from "../../stack/fault.ts";
import { formatUsd, pico } from "../../stack/money.ts";
import { limits, tenant as tenantSchema, type Limits, type Tenant } from "../../stack/resource.ts";
import { keyFault, listKeys } from "../../store/keys.ts";
import { applyResources, getResource, specsOf } from "../../store/resources.ts";
import type { Context } from "../context.ts";
import { actorOf } from "../actor.ts";
import { isPlaygroundKey } from "../playground-key.ts";
import { everybody, type Route, route } from "../route.ts";
import { tenantInfo } from "../schema.ts";

const { name, displayName, projects } = tenantSchema.shape;

export const tenantRoutes: readonly Route[] = [
  route(
    everybody,
    {
      method: "GET",
      path: "/api/tenants",
      summary: "Tenants with their projects, limits and spend; a developer sees the own project",
      answer: z.strictObject({ tenants: z.array(tenantInfo) }),
    },
    async ({ context, principal }) => {
      const all = await tenantInfos(context);
      const { tenant, project } = principal.key;
      if (principal.role !== "developer") return { body: { tenants: all } };
      const own = all.filter((one) => one.name === tenant);
      return {
        body: {
          tenants: own.map((one) => ({ ...one, projects: one.projects.filter(({ name }) => name === project) })),
        },
      };
    },
  ),
  route(
    ["admin"],
    {
      method: "POST",
      path: "/api/tenants",
      summary: "Make a tenant; with one project named default unless it says otherwise",
      body: z.strictObject({
        name,
        displayName: z.string().max(200).optional(),
        projects: z
          .array(z.strictObject({ name, limits: limits.optional() }))
          .min(1)
          .optional(),
      }),
      answer: tenantInfo,
      status: 201,
    },
    async ({ context, principal, body }) => {
      if ((await getResource(context.store.db, "Tenant", body.name)) !== undefined) {
        throw new Fault("conflict", { message: `There is a tenant "${body.name}" already.`, param: "name" });
      }
      const resource = tenantSchema.parse({ kind: "Tenant", projects: [{ name: "default" }], ...body });
      await applyResources(context.store.db, [{ change: "put", resource }], actorOf(principal));
      return { body: await tenantNamed(context, body.name) };
    },
  ),
  route(
    ["admin"],
    {
      method: "PATCH",
      path: "/api/tenants/:name",
      summary: "Change a tenant's display name, limits or projects; what is not given stays",
      body: z.strictObject({
        displayName: displayName.unwrap().max(200).optional(),
        limits: limits.optional(),
        projects: projects.optional(),
      }),
      answer: tenantInfo,
    },
    async ({ context, principal, params, body }) => {
      const before = await specOf(context, params["name"] ?? "");
      const resource = tenantSchema.parse({ ...before, ...body });
      await applyResources(context.store.db, [{ change: "put", resource }], actorOf(principal));
      return { body: await tenantNamed(context, before.name) };
    },
  ),
  route(
    ["admin"],
    {
      method: "DELETE",
      path: "/api/tenants/:name",
      summary: "Delete a tenant and revoke its keys; what it was billed stays in the ledger",
      status: 204,
    },
    async ({ context, principal, params }) => {
      const { name } = await specOf(context, params["name"] ?? "");
      if (name === principal.key.tenant) {
        throw new Fault("conflict", {
          message: "You are signed in with a key of this tenant.",
          remedy: "Sign in with a key of another one to delete it.",
        });
      }
      await applyResources(context.store.db, [{ change: "delete", kind: "Tenant", name }], actorOf(principal));
      return {};
    },
  ),
];

async function specOf(context: Context, name: string): Promise<Tenant> {
  const found = await getResource(context.store.db, "Tenant", name);
  if (found?.spec.kind !== "Tenant") throw new Fault("not_found", { message: `There is no tenant "${name}".` });
  return found.spec;
}

async function tenantNamed(context: Context, name: string) {
  const found = (await tenantInfos(context)).find((one) => one.name === name);
  if (found === undefined) throw new Fault("not_found", { message: `There is no tenant "${name}".` });
  return found;
}

async function tenantInfos(context: Context): Promise<z.input<typeof tenantInfo>[]> {
  const { store, now } = context;
  const nowMs = now();
  const tenants = await specsOf(store.db, "Tenant");
  const keys = (await listKeys(store.db)).filter((key) => keyFault(key, nowMs) === undefined && !isPlaygroundKey(key));
  const spend = new Map<number, Promise<Awaited<ReturnType<typeof spendSince>>>>();
  const spentSince = (startMs: number) => {
    const asked = spend.get(startMs) ?? spendSince(store.db, new Date(startMs));
    spend.set(startMs, asked);
    return asked;
  };
  return Promise.all(
    tenants.map(async (tenant) => ({
      name: tenant.name,
      displayName: tenant.displayName,
      application: tenant.application ?? null,
      priceBook: tenant.priceBook ?? null,
      limits: tenant.limits,
      projects: await Promise.all(
        tenant.projects.map(async (project) => {
          const startMs = periodStartMs(project.limits.budget ?? tenant.limits.budget, nowMs);
          const spent = (await spentSince(startMs)).filter(
            (row) => row.tenant === tenant.name && row.project === project.name,
          );
          const charge = spent.reduce((sum, row) => sum + row.charge, 0n);
          return {
            name: project.name,
            limits: project.limits,
            spend: { periodStart: new Date(startMs).toISOString(), amountUsd: formatUsd(pico(charge)) },
          };
        }),
      ),
      keys: keys.filter((key) => key.tenant === tenant.name).length,
    })),
  );
}

/** When the period of a budget began, in UTC; a month when there is no budget. */
function periodStartMs(budget: Limits["budget"], nowMs: number): number {
  const now = new Date(nowMs);
  const [year, month] = [now.getUTCFullYear(), now.getUTCMonth()];
  if (budget?.period === "total") return 0;
  return budget?.period === "day" ? Date.UTC(year, month, now.getUTCDate()) : Date.UTC(year, month, 1);
}

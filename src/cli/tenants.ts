/** `tokenworks tenants`: who buys tokens here, in which projects and within which limits. */
import { Command } from "commander";
import { Fault } from "../stack/fault.ts";
import { type Tenant, tenant as tenantSchema } from "../stack/resource.ts";
import type { Store } from "../store/open.ts";
import { applyResources, getResource, specsOf } from "../store/resources.ts";
import { type LimitFlags, limitOptions, limitsFrom, limitsText } from "./limits.ts";
import { actor, checked, printJson, storeCommand, type StoreOptions, withStore } from "./options.ts";
import { table } from "./terminal.ts";

export const tenantsCommand = new Command("tenants")
  .summary("make, list, limit and delete tenants")
  .description("Makes, lists, limits and deletes tenants. A tenant buys tokens here, in its own projects.")
  .addCommand(
    storeCommand("create")
      .summary("make a tenant")
      .description("Makes a tenant, with one project unless more are named.")
      .argument("<name>", "lower-case letters, digits and . _ : / -")
      .option("--display-name <text>", "as people read it", "")
      .option("--project <name...>", "its projects", ["default"])
      .option("--price-book <name>", "its own price book, asked before the list")
      .addHelpText(
        "after",
        "\nExample:\n  $ tokenworks tenants create acme --display-name 'Acme GmbH' --project web batch",
      )
      .action(create),
  )
  .addCommand(
    storeCommand("list")
      .summary("all tenants")
      .description("Lists the tenants with their projects and limits.")
      .addHelpText("after", "\nExample:\n  $ tokenworks tenants list --json")
      .action(list),
    { isDefault: true },
  )
  .addCommand(
    limitOptions(storeCommand("set-limits"))
      .summary("set limits of a tenant or a project")
      .description("Sets the limits that are named, of a tenant or of one of its projects; others stay.")
      .argument("<name>", "the tenant")
      .option("--project <name>", "of this project instead of the whole tenant")
      .option("--unlimited", "drop the limits that there are first")
      .addHelpText(
        "after",
        `
Examples:
  $ tokenworks tenants set-limits acme --budget 500 --period month --concurrency 32
  $ tokenworks tenants set-limits acme --project web --tokens-per-minute 200000
  $ tokenworks tenants set-limits acme --unlimited`,
      )
      .action(setLimits),
  )
  .addCommand(
    storeCommand("delete")
      .summary("delete a tenant and revoke its keys")
      .description("Deletes a tenant and revokes its keys. What it was billed stays in the ledger.")
      .argument("<name>", "the tenant")
      .addHelpText("after", "\nExample:\n  $ tokenworks tenants delete acme")
      .action(remove),
  );

type CreateOptions = StoreOptions & {
  readonly displayName: string;
  readonly project: readonly string[];
  readonly priceBook?: string;
};

async function create(name: string, options: CreateOptions): Promise<void> {
  const { displayName, project, priceBook } = options;
  const projects = project.map((one) => ({ name: one }));
  const own = priceBook === undefined ? {} : { priceBook };
  const resource = checked("tenant", tenantSchema, { kind: "Tenant", name, displayName, projects, ...own });
  await withStore(options, async (store) => {
    if ((await getResource(store.db, "Tenant", name)) !== undefined) {
      throw new Fault("conflict", { message: `There is a tenant "${name}" already.` });
    }
    await put(store, resource);
  });
  say(
    options,
    resource,
    `Tenant "${name}" is made. Give it a key: tokenworks keys create --tenant ${name} --name NAME`,
  );
}

async function list(options: StoreOptions): Promise<void> {
  const tenants = await withStore(options, (store) => specsOf(store.db, "Tenant"));
  if (options.json) {
    printJson({ tenants });
    return;
  }
  const rows = tenants.flatMap((one) => [
    [one.name, one.displayName, "", limitsText(one.limits), one.priceBook ?? "list", one.application?.unit ?? "–"],
    ...one.projects.map((project) => ["", "", project.name, limitsText(project.limits), "", ""]),
  ]);
  const titles = ["tenant", "display name", "project", "limits", "prices", "sells"];
  console.log(
    table(
      titles.map((title) => ({ title })),
      rows,
    ),
  );
}

type SetLimitsOptions = StoreOptions & LimitFlags & { readonly project?: string };

async function setLimits(name: string, options: SetLimitsOptions): Promise<void> {
  const resource = await withStore(options, async (store) => {
    const before = await tenantNamed(store, name);
    const changed = withLimits(before, options);
    await put(store, changed);
    return changed;
  });
  const { limits } = resource.projects.find((project) => project.name === options.project) ?? resource;
  const whose = options.project === undefined ? `Tenant "${name}"` : `Project "${options.project}" of "${name}"`;
  say(options, resource, `${whose}: ${limitsText(limits)}.`);
}

function withLimits(before: Tenant, options: SetLimitsOptions): Tenant {
  const { project } = options;
  if (project === undefined) {
    return checked("limits", tenantSchema, { ...before, limits: limitsFrom(options, before.limits) });
  }
  if (!before.projects.some((one) => one.name === project)) {
    throw new Fault("not_found", { message: `Tenant "${before.name}" has no project "${project}".` });
  }
  const projects = before.projects.map((one) =>
    one.name === project ? { ...one, limits: limitsFrom(options, one.limits) } : one,
  );
  return checked("limits", tenantSchema, { ...before, projects });
}

async function remove(name: string, options: StoreOptions): Promise<void> {
  await withStore(options, async (store) => {
    await tenantNamed(store, name);
    await applyResources(store.db, [{ change: "delete", kind: "Tenant", name }], actor);
  });
  say(options, { name, deleted: true }, `Tenant "${name}" is deleted and its keys are revoked.`);
}

async function tenantNamed(store: Store, name: string): Promise<Tenant> {
  const found = await getResource(store.db, "Tenant", name);
  if (found?.spec.kind !== "Tenant") throw new Fault("not_found", { message: `There is no tenant "${name}".` });
  return found.spec;
}

async function put(store: Store, resource: Tenant): Promise<void> {
  await applyResources(store.db, [{ change: "put", resource }], actor);
}

function say(options: StoreOptions, value: unknown, line: string): void {
  if (options.json) printJson(value);
  else console.log(line);
}

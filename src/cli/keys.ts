/** `tokenworks keys`: API keys, shown once. */
import { Command, Option } from "commander";
import { z } from "zod";
import { spanMs } from "../api/span.ts";
import { limits as limitsSchema } from "../stack/resource.ts";
import type { Role } from "../store/database.ts";
import { createKey, type Key, keyFault, listKeys, revokeKey } from "../store/keys.ts";
import { isPlaygroundKey } from "../api/playground-key.ts";
import { limitOptions, limitsFrom, limitsText, type LimitFlags } from "./limits.ts";
import { actor, checked, printJson, storeCommand, type StoreOptions, withStore } from "./options.ts";
import { dim, instantText, red, table } from "./terminal.ts";

type CreateOptions = StoreOptions &
  LimitFlags & {
    readonly tenant: string;
    readonly project: string;
    readonly name: string;
    readonly role: Role;
    readonly expires?: string;
  };

export const keysCommand = new Command("keys")
  .summary("make, list and revoke API keys")
  .description("Makes, lists and revokes API keys. A secret is shown once, when it is made, and kept nowhere.")
  .addCommand(
    limitOptions(storeCommand("create"))
      .summary("make a key and show its secret, once")
      .description("Makes a key of a tenant's project and shows its secret, once.")
      .option("--tenant <name>", "whose key it is", "default")
      .option("--project <name>", "the project that it belongs to", "default")
      .requiredOption("--name <text>", "its name in lists")
      .addOption(
        new Option("--role <role>", "developer uses the API; viewer reads the console; admin changes the factory")
          .choices(["admin", "developer", "viewer"])
          .default("developer"),
      )
      .option("--expires <when>", "a span such as 30d, or an instant (ISO 8601); never when absent")
      .addHelpText(
        "after",
        `
Examples:
  $ tokenworks keys create --name laptop
  $ tokenworks keys create --name ci --tenant acme --project web --expires 90d --requests-per-minute 60
  $ KEY=$(tokenworks keys create --name script --json | jq -r .secret)`,
      )
      .action(create),
  )
  .addCommand(
    storeCommand("list")
      .summary("all keys")
      .description("Lists the keys, without their secrets.")
      .option("--all", "also revoked and expired keys")
      .addHelpText("after", "\nExample:\n  $ tokenworks keys list --json")
      .action(list),
    { isDefault: true },
  )
  .addCommand(
    storeCommand("revoke")
      .summary("revoke a key for good")
      .description("Revokes a key: every worker refuses it within a second.")
      .argument("<id>", "the key's id, or enough of its beginning")
      .addHelpText("after", "\nExample:\n  $ tokenworks keys revoke 3f2a")
      .action(revoke),
  );

async function create(options: CreateOptions): Promise<void> {
  const { tenant, project, name, role } = options;
  const limits = checked("limits", limitsSchema, limitsFrom(options, {}));
  const key = { tenant, project, name, role, expiresAt: expiry(options.expires), limits };
  const made = await withStore(options, (store) => createKey(store.db, key, actor));
  if (options.json) printJson(made);
  else {
    console.log(made.secret);
    console.error(
      dim(`Key ${made.id} of ${tenant} / ${project}. Its secret is shown this once: keep it.`, process.stderr),
    );
  }
}

async function list(options: StoreOptions & { readonly all?: boolean }): Promise<void> {
  const nowMs = Date.now();
  const found = await withStore(options, (store) => listKeys(store.db));
  const keys = found.filter((key) => !isPlaygroundKey(key) && (options.all || keyFault(key, nowMs) === undefined));
  if (options.json) {
    printJson({ keys });
    return;
  }
  if (keys.length === 0) {
    console.log("There is no key. Make one with `tokenworks keys create --name NAME`.");
    return;
  }
  const titles = ["id", "name", "prefix", "tenant", "project", "role", "limits", "created", "last used", "state"];
  const rows = keys.map((key) => [
    key.id,
    key.name,
    `${key.prefix}…`,
    key.tenant,
    key.project,
    key.role,
    limitsText(key.limits),
    instantText(key.createdAt),
    key.lastUsedAt === null ? "–" : instantText(key.lastUsedAt),
    stateOf(key, nowMs),
  ]);
  console.log(
    table(
      titles.map((title) => ({ title })),
      rows,
    ),
  );
}

async function revoke(start: string, options: StoreOptions): Promise<void> {
  const id = await withStore(options, async (store) => {
    const matches = (await listKeys(store.db)).filter((key) => key.id.startsWith(start.toLowerCase()));
    // Unless exactly one is meant, the text as it is: not found, with its own message.
    const found = matches.length === 1 ? (matches[0]?.id ?? start) : start;
    await revokeKey(store.db, found, actor);
    return found;
  });
  if (options.json) printJson({ id, revoked: true });
  else console.log(`Key ${id} is revoked.`);
}

function expiry(text: string | undefined): Date | undefined {
  if (text === undefined) return undefined;
  const isInstant = z.union([z.iso.datetime({ offset: true }), z.iso.date()]).safeParse(text).success;
  return isInstant ? new Date(text) : new Date(Date.now() + spanMs(text));
}

function stateOf(key: Key, nowMs: number): string {
  const fault = keyFault(key, nowMs);
  if (fault !== undefined) return red(fault.code === "key_revoked" ? "revoked" : "expired");
  return key.expiresAt === null ? "active" : `until ${instantText(key.expiresAt)}`;
}

/** API keys: made once, shown once, revoked for good. */
import { z } from "zod";
import { Fault } from "../../stack/fault.ts";
import { createKey, type Key, listKeys, revokeKey } from "../../store/keys.ts";
import { actorOf } from "../actor.ts";
import { isPlaygroundKey } from "../playground-key.ts";
import { everybody, notYours, type Principal, type Route, route } from "../route.ts";
import { keyInfo, newKey } from "../schema.ts";

export const keyRoutes: readonly Route[] = [
  route(
    everybody,
    {
      method: "GET",
      path: "/api/keys",
      summary: "API keys, without their secrets; a developer sees those of the own project",
      answer: z.strictObject({ keys: z.array(keyInfo) }),
    },
    async ({ context, principal }) => {
      const keys = (await listKeys(context.store.db)).filter((key) => isVisible(key, principal));
      return { body: { keys: keys.map((key) => structuredClone(key)) } };
    },
  ),
  route(
    ["admin", "developer"],
    {
      method: "POST",
      path: "/api/keys",
      summary: "Make a key; its secret is in this answer and nowhere else",
      body: newKey,
      answer: z.strictObject({ id: z.string(), secret: z.string() }),
      status: 201,
    },
    async ({ context, principal, body }) => {
      const { key } = principal;
      const isOwn = body.tenant === key.tenant && body.project === key.project && body.role === "developer";
      if (principal.role === "developer" && !isOwn) throw notYours();
      const expiresAt = body.expiresAt === undefined ? undefined : new Date(body.expiresAt);
      if (expiresAt !== undefined && expiresAt.getTime() <= context.now()) {
        throw new Fault("invalid_value", { message: "A key cannot expire before it is made.", param: "expiresAt" });
      }
      return { body: await createKey(context.store.db, { ...body, expiresAt }, actorOf(principal)) };
    },
  ),
  route(
    ["admin", "developer"],
    {
      method: "DELETE",
      path: "/api/keys/:id",
      summary: "Revoke a key: refused everywhere within a second, and its sessions end",
      status: 204,
    },
    async ({ context, principal, params }) => {
      const id = params["id"] ?? "";
      const key = (await listKeys(context.store.db)).find((candidate) => candidate.id === id);
      if (key === undefined || !isVisible(key, principal)) {
        throw new Fault("not_found", { message: `There is no key ${id}.`, param: "id" });
      }
      if (principal.role === "developer" && key.role !== "developer") throw notYours();
      await revokeKey(context.store.db, id, actorOf(principal));
      return {};
    },
  ),
];

function isVisible(key: Key, principal: Principal): boolean {
  if (isPlaygroundKey(key)) return false;
  const own = principal.key;
  return principal.role !== "developer" || (key.tenant === own.tenant && key.project === own.project);
}

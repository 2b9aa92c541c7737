/** Signing in and out of the console with an API key. */
import { z } from "zod";
import { Fault } from "../../stack/fault.ts";
import { appendAudit } from "../../store/audit.ts";
import { findKey, type Key, keyFault } from "../../store/keys.ts";
import { factoryName } from "../../store/resources.ts";
import { createSession, endSession, sessionLifeMs } from "../../store/sessions.ts";
import { actorOf } from "../actor.ts";
import type { Context } from "../context.ts";
import { everybody, openRoute, type Route, route } from "../route.ts";
import { sessionInfo } from "../schema.ts";
import { sessionCookie } from "../server.ts";

const cookieTail = "Path=/; HttpOnly; SameSite=Strict";

export const sessionRoutes: readonly Route[] = [
  openRoute(
    {
      method: "POST",
      path: "/api/session",
      summary: "Sign in with an API key; ten wrong tries, then one in thirty seconds",
      body: z.strictObject({ key: z.string().trim().min(1).max(200) }),
      bodyBytesMax: 4096,
      answer: sessionInfo,
    },
    async ({ context, body, request }) => {
      const { attempts, store, now } = context;
      const address = request.socket.remoteAddress ?? "";
      attempts.check(address, now());
      const key = await findKey(store.db, body.key);
      const fault =
        key === undefined
          ? new Fault("invalid_api_key", { message: "This API key is not known." })
          : keyFault(key, now());
      if (key === undefined || fault !== undefined) {
        attempts.failed(address, now());
        throw fault;
      }
      attempts.succeeded(address);
      const session = await createSession(store.db, key.id, now());
      const entry = { action: "sign-in", subject: `key/${key.id}`, detail: { from: address } };
      await store.db.transaction().execute((tx) => appendAudit(tx, actorOf({ key }), [entry]));
      return {
        body: await info(context, key, session.csrfToken),
        headers: {
          "set-cookie": `${sessionCookie}=${session.token}; Max-Age=${sessionLifeMs / 1000}; ${cookieTail}`,
        },
      };
    },
  ),
  route(
    everybody,
    { method: "GET", path: "/api/session", summary: "Who is signed in", answer: sessionInfo },
    async ({ context, principal }) => ({
      body: await info(context, principal.key, principal.session?.csrfToken ?? ""),
    }),
  ),
  route(
    everybody,
    { method: "DELETE", path: "/api/session", summary: "Sign out", status: 204 },
    async ({ context, principal }) => {
      if (principal.session !== undefined) await endSession(context.store.db, principal.session.token);
      return { headers: { "set-cookie": `${sessionCookie}=; Max-Age=0; ${cookieTail}` } };
    },
  ),
];

async function info(context: Context, key: Key, csrfToken: string) {
  const { role, tenant, project } = key;
  return { csrfToken, role, tenant, project, factory: await factoryName(context.store.db) };
}

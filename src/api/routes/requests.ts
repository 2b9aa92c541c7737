/** The latest requests, and one request's way through the layers. */
import { z } from "zod";
import { getRequest, listRequests } from "../../ledger/report.ts";
import { Fault } from "../../stack/fault.ts";
import type { RequestTrace } from "../../stack/report.ts";
import type { Context } from "../context.ts";
import { everybody, type Principal, type Route, route } from "../route.ts";
import { requestTrace } from "../schema.ts";

const pageMax = 200;
const pagesMax = 20;

export const requestRoutes: readonly Route[] = [
  route(
    everybody,
    {
      method: "GET",
      path: "/api/requests",
      summary: "The latest requests, newest first; a developer sees those of the own project",
      query: z.strictObject({
        limit: z.coerce.number().int().min(1).max(500).default(50),
        before: z.iso.datetime({ offset: true }).optional().describe("Only those that ended before this instant."),
        tenant: z.string().optional(),
      }),
      answer: z.strictObject({ requests: z.array(requestTrace) }),
    },
    async ({ context, principal, query }) => {
      const before = query.before === undefined ? undefined : new Date(query.before);
      const { limit, tenant } = query;
      const found =
        principal.role === "developer"
          ? await ownRequests(context, principal, limit, before)
          : await listRequests(context.store.db, { limit, before, tenant });
      return { body: { requests: found.map(copy) } };
    },
  ),
  route(
    everybody,
    {
      method: "GET",
      path: "/api/requests/:id",
      summary: "One request with what each layer earned and spent on it",
      answer: requestTrace,
    },
    async ({ context, principal, params }) => {
      const id = params["id"] ?? "";
      const trace = await getRequest(context.store.db, id);
      if (principal.role === "developer" && !isOwn(trace, principal)) {
        // The same answer as for one that is not there: whether it is, is the other tenant's business.
        throw new Fault("not_found", { message: `There is no request ${id}.`, param: "id" });
      }
      return { body: copy(trace) };
    },
  ),
];

/** Pages back through the tenant's requests until enough are of the project. */
async function ownRequests(context: Context, principal: Principal, limit: number, before: Date | undefined) {
  const found: RequestTrace[] = [];
  let until = before;
  for (let page = 0; page < pagesMax && found.length < limit; page += 1) {
    const { tenant } = principal.key;
    const some = await listRequests(context.store.db, { limit: pageMax, before: until, tenant });
    found.push(...some.filter((trace) => isOwn(trace, principal)));
    const last = some.at(-1);
    if (last === undefined || some.length < pageMax) break;
    until = new Date(Date.parse(last.at) + last.durationMs);
  }
  return found.slice(0, limit);
}

function isOwn(trace: RequestTrace, { key }: Principal): boolean {
  return trace.tenant === key.tenant && trace.project === key.project;
}

/** The trace is read-only; the schema's type is not. */
function copy(trace: RequestTrace): z.input<typeof requestTrace> {
  return structuredClone(trace) as z.input<typeof requestTrace>;
}

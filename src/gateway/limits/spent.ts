/** What scopes were charged, as the ledger knows it: where budgets start, and how dead workers are reconciled. */
import { type Kysely, sql } from "kysely";
import type { Database } from "../../store/database.ts";
import type { ActualSpend, SpentSince } from "./authority.ts";

export function spentInLedger(db: Kysely<Database>): SpentSince {
  return async (scope, sinceMs) => {
    const { rows } = await sql<{ charge: string }>`
      select coalesce(sum(charge), 0)::text as charge from spend
      where day >= ${new Date(sinceMs).toISOString().slice(0, 10)}::date and ${within(scope)}`.execute(db);
    return BigInt(rows[0]?.charge ?? 0);
  };
}

/** What one worker's requests were charged; to be asked once the shipper has drained its log. */
export function spentByWorker(db: Kysely<Database>, worker: string): ActualSpend {
  return async ({ scope, startMs, endMs }) => {
    // Spares a look at years of usage; with room for a clock that was set back meanwhile.
    const sinceMs = Math.max(startMs, bornMs(worker) - dayMs);
    const { rows } = await sql<{ charge: string }>`
      select coalesce(sum(charge), 0)::text as charge from usage
      where facts ->> 'writer' = ${worker} and ${within(scope)}
        and ended_at >= ${new Date(sinceMs).toISOString()}::timestamptz
        and (${endMs === null} or started_at < ${new Date(endMs ?? 0).toISOString()}::timestamptz)`.execute(db);
    return BigInt(rows[0]?.charge ?? 0);
  };
}

const dayMs = 86_400_000;

/** The instant that a UUIDv7 was minted (RFC 9562 §5.7); 0 for any other name. */
function bornMs(worker: string): number {
  const match = /^([0-9a-f]{8})-([0-9a-f]{4})-7/.exec(worker);
  return match === null ? 0 : Number.parseInt(`${match[1]}${match[2]}`, 16);
}

function within(scope: string) {
  const at = scope.indexOf(":");
  const [kind, name] = [scope.slice(0, at), scope.slice(at + 1)];
  if (kind === "key") return sql`key_id = ${name}`;
  if (kind === "tenant") return sql`tenant = ${name}`;
  if (kind === "project") return sql`tenant || '/' || project = ${name}`;
  throw new Error(`"${scope}" is no scope of limits.`);
}

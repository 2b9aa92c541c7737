/** How the audit log names who made a change through the console or the API. */
import type { Principal } from "./route.ts";

export function actorOf({ key }: Pick<Principal, "key">): string {
  return `key/${key.id} ${key.name}`;
}

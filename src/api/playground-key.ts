/** Whose keys the playground asks with. */
import type { Key } from "../store/keys.ts";

export const playgroundKey = { tenant: "console", project: "playground", name: "playground session" } as const;

/** They come and go by the hour, and are no news to who manages keys. */
export function isPlaygroundKey({ tenant, project, name }: Pick<Key, "tenant" | "project" | "name">): boolean {
  return tenant === playgroundKey.tenant && project === playgroundKey.project && name === playgroundKey.name;
}

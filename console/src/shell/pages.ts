/** The pages of the console and who may open them; the API says so too, this only hides what would be refused. */
import type { Role } from "../answers/shapes.ts";
import type { IconName } from "../parts/icon.tsx";

export type PageEntry = {
  readonly path:
    | "/"
    | "/requests"
    | "/playground"
    | "/keys"
    | "/prices"
    | "/chips"
    | "/economics"
    | "/deals"
    | "/plan"
    | "/factory";
  readonly name:
    | "stack"
    | "requests"
    | "playground"
    | "keys"
    | "prices"
    | "chips"
    | "economics"
    | "deals"
    | "plan"
    | "factory";
  readonly icon: IconName;
  readonly roles: readonly Role[];
};

const everybody = ["admin", "developer", "viewer"] as const;

export const pages: readonly PageEntry[] = [
  { path: "/", name: "stack", icon: "stack", roles: ["admin", "viewer"] },
  { path: "/requests", name: "requests", icon: "requests", roles: everybody },
  { path: "/playground", name: "playground", icon: "chat", roles: ["admin", "developer"] },
  { path: "/keys", name: "keys", icon: "key", roles: everybody },
  { path: "/prices", name: "prices", icon: "price", roles: everybody },
  { path: "/chips", name: "chips", icon: "chip", roles: everybody },
  { path: "/economics", name: "economics", icon: "chart", roles: ["admin", "viewer"] },
  { path: "/deals", name: "deals", icon: "deal", roles: everybody },
  { path: "/plan", name: "plan", icon: "plan", roles: ["admin", "viewer"] },
  { path: "/factory", name: "factory", icon: "factory", roles: ["admin", "viewer"] },
];

export function mayUse(page: PageEntry, role: Role): boolean {
  return page.roles.includes(role);
}

/** The page that the first part of an address belongs to: some pages have two. */
export function homeOf(section: string): PageEntry["path"] | undefined {
  if (section === "example") return "/";
  if (section === "tenants") return "/keys";
  return pages.find(({ path }) => path === `/${section}`)?.path;
}

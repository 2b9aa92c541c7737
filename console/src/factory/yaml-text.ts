/**
 * The factory's declaration as text, in the order in which one would explain a factory: kinds from the site up, of
 * each resource first what it is and what it is called.
 */
import { stringify } from "yaml";
import type { FactoryFile, Resource, ResourceKind } from "../../../src/stack/resource.ts";

const kinds: readonly ResourceKind[] = [
  "Site",
  "Source",
  "Cluster",
  "Model",
  "Deployment",
  "PriceBook",
  "Tenant",
  "Contract",
  "Policy",
];

/** These come first; the rest keep the order in which they came. */
const firstNames = ["kind", "type", "name", "model", "from"];

export function yamlText({ factory, resources }: FactoryFile): string {
  const rank = ({ kind }: Resource) => kinds.indexOf(kind);
  const ordered = resources.toSorted((one, other) => rank(one) - rank(other) || (one.name < other.name ? -1 : 1));
  return stringify({ factory, resources: ordered.map(inOrder) }, { lineWidth: 0 });
}

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== "object" || value === null) return value;
  const rank = (name: string) => (firstNames.includes(name) ? firstNames.indexOf(name) : firstNames.length);
  const entries = Object.entries(value).toSorted(([one], [other]) => rank(one) - rank(other));
  return Object.fromEntries(entries.map(([name, inner]) => [name, inOrder(inner)]));
}

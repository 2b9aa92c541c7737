/**
 * `factory.yaml` as text: read with errors that point at the line and say what would do, and written so that
 * what is read back is what was applied.
 */
import { stringify } from "yaml";
import { factoryFile, type Resource, resource } from "../stack/resource.ts";
import { readYaml } from "./yaml-file.ts";

/** In the order in which one would explain a factory. */
const kinds: readonly Resource["kind"][] = [
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

export type DeclaredFactory = {
  /** The factory's name, when the file gives one. */
  readonly factory: string | undefined;
  readonly resources: readonly Resource[];
};

/**
 * @param place Its file's name, as it will stand before the line in an error.
 * @throws Fault `invalid_value`: one line for each thing that is wrong, `factory.yaml:12:5: path: what`.
 */
export function readFactoryFile(text: string, place: string): DeclaredFactory {
  const { data, value } = readYaml(text, place, factoryFile);
  const isNamed = typeof value === "object" && value !== null && "factory" in value;
  return { factory: isNamed ? data.factory : undefined, resources: data.resources };
}

/** The whole factory, or a part of it, as a file that `apply` takes. */
export function writeFactoryFile(factory: string, resources: readonly Resource[]): string {
  const order = (one: Resource) => kinds.indexOf(one.kind);
  const sorted = resources.toSorted((one, other) => order(one) - order(other) || (one.name < other.name ? -1 : 1));
  // The store gives fields back in an order of its own; the schema's is the one that reads well.
  const written = sorted.map((one) => resource.parse(one));
  return stringify({ factory, resources: written }, { lineWidth: 0, singleQuote: false });
}

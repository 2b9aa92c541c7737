/** What the factory's resources say about money, indexed for rating: who pays by which prices, what a source costs. */
import type { Contract } from "../stack/contract.ts";
import type { Model, PriceBook, Resource, Tenant, UpstreamSource } from "../stack/resource.ts";
import { type PicoUsd, usdPerMillionTokens } from "../stack/money.ts";
import { costsOf, type SourceCosts } from "./cost.ts";

export type Books = {
  readonly priceBooks: readonly PriceBook[];
  readonly contracts: readonly Contract[];
  readonly tenants: ReadonlyMap<string, Tenant>;
  readonly models: ReadonlyMap<string, Model>;
  readonly capacity: ReadonlyMap<string, SourceCosts>;
  readonly upstreams: ReadonlyMap<string, UpstreamSource>;
  /** Pico-dollars per token owed to a model's licensor. */
  readonly royalties: ReadonlyMap<string, PicoUsd>;
};

/** References between the resources hold: `applyResources` sees to that. */
export function booksOf(resources: readonly Resource[]): Books {
  const of = <K extends Resource["kind"]>(kind: K) =>
    resources.filter((one): one is Extract<Resource, { kind: K }> => one.kind === kind);
  const sites = new Map(of("Site").map((site) => [site.name, site]));
  const capacity = new Map<string, SourceCosts>();
  const upstreams = new Map<string, UpstreamSource>();
  for (const source of of("Source")) {
    if (source.type === "upstream") {
      upstreams.set(source.name, source);
      continue;
    }
    const site = sites.get(source.site);
    if (site !== undefined) capacity.set(source.name, costsOf(source, site));
  }
  const royalties = of("Model").flatMap(({ name, royaltyUsdPerMillion }) =>
    royaltyUsdPerMillion === undefined ? [] : [[name, usdPerMillionTokens(royaltyUsdPerMillion)] as const],
  );
  return {
    priceBooks: of("PriceBook"),
    contracts: of("Contract"),
    tenants: new Map(of("Tenant").map((tenant) => [tenant.name, tenant])),
    models: new Map(of("Model").map((model) => [model.name, model])),
    capacity,
    upstreams,
    royalties: new Map(royalties),
  };
}

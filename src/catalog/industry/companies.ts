/** The companies of the case study: those that sell compute, and one that buys most of what it does not build. */

export const companies = ["microsoft", "oracle", "aws", "google", "coreweave", "meta"] as const;
export type Company = (typeof companies)[number];

export const companyTitle: Readonly<Record<Company, string>> = {
  microsoft: "Microsoft",
  oracle: "Oracle",
  aws: "AWS",
  google: "Google Cloud",
  coreweave: "CoreWeave",
  meta: "Meta",
};

/** Those that report remaining performance obligations or a backlog of cloud contracts. */
export const sellers = ["oracle", "microsoft", "aws", "google", "coreweave"] as const satisfies readonly Company[];
export type Seller = (typeof sellers)[number];

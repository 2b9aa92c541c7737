/** The fixed colours of the ways to power and of who sells it, told apart with any colour vision: Okabe and Ito (2008). */
import type { PowerRoute, Seller } from "./shapes.ts";

export const routeColor: Readonly<Record<PowerRoute, string>> = {
  build: "#0072b2",
  lease: "#e69f00",
  rent: "#009e73",
  partner: "#cc79a7",
};

export const sellerColor: Readonly<Record<Seller, string>> = {
  oracle: "#d55e00",
  microsoft: "#0072b2",
  aws: "#e69f00",
  google: "#009e73",
  coreweave: "#cc79a7",
};

/**
 * The stack report: revenue, cost and margin per layer over a span of time, as the CLI, the API and
 * the console show it. Amounts are decimal strings of US dollars; a figure says how it is known.
 */
import type { Layer } from "./layer.ts";
import type { Provenance } from "./usage.ts";

/** A number with its unit and how it is known; `value` is null exactly when it is unavailable. */
export type Figure = {
  readonly value: number | null;
  readonly unit: string;
  readonly provenance: Provenance;
};

/** A decimal string of US dollars, exact to the pico-dollar. */
export type UsdText = string;

export type LayerRow = {
  readonly layer: Layer;
  readonly unitOfTrade: string;
  /** Units sold to the layer above or outside. */
  readonly sold: Figure;
  readonly revenue: { readonly external: UsdText; readonly internal: UsdText };
  /** What was used; idle capacity is not in it. */
  readonly cost: { readonly external: UsdText; readonly internal: UsdText };
  /** Of the external cost, what requests drew; the rest was resold as idle capacity. Summed over layers: `total.cost`. */
  readonly drawn: UsdText;
  /** Paid for and not used: borne by this layer, on a line of its own. */
  readonly idle: UsdText;
  /** Revenue − cost − idle. */
  readonly margin: UsdText;
  /** Margin ÷ revenue; null without revenue. */
  readonly marginRatio: number | null;
  readonly provenance: Provenance;
};

export type Breakdown = {
  readonly name: string;
  readonly requests: number;
  readonly tokens: number;
  readonly revenue: UsdText;
  /** Cost drawn by its requests, idle not included. */
  readonly cost: UsdText;
  readonly margin: UsdText;
};

export type StackReport = {
  readonly from: string;
  readonly to: string;
  readonly layers: readonly LayerRow[];
  readonly total: {
    readonly revenue: UsdText;
    readonly cost: UsdText;
    readonly idle: UsdText;
    readonly margin: UsdText;
  };
  readonly capacity: {
    readonly acceleratorHours: Figure;
    readonly usedAcceleratorHours: Figure;
    readonly idleAcceleratorHours: Figure;
    readonly utilisation: number | null;
  };
  readonly requests: { readonly complete: number; readonly partial: number; readonly failed: number };
  readonly tokens: {
    readonly input: number;
    readonly cachedInput: number;
    readonly output: number;
    readonly reasoning: number;
  };
  readonly joulesPerToken: Figure;
  /** Per million tokens of all classes; `absorbed` carries the idle capacity, `drawn` does not. */
  readonly perMillionTokens: {
    readonly revenueUsd: Figure;
    readonly drawnCostUsd: Figure;
    readonly absorbedCostUsd: Figure;
  };
  readonly bySource: readonly (Breakdown & { readonly idle: UsdText })[];
  readonly byModel: readonly Breakdown[];
  readonly byTenant: readonly Breakdown[];
};

/** One request's way through the layers. */
export type RequestTrace = {
  readonly id: string;
  readonly at: string;
  readonly tenant: string;
  readonly project: string;
  readonly model: string;
  readonly endpoint: string;
  readonly deployment: string | null;
  readonly source: string | null;
  readonly outcome: string;
  readonly cut: string | null;
  readonly status: number;
  readonly streamed: boolean;
  readonly ttftMs: number | null;
  readonly durationMs: number;
  readonly tokens: StackReport["tokens"];
  readonly countedBy: string;
  readonly acceleratorMs: Figure;
  readonly joules: Figure;
  readonly revenue: UsdText;
  readonly cost: UsdText;
  readonly margin: UsdText;
  readonly tries: number;
  /** Present when one request is asked for: what each layer earned and spent on it. */
  readonly layers?: readonly {
    readonly layer: Layer;
    readonly revenue: UsdText;
    readonly cost: UsdText;
    readonly margin: UsdText;
  }[];
};

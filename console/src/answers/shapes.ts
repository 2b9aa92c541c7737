/** What the control API answers, beside the reports whose types are the vocabulary's. Its OpenAPI description is the contract. */
import type { Layer } from "../../../src/stack/layer.ts";
import type { StackReport, UsdText } from "../../../src/stack/report.ts";
import type { FactoryFile, Limits, PriceBook } from "../../../src/stack/resource.ts";

export type Role = "admin" | "developer" | "viewer";

export type Session = {
  readonly csrfToken: string;
  readonly role: Role;
  readonly tenant: string;
  readonly project: string;
  readonly factory: string;
};

export type SeriesPoint = {
  readonly at: string;
  readonly revenue: UsdText;
  readonly cost: UsdText;
  readonly idle: UsdText;
  readonly margin: UsdText;
  readonly tokens: number;
};

export type ExampleLine = {
  readonly layer: Layer;
  readonly label: string;
  readonly value: number;
  readonly unit: string;
  readonly published: number | null;
  readonly source: string;
};

export type Example = { readonly lines: readonly ExampleLine[]; readonly report: StackReport };

export type ModelPrice = {
  readonly inputUsdPerMillion: UsdText;
  readonly cachedInputUsdPerMillion: UsdText;
  readonly outputUsdPerMillion: UsdText;
  readonly reasoningUsdPerMillion: UsdText;
};

export type ModelInfo = {
  readonly name: string;
  readonly description: string;
  readonly capabilities: readonly string[];
  readonly contextTokens: number;
  readonly price: ModelPrice | null;
  readonly replicas: readonly { readonly deployment: string; readonly source: string; readonly state: string }[];
};

export type KeyInfo = {
  readonly id: string;
  readonly name: string;
  readonly prefix: string;
  readonly tenant: string;
  readonly project: string;
  readonly role: Role;
  readonly limits: Limits;
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
  readonly lastUsedAt: string | null;
};

export type NewKey = {
  readonly tenant: string;
  readonly project: string;
  readonly name: string;
  readonly role: Role;
  readonly expiresAt?: string;
  readonly limits?: Limits;
};

export type ProjectInfo = {
  readonly name: string;
  readonly limits: Limits;
  readonly spend: { readonly periodStart: string; readonly amountUsd: UsdText };
};

export type TenantInfo = {
  readonly name: string;
  readonly displayName: string;
  readonly application: { readonly unit: string; readonly priceUsd: string } | null;
  readonly priceBook: string | null;
  readonly limits: Limits;
  readonly projects: readonly ProjectInfo[];
  readonly keys: number;
};

export type ProcessInfo = {
  readonly name: string;
  readonly state: string;
  readonly pid: number | null;
  readonly restarts: number;
  readonly lastDeath: string | null;
};

export type FactoryStatus = {
  readonly version: string;
  readonly factory: string;
  readonly apiUrl: string;
  readonly startedAt: string | null;
  readonly workers: number;
  readonly processes: readonly ProcessInfo[];
  readonly meter: {
    readonly lagEvents: number | null;
    readonly lagMs: number;
    readonly accepting: boolean;
    readonly trouble: string | null;
  };
  readonly engines: readonly {
    readonly deployment: string;
    readonly model: string;
    readonly state: string;
    readonly detail: string | null;
  }[];
  readonly store: { readonly kind: "embedded" | "external"; readonly ok: boolean };
  readonly degraded: readonly string[];
};

export type Change = {
  readonly action: "create" | "update" | "delete";
  readonly kind: string;
  readonly name: string;
  readonly fields: readonly { readonly path: string; readonly before?: unknown; readonly after?: unknown }[];
  readonly effects: readonly {
    readonly what: string;
    readonly unit: string;
    readonly before: UsdText | null;
    readonly after: UsdText | null;
  }[];
};

export type LedgerCheck = {
  readonly ok: boolean;
  readonly invariants: readonly { readonly name: string; readonly holds: boolean; readonly detail: string }[];
};

export type AuditEntry = {
  readonly sequence: number;
  readonly at: string;
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  readonly detail: unknown;
};

export type Prices = { readonly books: readonly PriceBook[] };
export type Resources = FactoryFile;

/**
 * What the control API takes and gives, as schemas: requests are parsed by them, the OpenAPI description is
 * written from them, and the tests hold every answer against them. Types come from the vocabulary in stack/.
 */
import { z } from "zod";
import { layers } from "../stack/layer.ts";
import type { Breakdown, Figure, LayerRow, RequestTrace, StackReport } from "../stack/report.ts";
import { limits, priceBook, resource } from "../stack/resource.ts";
import type { Plain, Same } from "./plain.ts";

/** An exact decimal of US dollars. */
export const usdText = z
  .string()
  .regex(/^-?\d+(\.\d{1,12})?$/)
  .meta({
    id: "Usd",
    description: "US dollars, exact to the pico-dollar, as a decimal string.",
  });

const provenance = z.enum(["measured", "modelled", "unavailable"]);
const layer = z.enum(layers);
const instant = z.iso.datetime({ offset: true });
const count = z.int().nonnegative();

export const figure = z
  .strictObject({ value: z.number().nullable(), unit: z.string(), provenance })
  .meta({ id: "Figure", description: "A number, how it is known; null exactly when it is unavailable." });

const tokens = z.strictObject({ input: count, cachedInput: count, output: count, reasoning: count });

const bothSides = z.strictObject({ external: usdText, internal: usdText });

export const layerRow = z
  .strictObject({
    layer,
    unitOfTrade: z.string(),
    sold: figure,
    revenue: bothSides,
    cost: bothSides,
    drawn: usdText,
    idle: usdText,
    margin: usdText,
    marginRatio: z.number().nullable(),
    provenance,
  })
  .meta({ id: "LayerRow" });

const breakdown = z.strictObject({
  name: z.string(),
  requests: count,
  tokens: count,
  revenue: usdText,
  cost: usdText,
  margin: usdText,
});

export const stackReport = z
  .strictObject({
    from: instant,
    to: instant,
    layers: z.array(layerRow),
    total: z.strictObject({ revenue: usdText, cost: usdText, idle: usdText, margin: usdText }),
    capacity: z.strictObject({
      acceleratorHours: figure,
      usedAcceleratorHours: figure,
      idleAcceleratorHours: figure,
      utilisation: z.number().nullable(),
    }),
    requests: z.strictObject({ complete: count, partial: count, failed: count }),
    tokens,
    joulesPerToken: figure,
    perMillionTokens: z.strictObject({ revenueUsd: figure, drawnCostUsd: figure, absorbedCostUsd: figure }),
    bySource: z.array(breakdown.extend({ idle: usdText })),
    byModel: z.array(breakdown),
    byTenant: z.array(breakdown),
  })
  .meta({ id: "StackReport", description: "Revenue, cost, idle capacity and margin of each layer over a span." });

export const requestTrace = z
  .strictObject({
    id: z.string(),
    at: instant,
    tenant: z.string(),
    project: z.string(),
    model: z.string(),
    endpoint: z.string(),
    deployment: z.string().nullable(),
    source: z.string().nullable(),
    outcome: z.string(),
    cut: z.string().nullable(),
    status: z.int(),
    streamed: z.boolean(),
    ttftMs: z.number().nullable(),
    durationMs: z.number(),
    tokens,
    countedBy: z.string(),
    acceleratorMs: figure,
    joules: figure,
    revenue: usdText,
    cost: usdText,
    margin: usdText,
    tries: count,
    layers: z.array(z.strictObject({ layer, revenue: usdText, cost: usdText, margin: usdText })).exactOptional(),
  })
  .meta({ id: "RequestTrace", description: "One request's way through the layers." });

// The schemas say what the types of the vocabulary say: a drift of either is an error here.
({
  figure: true,
  layerRow: true,
  breakdown: true,
  stackReport: true,
  requestTrace: true,
}) satisfies {
  figure: Same<z.output<typeof figure>, Plain<Figure>>;
  layerRow: Same<z.output<typeof layerRow>, Plain<LayerRow>>;
  breakdown: Same<z.output<typeof breakdown>, Plain<Breakdown>>;
  stackReport: Same<z.output<typeof stackReport>, Plain<StackReport>>;
  requestTrace: Same<Required<z.output<typeof requestTrace>>, Required<Plain<RequestTrace>>>;
};

export const role = z.enum(["admin", "developer", "viewer"]);

export const sessionInfo = z
  .strictObject({
    csrfToken: z.string().describe("To be sent as x-csrf-token with every write; empty when signed in by a key."),
    role,
    tenant: z.string(),
    project: z.string(),
    factory: z.string(),
  })
  .meta({ id: "Session" });

export const keyInfo = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    prefix: z.string().describe("The first characters of the secret."),
    tenant: z.string(),
    project: z.string(),
    role,
    limits,
    createdAt: instant,
    expiresAt: instant.nullable(),
    revokedAt: instant.nullable(),
    lastUsedAt: instant.nullable(),
  })
  .meta({ id: "Key" });

export const newKey = z.strictObject({
  tenant: z.string(),
  project: z.string(),
  name: z.string().trim().min(1).max(100),
  role: role.default("developer"),
  expiresAt: instant.optional(),
  limits: limits.optional(),
});

export const tenantInfo = z
  .strictObject({
    name: z.string(),
    displayName: z.string(),
    application: z.strictObject({ unit: z.string(), priceUsd: z.string() }).nullable(),
    priceBook: z.string().nullable(),
    limits,
    projects: z.array(
      z.strictObject({
        name: z.string(),
        limits,
        spend: z.strictObject({ periodStart: instant, amountUsd: usdText }),
      }),
    ),
    keys: count.describe("Keys that may be used now."),
  })
  .meta({ id: "Tenant" });

export const modelInfo = z
  .strictObject({
    name: z.string(),
    description: z.string(),
    capabilities: z.array(z.string()),
    contextTokens: count,
    price: z
      .strictObject({
        inputUsdPerMillion: usdText,
        cachedInputUsdPerMillion: usdText,
        outputUsdPerMillion: usdText,
        reasoningUsdPerMillion: usdText,
      })
      .nullable(),
    replicas: z.array(z.strictObject({ deployment: z.string(), source: z.string(), state: z.string() })),
  })
  .meta({ id: "Model" });

export const status = z
  .strictObject({
    version: z.string(),
    factory: z.string(),
    apiUrl: z.string(),
    startedAt: instant.nullable(),
    workers: count,
    processes: z.array(
      z.strictObject({
        name: z.string(),
        state: z.string(),
        pid: z.int().nullable(),
        restarts: count,
        lastDeath: z.string().nullable(),
      }),
    ),
    meter: z.strictObject({
      lagEvents: count.nullable().describe("Events that wait to be posted; null when nobody has counted them."),
      lagMs: z.number().nonnegative(),
      accepting: z.boolean().describe("Whether the token service takes on new work."),
      trouble: z.string().nullable(),
    }),
    engines: z.array(
      z.strictObject({
        deployment: z.string(),
        model: z.string(),
        state: z.string(),
        detail: z.string().nullable(),
      }),
    ),
    store: z.strictObject({ kind: z.enum(["embedded", "external"]), ok: z.boolean() }),
    degraded: z.array(z.string()).describe("What is not as it should be, in sentences; empty when all is well."),
  })
  .meta({ id: "Status" });

const fieldChange = z.strictObject({
  path: z.string(),
  before: z.unknown().optional(),
  after: z.unknown().optional(),
});

export const change = z
  .strictObject({
    action: z.enum(["create", "update", "delete"]),
    kind: z.string(),
    name: z.string(),
    fields: z.array(fieldChange),
    effects: z
      .array(
        z.strictObject({
          what: z.string(),
          unit: z.string(),
          before: usdText.nullable(),
          after: usdText.nullable(),
        }),
      )
      .describe("What it does to prices and costs."),
  })
  .meta({ id: "Change" });

export const factoryText = z
  .strictObject({
    yaml: z
      .string()
      .max(1024 * 1024)
      .optional()
      .describe("The text of a factory.yaml."),
    resources: z.array(resource).optional(),
    prune: z.boolean().default(false).describe("Delete what the file does not name."),
  })
  .refine((body) => (body.yaml === undefined) !== (body.resources === undefined), "Give either yaml or resources");

export const priceBooks = z.strictObject({ books: z.array(priceBook) });

export const ledgerCheck = z
  .strictObject({
    ok: z.boolean(),
    invariants: z.array(z.strictObject({ name: z.string(), holds: z.boolean(), detail: z.string() })),
  })
  .meta({ id: "LedgerCheck" });

export const auditEntry = z
  .strictObject({
    sequence: count,
    at: instant,
    actor: z.string(),
    action: z.string(),
    subject: z.string(),
    detail: z.unknown(),
  })
  .meta({ id: "AuditEntry" });

export const failure = z
  .strictObject({
    error: z.strictObject({
      message: z.string(),
      type: z.string(),
      code: z.string(),
      param: z.string().nullable(),
    }),
  })
  .meta({ id: "Error" });

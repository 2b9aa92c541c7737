/** Answers of the API on capacity plans, as its OpenAPI description has them. */

export const objectives = ["profit", "cost", "roic"] as const;
export type Objective = (typeof objectives)[number];

export type Step = {
  readonly phase: "relaxation" | "strategic" | "dive" | "improve" | "prices";
  readonly seconds: number;
  readonly settled: number;
  readonly gap: number | null;
};

export type Solved = {
  readonly status: "within gap" | "best found" | "best so far";
  readonly value: number;
  readonly bound: number | null;
  readonly unit: "usd" | "perYear";
  readonly gap: number | null;
  readonly seconds: number;
  readonly columns: number;
  readonly rows: number;
  readonly wholeNumbers: number;
};

type Told = {
  readonly id: string;
  readonly name: string;
  readonly objective: Objective;
  readonly askedAt: string;
  readonly state: "queued" | "running" | "done" | "stopped" | "failed";
  readonly failure?: string;
};

export type Listed = Told & { readonly at: Step | null; readonly solved: Solved | null };

type When = { readonly quarter: string; readonly futures: readonly string[] };

export type Decision = When &
  (
    | {
        readonly kind: "build";
        readonly site: string;
        readonly supply: string;
        readonly blocks: number;
        readonly mw: number;
      }
    | { readonly kind: "reserve"; readonly site: string; readonly supply: string; readonly mw: number }
    | { readonly kind: "open"; readonly site: string; readonly supply: string }
    | {
        readonly kind: "buy";
        readonly site: string;
        readonly accelerator: string;
        readonly mw: number;
        readonly accelerators: number;
      }
    | {
        readonly kind: "rent";
        readonly supply: string;
        readonly accelerator: string;
        readonly region: string;
        readonly mw: number;
      }
    | { readonly kind: "programme"; readonly accelerator: string }
    | { readonly kind: "accept"; readonly deal: string }
  );

export type WorkUnit = "tokens" | "acceleratorHours";

export type Work = {
  readonly model: string;
  readonly tier: string;
  readonly unit: WorkUnit;
  readonly demanded: number;
  readonly boughtShare: number;
  readonly unmetShare: number;
  readonly marginalUsd: number | null;
  readonly averageUsd: number | null;
};

export type Quarter = {
  readonly quarter: string;
  readonly capacityMw: Readonly<Record<string, number>>;
  readonly work: readonly Work[];
  readonly investedUsd: number;
  readonly cashFlowUsd: number;
  readonly cashUsd: number;
  readonly lowestCashUsd: number;
  readonly highestCashUsd: number;
};

export type LayerLine = {
  readonly layer: "energy" | "chips" | "infrastructure" | "platform";
  readonly costUsd: number;
  readonly costShare: number | null;
  readonly leftUsd: number;
  readonly marginShare: number | null;
};

export type Binding = {
  readonly limit: "power" | "allocation" | "capital";
  readonly of: string;
  readonly quarters: readonly string[];
  readonly worthUsd: number;
};

export type Plan = {
  readonly solved: Solved;
  readonly decisions: readonly Decision[];
  readonly futures: readonly { readonly future: string; readonly probability: number; readonly valueUsd: number }[];
  readonly bindings: readonly Binding[];
  readonly problems: readonly string[];
  readonly summary: {
    readonly supplies: readonly string[];
    readonly quarters: readonly Quarter[];
    readonly layers: readonly LayerLine[];
    readonly revenueUsd: number;
    readonly damagesUsd: number;
  };
};

export type Run = Told & { readonly steps: readonly Step[]; readonly plan: Plan | null };

export type Planned = Run & { readonly plan: Plan };

export type FromLedger = { readonly yaml: string; readonly notes: readonly string[] };

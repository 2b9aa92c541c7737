/** What the control API answers about predictions. Its OpenAPI description is the contract. */

export type Models = { readonly models: readonly { readonly name: string; readonly title: string }[] };

export type Objective = { readonly ttftMs: number; readonly tpotMs: number };

export type Pool = {
  readonly workers: number;
  readonly tensorParallel: number;
  readonly attentionParallel: number;
  readonly expertParallel: number;
};

export type Found = {
  readonly deployment: string;
  readonly chip: string;
  readonly engine: string;
  readonly precision: string;
  readonly tensorParallel: number;
  readonly attentionParallel: number;
  readonly expertParallel: number;
  readonly accelerators: number;
  /** Where prompts are computed apart. */
  readonly prefill?: Pool;
  readonly decode?: Pool;
  readonly maxStepTokens: number;
  readonly concurrency: number;
  readonly ttftP90Ms: number;
  readonly tpotP90Ms: number;
  readonly tokensPerSecondPerUser: number;
  readonly outputTokensPerSecondPerAccelerator: number;
  readonly usdPerMillionOutputTokens?: number;
  readonly joulesPerOutputToken?: number;
  readonly provenance: Provenance;
};

export type Provenance = "interpolated" | "transferred" | "analytic";

export type Findings = {
  readonly complete: boolean;
  readonly candidates: number;
  readonly simulated: number;
  readonly byCost: readonly Found[];
  readonly byEnergy: readonly Found[];
  readonly front: readonly Found[];
  readonly losers: readonly { readonly deployment: string; readonly loss: string; readonly why: string }[];
};

export type Banded = { readonly value: number; readonly low: number; readonly high: number };

export type Times = {
  readonly mean: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly band: { readonly low: number; readonly high: number };
};

export type BuildUp = {
  readonly energyUsd: number;
  readonly hostingUsd: number;
  readonly chipsUsd: number;
  readonly totalUsd: number;
};

/** Shares of the time of a phase; they overlap. */
export type Busy = { readonly tensor: number; readonly memory: number; readonly link: number; readonly host: number };

export type Phase = { readonly watts: number; readonly joulesPerOutputToken: number };

export type EstimatedPoint = {
  readonly concurrency: number;
  readonly ttftMs: Times;
  readonly tpotMs: Times;
  readonly tokensPerSecondPerUser: number;
  readonly outputTokensPerSecondPerAccelerator: Banded;
  readonly kvShare: number;
  readonly preemptions: number;
  readonly boundBy: "compute" | "memory" | "link" | "host";
  readonly busy: { readonly prefill: Busy; readonly decode: Busy };
  readonly usdPerMillionOutputTokens?: Banded;
  readonly joulesPerOutputToken?: Banded;
  readonly wattsPerAccelerator?: number;
  readonly phases?: { readonly prefill: Phase; readonly decode: Phase; readonly idle: Phase };
  readonly buildUp?: BuildUp;
  readonly provenance: Provenance;
  readonly beyond: readonly string[];
};

export type EstimatedDeployment = {
  readonly chip: string;
  readonly title: string;
  readonly accelerators: number;
  readonly usdPerHour?: number;
  /** On each accelerator. */
  readonly weightBytes?: number;
  readonly kv?: {
    readonly tokens: number;
    readonly sequences: number;
    readonly sequencesMost: number;
    readonly fullAt?: number;
  };
  readonly points: readonly EstimatedPoint[];
  readonly refusal?: string;
};

export type Estimates = { readonly deployments: readonly EstimatedDeployment[] };

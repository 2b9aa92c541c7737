/**
 * The tables as typed queries see them; `migrations/` makes them. Counts fit a safe integer and are numbers;
 * money is `numeric(38,0)` pico-dollars and crosses as text, so that no float touches it; times are Dates.
 */
import type { ColumnType, Generated, GeneratedAlways } from "kysely";
import type { Contract } from "../stack/contract.ts";
import type { Limits, Resource, ResourceKind } from "../stack/resource.ts";
import type { Outcome, Provenance, Usage } from "../stack/usage.ts";

/** Whole numbers of any size: a bigint in, its decimal digits out. */
type Numeric = ColumnType<string, string | bigint, string | bigint>;

/** A JSON column: its value out, its text in. */
type Json<T> = ColumnType<T, string, string>;

export type Role = "admin" | "developer" | "viewer";

export type Database = {
  factory: { is_here: Generated<boolean>; name: string; change_sequence: number };
  resource: {
    uid: Generated<string>;
    kind: ResourceKind;
    name: string;
    spec: Json<Resource>;
    generation: number;
    created_at: Generated<Date>;
    updated_at: Date;
  };
  api_key: {
    id: Generated<string>;
    tenant: string;
    project: string;
    name: string;
    role: Role;
    prefix: string;
    hash: Buffer;
    limits: Json<Limits> | null;
    created_at: Generated<Date>;
    expires_at: Date | null;
    revoked_at: Date | null;
    last_used_at: Date | null;
  };
  session: { token_hash: Buffer; key_id: string; csrf: string; created_at: Generated<Date>; expires_at: Date };
  audit_log: {
    sequence: number;
    at: Date;
    actor: string;
    action: string;
    subject: string;
    /** JSON text, byte for byte as it was hashed. */
    detail: string;
    previous: Buffer;
    hash: Buffer;
  };
  account: { id: GeneratedAlways<number>; name: string };
  journal: {
    id: GeneratedAlways<number>;
    at: Date;
    kind: string;
    subject: string;
    account: number[];
    currency: number[];
    amount: string[];
  };
  journal_entry: {
    journal_id: number;
    at: Date;
    kind: string;
    subject: string;
    account: string;
    currency: string;
    amount: Numeric;
  };
  usage: {
    id: string;
    journal_id: number | null;
    started_at: Date;
    ended_at: Date;
    tenant: string;
    project: string;
    key_id: string;
    model: string;
    source: string | null;
    outcome: Outcome;
    input: number;
    cached_input: number;
    output: number;
    reasoning: number;
    accelerator_ms: number | null;
    accelerator_provenance: Provenance;
    millijoules: number | null;
    energy_provenance: Provenance;
    charge: Numeric | null;
    cost: Numeric | null;
    facts: Json<Usage>;
  };
  account_total: { grain_minutes: number; at: Date; account: number; currency: number; amount: Numeric };
  usage_total: {
    grain_minutes: number;
    at: Date;
    tenant: string;
    model: string;
    source: string;
    complete: number;
    partial: number;
    failed: number;
    unpriced: number;
    uncosted: number;
    input: number;
    cached_input: number;
    output: number;
    reasoning: number;
    charge: Numeric;
    cost: Numeric;
    accelerator_ms: number;
    accelerator_modelled: number;
    accelerator_unknown: number;
    millijoules: Numeric;
    energy_modelled: number;
    energy_unknown: number;
    energy_tokens: number;
  };
  account_balance: { account: number; currency: number; amount: Numeric };
  spend: { day: Date; tenant: string; project: string; key_id: string; charge: Numeric; requests: number };
  contract: {
    uid: string;
    name: string;
    spec: Json<Contract>;
    signed_at: Date;
    gone_at: Date | null;
    settled_at: Date;
  };
  contract_total: {
    contract: string;
    event: string;
    day: Date;
    currency: number;
    amount: Numeric;
    open: Numeric;
  };
  accrual: { source: string; from_at: Date; to_at: Date; up: boolean; journal_id: number };
};

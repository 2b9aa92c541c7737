/** What the factory is: its resources, its keys, who changed what. */
import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";

export const factoryTables: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql
      .raw(`
      create table factory (
        is_here boolean primary key default true check (is_here),
        name text not null,
        change_sequence bigint not null
      );
      insert into factory (name, change_sequence) values ('factory', 0);

      create table resource (
        uid uuid primary key default gen_random_uuid(),
        kind text not null,
        name text not null,
        spec jsonb not null,
        generation bigint not null,
        created_at timestamptz not null default now(),
        updated_at timestamptz not null,
        unique (kind, name)
      );

      create table api_key (
        id uuid primary key default gen_random_uuid(),
        tenant text not null,
        project text not null,
        name text not null,
        role text not null check (role in ('admin', 'developer', 'viewer')),
        prefix text not null,
        hash bytea not null unique check (length(hash) = 32),
        limits jsonb,
        created_at timestamptz not null default now(),
        expires_at timestamptz,
        revoked_at timestamptz,
        last_used_at timestamptz
      );

      create table session (
        token_hash bytea primary key check (length(token_hash) = 32),
        key_id uuid not null references api_key (id) on delete cascade,
        csrf text not null,
        created_at timestamptz not null default now(),
        expires_at timestamptz not null
      );

      create table audit_log (
        sequence bigint primary key check (sequence > 0),
        at timestamptz(3) not null,
        actor text not null,
        action text not null,
        subject text not null,
        detail text not null,
        previous bytea not null,
        hash bytea not null unique
      );

      create function refuse_change() returns trigger language plpgsql as $$
      begin
        raise exception '% is append-only: correct it by a new entry', tg_table_name
          using errcode = 'restrict_violation';
      end $$;

      create trigger append_only before update or delete or truncate on audit_log
        for each statement execute function refuse_change();
    `)
      .execute(db);
  },
};

import type { Knex } from 'knex'

/**
 * The foundation: accounts, calendars, calendar object resources, sync, properties, sharing, locks.
 *
 * Every table on the hot path leads its primary key and unique indexes with the owner's user_id, so
 * that the same schema can be distributed by owner (Citus, YugabyteDB, CockroachDB).
 */
export async function up(knex: Knex): Promise<void> {
  for (const statement of STATEMENTS) await knex.raw(statement)
}

export async function down(knex: Knex): Promise<void> {
  for (const table of TABLES.toReversed()) await knex.raw(`drop table if exists ${table}`)
}

const TABLES = [
  'users',
  'group_members',
  'app_passwords',
  'account_changes',
  'homes',
  'calendars',
  'events',
  'event_instances',
  'tombstones',
  'home_tombstones',
  'properties',
  'calendar_shares',
  'sync_tokens',
  'nodes',
  'locks',
]

const STATEMENTS = [
  `create table users (
    user_id uuid primary key,
    username text not null unique,
    email text not null unique,
    password_hash text,
    name text not null,
    timezone text not null default 'UTC',
    locale text not null default 'en',
    kind text not null default 'INDIVIDUAL',
    disabled_at timestamptz,
    created_at timestamptz not null,
    updated_at timestamptz not null
  )`,

  `create table group_members (
    user_id uuid not null references users on delete cascade,
    member_id uuid not null references users on delete cascade,
    primary key (user_id, member_id)
  )`,
  'create index group_members_by_member on group_members (member_id)',

  `create table app_passwords (
    user_id uuid not null references users on delete cascade,
    app_password_id uuid not null,
    name text not null,
    password_hash text not null,
    created_at timestamptz not null,
    last_used_at timestamptz,
    primary key (user_id, app_password_id)
  )`,

  // What other processes must know about accounts at once; kept for an hour, so it refers to nothing.
  `create table account_changes (
    change_id uuid primary key,
    user_id uuid,
    changed_at timestamptz not null
  )`,
  'create index account_changes_by_age on account_changes (changed_at)',

  `create table homes (
    user_id uuid primary key references users on delete cascade,
    revision bigint not null default 1,
    floor_revision bigint not null default 0,
    created_at timestamptz not null,
    updated_at timestamptz not null
  )`,

  `create table calendars (
    user_id uuid not null references users on delete cascade,
    calendar_id uuid not null,
    name text not null,
    kind text not null default 'calendar',
    display_name text,
    description text,
    color text,
    sort_order text,
    timezone text,
    timezone_id text,
    components text[] not null,
    transparent boolean not null default false,
    is_public boolean not null default false,
    revision bigint not null default 1,
    floor_revision bigint not null default 0,
    home_revision bigint not null,
    size_bytes bigint not null default 0,
    locked_until timestamptz,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (user_id, calendar_id),
    unique (user_id, name)
  )`,

  `create table events (
    user_id uuid not null,
    calendar_id uuid not null,
    event_id uuid not null,
    name text not null,
    uid text not null,
    component text not null,
    data text not null,
    size integer not null,
    etag text not null,
    schedule_tag text,
    revision bigint not null,
    creator_id uuid,
    title text,
    description text,
    location text,
    start_time timestamptz,
    end_time timestamptz,
    is_all_day boolean not null default false,
    is_floating boolean not null default false,
    is_recurring boolean not null default false,
    is_long boolean not null default false,
    is_exact boolean not null default false,
    recurrence_rule text,
    busy text not null default 'FREE',
    indexed_from timestamptz,
    indexed_until timestamptz,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (user_id, event_id),
    unique (user_id, name, calendar_id),
    unique (user_id, uid, calendar_id),
    foreign key (user_id, calendar_id) references calendars on delete cascade
  )`,
  // No two indexes begin alike: which one serves a statement must not depend on what the planner believes about
  // how many rows a user's calendar has, which it always underestimates (a calendar implies its user).
  'create index events_by_revision on events (calendar_id, revision)',
  `create index events_by_time on events (user_id, is_long, calendar_id, start_time, end_time)
    where not is_recurring`,
  // Recurring objects whose listed instances do not answer every question.
  `create index events_short on events (calendar_id, indexed_until)
    where is_recurring and indexed_until is not null`,
  `create index events_late on events (user_id, indexed_from)
    where is_recurring and indexed_from is not null`,
  'create index events_recurring on events (calendar_id, is_exact) where is_recurring',
  `create index events_to_index on events (indexed_until)
    where is_recurring and indexed_until is not null`,

  // Written in bulk with their event and removed with it, so a foreign key would only check each row again.
  `create table event_instances (
    user_id uuid not null,
    calendar_id uuid not null,
    event_id uuid not null,
    start_time timestamptz not null,
    end_time timestamptz not null,
    ordinal integer not null,
    is_long boolean not null,
    busy text not null,
    primary key (user_id, event_id, start_time, ordinal)
  )`,
  `create index event_instances_by_time
    on event_instances (calendar_id, is_long, start_time, end_time)`,

  `create table tombstones (
    user_id uuid not null,
    calendar_id uuid not null,
    name text not null,
    revision bigint not null,
    deleted_at timestamptz not null,
    primary key (user_id, name, calendar_id),
    foreign key (user_id, calendar_id) references calendars on delete cascade
  )`,
  'create index tombstones_by_revision on tombstones (calendar_id, revision)',
  'create index tombstones_by_age on tombstones (deleted_at)',

  `create table home_tombstones (
    user_id uuid not null references users on delete cascade,
    name text not null,
    revision bigint not null,
    deleted_at timestamptz not null,
    primary key (user_id, name)
  )`,

  `create table properties (
    user_id uuid not null references users on delete cascade,
    resource_id uuid not null,
    scope text not null,
    namespace text not null,
    name text not null,
    xml text not null,
    primary key (user_id, resource_id, scope, namespace, name)
  )`,

  `create table calendar_shares (
    user_id uuid not null references users on delete cascade,
    share_id uuid not null,
    calendar_id uuid,
    shared_with_user_id uuid references users on delete cascade,
    audience text not null default 'user',
    permission text not null,
    privileges integer not null,
    shared_at timestamptz not null,
    primary key (user_id, share_id),
    foreign key (user_id, calendar_id) references calendars on delete cascade
  )`,
  `create unique index calendar_shares_once on calendar_shares
    (user_id, calendar_id, audience, shared_with_user_id) nulls not distinct`,
  'create index calendar_shares_by_grantee on calendar_shares (shared_with_user_id)',

  `create table sync_tokens (
    user_id uuid not null references users on delete cascade,
    token_id uuid not null,
    device_id text not null,
    token text not null,
    last_synced_at timestamptz not null,
    primary key (user_id, token_id),
    unique (user_id, device_id)
  )`,

  `create table nodes (
    user_id uuid not null references users on delete cascade,
    node_id uuid not null,
    calendar_id uuid not null,
    parent_id uuid,
    name text not null,
    is_collection boolean not null,
    body bytea,
    content_type text,
    size integer not null default 0,
    etag text,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (user_id, node_id),
    foreign key (user_id, calendar_id) references calendars on delete cascade,
    foreign key (user_id, parent_id) references nodes on delete cascade
  )`,
  `create unique index nodes_by_name on nodes
    (user_id, calendar_id, parent_id, name) nulls not distinct`,
  'create index nodes_by_parent on nodes (user_id, parent_id)',

  `create table locks (
    user_id uuid not null references users on delete cascade,
    lock_id uuid not null,
    calendar_id uuid not null,
    path text not null,
    is_collection boolean not null,
    is_deep boolean not null,
    is_exclusive boolean not null,
    holder_id uuid not null references users on delete cascade,
    owner_xml text,
    timeout_seconds integer not null,
    expires_at timestamptz not null,
    primary key (user_id, lock_id),
    foreign key (user_id, calendar_id) references calendars on delete cascade
  )`,
  'create index locks_by_calendar on locks (user_id, calendar_id)',
  'create index locks_by_holder on locks (holder_id)',
]

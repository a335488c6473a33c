/**
 * What schema 1.3 has over 1.2: webhooks that are more than a URL, and deliveries that are sent.
 *
 * A program of an earlier schema goes on writing deliveries for what `types` names; those have no `seq`, and whoever delivers
 * gives them one, after it looked at the query that the older program does not know.
 */
export const FOURTH_SCHEMA = /* sql */ `
alter table webhooks add column events text not null default '[]' check (json_valid(events));
alter table webhooks add column query text;
alter table webhooks add column reach text not null default 'public' check (reach in ('public', 'loopback', 'private'));
alter table webhooks add column source text;
alter table webhooks add column secret_env text;
alter table webhooks add column old_secret text;
alter table webhooks add column old_secret_until text;
alter table webhooks add column created_by text not null default '';
alter table webhooks add column last_seq integer not null default 0;
alter table webhooks add column disabled_because text check (disabled_because in ('gone', 'off'));
alter table webhooks add column throttled_until text;
alter table webhooks add column failing integer not null default 0;

alter table deliveries add column seq integer;
alter table deliveries add column task text;
alter table deliveries add column lease text;
alter table deliveries add column lease_until text;
alter table deliveries add column last_at text;
create index deliveries_due on deliveries (webhook, next_at, id) where state = 'pending';
create index deliveries_leased on deliveries (lease) where lease is not null;
create index deliveries_ended on deliveries (last_at) where state <> 'pending';
create index deliveries_dead on deliveries (webhook) where state = 'dead';
create index deliveries_orphaned on deliveries (webhook) where seq is null;
create index deliveries_event on deliveries (event);

create table deliverers (role text primary key check (role in ('server', 'detached')), holder text not null)
  strict, without rowid;
`;

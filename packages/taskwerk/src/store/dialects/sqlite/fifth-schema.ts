/**
 * What schema 1.4 has over 1.3: tokens of the HTTP API. Of the secret there is only what it hashes to: who reads the file
 * cannot call the server with it.
 */
export const FIFTH_SCHEMA = /* sql */ `
create table tokens (
  id text primary key check (length(id) = 10),
  hash text not null check (length(hash) = 64),
  scope text not null check (scope in ('owner', 'read', 'task')),
  task integer references tasks (seq),
  name text not null check (length(name) > 0),
  created_at text not null,
  created_by text not null,
  expires_at text,
  revoked_at text,
  revoked_by text,
  check ((scope = 'task') = (task is not null))
) strict, without rowid;
create index tokens_task on tokens (task) where task is not null;
`;

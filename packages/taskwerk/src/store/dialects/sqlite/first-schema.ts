/**
 * Tables, indexes and views of schema 1.0.
 *
 * Counters on `tasks` (open_blockers, open_children, child_count, criteria_count, holding_ancestors, open_dependants)
 * repeat what other rows say, so that `candidate` and `rank` can be indexed; whoever changes one side changes the other
 * in the same transaction. The view `ready` says the same without them and is what a test holds them against.
 *
 * A task holds its subtree while it depends on something open or is itself blocked or paused.
 */
export const FIRST_SCHEMA = /* sql */ `
create table settings (key text primary key, value text not null) strict, without rowid;

create table sessions (
  id text primary key,
  started_at text not null,
  ended_at text,
  actor text not null
) strict, without rowid;

create table tasks (
  seq integer primary key,
  id text not null unique,
  uid text not null unique,
  title text not null check (length(title) > 0),
  description text,
  status text not null check (status in ('todo', 'in-progress', 'review', 'blocked', 'paused', 'done', 'cancelled')),
  status_reason text,
  satisfied integer not null default 0 check (satisfied in (0, 1)),
  priority integer not null check (priority between 0 and 3),
  type text,
  assignee text,
  category text,
  parent integer references tasks (seq),
  depth integer not null default 0 check (depth between 0 and 63),
  files text not null default '[]' check (json_valid(files)),
  capabilities text not null default '[]' check (json_valid(capabilities)),
  due_at text,
  defer_until text,
  estimate_minutes integer check (estimate_minutes >= 0),
  evidence text not null default '{}' check (json_valid(evidence)),
  session text,
  key text unique,
  metadata text not null default '{}' check (json_valid(metadata)),
  rev integer not null default 1,
  created_at text not null,
  updated_at text not null,
  started_at text,
  completed_at text,
  archived_at text,
  deleted_at text,
  created_by text not null,
  updated_by text not null,
  active_ms integer not null default 0,
  active_since text,
  claim_by text,
  claim_until text,
  claim_lease_s integer,
  fence integer not null default 0,
  open_blockers integer not null default 0 check (open_blockers >= 0),
  open_children integer not null default 0 check (open_children >= 0),
  child_count integer not null default 0 check (child_count >= open_children),
  criteria_count integer not null default 0,
  holding_ancestors integer not null default 0 check (holding_ancestors >= 0),
  open_dependants integer not null default 0 check (open_dependants >= 0),
  bucket text as (case when archived_at is null and deleted_at is null then status else 'hidden' end) virtual,
  candidate integer as (
    archived_at is null and deleted_at is null
    and open_blockers = 0 and open_children = 0 and holding_ancestors = 0
    and (status = 'todo' or (status = 'in-progress' and claim_by is not null))
    and not (child_count > 0 and criteria_count = 0)
  ) virtual,
  rank integer as (
    case status
      when 'in-progress' then 0
      when 'review' then 1
      when 'todo' then
        case when open_blockers = 0 and open_children = 0 and holding_ancestors = 0 and defer_until is null
          and not (child_count > 0 and criteria_count = 0) then 2 else 3 end
      when 'blocked' then 4
      when 'paused' then 5
      when 'done' then 6
      else 7
    end
  ) virtual,
  due_key text as (coalesce(due_at, '9999')) virtual,
  dependants_key integer as (-open_dependants) virtual,
  check ((claim_by is null) = (claim_until is null))
) strict;

create index tasks_ready on tasks (priority, due_key, dependants_key, seq) where candidate = 1;
create index tasks_listed on tasks (rank, priority, due_key, dependants_key, seq) where bucket <> 'hidden';
create index tasks_deferred on tasks (defer_until) where candidate = 1 and defer_until is not null;
create index tasks_claimed on tasks (claim_until) where claim_until is not null;
create index tasks_parent on tasks (parent, seq) where parent is not null;
create index tasks_assignee on tasks (assignee) where assignee is not null;

create table deps (
  task integer not null references tasks (seq),
  blocker integer not null references tasks (seq),
  primary key (task, blocker),
  check (task <> blocker)
) strict, without rowid;
create index deps_blocker on deps (blocker, task);

create table tags (
  task integer not null references tasks (seq),
  tag text not null,
  primary key (task, tag)
) strict, without rowid;
create index tags_tag on tags (tag, task);

create table criteria (
  task integer not null references tasks (seq),
  n integer not null,
  text text not null,
  checked integer not null default 0 check (checked in (0, 1)),
  evidence text,
  primary key (task, n)
) strict, without rowid;

create table links (
  task integer not null references tasks (seq),
  n integer not null,
  type text not null,
  target text not null,
  primary key (task, n),
  unique (task, type, target)
) strict, without rowid;

create table notes (
  seq integer primary key,
  id text not null unique,
  task integer not null references tasks (seq),
  type text not null check (type in ('comment', 'progress', 'decision', 'question', 'answer')),
  text text not null,
  at text not null,
  by text not null
) strict;
create index notes_task on notes (task, seq);

create table task_sessions (
  session text not null references sessions (id),
  task integer not null references tasks (seq),
  primary key (session, task)
) strict, without rowid;

create table ops (
  seq integer primary key,
  op text not null unique,
  name text not null,
  actor text not null,
  session text references sessions (id),
  at text not null,
  undo_of text,
  hash text not null
) strict;

create table changes (
  seq integer primary key,
  op integer not null references ops (seq),
  entity text not null,
  subject text not null,
  before text,
  after text
) strict;
create index changes_subject on changes (subject, seq);
create trigger changes_never_change before update on changes begin select raise(abort, 'changes are only ever added'); end;
create trigger changes_never_go before delete on changes begin select raise(abort, 'changes are only ever added'); end;

create table events (
  cursor integer primary key autoincrement,
  op integer not null references ops (seq),
  n integer not null,
  type text not null,
  subject text not null,
  data text not null
) strict;

create table webhooks (
  id text primary key,
  url text not null,
  secret text not null,
  types text check (types is null or json_valid(types)),
  active integer not null default 1 check (active in (0, 1)),
  created_at text not null
) strict, without rowid;

create table deliveries (
  id integer primary key,
  webhook text not null references webhooks (id),
  event integer not null references events (cursor),
  state text not null default 'pending' check (state in ('pending', 'delivered', 'dead')),
  attempts integer not null default 0,
  next_at text not null,
  last_status integer,
  last_error text,
  unique (webhook, event)
) strict;
create index deliveries_pending on deliveries (next_at) where state = 'pending';

create table idempotency (
  key text primary key,
  operation text not null,
  fingerprint text not null,
  outcome text not null,
  at text not null
) strict, without rowid;

create table id_counters (parent integer primary key, last integer not null) strict;

create table tallies (name text primary key, n integer not null) strict, without rowid;
insert into tallies (name, n) values ('todo', 0), ('in-progress', 0), ('review', 0), ('blocked', 0), ('paused', 0),
  ('done', 0), ('cancelled', 0), ('hidden', 0), ('candidate', 0);
create trigger tasks_tallied after update of status, archived_at, deleted_at, claim_by, open_blockers, open_children,
  child_count, criteria_count, holding_ancestors on tasks
when old.bucket <> new.bucket or old.candidate <> new.candidate
begin
  update tallies set n = n - 1 where name = old.bucket and old.bucket <> new.bucket;
  update tallies set n = n + 1 where name = new.bucket and old.bucket <> new.bucket;
  update tallies set n = n + new.candidate - old.candidate where name = 'candidate' and new.candidate <> old.candidate;
end;

create virtual table task_fts using fts5 (
  title, description, notes, content = '', contentless_delete = 1, tokenize = 'porter unicode61'
);

create view open_deps as
  select d.task, d.blocker from deps d join tasks b on b.seq = d.blocker
  where b.deleted_at is null and b.status <> 'done' and not (b.status = 'cancelled' and b.satisfied = 1);

create view ready as
  select t.seq, t.defer_until, t.claim_until from tasks t
  where t.archived_at is null and t.deleted_at is null
    and (t.status = 'todo' or (t.status = 'in-progress' and t.claim_by is not null))
    and not exists (select 1 from open_deps d where d.task = t.seq)
    and not exists (
      select 1 from tasks c where c.parent = t.seq and c.deleted_at is null and c.status not in ('done', 'cancelled')
    )
    and (
      not exists (select 1 from tasks c where c.parent = t.seq and c.deleted_at is null)
      or exists (select 1 from criteria k where k.task = t.seq)
    )
    and not exists (
      with recursive above (seq) as (
        select t.parent where t.parent is not null
        union
        select a.parent from tasks a join above on a.seq = above.seq where a.parent is not null
      )
      select 1 from above join tasks a on a.seq = above.seq
      where a.status in ('blocked', 'paused') or exists (select 1 from open_deps d where d.task = a.seq)
    );
`;

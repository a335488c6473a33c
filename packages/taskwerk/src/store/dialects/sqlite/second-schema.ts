/**
 * What schema 1.1 has over 1.0.
 *
 * A task that was deleted keeps those waiting that depend on it, as one that was cancelled does. A change can never be
 * altered, but what it says can be taken out (`purge`): then it reads {"purged":true}, and nothing else of it may differ.
 * What claims and links change was not always in the log; `log_complete_after` is the operation from which on it is.
 */
export const SECOND_SCHEMA = /* sql */ `
alter table tasks add column purged_at text;
create index tasks_deleted on tasks (deleted_at) where deleted_at is not null;
create index tasks_archived on tasks (archived_at) where archived_at is not null and deleted_at is null;
create index ops_session on ops (session, seq) where session is not null;

insert into settings (key, value) select 'log_complete_after', cast(coalesce(max(seq), 0) as text) from ops;

drop trigger changes_never_change;
create trigger changes_never_change before update on changes
when new.seq <> old.seq or new.op <> old.op or new.entity <> old.entity or new.subject <> old.subject
  or (new.before is not old.before and new.before is not '{"purged":true}')
  or (new.after is not old.after and new.after is not '{"purged":true}')
begin select raise(abort, 'changes are only ever added'); end;

drop view open_deps;
create view open_deps as
  select d.task, d.blocker from deps d join tasks b on b.seq = d.blocker
  where b.status <> 'done' and not (b.status = 'cancelled' and b.satisfied = 1);
`;

import type { Migration } from "@taskwerk/sqlite/migrate";

/** The journal, its head, its named projections, and who drives. */
export const journalMigration: Migration = {
  major: 1,
  minor: 0,
  name: "journal",
  up: (tx) =>
    tx.exec(`
      create table journal (
        seq integer primary key,
        at text not null,
        type text not null,
        version integer not null,
        body text not null,
        hash text not null
      ) strict;
      create trigger journal_keeps_events before update on journal
        begin select raise(abort, 'the journal is append-only'); end;
      create trigger journal_loses_nothing before delete on journal
        begin select raise(abort, 'the journal is append-only'); end;

      create table journal_head (
        one integer primary key check (one = 1),
        seq integer not null,
        hash text not null
      ) strict;

      create table plans (
        id text primary key,
        source_file text not null,
        file text not null,
        status text not null check (status in ('draft', 'reviewing', 'imported')),
        metadata text not null,
        saved_at text not null
      ) strict;

      create table orchestration_sessions (
        id text primary key,
        started_at text not null,
        ended_at text,
        agent text not null,
        status text not null check (status in ('active', 'paused', 'completed', 'failed')),
        reason text,
        metrics text not null
      ) strict;

      create table agent_interactions (
        seq integer primary key,
        at text not null,
        session text not null,
        task text not null,
        attempt text not null,
        type text not null check (type in ('assignment', 'question', 'response', 'completion', 'note')),
        content text not null
      ) strict;
      create index agent_interactions_by_task on agent_interactions (task, seq);

      create table attempts (
        id text primary key,
        session text not null,
        task text not null,
        n integer not null,
        agent text not null,
        stage text not null,
        reason text,
        base text not null,
        branch text,
        work_commit text,
        work_tree text,
        landed_commit text,
        landed_tree text,
        started_at text not null,
        ended_at text,
        tokens integer,
        usd real,
        gate_rounds integer not null,
        reds integer not null,
        loops integer not null
      ) strict;
      create index attempts_by_task on attempts (task, n);

      create table receipts (
        id text primary key,
        tree text not null,
        gate text not null,
        phase text not null,
        required integer not null,
        config_hash text not null,
        command text not null,
        result text not null check (result in ('pass', 'fail', 'not-run', 'error')),
        counts text,
        coverage text,
        log_sha256 text not null,
        at text not null,
        duration_ms integer not null
      ) strict;
      create index receipts_by_tree on receipts (tree, gate);

      create table decisions (
        id text primary key,
        kind text not null check (kind in ('question', 'approval')),
        session text not null,
        task text not null,
        attempt text not null,
        text text not null,
        tree text,
        state text not null,
        answer text,
        asked_at text not null,
        answered_at text,
        answered_by text,
        deadline text
      ) strict;

      create table driver (
        one integer primary key check (one = 1),
        pid integer not null,
        start_time text,
        boot_id text,
        holder text not null,
        session text,
        since text not null
      ) strict;
    `),
};

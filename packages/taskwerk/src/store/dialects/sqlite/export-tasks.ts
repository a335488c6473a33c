import { PRIORITIES } from "@taskwerk/contract/status";

const PRIORITY = `case t.priority ${PRIORITIES.map((word, rank) => `when ${rank} then '${word}'`).join(" ")} end`;

const list = (of: string, from: string): string => `(select json_group_array(${of}) from (${from}))`;
/** The same, without a search where a counter says that there is nothing. */
const listUnless = (empty: string, of: string, from: string): string => `iif(${empty}, json('[]'), ${list(of, from)})`;

/** Each field of an exported task, and how it is made. What follows from others is not among them. */
const FIELDS: readonly (readonly [name: string, sql: string])[] = [
  ["id", "t.id"],
  ["uid", "t.uid"],
  ["title", "t.title"],
  ["description", "t.description"],
  ["status", "t.status"],
  ["status_reason", "t.status_reason"],
  ["satisfied", "json(iif(t.satisfied, 'true', 'false'))"],
  ["priority", PRIORITY],
  ["type", "t.type"],
  ["assignee", "t.assignee"],
  ["category", "t.category"],
  ["tags", list("tag", "select g.tag from tags g where g.task = t.seq order by g.tag")],
  ["parent", "(select p.id from tasks p where p.seq = t.parent)"],
  [
    "depends_on",
    list("id", "select b.id from deps d join tasks b on b.seq = d.blocker where d.task = t.seq order by b.seq"),
  ],
  [
    "acceptance",
    listUnless(
      "t.criteria_count = 0",
      "json_object('text', text, 'checked', json(iif(checked, 'true', 'false')), 'evidence', evidence)",
      "select k.text, k.checked, k.evidence from criteria k where k.task = t.seq order by k.n",
    ),
  ],
  ["files", "json(t.files)"],
  ["capabilities", "json(t.capabilities)"],
  ["due_at", "t.due_at"],
  ["defer_until", "t.defer_until"],
  ["estimate_minutes", "t.estimate_minutes"],
  ["evidence", "json(t.evidence)"],
  [
    "links",
    list(
      "json_object('type', type, 'target', target)",
      "select l.type, l.target from links l where l.task = t.seq order by l.n",
    ),
  ],
  [
    "notes",
    list(
      "json_object('id', id, 'type', type, 'text', text, 'at', at, 'by', by)",
      "select n.id, n.type, n.text, n.at, n.by from notes n where n.task = t.seq order by n.seq",
    ),
  ],
  ["metadata", "json(t.metadata)"],
  ["key", "t.key"],
  ["session", "t.session"],
  [
    "sessions",
    list(
      "json_object('name', id, 'started_at', started_at, 'ended_at', ended_at, 'actor', actor)",
      "select s.* from task_sessions x join sessions s on s.id = x.session where x.task = t.seq order by s.started_at, s.id",
    ),
  ],
  ["rev", "t.rev"],
  ["created_at", "t.created_at"],
  ["created_by", "t.created_by"],
  ["updated_at", "t.updated_at"],
  ["updated_by", "t.updated_by"],
  ["started_at", "t.started_at"],
  ["completed_at", "t.completed_at"],
  ["archived_at", "t.archived_at"],
  ["deleted_at", "t.deleted_at"],
  ["active_ms", "t.active_ms"],
  ["active_since", "t.active_since"],
  [
    "claim",
    "iif(t.claim_by is null, null, json_object('by', t.claim_by, 'lease_until', t.claim_until, 'lease_s', t.claim_lease_s))",
  ],
  ["fence", "t.fence"],
];

const UIDS = `(select json_group_object(id, uid) from (
  select p.id, p.uid from tasks p where p.seq = t.parent
  union all select b.id, b.uid from deps d join tasks b on b.seq = d.blocker where d.task = t.seq))`;

const HISTORY = list(
  "json_object('op', op, 'command', name, 'at', at, 'actor', actor, 'session', session, 'entity', entity, 'before', json(before), 'after', json(after))",
  `select o.op, o.name, o.at, o.actor, o.session, c.entity, c.before, c.after
   from changes c join ops o on o.seq = c.op where c.subject = t.uid order by c.seq`,
);

/** What an export tells beyond a task's own fields. */
export interface ExportOptions {
  /** The uid of each task that `parent` and `depends_on` name: where not all of them are exported. */
  readonly uids: boolean;
  /** The log of changes. */
  readonly history: boolean;
}

/** Takes a JSON array of row numbers; gives one JSON text a task, in the order of row numbers. */
export function selectExport({ uids, history }: ExportOptions): string {
  const fields = [
    ...FIELDS,
    ...(uids ? [["uids", UIDS] as const] : []),
    ...(history ? [["history", HISTORY] as const] : []),
  ];
  const pairs = fields.map(([name, sql]) => `'${name}', ${sql}`).join(",\n  ");
  return `select json_object(${pairs})
from tasks t where t.seq in (select value from json_each(?)) order by t.seq`;
}

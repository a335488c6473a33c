import { isRecord } from "../../core/check-value.ts";
import { parsedLines } from "./json.ts";
import { joined, type ReadRows, restOf, type Source, saying, tagsOf } from "./read-file.ts";

const STATUSES: Readonly<Record<string, string>> = {
  open: "todo",
  in_progress: "in-progress",
  hooked: "in-progress",
  blocked: "blocked",
  deferred: "paused",
  pinned: "todo",
  closed: "done",
};
/** From the most urgent (0) to what may never be done (4). */
const PRIORITIES = ["critical", "high", "medium", "low", "low"];
/** Edges on which work waits. */
const BLOCKING: ReadonlySet<string> = new Set(["blocks", "conditional-blocks", "waits-for"]);
const KNOWN: ReadonlySet<string> = new Set([
  "id",
  "title",
  "description",
  "design",
  "acceptance_criteria",
  "notes",
  "status",
  "priority",
  "issue_type",
  "assignee",
  "labels",
  "dependencies",
  "comments",
  "created_at",
  "created_by",
  "updated_at",
  "closed_at",
  "close_reason",
  "due_at",
  "defer_until",
  "estimated_minutes",
  "content_hash",
  "source_repo",
  "dependency_count",
  "dependent_count",
  "comment_count",
]);

type Obj = Readonly<Record<string, unknown>>;

/** True for an issue of beads. */
export const isBead = (value: unknown): boolean =>
  isRecord(value) && typeof value.id === "string" && "title" in value && ("issue_type" in value || isTombstone(value));

const isTombstone = (value: Obj): boolean => value.status === "tombstone";

/**
 * Issues of beads, one a line. Its blocking edges become dependencies, `parent-child` the parent, and the others stand in the
 * metadata. What was deleted there (tombstones) is left out, and edges to issues that the file does not have.
 */
export function readBeads(source: Source): ReadRows {
  const { rows, places } = parsedLines(source);
  const live = rows.flatMap((row, at) => (isRecord(row) && isTombstone(row) ? [] : [{ row, place: places[at]! }]));
  const ids = new Set(live.flatMap(({ row }) => (isRecord(row) ? [String(row.id)] : [])));
  const parents = new Map(
    live.flatMap(({ row }) => (isRecord(row) ? [[String(row.id), parentOf(row, ids)] as const] : [])),
  );
  let lost = 0;
  const read = live.map(({ row }) => {
    if (!isRecord(row)) return row;
    const edges = edgesOf(row).filter(({ type }) => BLOCKING.has(type));
    lost += edges.filter(({ to }) => !ids.has(to)).length;
    return rowOf(row, parents, ids);
  });
  const gone = rows.length - live.length;
  return {
    rows: read,
    places: live.map(({ place }) => place),
    warnings: [
      ...(gone > 0 ? [`${gone} deleted ${gone === 1 ? "issue is" : "issues are"} left out.`] : []),
      ...(lost > 0
        ? [`${lost} ${lost === 1 ? "dependency" : "dependencies"} on issues that are not in the file left out.`]
        : []),
    ],
  };
}

interface Edge {
  readonly to: string;
  readonly type: string;
}

const edgesOf = ({ dependencies }: Obj): readonly Edge[] =>
  Array.isArray(dependencies)
    ? dependencies.flatMap((one) =>
        isRecord(one)
          ? [{ to: String(one.depends_on_id ?? one.id), type: String(one.type ?? one.dependency_type ?? "blocks") }]
          : [],
      )
    : [];

function parentOf(issue: Obj, ids: ReadonlySet<string>): string | null {
  const said = edgesOf(issue).find(({ type }) => type === "parent-child")?.to;
  if (said !== undefined) return ids.has(said) ? said : null;
  const dot = String(issue.id).lastIndexOf(".");
  const above = dot < 0 ? "" : String(issue.id).slice(0, dot);
  return ids.has(above) ? above : null;
}

/** True when one of them is, over parents, a part of the other: it waits for it anyway. */
function isKin(a: string, b: string, parents: ReadonlyMap<string, string | null>): boolean {
  const above = (low: string, high: string): boolean => {
    let at = parents.get(low) ?? null;
    for (let steps = 0; at !== null && steps < parents.size; steps += 1) {
      if (at === high) return true;
      at = parents.get(at) ?? null;
    }
    return false;
  };
  return above(a, b) || above(b, a);
}

function rowOf(issue: Obj, parents: ReadonlyMap<string, string | null>, ids: ReadonlySet<string>): Obj {
  const id = String(issue.id);
  const edges = edgesOf(issue);
  const blockers = edges.filter(({ to, type }) => BLOCKING.has(type) && ids.has(to) && !isKin(id, to, parents));
  const others = edges.filter(({ type }) => !BLOCKING.has(type) && type !== "parent-child");
  const rest = restOf(issue, KNOWN);
  const status = String(issue.status ?? "open");
  const metadata = { ...rest, ...(others.length > 0 ? { related: others } : {}) };
  return saying({
    ref: id,
    key: `beads:${id}`,
    title: issue.title,
    description: joined([
      [null, issue.description],
      ["Design", issue.design],
    ]),
    status: STATUSES[status] ?? status,
    status_reason: issue.close_reason,
    priority: typeof issue.priority === "number" ? (PRIORITIES[issue.priority] ?? issue.priority) : issue.priority,
    type: issue.issue_type,
    assignee: issue.assignee,
    tags: tagsOf(issue.labels),
    parent: parents.get(id),
    depends_on: [...new Set(blockers.map(({ to }) => to))],
    acceptance: criteriaOf(issue.acceptance_criteria, status === "closed"),
    notes: notesOf(issue),
    due_at: issue.due_at,
    defer_until: issue.defer_until,
    estimate_minutes: issue.estimated_minutes,
    created_at: issue.created_at,
    created_by: issue.created_by,
    updated_at: issue.updated_at,
    completed_at: issue.closed_at,
    ...(Object.keys(metadata).length > 0 ? { metadata: { beads: metadata } } : {}),
  });
}

/** Lines of a list are criteria, one each; any other text is one. */
function criteriaOf(text: unknown, checked: boolean): readonly unknown[] | undefined {
  if (typeof text !== "string" || text.trim() === "") return undefined;
  return text
    .split("\n")
    .map((line) => /^\s*(?:[-*+]|\d+[.)])?\s*(?:\[([ xX])\]\s*)?(.*)$/.exec(line)!)
    .flatMap(([, box, words = ""]) =>
      words.trim() === "" ? [] : [{ text: words.trim(), checked: checked || box?.toLowerCase() === "x" }],
    );
}

function notesOf({ notes, comments }: Obj): readonly unknown[] {
  const said = Array.isArray(comments) ? comments.filter(isRecord) : [];
  return [
    ...(typeof notes === "string" && notes.trim() !== "" ? [{ text: notes }] : []),
    ...said.map(({ text, author, created_at }) => saying({ text, by: author, at: created_at })),
  ];
}

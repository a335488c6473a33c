import { nearest } from "@taskwerk/contract/nearest";

/** What the values of a field are, and so how they are read. */
export type FieldKind =
  | "status"
  | "priority"
  | "word"
  | "id"
  | "session"
  | "state"
  | "has"
  | "moment"
  | "length"
  | "text"
  | "meta";

/** Every field a term may name. */
export const QUERY_FIELDS = {
  status: "status",
  priority: "priority",
  tag: "word",
  assignee: "word",
  category: "word",
  type: "word",
  key: "word",
  files: "word",
  capability: "word",
  id: "id",
  parent: "id",
  under: "id",
  after: "id",
  before: "id",
  session: "session",
  is: "state",
  has: "has",
  no: "has",
  due: "moment",
  defer: "moment",
  created: "moment",
  updated: "moment",
  started: "moment",
  completed: "moment",
  estimate: "length",
  title: "text",
} as const satisfies Readonly<Record<string, FieldKind>>;
export type FieldName = keyof typeof QUERY_FIELDS;

/** Other spellings: those of JSON, and the plural where that is the flag's. */
const ALIASES: Readonly<Record<string, FieldName>> = {
  tags: "tag",
  prio: "priority",
  file: "files",
  capabilities: "capability",
  depends_on: "after",
  blocks: "before",
  due_at: "due",
  defer_until: "defer",
  created_at: "created",
  updated_at: "updated",
  started_at: "started",
  completed_at: "completed",
  estimate_minutes: "estimate",
};

const META = /^meta(?:data)?\.(.+)$/s;

/** A field as it was typed, by its own name; null for none. */
export function fieldNamed(typed: string): string | null {
  const meta = META.exec(typed);
  if (meta) return `meta.${meta[1]}`;
  const word = typed.toLowerCase();
  if (Object.hasOwn(QUERY_FIELDS, word)) return word;
  return Object.hasOwn(ALIASES, word) ? ALIASES[word]! : null;
}

/** What the values of a field are. */
export const kindOfField = (field: string): FieldKind =>
  Object.hasOwn(QUERY_FIELDS, field) ? QUERY_FIELDS[field as FieldName] : "meta";

/** True for a field whose values have an order, so that `a..b`, `<` and `>` mean something. */
export const hasOrder = (field: string): boolean => {
  const kind = kindOfField(field);
  return kind === "priority" || kind === "moment" || kind === "length";
};

/** The field that was probably meant. */
export const nearestField = (typed: string): string | null => nearest(typed, Object.keys(QUERY_FIELDS));

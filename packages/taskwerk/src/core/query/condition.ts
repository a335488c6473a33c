import type { Status } from "@taskwerk/contract/status";

/** What a task must be like: a query whose words all have a meaning and whose moments are fixed. */
export type Condition =
  /** All of them hold; with none, every task fits. */
  | { readonly kind: "and"; readonly of: readonly Condition[] }
  /** One of them holds; with none, no task fits. */
  | { readonly kind: "or"; readonly of: readonly Condition[] }
  | { readonly kind: "not"; readonly of: Condition }
  | { readonly kind: "status"; readonly statuses: readonly Status[] }
  /** 0 for critical … 3 for low. */
  | { readonly kind: "priority"; readonly ranks: readonly number[] }
  | { readonly kind: "word"; readonly field: WordField; readonly words: readonly WordMatch[] }
  /** `by`: whose last task `@last` among the ids is. */
  | {
      readonly kind: "id";
      readonly field: IdField;
      readonly ids: readonly string[];
      readonly by?: { readonly actor: string; readonly session: string | null };
    }
  /** Some change in one of these sessions. */
  | { readonly kind: "session"; readonly sessions: readonly string[] }
  /** RFC 3339 in UTC, both ends belong to it. */
  | { readonly kind: "moment"; readonly field: MomentField; readonly from: string | null; readonly to: string | null }
  | { readonly kind: "minutes"; readonly from: number | null; readonly to: number | null }
  /** As it is at a moment. */
  | { readonly kind: "state"; readonly state: State; readonly at: string }
  | { readonly kind: "has"; readonly what: Havable }
  /** Each needle is the same text in another case; ASCII letters of any case are the same. */
  | { readonly kind: "text"; readonly fields: readonly TextField[]; readonly needles: readonly string[] }
  | { readonly kind: "meta"; readonly name: string; readonly value: string; readonly prefix: boolean };

/** A word, or with `prefix` the beginning of one. */
export interface WordMatch {
  readonly text: string;
  readonly prefix: boolean;
}

export type WordField = "tag" | "assignee" | "category" | "type" | "key" | "files" | "capability";
/** `id` itself, its parent, anything it lies under, what it waits for, what waits for it. */
export type IdField = "id" | "parent" | "under" | "after" | "before";
export type TextField = "title" | "description";
/** A column that holds a moment. */
export type MomentField = "due_at" | "defer_until" | "created_at" | "updated_at" | "started_at" | "completed_at";
/**
 * States that are no column: can be worked on; waits for others; somebody has it; somebody had it and his lease ran out; a
 * parent that is only the sum of its children; deleted, and can be restored.
 */
export type State = "ready" | "waiting" | "claimed" | "lapsed" | "group" | "deleted";

/** What a task may have or not have. */
export const HAVABLE = [
  "due",
  "defer",
  "estimate",
  "assignee",
  "category",
  "type",
  "key",
  "description",
  "tag",
  "files",
  "capability",
  "parent",
  "children",
  "after",
  "before",
  "acceptance",
  "link",
  "claim",
  "meta",
  "archived",
] as const;
export type Havable = (typeof HAVABLE)[number];

/** Every task fits. */
export const EVERYTHING: Condition = { kind: "and", of: [] };

/** The number that a word is; null for none. */
export const numberMeant = (text: string): number | null =>
  /^-?\d{1,15}(?:\.\d{1,15})?$/.test(text) ? Number(text) : null;

/** A query as it was written: what the parser makes, the printer writes and the resolver reads. */
export type Query = AllOf | AnyOf | Not | Term | Words;

/** Every one of them holds. Two at least. */
export interface AllOf {
  readonly kind: "and";
  readonly of: readonly Query[];
}
/** One of them holds. Two at least. */
export interface AnyOf {
  readonly kind: "or";
  readonly of: readonly Query[];
}
export interface Not {
  readonly kind: "not";
  readonly of: Query;
}

/** `field:value,value`: one of the values fits. `at` is where it begins in the text, from 0. */
export interface Term {
  readonly kind: "term";
  /** A field's own name, whichever was typed; `meta.K` for a name within the metadata. */
  readonly field: string;
  readonly values: readonly Value[];
  readonly at: number;
}

/** Free text, which a title or a description has in it. */
export interface Words {
  readonly kind: "words";
  readonly text: string;
  readonly at: number;
}

/** One value of a term. `exact`: it stood in quotes, so that `me`, `none` and a `*` at its end mean just that. */
export type Value = Word | Range | Beyond;
export interface Word {
  readonly kind: "word";
  readonly text: string;
  readonly exact: boolean;
}
/** `from..to`, both ends belonging to it; null is an open end, and only one of them is. */
export interface Range {
  readonly kind: "range";
  readonly from: string | null;
  readonly to: string | null;
}
/** Strictly before (`<`) or behind (`>`) something. */
export interface Beyond {
  readonly kind: "beyond";
  readonly side: "<" | ">";
  readonly text: string;
}

/** What a query may be at most: terms counts every value, depth every bracket and `not` within another. */
export const QUERY_LIMITS = { terms: 200, depth: 32 } as const;

/** One JSON document on stdout and in every HTTP body, success or failure. Types only. */
import type { ErrorBody } from "./errors.ts";

/** Which part of a list `data` is. */
export interface Page {
  readonly returned: number;
  /** How many there are altogether. */
  readonly total: number;
  readonly truncated: boolean;
  /** What to ask with for the next page. */
  readonly cursor: string | null;
}

/** What a caller may want to know beside the answer. */
export interface EnvelopeMeta {
  /** Path of the store directory as it was found. */
  readonly store?: string;
  /** The event cursor after this call. */
  readonly cursor?: number;
  /** The operation id of a write: what `undo --op` takes. */
  readonly op?: string;
  readonly session?: string | null;
  /** How long it took, milliseconds. */
  readonly ms?: number;
}

/** It was done. */
export interface Success<T> {
  readonly ok: true;
  /** The version of this shape; a field removed or retyped bumps it. */
  readonly v: 1;
  /** What `data` is, e.g. "task.list". */
  readonly kind: string;
  readonly data: T;
  readonly page?: Page;
  readonly warnings: readonly string[];
  readonly meta: EnvelopeMeta;
}

/** It was not done, and nothing was changed. */
export interface Failure {
  readonly ok: false;
  readonly v: 1;
  readonly kind: "error";
  readonly error: ErrorBody;
  readonly meta: EnvelopeMeta;
}

/** What every call answers; `ok` says which of the two it is. */
export type Envelope<T> = Success<T> | Failure;

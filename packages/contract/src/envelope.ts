/** One JSON document on stdout and in every HTTP body, success or failure. Types only. */
import type { ErrorBody } from "./errors.ts";

export interface Page {
  readonly returned: number;
  readonly total: number;
  readonly truncated: boolean;
  readonly cursor: string | null;
}

export interface EnvelopeMeta {
  /** Path of the store directory as it was found. */
  readonly store?: string;
  /** The event cursor after this call. */
  readonly cursor?: number;
  /** The operation id of a write: what `undo --op` takes. */
  readonly op?: string;
  readonly session?: string | null;
  readonly ms?: number;
}

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

export interface Failure {
  readonly ok: false;
  readonly v: 1;
  readonly kind: "error";
  readonly error: ErrorBody;
  readonly meta: EnvelopeMeta;
}

export type Envelope<T> = Success<T> | Failure;

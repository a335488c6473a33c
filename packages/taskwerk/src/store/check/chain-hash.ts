import { chainOf } from "../chain.ts";

/** All that the hash of an operation is over, and the hashes that are kept for it. */
export interface OpContent {
  readonly op: readonly (string | number | null)[];
  /** The hash of the operation before. */
  readonly before: string;
  readonly hash: string;
  /** The hash over what was left of it when a purge took something out; null where none did. */
  readonly redaction: string | null;
  readonly changes: readonly {
    readonly entity: string;
    readonly subject: string;
    readonly before: string | null;
    readonly after: string | null;
  }[];
  readonly events: readonly { readonly type: string; readonly subject: string; readonly data: string }[];
}

/** The hash of what is there. Without events it is as operations had it that an older version wrote. */
export function chainHash({ op, before, changes, events }: OpContent, withEvents: boolean): string {
  const chain = chainOf(before, op);
  for (const one of changes) chain.add(one.entity, one.subject, one.before, one.after);
  if (withEvents) for (const one of events) chain.event(one.type, one.subject, one.data);
  return chain.end();
}

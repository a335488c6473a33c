import type { Fact, JournalEvent } from "../event.ts";

/** The fact of one type, or of several. */
export type FactOf<T extends Fact["type"]> = Extract<Fact, { readonly type: T }>;

/** The same with its place in the journal. */
export type EventOf<T extends Fact["type"]> = JournalEvent & FactOf<T>;

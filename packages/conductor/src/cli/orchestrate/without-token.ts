import type { JournalEvent } from "../../model/event.ts";

/** An event as it may be shown: whoever has a claim's token can move its task. */
export const withoutToken = (event: JournalEvent): JournalEvent =>
  event.type === "attempt.started" || event.type === "attempt.claimed" ? { ...event, token: "[hidden]" } : event;

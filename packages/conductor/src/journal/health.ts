/** What a check of the whole journal found. */
import type { RunState } from "../model/state.ts";
import type { ProjectionMismatch } from "./projections.ts";

/**
 * `sound`: the file, the chain, every fact and every projection agree. `broken` names the first thing that does not:
 * `file` = SQLite finds damage; `chain` = an event was changed, left out or put in between; `fact` = an event cannot be
 * read; `head` = the newest events are missing; `projection` = a table differs from a replay, while the events are good.
 */
export type JournalHealth =
  | {
      readonly kind: "sound";
      readonly events: number;
      readonly head: string;
      /** What exactly these events come to. */
      readonly state: RunState;
    }
  | {
      readonly kind: "broken";
      readonly problem: "file" | "chain" | "fact" | "head" | "projection";
      /** The first event that is wrong, null when no single one is. */
      readonly seq: number | null;
      /** Events 1 to this number can be read. */
      readonly readable: number;
      readonly message: string;
      readonly mismatches: readonly ProjectionMismatch[];
    };

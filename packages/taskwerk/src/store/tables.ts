import type { EventType } from "@taskwerk/contract/event";

/** Tables as the builder of typed SQL sees them; those that it is used for. */
export interface Tables {
  readonly events: {
    readonly cursor: number;
    readonly op: number;
    readonly n: number;
    readonly type: EventType;
    readonly subject: string;
    readonly data: string;
  };
  readonly ops: {
    readonly seq: number;
    readonly op: string;
    readonly name: string;
    readonly actor: string;
    readonly session: string | null;
    readonly at: string;
    readonly undo_of: string | null;
    readonly hash: string;
  };
}

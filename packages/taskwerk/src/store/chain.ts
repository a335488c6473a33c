import { sha256 } from "./sha256.ts";

/** The hash of one operation over the hash of the one before, over all its changes and then all its events, in order. */
export interface Chain {
  add(entity: string, subject: string, before: string | null, after: string | null): void;
  event(type: string, subject: string, data: string): void;
  /** Hex; once only. */
  end(): string;
}

/** Begins the hash of an operation. A change that is altered later no longer gives the hash that its operation keeps. */
export function chainOf(before: string, operation: readonly (string | number | null)[]): Chain {
  const sum = sha256();
  sum.add(`${before}\n${JSON.stringify(operation)}`);
  return {
    add: (...fields) => {
      // JSON text has no line breaks of its own, and none of the other fields may have any.
      sum.add(`\n${fields.join("\t")}`);
    },
    event: (...fields) => {
      // No entity of a change begins so.
      sum.add(`\n!${fields.join("\t")}`);
    },
    end: sum.end,
  };
}

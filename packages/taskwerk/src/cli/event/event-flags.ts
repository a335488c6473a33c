import { WerkError } from "@taskwerk/contract/errors";
import { collectList, type Verb } from "../verb.ts";

/** What `--fields` takes. */
export const EVENT_FIELDS = ["id", "cursor", "type", "time", "actor", "session", "op", "subject", "data"] as const;

/** Which events are meant. */
export interface EventFlags {
  readonly since?: string;
  readonly type?: readonly string[];
}

/** Adds the flags that say which events are meant. */
export const addEventFlags = (command: Parameters<Verb<EventFlags>["build"]>[0]) =>
  command
    .option("--since <cursor>", "only what came after this cursor")
    .option("--type <types>", "only these: task.created,task.completed or task.*", collectList);

/** The flags as an input. Throws USAGE. */
export const eventInput = ({ since, type }: EventFlags): { readonly since?: number; readonly type?: string[] } => ({
  ...(since === undefined ? {} : { since: numberOf(since, "since") }),
  ...(type === undefined ? {} : { type: [...type] }),
});

/** The number that a flag gives. Throws USAGE. */
export function numberOf(text: string, flag: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new WerkError("USAGE", `--${flag}: "${text}" is not a number.`, {
    hint: `For example:  --${flag} 100`,
    field: flag,
    given: text,
  });
}

import { WerkError } from "@taskwerk/contract/errors";
import { EVENT_TYPES, type EventType } from "@taskwerk/contract/event";
import { nearest } from "@taskwerk/contract/nearest";

/** Words that stand for all types of a kind: `task.*`, `session.*`, `import.*`. */
export const EVENT_KINDS: readonly string[] = [...new Set(EVENT_TYPES.map((type) => `${type.split(".")[0]}.*`))];

/** The types that words stand for, each once; null for no words. Throws VALIDATION_FAILED for one that there is not. */
export function eventTypesOf(words: readonly string[] | undefined): readonly EventType[] | null {
  if (words === undefined || words.length === 0) return null;
  return [...new Set(words.flatMap(typesOf))];
}

function typesOf(word: string): readonly EventType[] {
  const found = EVENT_TYPES.filter((type) => type === word || (EVENT_KINDS.includes(word) && isOf(type, word)));
  if (found.length > 0) return found;
  const known = [...EVENT_TYPES, ...EVENT_KINDS];
  const near = nearest(word, known) ?? EVENT_TYPES.find((type) => type.endsWith(`.${word}`));
  throw new WerkError("VALIDATION_FAILED", `there is no event type "${word.slice(0, 100)}".`, {
    hint: near ? `Did you mean "${near}"?` : `There are:  ${known.join(", ")}`,
    field: "type",
    given: word.slice(0, 100),
    ...(near ? { candidates: [near] } : {}),
  });
}

const isOf = (type: EventType, kind: string): boolean => type.startsWith(kind.slice(0, -1));

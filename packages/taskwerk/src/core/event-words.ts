import { WerkError } from "@taskwerk/contract/errors";
import { EVENT_TYPES, type EventType } from "@taskwerk/contract/event";
import { nearest } from "@taskwerk/contract/nearest";

/** Beginnings of event types that end in `*`: `task.*`, `session.*`. */
const BEGINNINGS = [...new Set(EVENT_TYPES.map((type) => `${type.split(".")[0]}.*`))];

/** The event types that words stand for: types, or beginnings such as `task.*`; null for every one. Throws VALIDATION_FAILED. */
export function eventTypes(words: readonly string[]): readonly EventType[] | null {
  if (words.length === 0) return null;
  const meant = new Set(words.flatMap(typesOf));
  return EVENT_TYPES.filter((type) => meant.has(type));
}

function typesOf(word: string): readonly EventType[] {
  const found = word.endsWith("*")
    ? EVENT_TYPES.filter((type) => type.startsWith(word.slice(0, -1)))
    : EVENT_TYPES.filter((type) => type === word);
  if (found.length > 0) return found;
  const near = nearest(word, [...EVENT_TYPES, ...BEGINNINGS]) ?? nearest(`task.${word}`, EVENT_TYPES);
  throw new WerkError("VALIDATION_FAILED", `there is no event "${word}".${near ? ` Did you mean "${near}"?` : ""}`, {
    hint: `There is:  ${[...BEGINNINGS, ...EVENT_TYPES].join(", ")}`,
    field: "events",
    given: word,
    ...(near ? { candidates: [near] } : {}),
  });
}

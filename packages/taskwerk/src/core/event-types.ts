import { WerkError } from "@taskwerk/contract/errors";
import { EVENT_TYPES, type EventType } from "@taskwerk/contract/event";
import { nearest } from "@taskwerk/contract/nearest";

/** Words that stand for all types of a kind: `task.*`, `session.*`, `import.*`. */
const EVENT_KINDS: readonly string[] = [...new Set(EVENT_TYPES.map((type) => `${type.split(".")[0]}.*`))];

/**
 * The types that words stand for, each once and in the order of the list; null for no words. `field` is the input that they
 * came in: a webhook's `events` take any beginning that ends in `*`, the `type` of a list whole kinds only. Throws
 * VALIDATION_FAILED for a word that stands for none.
 */
export function eventTypesOf(
  words: readonly string[] | undefined,
  field: "events" | "type",
): readonly EventType[] | null {
  if (words === undefined || words.length === 0) return null;
  const meant = new Set(words.flatMap((word) => typesOf(word, field)));
  return EVENT_TYPES.filter((type) => meant.has(type));
}

function typesOf(word: string, field: "events" | "type"): readonly EventType[] {
  const isBeginning = field === "events" ? word.endsWith("*") : EVENT_KINDS.includes(word);
  const found = EVENT_TYPES.filter((type) => (isBeginning ? type.startsWith(word.slice(0, -1)) : type === word));
  if (found.length > 0) return found;
  const near = nearest(word, [...EVENT_TYPES, ...EVENT_KINDS]) ?? EVENT_TYPES.find((type) => type.endsWith(`.${word}`));
  const given = word.slice(0, 100);
  throw new WerkError("VALIDATION_FAILED", `there is no event "${given}".${near ? ` Did you mean "${near}"?` : ""}`, {
    hint: `There is:  ${[...EVENT_KINDS, ...EVENT_TYPES].join(", ")}`,
    field,
    given,
    ...(near ? { candidates: [near] } : {}),
  });
}

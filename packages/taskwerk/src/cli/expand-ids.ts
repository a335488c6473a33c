import { WerkError } from "@taskwerk/contract/errors";
import { LIMITS } from "@taskwerk/contract/limits";

const MOST = LIMITS.ids;

/**
 * Ids as they are typed: single ones, comma lists, ranges `3..7` or `TASK-3..7`, and `-` for stdin (the first word of
 * each line). Keeps the order, drops repetitions. Throws USAGE for none at all, for a range that is none, and for more
 * than 1000.
 */
export async function expandIds(words: readonly string[], readStdin: () => Promise<string>): Promise<string[]> {
  const ids = new Set<string>();
  for (const word of words.flatMap((one) => one.split(","))) {
    const given = word.trim();
    if (given === "-") for (const line of (await readStdin()).split("\n")) add(ids, line.trim().split(/\s+/)[0]!);
    else for (const id of rangeOf(given)) add(ids, id);
  }
  if (ids.size > 0) return [...ids];
  throw new WerkError("USAGE", "no id was given.", {
    hint: "Ids look like this:  12  TASK-012  3..7  1,2,3",
    field: "id",
  });
}

function add(ids: Set<string>, id: string): void {
  if (id === "") return;
  ids.add(id);
  if (ids.size > MOST) throw new WerkError("USAGE", `more than ${MOST} ids in one command.`, { field: "id" });
}

function rangeOf(word: string): readonly string[] {
  const range = /^(?:([a-z][a-z0-9]*)-)?(\d{1,9})\.\.(?:([a-z][a-z0-9]*)-)?(\d{1,9})$/i.exec(word);
  if (!range) return [word];
  const [, prefix = "", first, otherPrefix = prefix, last] = range;
  const [from, to] = [Number(first), Number(last)];
  if (to < from || prefix.toLowerCase() !== otherPrefix.toLowerCase()) {
    throw new WerkError("USAGE", `"${word}" is no range: the smaller number comes first.`, {
      field: "id",
      given: word,
    });
  }
  if (to - from >= MOST)
    throw new WerkError("USAGE", `"${word}" is more than ${MOST} ids.`, { field: "id", given: word });
  return Array.from(
    { length: to - from + 1 },
    (_, index) => (prefix === "" ? "" : `${prefix}-`) + String(from + index),
  );
}

import { WerkError } from "@taskwerk/contract/errors";
import { LIMITS } from "@taskwerk/contract/limits";
import { idsOfRange } from "../core/ids.ts";

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
  if (ids.size > MOST) throw tooMany(`more than ${MOST} ids in one command.`);
}

function rangeOf(word: string): readonly string[] {
  const ids = idsOfRange(word, MOST);
  if (ids === null) return [word];
  if (ids === "backwards") {
    throw new WerkError("USAGE", `"${word}" is no range: the smaller number comes first.`, {
      hint: "A range looks like this:  3..7",
      field: "id",
      given: word,
    });
  }
  if (ids === "many") throw tooMany(`"${word}" is more than ${MOST} ids.`, word);
  return ids;
}

const tooMany = (message: string, given?: string): WerkError =>
  new WerkError("USAGE", message, {
    hint: "Do it in parts, or choose them by a query where the command takes one:  --where QUERY",
    field: "id",
    ...(given === undefined ? {} : { given }),
  });

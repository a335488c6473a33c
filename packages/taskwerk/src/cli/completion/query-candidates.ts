import { PRIORITIES, STATUSES } from "@taskwerk/contract/status";
import { HAVABLE } from "../../core/query/condition.ts";
import { fieldNamed, kindOfField, QUERY_FIELDS } from "../../core/query/field.ts";
import { STATES } from "../../core/query/resolve-query.ts";
import { type Candidate, inCommaList, plain, startingWith } from "./candidate.ts";
import { type Ask, idsFor, sessionsOf, valuesOf } from "./live.ts";

const MOMENTS = ["today", "tomorrow", "yesterday", "fri", "eow", "eom", "none", "..today", "..7d", "7d.."] as const;
const LENGTHS = ["none", "..1h", "..4h", "1d.."] as const;

/** A term of a query: its field, then its values; also behind `-` or `!`. */
export async function queryCandidates(ask: Ask, typed: string): Promise<readonly Candidate[]> {
  const sign = /^[-!]/.exec(typed)?.[0] ?? "";
  const text = typed.slice(sign.length);
  const colon = text.indexOf(":");
  if (colon < 0) {
    const fields = Object.entries(QUERY_FIELDS).map(([name, kind]) => ({
      value: `${sign}${name}:`,
      about: ABOUT[kind],
    }));
    return startingWith(typed, fields);
  }
  const field = fieldNamed(text.slice(0, colon));
  if (field === null) return [];
  const begun = text.slice(colon + 1);
  const values = inCommaList(begun, await valuesFor(ask, field, begun.slice(begun.lastIndexOf(",") + 1)));
  return values.map(({ value, about }) => ({ value: `${sign}${text.slice(0, colon + 1)}${value}`, about }));
}

const ABOUT = {
  status: "a status, or ready",
  priority: "critical, high, medium, low; high..",
  word: "what tasks have there",
  id: "a task",
  session: "changed in that session",
  state: "a state, e.g. is:overdue",
  has: "whether there is one",
  moment: "a date or a range of dates",
  length: "4h, ..1d",
  text: "a text in the title",
  meta: "a value of the metadata",
} as const;

async function valuesFor(ask: Ask, field: string, begun: string): Promise<readonly Candidate[]> {
  switch (field) {
    case "tag":
    case "category":
    case "type":
      return [...(await valuesOf(ask, field)), ...(field === "tag" ? [] : plain(["none"]))];
    case "assignee":
      return [...plain(["me", "none"]), ...(await valuesOf(ask, "assignee"))];
    default:
  }
  switch (kindOfField(field)) {
    case "status":
      return plain([...STATUSES, "ready"]);
    case "priority":
      return plain([...PRIORITIES, ...PRIORITIES.slice(1).map((one) => `${one}..`)]);
    case "id": {
      // Without zeros and prefix it is the same task, but not what stands at the cursor.
      const tasks = await idsFor(ask, begun);
      const ids = /^\d/.test(begun)
        ? tasks.map((one) => ({ ...one, value: one.value.replace(/^[A-Z0-9]+-0*/, "") }))
        : tasks;
      return ids.filter(({ value }) => value !== "@last");
    }
    case "session":
      return sessionsOf(ask);
    case "state":
      return plain(STATES);
    case "has":
      return plain(HAVABLE);
    case "moment":
      return plain(MOMENTS);
    case "length":
      return plain(LENGTHS);
    default:
      return [];
  }
}

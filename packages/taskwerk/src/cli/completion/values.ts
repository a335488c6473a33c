import { NOTE_TYPES } from "@taskwerk/contract/note";
import { COUNTABLE } from "@taskwerk/contract/search";
import { PRIORITIES, STATUSES } from "@taskwerk/contract/status";
import { FORMATS } from "@taskwerk/terminal/output";
import { SORTABLE } from "../../core/sort.ts";
import { CONFIG_KEYS } from "../config-keys.ts";
import { TASK_FIELDS } from "../task/fields.ts";
import { type Candidate, FILES, inCommaList, plain, startingWith } from "./candidate.ts";
import { type Ask, idsFor, opsOf, sessionsOf, valuesOf } from "./live.ts";
import { queryCandidates } from "./query-candidates.ts";

/** What is known of the place at the cursor. */
export interface Place {
  readonly ask: Ask;
  /** The command's full name. */
  readonly verb: string;
  /** What stands at the cursor so far. */
  readonly typed: string;
}

type Source = (place: Place) => Promise<readonly Candidate[]>;
const fixed =
  (...words: readonly string[]): Source =>
  async ({ typed }) =>
    inCommaList(typed, plain(words));
const among =
  (list: (ask: Ask) => Promise<readonly Candidate[]>): Source =>
  async ({ ask, typed }) =>
    inCommaList(typed, await list(ask));
const files: Source = async () => FILES;
const ids: Source = async ({ ask, verb, typed }) => {
  const end = typed.lastIndexOf(",") + 1;
  const found = await idsFor(ask, typed.slice(end), ID_QUERIES[verb]);
  // Behind a comma, and where the task has a number already, an id is found also without its prefix.
  return found.map(({ value, about }) => ({ value: typed.slice(0, end) + value, about }));
};
const query: Source = ({ ask, typed }) => queryCandidates(ask, typed);
const people: Source = among(async (ask) => [...plain(["me"]), ...(await valuesOf(ask, "assignee"))]);
const sessions: Source = among(sessionsOf);
const keys: Source = async ({ typed }) =>
  startingWith(
    typed,
    Object.entries(CONFIG_KEYS).map(([value, { describe }]) => ({ value, about: describe })),
  );
const dates = fixed("today", "tomorrow", "fri", "eow", "eom", "+1d", "+1w");
const lengths = fixed("30m", "1h", "4h", "1d", "2d");

/** What tasks a command is mostly about; others can still be typed. Default: open ones. */
const ID_QUERIES: Readonly<Record<string, string>> = {
  start: "status:todo,paused,blocked",
  reopen: "is:closed",
  unblock: "status:blocked",
  archive: "is:closed",
  restore: "is:archived or is:deleted",
  purge: "is:deleted",
  claim: "is:ready",
  heartbeat: "is:claimed",
  release: "is:claimed",
};

/** By the name of an argument, or by what stands in a flag's angle brackets; a flag's own name goes first. */
const SOURCES: Readonly<Record<string, Source>> = {
  "--format": fixed(...FORMATS),
  "--fields": fixed(...TASK_FIELDS),
  "--session": sessions,
  "--actor": people,
  "--by": fixed(...COUNTABLE),
  "--unset": fixed("description", "assignee", "category", "type", "due", "defer", "estimate", "files", "capability"),
  "--sort": async ({ typed }) => inCommaList(typed, plain(SORTABLE.flatMap((field) => [field, `-${field}`]))),
  "log --by": people,
  "note --type": fixed(...NOTE_TYPES),
  "add --type": among((ask) => valuesOf(ask, "type")),
  "update --type": among((ask) => valuesOf(ask, "type")),
  "--category": among((ask) => valuesOf(ask, "category")),
  "--on-conflict": fixed("fail", "skip"),
  "completion shell": fixed("bash", "zsh", "fish"),
  status: fixed(...STATUSES),
  priority: fixed(...PRIORITIES),
  tag: among((ask) => valuesOf(ask, "tag")),
  tags: among((ask) => valuesOf(ask, "tag")),
  who: people,
  date: dates,
  time: lengths,
  op: among(opsOf),
  id: ids,
  ids,
  on: ids,
  query,
  "id-or-query": async (place) =>
    /[:=]/.test(place.typed) ? query(place) : [...(await ids(place)), ...(await query(place))],
  session: sessions,
  name: sessions,
  "config get key": keys,
  "config set key": keys,
  "config unset key": keys,
  "config explain key": keys,
  file: files,
  dir: files,
  glob: files,
};

/** What may stand as the value of a flag or as an argument; `names`: what it is called, the most particular first. */
export async function candidatesFor(place: Place, ...names: readonly string[]): Promise<readonly Candidate[]> {
  const name = names.flatMap((one) => [`${place.verb} ${one}`, one]).find((one) => Object.hasOwn(SOURCES, one));
  return name === undefined ? [] : SOURCES[name]!(place);
}

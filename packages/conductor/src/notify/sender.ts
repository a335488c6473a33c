/** Tells people, once about each thing and not too often. It never keeps a run from going on, nor makes one fail. */
import { sanitise, sanitiseBlock } from "@taskwerk/terminal/sanitise";
import type { Message, Notice, Sender, Told, Way } from "../model/notice.ts";
import { redact } from "../model/redact.ts";
import { type Surroundings, send } from "./send.ts";

export interface SenderOptions {
  readonly ways: readonly Way[];
  readonly env: Surroundings["env"];
  /** Values that must be told to nobody. */
  readonly secrets: readonly string[];
  readonly now: () => Date;
  /** Told of the first failure of each way. */
  readonly onFailure: (told: Told) => void;
  readonly timeoutMs?: number;
}

/** So many in an hour; then they are counted, and the count is told with the next one that is told. */
const MOST_AN_HOUR = 20;
const HOUR = 60 * 60_000;
const MOST_QUEUED = 50;
const LAST_WAIT = 15_000;
const TITLE_LENGTH = 120;
const TEXT_LENGTH = 2_000;
const PROBLEM_LENGTH = 500;

export function makeSender(options: SenderOptions): Sender {
  const { ways, env, secrets, now, onFailure } = options;
  const known = new Set<string>();
  const queue: Notice[] = [];
  const times: number[] = [];
  const complained = new Set<number>();
  const stop = new AbortController();
  let untold = 0;
  let working: Promise<void> | null = null;

  const surroundings: Surroundings = {
    env,
    signal: stop.signal,
    ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
  };
  const clean = ({ title, text }: Pick<Notice, "title" | "text">): Message => ({
    // A secret may hide behind what is taken out.
    title: cut(redact(sanitise(redact(title, secrets)), secrets).trim(), TITLE_LENGTH),
    text: cut(redact(sanitiseBlock(redact(text, secrets)), secrets).trim(), TEXT_LENGTH),
  });
  /** What a program says of its failure is anybody's text, as what it is told is. */
  const cleanProblem = (problem: string): string =>
    cut(redact(sanitise(redact(problem, secrets)), secrets).trim(), PROBLEM_LENGTH);
  const byWay = async (way: Way, message: Message): Promise<Told> => {
    const told = await send(way, message, surroundings);
    return told.problem === null ? told : { ...told, problem: cleanProblem(told.problem) };
  };
  const byAll = (message: Message): Promise<readonly Told[]> => Promise.all(ways.map((way) => byWay(way, message)));

  function mayTell({ urgent }: Notice): boolean {
    const at = now().getTime();
    while (times.length > 0 && times[0]! <= at - HOUR) times.shift();
    if (!urgent && times.length >= MOST_AN_HOUR) return false;
    times.push(at);
    return true;
  }
  async function work(): Promise<void> {
    for (let notice = queue.shift(); notice !== undefined; notice = queue.shift()) {
      const told = await byAll(clean(notice));
      for (const [at, one] of told.entries()) {
        if (one.problem === null || complained.has(at)) continue;
        complained.add(at);
        onFailure(one);
      }
    }
    working = null;
  }
  return {
    tell(notice) {
      if (ways.length === 0 || known.has(notice.key)) return;
      known.add(notice.key);
      if ((queue.length >= MOST_QUEUED && !notice.urgent) || !mayTell(notice)) {
        untold += 1;
        return;
      }
      const more = untold === 0 ? "" : `\n\n${untold} more before it, not told one by one:  conductor inbox`;
      untold = 0;
      queue.push({ ...notice, text: `${notice.text}${more}` });
      working ??= work();
    },
    test: (notice) => byAll(clean(notice)),
    async close() {
      const timer = setTimeout(() => stop.abort(), LAST_WAIT);
      await working;
      clearTimeout(timer);
    },
  };
}

const cut = (text: string, length: number): string =>
  text.length <= length ? text : `${text.slice(0, length - 3)}...`;

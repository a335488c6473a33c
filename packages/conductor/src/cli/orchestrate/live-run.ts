import type { JournalEvent } from "../../model/event.ts";
import type { TaskFacts } from "../../report/facts.ts";
import { liveFoot, liveNews, liveRows } from "../../report/live.ts";
import { makeTasks } from "../../tasks/tasks.ts";
import type { App } from "../app.ts";
import type { LiveScreen } from "../world.ts";
import { clock, type EventLines, failed } from "./event-lines.ts";

const LOOK_EVERY = 250;
const NEWS = 6;

/** The same as `eventLines`, drawn in place: for a terminal. */
export function liveRun(
  app: App,
  screen: LiveScreen,
  words: { readonly title: string; readonly subtitle: string },
): EventLines {
  let timer: NodeJS.Timeout | null = null;
  let seen = 0;
  let began = 0;
  let session = "";
  let tasks: readonly TaskFacts[] = [];
  let busy: Promise<void> = Promise.resolve();
  const news: string[] = [];
  const width = Number.isFinite(app.output.width) ? app.output.width : 80;
  const hear = (event: JournalEvent, text: string): void => {
    news.push(`${clock(Date.parse(event.at) - began)}  ${text}`);
    if (news.length > NEWS) news.shift();
  };
  const look = async (): Promise<void> => {
    const journal = await app.journal();
    const state = await journal.state();
    for (const event of (await journal.changedSince(seen)) ? await journal.read({ since: seen }) : []) {
      seen = event.seq;
      const text = liveNews(event, state);
      if (text !== null) hear(event, text);
    }
    const elapsed = clock(app.world.now().getTime() - began);
    screen.update({
      title: `${words.title}${" ".repeat(Math.max(2, width - words.title.length - elapsed.length))}${elapsed}`,
      subtitle: words.subtitle,
      rows: liveRows(state, tasks, width),
      news,
      foot: liveFoot(state, tasks, session),
    });
  };
  return {
    start(id) {
      session = id;
      began = app.world.now().getTime();
      busy = (async () => {
        seen = await (await app.journal()).head();
        tasks = await makeTasks({ connection: await app.connection(), session: null, patienceMs: 10_000 }).all();
      })();
      timer = setInterval(() => {
        // A screen that fails is no reason to end a run.
        busy = busy.then(look).catch((error: unknown) => failed(app, error));
      }, LOOK_EVERY);
    },
    async end() {
      if (timer === null) return;
      clearInterval(timer);
      timer = null;
      await busy.then(look).catch((error: unknown) => failed(app, error));
      screen.end();
    },
  };
}

import type { JournalEvent } from "../../model/event.ts";
import type { TaskFacts } from "../../report/facts.ts";
import { liveFoot, liveNews, liveRows } from "../../report/live.ts";
import { makeTasks } from "../../tasks/tasks.ts";
import type { App } from "../app.ts";
import type { LiveScreen } from "../world.ts";
import { clock, type EventLines } from "./event-lines.ts";
import { watching } from "./watching.ts";

const NEWS = 6;

/** The same as `eventLines`, drawn in place: for a terminal. */
export function liveRun(
  app: App,
  screen: LiveScreen,
  words: { readonly title: string; readonly subtitle: string },
): EventLines {
  let seen = 0;
  let began = 0;
  let session = "";
  let tasks: readonly TaskFacts[] = [];
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
  const watch = watching(app, look);
  return {
    start(id, since) {
      session = id;
      began = app.world.now().getTime();
      watch.start(async () => {
        seen ||= since ?? (await (await app.journal()).head());
        tasks = await makeTasks({ connection: await app.connection(), session: null, patienceMs: 10_000 }).all();
      });
    },
    catchUp: () => watch.now(),
    async end() {
      if (await watch.end()) screen.end();
    },
  };
}

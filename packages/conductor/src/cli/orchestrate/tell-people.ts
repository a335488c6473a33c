import { basename } from "node:path";
import type { Sender } from "../../model/notice.ts";
import { noticeOf } from "../../report/notices.ts";
import type { App } from "../app.ts";
import { tasksOf } from "../facts.ts";
import { watching } from "./watching.ts";

export interface Telling {
  start(): void;
  /** The run has ended with an error; nothing is told of one that had not begun. */
  failed(error: unknown): void;
  /** Tells what is left, and waits for that: some seconds at most. */
  end(): Promise<void>;
}

/** Follows the journal and tells people of what is worth a message; null = there is nobody to be told. */
export function tellPeople(app: App, sender: Sender | null): Telling {
  if (sender === null) return { start: () => undefined, failed: () => undefined, end: async () => undefined };
  let seen = 0;
  let begun = false;
  const name = basename(app.root);
  const look = async (): Promise<void> => {
    const journal = await app.journal();
    if (!(await journal.changedSince(seen))) return;
    const state = await journal.state();
    const events = await journal.read({ since: seen });
    const tasks = events.some(({ type }) => type === "decision.asked") ? await tasksOf(app) : null;
    for (const event of events) {
      seen = event.seq;
      const notice = noticeOf(event, state, name, tasks);
      if (notice !== null) sender.tell(notice);
    }
  };
  const watch = watching(app, look);
  return {
    start() {
      begun = true;
      watch.start(async () => {
        seen = await (await app.journal()).head();
      });
    },
    failed(error) {
      if (!begun) return;
      const text = `${error instanceof Error ? error.message : String(error)}\n\nconductor status`;
      sender.tell({ key: "error", title: `${name}: a run has ended with an error`, text, urgent: true });
    },
    async end() {
      await watch.end();
      await sender.close();
    },
  };
}

/** What is sent before a run without anybody, to see that it arrives. */
export const testNotice = (app: App) => ({
  key: "test",
  title: `${basename(app.root)}: conductor can reach you`,
  text: "A test, before a run without you. Nothing is to be done.",
  urgent: true,
});

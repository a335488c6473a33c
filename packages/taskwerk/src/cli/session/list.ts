import type { Session } from "@taskwerk/contract/session";
import type { View } from "@taskwerk/terminal/print-success";
import { limitOf } from "../limit-of.ts";
import type { Verb } from "../verb.ts";
import { SESSION_FIELDS, whenOf } from "./session-view.ts";

/** `session list`: the newest first, each with what it changed. */
export const sessionListVerb: Verb<{ readonly active?: boolean; readonly limit?: string; readonly cursor?: string }> = {
  build: (command) =>
    command
      .option("--active", "only those that have not ended")
      .option("--limit <n>", "sessions; 0 for all of them (50)")
      .option("--cursor <cursor>", "the page after this one"),
  async run(app, _, { active, limit, cursor }) {
    await app.perform("session.list", { ...(active ? { active } : {}), ...limitOf(limit, cursor) }, SESSIONS);
  },
};

const SESSIONS: View<readonly Session[]> = {
  fields: ["id", "started_at", "ended_at", "actor", "ops", "tasks"],
  known: SESSION_FIELDS,
  items: (sessions) => sessions.map((session) => ({ ...session })),
  screen(output, { data, page }) {
    if (data.length === 0) {
      output.line("No sessions yet. One begins with the first change made with --session NAME.");
      return;
    }
    output.table(
      [
        { title: "SESSION", shrinks: true, least: 16 },
        { title: "STARTED" },
        { title: "ENDED" },
        { title: "BY", shrinks: true },
        { title: "OPS", side: "right" },
        { title: "BACK", side: "right" },
        { title: "TASKS", side: "right" },
      ],
      data.map(({ id, started_at, ended_at, actor, ops, undone, tasks }) => [
        id,
        whenOf(output, started_at),
        whenOf(output, ended_at),
        actor,
        String(ops),
        undone === 0 ? "" : String(undone),
        String(tasks),
      ]),
    );
    if (output.isTTY && page?.truncated) {
      output.line();
      output.line(`${page.returned} of ${page.total} sessions. The rest: --limit 0`);
    }
  },
};

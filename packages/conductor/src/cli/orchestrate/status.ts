import { existsSync } from "node:fs";
import { join } from "node:path";
import { STORE_DIRECTORY } from "@taskwerk/contract/api-file";
import { WerkError } from "@taskwerk/contract/errors";
import { CATEGORY_OF } from "@taskwerk/contract/status";
import { type Output, wantsScreen } from "@taskwerk/terminal/output";
import type { View } from "@taskwerk/terminal/print-success";
import { givenIn, type RunState } from "../../model/state.ts";
import { buildStatus, type Status } from "../../report/status.ts";
import { nothingRan, statusText } from "../../report/status-text.ts";
import type { App } from "../app.ts";
import { type Found, factsFrom, spokenOf } from "../facts-from.ts";
import { beginLook, recall, remember, storeElsewhere } from "../last-look.ts";
import { layoutOf, linesView } from "../lines-view.ts";
import { stateSeen } from "../state-seen.ts";
import { hasJournalAt } from "../system/has-journal.ts";
import type { Verb } from "../verb.ts";

/** `status`: what is going on, and whether it needs a person. */
export const statusVerb: Verb<{ readonly watch?: boolean }> = {
  build: (command) => command.option("--watch", "again every two seconds, until it ends"),
  async run(app, _, { watch }) {
    if (watch && app.output.format === "json")
      throw new WerkError("USAGE", "--watch says it again and again, and --json is one document.", {
        hint: "For programs:  conductor status --watch --format ndjson",
        field: "watch",
      });
    const { interrupted } = app.world;
    // On a terminal it is drawn over itself, as everything is that is looked at while it changes.
    const drawn =
      watch && app.output.isTTY && wantsScreen(app.output) && app.output.fields === undefined && !app.output.quiet;
    const screen = drawn ? await app.world.liveScreen() : null;
    try {
      for (;;) {
        const { status, nothing } = await statusNow();
        if (screen === null) app.show<Status | null>("status", status, viewWith(nothing));
        else screen.lines(linesOf(status, nothing, app.output));
        if (!watch || interrupted.aborted || status === null || status.session.endedAt !== null)
          return interrupted.aborted ? app.world.interruptedCode() : undefined;
        // A status that is looked at once loads nothing of it.
        const { setTimeout: sleep } = await import("node:timers/promises");
        await sleep(WATCH_EVERY, undefined, { signal: interrupted }).catch(() => undefined);
      }
    } finally {
      screen?.end();
    }
    /** `nothing`: what is said where nothing has ever run. */
    async function statusNow(): Promise<{ readonly status: Status | null; readonly nothing: readonly string[] }> {
      // What people read of it tells nothing that git knows.
      const { format, fields } = app.output;
      const withGit = (format !== "table" && format !== "auto") || fields !== undefined;
      const kept = recall(app, withGit);
      if (kept !== null) {
        const { state } = kept;
        const found = { ...kept, git: withGit ? kept.git : null, driven: false };
        return { status: statusOf(state, found), nothing: [] };
      }
      if (!hasJournalAt(app.root)) return { status: null, nothing: await nothingYet(new Map()) };
      const begun = beginLook(app);
      const journal = await app.journal();
      const first = await journal.state();
      if (first.sessions.size === 0) return { status: null, nothing: await nothingYet(first.plans) };
      const { findFacts } = await import("../facts.ts");
      const found = await findFacts(app, first, withGit ? "glance" : "none");
      // A task is closed after its landing was written down: whoever read that before the tasks would miss a landing.
      const state = await stateSeen(app);
      const { tasks, driven } = found;
      // While somebody drives it changes all the time; and a branch that was made for people may be taken at any time.
      if (tasks !== null && !driven && givenIn(first).length === 0)
        remember(app, { ...found, ...begun, state, tasks, store: await (await app.connection()).store() });
      return { status: statusOf(state, found), nothing: [] };
    }
    /** taskwerk is asked only where people read it, and where its tasks decide how to begin. */
    async function nothingYet(plans: RunState["plans"]): Promise<readonly string[]> {
      const asks = app.output.format !== "json" && plans.size === 0 && hasTasksNear(app);
      return nothingRan(plans, asks ? await countToDo(app) : 0);
    }
    function statusOf(state: RunState, found: Found): Status | null {
      return buildStatus(state, factsFrom(state, spokenOf(state), found, app.world.now()));
    }
  },
};

const WATCH_EVERY = 2_000;

/** Whether taskwerk has a store here; to ask it where it has none starts it for nothing. */
const hasTasksNear = (app: App): boolean => storeElsewhere(app) || existsSync(join(app.root, STORE_DIRECTORY));

/** Tasks that an agent could be given. */
async function countToDo(app: App): Promise<number> {
  const { tasksOf } = await import("../facts.ts");
  const tasks = (await tasksOf(app)) ?? [];
  return tasks.filter(({ status, children }) => CATEGORY_OF[status] !== "closed" && children.length === 0).length;
}

const linesOf = (status: Status | null, nothing: readonly string[], output: Output): readonly string[] =>
  status === null ? nothing : statusText(status, layoutOf(output));

const viewWith = (nothing: readonly string[]): View<Status | null> =>
  linesView<Status | null>((status, output) => linesOf(status, nothing, output), {
    items: (status) => (status === null ? [] : [{ ...status, id: status.session.id }]),
    fields: ["id"],
    known: ["id", "session", "plan", "counts", "cards", "working", "failed", "held", "aside", "next"],
  });

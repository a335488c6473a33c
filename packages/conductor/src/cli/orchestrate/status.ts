import { WerkError } from "@taskwerk/contract/errors";
import { buildStatus, type Status } from "../../report/status.ts";
import { statusText } from "../../report/status-text.ts";
import { layoutOf, linesView } from "../lines-view.ts";
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
    for (;;) {
      const status = await statusNow();
      app.show<Status | null>("status", status, STATUS);
      if (!watch || app.world.interrupted.aborted || status === null || status.session.endedAt !== null)
        return undefined;
      await new Promise((resolve) => setTimeout(resolve, 2000));
    }
    async function statusNow(): Promise<Status | null> {
      if (!(await hasJournalAt(app.root))) return null;
      const state = await (await app.journal()).state();
      // Where nothing has ever run, nobody need be asked.
      if (state.sessions.size === 0) return null;
      const { factsOf } = await import("../facts.ts");
      // What people read of it tells nothing that git knows.
      const { format, fields } = app.output;
      const look = (format === "table" || format === "auto") && fields === undefined ? "none" : "glance";
      return buildStatus(state, await factsOf(app, state, look));
    }
  },
};

const STATUS = linesView<Status | null>((status, output) => statusText(status, layoutOf(output)), {
  items: (status) => (status === null ? [] : [{ ...status, id: status.session.id }]),
  fields: ["id"],
  known: ["id", "session", "plan", "counts", "cards", "working", "failed"],
});

import { WerkError } from "@taskwerk/contract/errors";
import type { View } from "@taskwerk/terminal/print-success";
import type { RunState } from "../../model/state.ts";
import { buildStatus, type Status } from "../../report/status.ts";
import { nothingRan, statusText } from "../../report/status-text.ts";
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
      const { status, plans } = await statusNow();
      app.show<Status | null>("status", status, viewWith(plans));
      if (!watch || app.world.interrupted.aborted || status === null || status.session.endedAt !== null)
        return undefined;
      await new Promise((resolve) => setTimeout(resolve, 2000));
    }
    async function statusNow(): Promise<{ readonly status: Status | null; readonly plans: RunState["plans"] }> {
      if (!(await hasJournalAt(app.root))) return { status: null, plans: new Map() };
      const state = await (await app.journal()).state();
      // Where nothing has ever run, nobody need be asked.
      if (state.sessions.size === 0) return { status: null, plans: state.plans };
      const { factsOf } = await import("../facts.ts");
      // What people read of it tells nothing that git knows.
      const { format, fields } = app.output;
      const look = (format === "table" || format === "auto") && fields === undefined ? "none" : "glance";
      return { status: buildStatus(state, await factsOf(app, state, look)), plans: state.plans };
    }
  },
};

const viewWith = (plans: RunState["plans"]): View<Status | null> =>
  linesView<Status | null>(
    (status, output) => (status === null ? nothingRan(plans) : statusText(status, layoutOf(output))),
    {
      items: (status) => (status === null ? [] : [{ ...status, id: status.session.id }]),
      fields: ["id"],
      known: ["id", "session", "plan", "counts", "cards", "working", "failed", "held", "next"],
    },
  );

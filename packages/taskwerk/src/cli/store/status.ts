import type { StoreStatus } from "@taskwerk/contract/client";
import { STATUSES } from "@taskwerk/contract/status";
import { dim } from "@taskwerk/terminal/part";
import type { View } from "@taskwerk/terminal/print-success";
import type { Verb } from "../verb.ts";

/** `status`: how many tasks of each kind, and which store it is. */
export const statusVerb: Verb<unknown> = {
  build: (command) => command,
  async run(app) {
    await app.perform("store.status", {}, STATUS);
  },
};

const STATUS: View<StoreStatus> = {
  fields: ["store", "ready", "cursor"],
  known: ["version", "api", "store", "tasks", "ready", "archived", "deleted", "cursor"],
  items: (status) => [{ ...status, id: status.store }],
  piped: "screen",
  screen(output, { data }) {
    const all = STATUSES.reduce((sum, status) => sum + (data.tasks[status] ?? 0), 0);
    output.line(all === 0 ? "No tasks yet." : `${all} ${all === 1 ? "task" : "tasks"}, ${data.ready} ready now.`);
    for (const status of STATUSES) {
      const count = data.tasks[status] ?? 0;
      if (count > 0) output.line("  ", String(count).padStart(6), `  ${status}`);
    }
    if (data.archived > 0) output.line("  ", String(data.archived).padStart(6), dim("  archived"));
    if (data.deleted > 0)
      output.line("  ", String(data.deleted).padStart(6), dim("  deleted (taskwerk list is:deleted)"));
    output.line(dim(`Store ${data.store}, taskwerk ${data.version}, event ${data.cursor}`));
  },
};

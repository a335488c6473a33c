import { API_VERSION } from "@taskwerk/contract/routes";
import { STATUSES } from "@taskwerk/contract/status";
import { countHidden } from "../../store/count-hidden.ts";
import { eventCursor } from "../../store/event-cursor.ts";
import { countReady } from "../../store/list-tasks.ts";
import { VERSION } from "../../version.ts";
import { look } from "../look.ts";
import type { OperationOf } from "../operation.ts";

/** How many tasks there are in each status, and how many are ready. */
export const storeStatus: OperationOf<"store.status"> = {
  input: () => import("@taskwerk/contract/no-input").then((m) => m.NoInput),
  run: (context) =>
    look(context, async (reader) => {
      const rows = await reader.all<{ name: string; n: number }>("select name, n from tallies");
      const counted = new Map(rows.map(({ name, n }) => [name, n]));
      return {
        data: {
          version: VERSION,
          api: API_VERSION,
          store: context.store.dir,
          tasks: Object.fromEntries(STATUSES.map((status) => [status, counted.get(status) ?? 0])),
          ready: await countReady(reader, context.now().toISOString()),
          ...(await countHidden(reader)),
          cursor: await eventCursor(reader),
        },
      };
    }),
};

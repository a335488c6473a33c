import { perWeek, spreadOf } from "../../core/spread.ts";
import { countTasks } from "../../store/count-tasks.ts";
import { look } from "../look.ts";
import type { OperationOf } from "../operation.ts";
import { filterOf } from "./filter-of.ts";

const WEEKS = 8;

/** Tasks in numbers: by a field, done per week, and how long they took. */
export const statsTask: OperationOf<"task.stats"> = {
  input: () => import("@taskwerk/contract/search").then((m) => m.CountTasks),
  async run(context, { by = "status", query }) {
    const filter = await filterOf(context, query === undefined ? {} : { query }, true);
    return look(context, async (reader) => {
      const { finished, ...counted } = await countTasks(reader, context.store.prefix, filter, by);
      const length = ({ created_at, completed_at }: (typeof finished)[number]): number =>
        Math.max(0, Date.parse(completed_at) - Date.parse(created_at));
      return {
        data: {
          by,
          ...counted,
          throughput: perWeek(
            finished.map(({ completed_at }) => completed_at),
            context.now(),
            WEEKS,
          ),
          lead: spreadOf(finished.map(length)),
          active: spreadOf(finished.map(({ active_ms }) => active_ms).filter((ms) => ms > 0)),
        },
      };
    });
  },
};

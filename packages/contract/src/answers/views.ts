/** What answers that show a part of another one hold, as schemas. */
import { z } from "zod";
import type { ViewKind } from "../more-routes.ts";
import { Criterion, Link, Priority, Status, Task } from "../task.ts";
import { Note } from "./tasks.ts";

const word = z.string();
const count = z.number().int();

/** Kind → `data`. */
export const VIEW_ANSWERS = {
  "task.notes": z.array(Note),
  "task.acceptance": z.array(Criterion),
  "task.links": z.array(Link),
  "dep.list": z.array(z.object({ id: word, direction: z.enum(["depends_on", "blocks"]), task: word })),
  "claim.list": z.array(Task),
  "tag.list": z.array(z.object({ tag: word, total: count, open: count, done: count })),
  "graph.show": z.object({
    tasks: z.array(
      z.object({
        id: word,
        title: word,
        status: Status,
        priority: Priority,
        parent: word.nullable(),
        ready: z.boolean(),
      }),
    ),
    /** `to` waits for `from`. */
    edges: z.array(z.object({ from: word, to: word })),
    /** Dependencies of these tasks on others. */
    outside: count,
  }),
} as const satisfies Record<ViewKind, z.ZodType>;

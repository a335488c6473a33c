/** Bringing in the tasks of a file. */
import { z } from "zod";
import { acceptanceInput, fields, status, strings, title } from "./fields.ts";
import { LIMITS } from "./limits.ts";
import { ON_CONFLICT } from "./on-conflict.ts";

/**
 * One row of an import as people and planners write it: every field but `title` is optional. `parent` and `depends_on` name
 * a `ref`, a key or an id. A row of an export has more fields: docs/formats.md.
 */
export const ImportRow = z.strictObject({
  ref: z.string().optional(),
  title,
  ...fields,
  status: status.optional(),
  tags: strings.optional(),
  parent: z.string().nullish(),
  depends_on: strings.optional(),
  acceptance: acceptanceInput.optional(),
  key: z.string().max(LIMITS.key).nullish(),
});
export type ImportRow = z.infer<typeof ImportRow>;

/** The input of `task.import`. The rows are checked one by one, so that each bad one is told. */
export const ImportTasks = z.strictObject({
  tasks: z.array(z.unknown()).max(LIMITS.importTasks),
  /**
   * `skip` leaves what is there, `update` makes it what the file says, `renumber` gives a new number to a task whose id
   * another one has. Default: `fail`.
   */
  on_conflict: z.enum(ON_CONFLICT).optional(),
  dry_run: z.boolean().optional(),
  /** What to call each row in messages, e.g. `line 3`; default `tasks[0]`, … */
  places: z.array(z.string().max(LIMITS.item)).max(LIMITS.importTasks).optional(),
  /** What the rows were read from, e.g. `csv`; the answer says it again. */
  format: z.string().max(LIMITS.type).optional(),
});
export type ImportTasks = z.infer<typeof ImportTasks>;

/** What would become of a row; `fields` are those that would change, `id` is null where a new number would be given. */
export interface ImportedRow {
  readonly where: string;
  readonly action: "create" | "update" | "skip";
  readonly id: string | null;
  readonly title: string;
  readonly fields: readonly string[];
}

/** `data` of an import. `ids` maps each row's ref, key or former id to the task it became. */
export interface ImportResult {
  readonly created: number;
  readonly updated: number;
  readonly skipped: number;
  readonly format: string | null;
  readonly ids: Readonly<Record<string, string>>;
  /** All tasks that were made, in the order of the rows. */
  readonly new_ids: readonly string[];
  /** With `dry_run`: every row. */
  readonly rows?: readonly ImportedRow[];
  readonly list: string;
}

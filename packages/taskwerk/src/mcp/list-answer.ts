import type { Page } from "@taskwerk/contract/envelope";
import { withoutEmpty } from "./small-task.ts";

/** A page of tasks; where there are more, it says so and how to get them. */
export const listAnswer = (tasks: readonly unknown[], page: Page | undefined): Readonly<Record<string, unknown>> => ({
  tasks,
  total: page?.total ?? tasks.length,
  ...(page?.truncated ? withoutEmpty({ truncated: true, cursor: page.cursor }) : {}),
});

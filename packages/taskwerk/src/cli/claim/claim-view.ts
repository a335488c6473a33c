import type { ClaimResult } from "@taskwerk/contract/claim";
import type { Output } from "@taskwerk/terminal/output";
import { bold, dim } from "@taskwerk/terminal/part";
import type { View } from "@taskwerk/terminal/print-success";
import { TASK_FIELDS } from "../task/fields.ts";

/** A claim: the task with its token, so that `--fields id,token` is all a script needs. */
export const claimView = (say: string): View<ClaimResult> => ({
  fields: ["id", "token", "lease_until", "title"],
  known: [...TASK_FIELDS, "token", "fence", "lease_until"],
  items: ({ changed, unchanged, claim }) => [...changed, ...unchanged].map((task) => ({ ...task, ...claim })),
  screen(output, { data }) {
    for (const task of [...data.changed, ...data.unchanged]) {
      output.line(bold(task.id), `  ${say}  `, task.title);
      output.line(dim("  token   "), data.claim.token);
      output.line(dim("  until   "), clock(output, data.claim.lease_until));
      if (!output.isTTY) continue;
      output.line(dim(`  Longer:  taskwerk heartbeat ${task.id} --claim ${data.claim.token}`));
      output.line(dim(`  Done:    taskwerk done ${task.id} --claim ${data.claim.token}`));
    }
  },
});

/** The time of day where a person looks, the whole moment elsewhere. */
function clock(output: Output, moment: string): string {
  if (!output.isTTY) return moment;
  const at = new Date(moment);
  return [at.getHours(), at.getMinutes()].map((part) => String(part).padStart(2, "0")).join(":");
}

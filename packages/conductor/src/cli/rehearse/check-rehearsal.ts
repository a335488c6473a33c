import { counted } from "../../model/counted.ts";
import type { Report } from "../../report/report.ts";
import { auditWork } from "../../run/audit-work.ts";
import { openUserRepository } from "../open-repository.ts";
import type { Place } from "./make-place.ts";

/** Something that must hold whatever happened, and whether it does. */
export interface Checked {
  readonly id: "receipts" | "kept" | "journal" | "untouched";
  readonly ok: boolean;
  readonly what: string;
}

/** Asks git, the journal and the user's repository. */
export async function checkRehearsal(place: Place, report: Report): Promise<readonly Checked[]> {
  const { app } = place;
  const journal = await app.journal();
  const landed = report.tasks.flatMap((task) => (task.landed === null ? [] : [task.landed]));
  const founded = landed.filter(
    ({ receipts, unfounded, inGit }) =>
      unfounded.length === 0 &&
      receipts.length > 0 &&
      inGit === true &&
      receipts.every(({ required, result }) => !required || result === "pass"),
  );
  const made = (await auditWork(await openUserRepository(app), await journal.state())).filter(
    ({ kind }) => kind !== "workspace",
  );
  const health = await journal.verify();
  const untouched = await place.untouched();
  return [
    {
      id: "receipts",
      ok: founded.length === landed.length,
      what: `${counted(landed.length, "commit")}, ${founded.length} with passing receipts for exactly their trees`,
    },
    {
      id: "kept",
      ok: made.every(({ kept }) => kept),
      what: `${counted(made.length, "tree")} made, ${made.filter(({ kept }) => kept).length} reachable in git`,
    },
    {
      id: "journal",
      ok: health.kind === "sound",
      what:
        health.kind === "sound"
          ? `${counted(health.events, "event")}, chain whole, tables as a replay makes them`
          : health.message,
    },
    ...(untouched === null
      ? []
      : [
          {
            id: "untouched",
            ok: untouched,
            what: untouched
              ? "your repository: refs, index, files, taskwerk and journal as before"
              : "your repository is not as it was; somebody else may have worked in it",
          } as const,
        ]),
  ];
}

import { EXIT } from "@taskwerk/contract/errors";
import { exportText, replayExport } from "../../journal/exported.ts";
import { replayHash } from "../../journal/replay-hash.ts";
import { counted } from "../../model/counted.ts";
import { writePlanText } from "../../plan/file.ts";
import type { App } from "../app.ts";
import { linesView } from "../lines-view.ts";

interface Exported {
  /** Where it was written; "-" = stdout. */
  readonly file: string;
  readonly events: number;
  readonly head: string;
  readonly state: string;
}

/** Writes the journal into a file, atomically. Of a damaged one what can be read is written, and the exit code is 5. */
export async function exportJournal(app: App, given: string): Promise<number | undefined> {
  const journal = await app.journal();
  const { rows, problem } = await journal.rows();
  const text = exportText(rows);
  const { head, state } = replayExport(text, given);
  if (problem !== null) app.note(`${problem.message} Only those are in the export.`);
  if (given === "-") app.output.raw(text);
  else {
    const file = app.path(given);
    await writePlanText(file, text);
    app.show<Exported>(
      "events.export",
      { file, events: rows.length, head, state: replayHash(state) },
      linesView<Exported>(
        (data) => [
          `${counted(data.events, "event")} written to ${given}. Claim tokens are left out.`,
          `State ${data.state}`,
          `Check it anywhere:  conductor audit journal ${given}`,
        ],
        {
          items: (data) => [{ ...data, id: data.file }],
          fields: ["file", "events", "state"],
          known: ["file", "events", "head", "state"],
        },
      ),
    );
  }
  return problem === null ? undefined : EXIT.store;
}

import { WerkError } from "@taskwerk/contract/errors";
import { jsonOf } from "@taskwerk/terminal/print-success";
import { WAYS_TO_BEGIN } from "../../model/first-run.ts";
import { lastActive } from "../../model/state.ts";
import { reportMarkdown } from "../../report/markdown.ts";
import { buildReport, type Report } from "../../report/report.ts";
import { reportText } from "../../report/text.ts";
import { factsOf } from "../facts.ts";
import { layoutOf, linesView } from "../lines-view.ts";
import { stateSeen } from "../state-seen.ts";
import { type Verb, wordOf } from "../verb.ts";

/** `report [SESSION]`: what needs the reader, what landed, why to believe it, and what it cost. */
export const reportVerb: Verb<{ readonly format?: string; readonly json?: boolean }> = {
  build: (command) =>
    command
      .argument("[session]", "default the one that was last at work")
      .option("--format <format>", "text, md or json"),
  ownsFormat: true,
  async run(app, [named], { format = "text" }) {
    if (!["text", "md", "json"].includes(format))
      throw new WerkError("USAGE", `a report is a text and no table: it cannot be had as "${format}".`, {
        hint: "Formats:  conductor report --format text, md or json\nTasks as rows:  taskwerk list --all --format tsv",
        field: "format",
        given: format,
      });
    const state = await stateSeen(app);
    const session = wordOf(named) || lastActive(state)?.id;
    if (session === undefined)
      throw new WerkError("SESSION_NOT_FOUND", "nothing has run here yet", { hint: WAYS_TO_BEGIN });
    const report = buildReport(state, session, await factsOf(app, state, "audit", session));
    if (format === "json") app.output.raw(`${jsonOf(report)}\n`);
    else
      app.show<Report>(
        "report",
        report,
        linesView(
          (data, output) =>
            format === "md" ? reportMarkdown(data, layoutOf(output)).split("\n") : reportText(data, layoutOf(output)),
          {
            items: (data) => data.tasks.map((task) => ({ ...task })),
            fields: ["id", "state"],
            known: ["id", "state", "session", "tasks", "requirements", "costs", "outcome", "exit"],
          },
        ),
        { session },
      );
    return undefined;
  },
};

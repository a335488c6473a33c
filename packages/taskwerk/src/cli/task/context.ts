import type { Brief } from "@taskwerk/contract/context";
import { WerkError } from "@taskwerk/contract/errors";
import { jsonOf, type View } from "@taskwerk/terminal/print-success";
import { sanitiseBlock } from "@taskwerk/terminal/sanitise";
import { taskIdsOrBranch } from "../task-ids.ts";
import { type Verb, wordsOf } from "../verb.ts";

interface ContextFlags {
  readonly budget?: string;
  readonly format?: string;
}

/** `context ID --budget N`: a brief, bare on stdout: Markdown, or with `--format json` its parts. */
export const contextVerb: Verb<ContextFlags> = {
  ownsFormat: true,
  build: (command) =>
    command
      .argument("[id]", "the task; else what the git branch names")
      .option("--budget <tokens>", "how long it may be (4000); a token counts as 3.5 bytes")
      .option("--format <format>", "md, or json for its parts"),
  async run(app, [word], { budget, format = "md" }) {
    if (format !== "md" && format !== "json") {
      throw new WerkError("USAGE", `--format: no "${format}". A brief is md or json.`, {
        hint: "Type:  taskwerk context ID --format md",
        field: "format",
        given: format,
      });
    }
    if (budget !== undefined && !/^\d{1,9}$/.test(budget)) {
      throw new WerkError("USAGE", `--budget: "${budget}" is not a number of tokens.`, {
        hint: "For example:  --budget 4000",
        field: "budget",
        given: budget,
      });
    }
    const [id = ""] = await taskIdsOrBranch(app, wordsOf(word));
    await app.perform(
      "task.context",
      { id, ...(budget === undefined ? {} : { budget: Number(budget) }) },
      view(format),
    );
  },
};

const view = (format: "md" | "json"): View<Brief> => ({
  fields: ["id", "tokens", "text"],
  known: ["id", "budget", "tokens", "sections", "shortened", "text"],
  items: (brief) => [{ ...brief }],
  piped: "screen",
  screen(output, { data }) {
    const { text, ...parts } = data;
    if (format === "json") output.raw(`${jsonOf(parts)}\n`);
    else output.raw(sanitiseBlock(text));
  },
});

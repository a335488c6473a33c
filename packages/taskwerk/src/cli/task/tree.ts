import { WerkError } from "@taskwerk/contract/errors";
import type { ListTasks } from "@taskwerk/contract/list-tasks";
import { printSuccess } from "@taskwerk/terminal/print-success";
import type { App } from "../app.ts";
import { taskId } from "../task-ids.ts";
import { type Verb, wordsOf } from "../verb.ts";
import { pageOf } from "./list-flags.ts";
import { printList } from "./print-list.ts";

interface TreeFlags {
  readonly format?: string;
  readonly limit?: string;
  readonly cursor?: string;
}
const FORMATS = ["text", "dot", "mermaid"] as const;

/** `tree [ID]`: parents with what lies below them, and how far each has come; or a graph with what waits for what. */
export const treeVerb: Verb<TreeFlags> = {
  ownsFormat: true,
  build: (command) =>
    command
      .argument("[id]", "only this task and all below it")
      .option("--format <format>", "text, or dot or mermaid: a graph, with dependencies")
      .option("--limit <n>", "rows, in whole trees; 0 for all of them (50; a graph: all)")
      .option("--cursor <cursor>", "the page after this one"),
  async run(app, [word], { format = "text", ...page }) {
    const found = FORMATS.find((one) => one === format);
    if (!found) {
      throw new WerkError("USAGE", `--format: no "${format}". A tree is ${FORMATS.join(", ")}.`, {
        field: "format",
        given: format,
        hint: "As JSON:  --json",
      });
    }
    const [id] = wordsOf(word);
    const input: ListTasks = { tree: true, ...pageOf(page), ...(id === undefined ? {} : await below(app, id)) };
    if (found === "text") return printList(app, "task.list", input);
    const [{ graphDocument }, answer] = await Promise.all([
      import("./graph-document.ts"),
      app.call("task.list", { limit: 0, ...input }),
    ]);
    printSuccess(app.output, answer, {
      fields: ["id", "parent", "status", "title"],
      known: ["id", "parent", "status", "title", "depends_on", "leaves"],
      piped: "screen",
      screen: (output, { data }) => output.raw(graphDocument(found, data)),
    });
    return undefined;
  },
};

/** A task and all below it, closed ones too. Throws TASK_NOT_FOUND. */
async function below(app: App, word: string): Promise<Pick<ListTasks, "query" | "all">> {
  const { data } = await app.call("task.show", { id: await taskId(app, word) });
  return { query: `id:${data.id} or under:${data.id}`, all: true };
}

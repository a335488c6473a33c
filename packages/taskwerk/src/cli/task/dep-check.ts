import { EXIT, WerkError } from "@taskwerk/contract/errors";
import type { GraphCheck } from "@taskwerk/contract/graph";
import type { Output } from "@taskwerk/terminal/output";
import { dim, red, yellow } from "@taskwerk/terminal/part";
import { printSuccess, type View } from "@taskwerk/terminal/print-success";
import { taskId, taskIds } from "../task-ids.ts";
import { type Verb, wordOf, wordsOf } from "../verb.ts";
import { writeView } from "./write-view.ts";

/** `dep check`: is the graph sound. `dep check ID ON…`: could ID wait for these; nothing is changed. Exit 8 where not. */
export const depCheckVerb: Verb<unknown> = {
  build: (command) =>
    command
      .argument("[id]", "the task that would wait; without it, everything is looked at")
      .argument("[on...]", "what it would wait for"),
  async run(app, [id, on]) {
    if (id === undefined) {
      app.checkFields(CHECK);
      const answer = await app.call("graph.check", {});
      printSuccess(app.output, answer, CHECK);
      return answer.data.ok ? undefined : EXIT.conflict;
    }
    if (wordsOf(on).length === 0) {
      throw new WerkError("USAGE", "what it would wait for is missing: taskwerk dep check ID ON...", {
        hint: "Type:  taskwerk dep check ID ON",
        field: "on",
      });
    }
    const add = await taskIds(app, wordsOf(on));
    await app.perform("task.deps", { id: await taskId(app, wordOf(id)), add, dry_run: true }, COULD);
  },
};

/** `dep cycles`: each ring of tasks that wait for each other. Exit 8 where there is one. */
export const depCyclesVerb: Verb<unknown> = {
  build: (command) => command,
  async run(app) {
    app.checkFields(CYCLES);
    const answer = await app.call("graph.check", {});
    const data = answer.data.cycles.map((path) => ({ path }));
    printSuccess(app.output, { ...answer, kind: "graph.cycles", data }, CYCLES);
    return data.length === 0 ? undefined : EXIT.conflict;
  },
};

const COULD = writeView((task) => [task.id, `  could wait for ${task.depends_on.join(", ")}`]);

const pathLine = (path: readonly string[]): string => path.join(" -> ");

const CYCLES: View<readonly { readonly path: readonly string[] }[]> = {
  fields: ["path"],
  known: ["path"],
  items: (cycles) => cycles.map(({ path }) => ({ path: pathLine(path) })),
  ids: (cycles) => cycles.map(({ path }) => path[0]!),
  screen(output, { data }) {
    if (data.length === 0) output.line("No tasks wait for each other.");
    for (const { path } of data) output.line(red("cycle"), "  ", pathLine(path));
  },
};

const CHECK: View<GraphCheck> = {
  fields: ["ok", "tasks", "dependencies"],
  known: ["ok", "tasks", "dependencies", "cycles", "kin", "never"],
  items: (check) => [{ ...check }],
  ids: ({ never }) => never.map(({ id }) => id),
  screen(output, { data }) {
    const { ok, tasks, dependencies, cycles, kin, never } = data;
    const [many, edges] = [tasks === 1 ? "task" : "tasks", dependencies === 1 ? "dependency" : "dependencies"];
    if (ok) output.line(`Sound: ${tasks} ${many}, ${dependencies} ${edges}.`);
    for (const path of cycles) output.line(red("cycle"), "  ", pathLine(path));
    for (const { id, on } of kin) output.line(red("kin"), `    ${id} depends on ${on}, and one is a part of the other`);
    for (const { id, on, why } of never) output.line(yellow("never"), `  ${id} waits for ${on}, which was ${why}`);
    if (never.length > 0) hint(output, never[0]!);
  },
};

function hint(output: Output, { id, on }: GraphCheck["never"][number]): void {
  if (!output.isTTY) return;
  output.line();
  output.line(dim(`Let it go on:  taskwerk dep rm ${id} ${on}`));
}

import { shellWord } from "@taskwerk/contract/shell-word";
import type { Output } from "@taskwerk/terminal/output";
import { bold, dim, green, type Part, yellow } from "@taskwerk/terminal/part";
import type { View } from "@taskwerk/terminal/print-success";
import { branchOf } from "../../model/branch-of.ts";
import { counted } from "../../model/counted.ts";
import { short } from "../../model/short.ts";
import { cut, wrap } from "../../report/layout.ts";
import { layoutOf } from "../lines-view.ts";
import { nextLines } from "../next-lines.ts";
import { gatesGreen } from "./gates-green.ts";
import type { UndoData } from "./undo-data.ts";

type Line = readonly Part[];

/** What goes and why, what stays, and what else there is to know before a yes. */
export function planLines(data: UndoData, output: Output): readonly Line[] {
  const { width } = layoutOf(output);
  const { reverts, stays, gateFiles, ref } = data;
  const id = Math.max(...[...reverts, ...stays].map(({ task }) => task.length));
  const note = (text: string): readonly Line[] => wrap(text, width - 2).map((line) => [`  ${line}`]);
  return [
    [bold(`${counted(reverts.length, "landed task")} would be taken back from ${branchOf(ref)}, in this order:`)],
    ...reverts.flatMap(({ task, title, why, landing }): readonly Line[] => [
      [`  ${task.padEnd(id)}  ${short(landing)}  ${cut(title, width - id - 13)}`],
      ["  ", " ".repeat(id), dim(`           ${cut(why, width - id - 13)}`)],
    ]),
    ...(stays.length === 0
      ? []
      : [
          [bold("These stay:")],
          ...stays.map(({ task, why }) => [`  ${task.padEnd(id)}  ${cut(why, width - id - 4)}`]),
        ]),
    ...note(
      "Each becomes a commit of its own. Gates run on what is left before anything moves; your branches and files stay as they are. Then the tasks are open again in taskwerk.",
    ),
    ...(gateFiles.length === 0
      ? []
      : note(`How work is judged changes with it: ${gateFiles.join(", ")}`).map((line) =>
          line.map((one) => yellow(String(one))),
        )),
  ];
}

/** For people: what was done, or would be. `again`: the command that asked for it; `as`: the branch that it named. */
export const undoView = (again: string, as?: string): View<UndoData> => ({
  items: ({ reverts }) => reverts.map((one) => ({ ...one, id: one.task })),
  fields: ["task", "landing", "commit"],
  known: ["task", "title", "why", "landing", "commit"],
  piped: "screen",
  screen(output, { data }) {
    const next = (...commands: readonly string[]): void => {
      for (const line of nextLines(commands, output)) output.line(line);
    };
    if (data.state === "would-undo") {
      for (const line of planLines(data, output)) output.line(...line);
      if (output.isTTY) next(`${again}${as === undefined ? "" : ` --as ${shellWord(as)}`}`);
      return;
    }
    const tasks = data.reverts.map(({ task }) => task).join(", ");
    const gates = data.receipts.length === 0 ? "" : `, ${gatesGreen(data.receipts)}`;
    if (data.state === "branch") {
      output.line(`Made ${data.branch} at ${short(data.commit ?? "")}: without ${tasks}. Nothing else was moved.`);
      output.line(`Take it        git merge --ff-only ${data.branch}`);
      output.line(`Then           ${again}`);
      output.line("               opens the tasks again; so does the next run");
      return;
    }
    output.line(green(`Undone: ${tasks}.`));
    output.line(
      `  ${counted(data.reverts.length, "revert")} on ${branchOf(data.ref)} (${short(data.from)} > ${short(data.commit ?? "")})${gates}.`,
    );
    output.line(`  Open again in taskwerk: ${data.reopened.join(", ")}`);
    if (output.isTTY) next(`conductor log ${asked(data)}`, "conductor status");
  },
});

/** The task that everything else stands on. */
const asked = ({ reverts }: UndoData): string => reverts.at(-1)?.task ?? "";

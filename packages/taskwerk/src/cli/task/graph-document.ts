import type { Status } from "@taskwerk/contract/status";
import type { Task } from "@taskwerk/contract/task";
import { sanitise } from "@taskwerk/terminal/sanitise";

type Tasks = readonly Task[];
type Format = "dot" | "mermaid";

/** Tasks as a graph: a parent is a box around its parts, an arrow leads from what is waited for to what waits. */
export const graphDocument = (format: Format, tasks: Tasks): string =>
  `${(format === "dot" ? dot(tasks) : mermaid(tasks)).join("\n")}\n`;

const COLOURS: Readonly<Record<Status | "ready", string>> = {
  ready: "#ffffff",
  todo: "#eeeeee",
  "in-progress": "#cdeffd",
  review: "#fff3bf",
  blocked: "#ffd6d6",
  paused: "#e9e4f5",
  done: "#d3f2d3",
  cancelled: "#dddddd",
};
const stateOf = ({ status, ready }: Task): Status | "ready" => (status === "todo" && ready ? "ready" : status);

/** What a box says: id, title, state, or of a parent how many of its ends are closed. */
const wordsOf = (task: Task): readonly string[] => [
  task.id,
  sanitise(task.title),
  task.leaves ? `${task.leaves.closed} of ${task.leaves.total}` : stateOf(task),
];

/** Roots among what is shown, what lies below each, and the arrows between them. */
function shapeOf(tasks: Tasks) {
  const shown = new Set(tasks.map(({ id }) => id));
  const below = new Map<string, Task[]>();
  const roots: Task[] = [];
  for (const task of tasks) {
    if (task.parent === null || !shown.has(task.parent)) roots.push(task);
    else below.set(task.parent, [...(below.get(task.parent) ?? []), task]);
  }
  const arrows = tasks.flatMap(({ id, depends_on }) =>
    depends_on.filter((on) => shown.has(on)).map((on) => [on, id] as const),
  );
  return { roots, below, arrows };
}

function dot(tasks: Tasks): readonly string[] {
  const text = (value: string): string => `"${value.replace(/[\\"]/g, "\\$&")}"`;
  const label = (task: Task): string =>
    `"${wordsOf(task)
      .map((one) => text(one).slice(1, -1))
      .join("\\n")}"`;
  const { roots, below, arrows } = shapeOf(tasks);
  const box = (task: Task, indent: string): readonly string[] => {
    const node = `${text(task.id)} [label=${label(task)}, fillcolor=${text(COLOURS[stateOf(task)])}];`;
    const parts = below.get(task.id);
    if (!parts) return [`${indent}${node}`];
    return [
      `${indent}subgraph ${text(`cluster_${task.id}`)} {`,
      `${indent}  style=rounded;`,
      `${indent}  ${node}`,
      ...parts.flatMap((part) => box(part, `${indent}  `)),
      `${indent}}`,
    ];
  };
  return [
    "digraph tasks {",
    "  rankdir=LR;",
    '  node [shape=box, style="rounded,filled", fontname="sans-serif"];',
    ...roots.flatMap((root) => box(root, "  ")),
    ...arrows.map(([from, to]) => `  ${text(from)} -> ${text(to)};`),
    "}",
  ];
}

function mermaid(tasks: Tasks): readonly string[] {
  const name = (id: string): string => id.replace(/[^A-Za-z0-9]/g, "_");
  const text = (value: string): string =>
    value.replace(/[#"<>&`]/g, (char) => `#${char.codePointAt(0)};`).replace(/\\/g, "#92;");
  const { roots, below, arrows } = shapeOf(tasks);
  const box = (task: Task, indent: string): readonly string[] => {
    const label = wordsOf(task).map(text);
    const parts = below.get(task.id);
    if (!parts) return [`${indent}${name(task.id)}["${label.join("<br>")}"]:::${name(stateOf(task))}`];
    return [
      `${indent}subgraph ${name(task.id)}["${label.join(" ")}"]`,
      ...parts.flatMap((part) => box(part, `${indent}  `)),
      `${indent}end`,
    ];
  };
  const states = new Set(tasks.filter(({ id }) => !below.has(id)).map(stateOf));
  return [
    "flowchart LR",
    ...roots.flatMap((root) => box(root, "  ")),
    ...arrows.map(([from, to]) => `  ${name(from)} --> ${name(to)}`),
    ...[...states].map((state) => `  classDef ${name(state)} fill:${COLOURS[state]}`),
  ];
}

/** A specification beside a checklist: what the checklist does is no task a second time. */
import type { Requirement } from "../../../model/plan.ts";
import { codeSpans } from "../../sections/inline.ts";
import type { Node } from "./node.ts";

/** What is left of the tasks, and what was taken for granted on the way. */
export interface Served {
  readonly nodes: readonly Node[];
  readonly assumptions: readonly string[];
}

/**
 * Where a checklist says which story each of its tasks serves, the stories are no tasks beside it: their acceptance goes to the
 * group that is named for them. Requirements that name the same thing in code as a task of the checklist does are served by it;
 * that is an assumption, and said as one.
 */
export function servedByChecklist(nodes: readonly Node[], requirements: readonly Requirement[]): Served {
  const all = flat(nodes);
  const explicit = all.filter((node) => node.explicit);
  const served = new Set(explicit.flatMap(({ stories }) => stories));
  if (served.size === 0) return { nodes, assumptions: [] };
  const texts = new Map(requirements.map(({ id, quote }) => [id, quote]));
  const byName = tasksByName(explicit);
  const assumptions: string[] = [];
  const dropped = new Set<Node>();
  for (const node of all) {
    if (node.explicit || node.children.length > 0) continue;
    const story = node.stories.find((id) => served.has(id));
    if (story !== undefined) {
      handOver(node, story, all);
      dropped.add(node);
      continue;
    }
    const quote = node.id === null ? undefined : texts.get(node.id);
    const name = quote === undefined ? undefined : namesIn(quote).find((one) => byName.has(one));
    const task = name === undefined ? undefined : byName.get(name);
    if (task === undefined || node.id === null) continue;
    task.stories.push(node.id);
    assumptions.push(`${node.id} is done with ${task.id ?? task.title}: both name ${name}`);
    dropped.add(node);
  }
  return { nodes: without(nodes, dropped), assumptions };
}

const flat = (nodes: readonly Node[]): readonly Node[] => nodes.flatMap((node) => [node, ...flat(node.children)]);

/** Names of code in a text: `TaskController`, `plans` as "plan"; no paths, no commands. */
const namesIn = (text: string): readonly string[] =>
  codeSpans(text)
    .filter((span) => /^[A-Za-z_]\w{3,60}$/.test(span))
    .map((span) => span.replace(/s$/, ""));

/** The first task of a checklist that names a thing. */
function tasksByName(explicit: readonly Node[]): ReadonlyMap<string, Node> {
  const byName = new Map<string, Node>();
  for (const node of explicit)
    for (const name of namesIn(node.phrases[0] ?? "")) if (!byName.has(name)) byName.set(name, node);
  return byName;
}

function handOver(story: Node, id: string, all: readonly Node[]): void {
  const named = new RegExp(`\\buser story ${id.slice(2)}\\b`, "i");
  const group = all.find((node) => node.children.length > 0 && named.test(node.title));
  group?.acceptance.push(...story.acceptance);
}

/** Without these, and without groups that only held them. */
const without = (nodes: readonly Node[], dropped: ReadonlySet<Node>): Node[] =>
  nodes.flatMap((node) => {
    if (dropped.has(node)) return [];
    const held = node.children.length;
    node.children = without(node.children, dropped);
    return held > 0 && node.children.length === 0 ? [] : [node];
  });

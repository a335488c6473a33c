import { findCycle } from "../../precedence.ts";
import type { Node } from "./node.ts";

interface Placed {
  readonly node: Node;
  readonly parent: Placed | null;
}

/**
 * Takes out what would make tasks wait for each other: words about order can be misread, and a plan that cannot be done is
 * worse than one with an edge too few. Each edge taken out leaves a question with its task.
 */
export function withoutCycles(all: readonly Placed[]): void {
  const index = new Map(all.map(({ node }, at) => [node, String(at)]));
  const asTasks = () =>
    all.map(({ node, parent }) => ({
      key: index.get(node) ?? "",
      parent: parent === null ? null : (index.get(parent.node) ?? null),
      depends_on: node.after.flatMap((other) => index.get(other) ?? []),
    }));
  for (let cycle = findCycle(asTasks()); cycle !== null; cycle = findCycle(asTasks())) {
    const edge = cycle.edges.at(-1);
    if (edge === undefined) return;
    const later = all[Number(edge.task)]?.node;
    const earlier = all[Number(edge.dependsOn)]?.node;
    if (later === undefined || earlier === undefined) return;
    later.after.splice(later.after.indexOf(earlier), 1);
    later.questions.push(
      `Should it wait for "${earlier.title}"? The document's words would make them wait for each other.`,
    );
  }
}

/** The keys and types of documents, so that a change of the envelope is seen in a review. */

/** Maps whose keys are data. */
const OPEN = new Set(["metadata", "uids", "evidence", "ids", "before", "after", "details", "from", "to"]);

/** Path → types, of one document or of several laid over one another. */
export type Shape = Map<string, Set<string>>;

/** What stands in many answers: said once, under its own name. */
interface Part {
  readonly name: string;
  readonly is: (value: object) => boolean;
  readonly shape: Shape;
}
export const PARTS: readonly Part[] = [
  { name: "Exported task", is: (value) => "uid" in value && "active_ms" in value, shape: new Map() },
  { name: "Task", is: (value) => "uid" in value && "depends_on" in value, shape: new Map() },
];
/** What some answers add to a task. */
const ADDED = new Set(["notes", "found_in", "snippet"]);

/** Adds what a value is made of. */
export function addShape(shape: Shape, path: string, value: unknown): void {
  const plain = value === null ? "null" : Array.isArray(value) ? "list" : typeof value;
  const part = plain === "object" ? PARTS.find(({ is }) => is(value as object)) : undefined;
  shape.set(path, (shape.get(path) ?? new Set()).add(path !== "" && part ? part.name : plain));
  if (part && path !== "") {
    for (const [key, one] of Object.entries(value as object))
      addShape(ADDED.has(key) ? shape : part.shape, ADDED.has(key) ? `${path}.${key}` : key, one);
    return;
  }
  if (OPEN.has(path.split(".").at(-1)!)) return;
  if (Array.isArray(value)) for (const one of value) addShape(shape, `${path}[]`, one);
  else if (typeof value === "object" && value !== null)
    for (const [key, one] of Object.entries(value)) addShape(shape, path === "" ? key : `${path}.${key}`, one);
}

/** One line a path. */
export function shapeText(shape: Shape): string {
  const lines = [...shape]
    .filter(([path]) => path !== "")
    .map(([path, types]) => `  ${path}: ${[...types].sort().join(" | ")}`);
  return lines.sort((a, b) => (a < b ? -1 : 1)).join("\n");
}

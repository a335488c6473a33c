import { plainText } from "./inline.ts";

/** Which column of a table of requirements, stories or tasks says what; -1 where there is none. */
export interface TableColumns {
  readonly id: number;
  readonly text: number;
  readonly priority: number;
  readonly acceptance: number;
  readonly dependsOn: number;
  readonly files: number;
  /** True when its text column is headed as tasks, not as requirements. */
  readonly tasks: boolean;
}

/** Reads a table's header; null when it is no table of things to do. */
export function columnsOf(header: readonly string[]): TableColumns | null {
  const names = header.map((cell) => plainText(cell).toLowerCase());
  const find = (pattern: RegExp) => names.findIndex((name) => pattern.test(name));
  const id = find(/^(?:id|no\.?|#|ref|key|req(?:\.|uirement)? ?(?:id|no\.?))$/);
  const priority = find(/^(?:priority|prio|level|moscow|importance|must\/should.*)$/);
  const acceptance = find(/accept|criteria|verif|^tests?$|how to (?:test|check)/);
  const dependsOn = find(/^(?:depends? ?on|dependenc(?:y|ies)|after|blocked by|prerequisites?)$/);
  const files = find(/^(?:files?|paths?|modules?)$/);
  let text = find(
    /^(?:requirements?|features?|tasks?|user stor(?:y|ies)|stor(?:y|ies)|capabilit(?:y|ies)|deliverables?|work item)$/,
  );
  if (text < 0 && (id >= 0 || priority >= 0)) text = find(/^(?:description|title|name|summary|what|statement)$/);
  if (text < 0) return null;
  return {
    id,
    text,
    priority,
    acceptance,
    dependsOn,
    files,
    tasks: /^(?:tasks?|work item|deliverables?)/.test(names[text] ?? ""),
  };
}

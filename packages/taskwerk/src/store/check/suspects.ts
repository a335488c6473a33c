import type { Reader } from "@taskwerk/sqlite/database";
import { factKey, factsOf, sameValue } from "../../core/facts.ts";
import { changeOf, type RawChange } from "../op-log.ts";

/**
 * Of the changes of an operation whose hash does not fit, those that do not fit what was said of the same before and
 * after: one alone is it; of several it is those that contradict their neighbours.
 */
export async function suspects(
  reader: Reader,
  changes: readonly RawChange[],
): Promise<readonly { readonly seq: number; readonly why: string }[]> {
  const found: { seq: number; why: string }[] = [];
  for (const change of changes) {
    const why = await contradiction(reader, change);
    if (why !== null) found.push({ seq: change.seq, why });
  }
  if (found.length > 0 || changes.length !== 1) return found;
  return [{ seq: changes[0]!.seq, why: "or its operation or its events" }];
}

async function contradiction(reader: Reader, change: RawChange): Promise<string | null> {
  let facts: ReturnType<typeof factsOf>;
  try {
    facts = factsOf(changeOf(change));
  } catch {
    return "it is no JSON";
  }
  const task = await reader.get<Record<string, unknown>>("select * from tasks where uid = ?", [change.subject]);
  const others = await reader.all<RawChange>(
    "select seq, op, entity, subject, before, after from changes where subject = ? order by seq",
    [change.subject],
  );
  const known = others.flatMap((one) => {
    try {
      return factsOf(changeOf(one)).map((fact) => ({ seq: one.seq, ...fact }));
    } catch {
      return [];
    }
  });
  for (const fact of facts) {
    const same = known.filter((one) => factKey(one) === factKey(fact));
    const previous = same.findLast(({ seq }) => seq < change.seq);
    const next = same.find(({ seq }) => seq > change.seq);
    if (previous && !sameValue(previous.after, fact.before)) return `${fact.name} was something else before`;
    if (next && !sameValue(next.before, fact.after)) return `${fact.name} was something else afterwards`;
    if (!next && fact.kind === "column" && task && fact.name in task && !sameValue(task[fact.name], fact.after)) {
      return `${fact.name} is something else now`;
    }
  }
  if (change.entity === "task" && change.before === null && task) {
    const said = changeOf(change).after ?? {};
    const odd = Object.keys(said).find((name) => {
      if (!(name in task) || VOLATILE.has(name)) return false;
      const next = known.find((one) => one.kind === "column" && one.name === name && one.seq > change.seq);
      return !sameValue(next ? next.before : task[name], said[name]);
    });
    if (odd) return `${odd} was something else afterwards`;
  }
  return null;
}

/** Set by every change, without a word in the log. */
const VOLATILE: ReadonlySet<string> = new Set(["updated_at", "updated_by"]);

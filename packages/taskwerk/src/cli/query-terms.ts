import { WerkError } from "@taskwerk/contract/errors";
import { nearest } from "@taskwerk/contract/nearest";
import type { ListTasks } from "@taskwerk/contract/task";
import { priorityOf, statusOf } from "./task/words.ts";

/** Fields a query may name, and how each becomes part of a list's input. */
const TERMS: Readonly<Record<string, (values: readonly string[]) => ListTasks>> = {
  status: (values) => statusTerm(values),
  priority: (values) => ({ priority: values.map(priorityOf) }),
  tag: (values) => ({ tag: [...values] }),
  assignee: (values) => ({ assignee: only("assignee", values) }),
  parent: (values) => ({ parent: only("parent", values) }),
  session: (values) => ({ session: only("session", values) }),
  key: (values) => ({ key_prefix: only("key", values) }),
  is: (values) => {
    const word = only("is", values);
    if (word === "ready") return { ready: true };
    throw invalid(`no state "${word}"`, word, ["ready"]);
  },
};

/** Statuses as part of a list's input; `ready` alone means what can be worked on, as lists show it. Throws INVALID_STATUS. */
export function statusTerm(words: readonly string[]): ListTasks {
  const isReady = (word: string): boolean => word.trim().toLowerCase() === "ready";
  if (words.every(isReady)) return { ready: true };
  const ready = words.find(isReady);
  if (ready === undefined) return { status: words.map(statusOf) };
  throw new WerkError("INVALID_STATUS", "ready is what a todo can be, and stands alone.", {
    hint: "Only those that can be worked on now:  taskwerk list is:ready",
    field: "status",
    given: ready,
  });
}

/**
 * Terms such as `status:todo,review tag:api is:ready` as the input of a list. Throws INVALID_QUERY for a field that
 * does not exist or stands twice; never answers with nothing for a term it does not know.
 */
export function queryTerms(words: readonly string[]): ListTasks {
  const query: Record<string, unknown> = {};
  for (const word of words.flatMap((one) => one.split(/\s+/)).filter((one) => one !== "")) {
    const colon = word.indexOf(":");
    if (colon <= 0) {
      throw new WerkError("INVALID_QUERY", `"${word}" is no query term.`, {
        hint: `A term is a field and a value:  ${Object.keys(TERMS).join(": ")}:`,
        given: word,
      });
    }
    const field = word.slice(0, colon).toLowerCase();
    const values = word
      .slice(colon + 1)
      .split(",")
      .filter((value) => value !== "");
    const term = Object.hasOwn(TERMS, field) ? TERMS[field] : undefined;
    if (!term) throw invalid(`no field "${field}"`, field, Object.keys(TERMS));
    if (values.length === 0) throw new WerkError("INVALID_QUERY", `${field}: needs a value.`, { given: word });
    for (const [key, value] of Object.entries(term(values))) {
      if (!Object.hasOwn(query, key) || key === "ready") query[key] = value;
      else if (key === "tag") query[key] = [...(query[key] as string[]), ...(value as string[])];
      else throw new WerkError("INVALID_QUERY", `${field}: stands twice; one term takes several values: ${field}:a,b`);
    }
  }
  return query as ListTasks;
}

function only(field: string, values: readonly string[]): string {
  if (values.length > 1)
    throw new WerkError("INVALID_QUERY", `${field}: takes one value.`, { given: values.join(",") });
  return values[0]!;
}

function invalid(what: string, given: string, known: readonly string[]): WerkError {
  const near = nearest(given, known);
  return new WerkError("INVALID_QUERY", `${what}.${near ? ` Did you mean "${near}"?` : ""}`, {
    hint: `There is:  ${known.join(", ")}`,
    given,
    ...(near ? { candidates: [near] } : {}),
  });
}

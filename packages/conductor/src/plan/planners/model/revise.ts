/** When documents changed a little, the first level of before is gone on with: only what changed is asked about. Pure. */

import type { PlanDocument } from "../../read/document.ts";
import type { PlanAnswer, TaskAnswer } from "./answer.ts";
import type { FoundQuote } from "./find-quote.ts";
import { changedSpans, type HashedSpan, placeOf } from "./spans.ts";

/** The last first level of the same files. */
export interface LastLevel {
  readonly spans: readonly string[];
  readonly answer: PlanAnswer;
}

/** What has changed in the documents since, and which tasks that touches. */
export interface Revision {
  readonly changed: readonly HashedSpan[];
  /** Keys of tasks whose words are gone or changed: answered again, or dropped. */
  readonly affected: ReadonlySet<string>;
}

/** From this share of changed pieces on, a plan is made anew. */
const MOST_CHANGED = 0.5;

/** What is to be asked again; null when the documents are too different to go on. */
export function revisionOf(
  last: LastLevel,
  spans: readonly HashedSpan[],
  find: (quote: string) => FoundQuote | null,
): Revision | null {
  const changed = changedSpans(spans, last.spans);
  const gone = Math.max(0, last.spans.length - (spans.length - changed.length));
  if (changed.length + gone === 0) return null;
  if (Math.max(changed.length, gone) > Math.max(1, spans.length * MOST_CHANGED)) return null;
  const documents = [...new Set(spans.map(({ document }) => document))];
  const affected = last.answer.tasks.filter(({ source_quote: quote }) => {
    if (quote === null) return false;
    const found = find(quote);
    const at = found === null ? null : placeOf(found.source, documents);
    if (at === null) return true;
    return changed.some(
      ({ document, first, last: end }) => document === at.document && first <= at.span.last && at.span.first <= end,
    );
  });
  return { changed, affected: new Set(affected.map(({ key }) => key)) };
}

/** The first level of before with what was answered about the change. */
export function revised(
  before: PlanAnswer,
  { affected }: Revision,
  answer: PlanAnswer,
  find: (quote: string) => FoundQuote | null,
  documents: readonly PlanDocument[],
): PlanAnswer {
  const again = new Map(answer.tasks.map((task) => [task.key, task]));
  const tasks = before.tasks.flatMap((task) => again.get(task.key) ?? (affected.has(task.key) ? [] : [task]));
  const keys = new Set(tasks.map(({ key }) => key));
  for (const task of answer.tasks) if (!keys.has(task.key)) insertByPlace(tasks, task, find, documents);
  const dropped = new Set(before.tasks.map(({ key }) => key).filter((key) => !tasks.some((task) => task.key === key)));
  return {
    tasks: tasks.map((task) => ({ ...task, depends_on: task.depends_on.filter((key) => !dropped.has(key)) })),
    more_requirements: [
      ...before.more_requirements.filter(({ id }) => !answer.more_requirements.some((one) => one.id === id)),
      ...answer.more_requirements,
    ],
    questions: answer.questions,
    assumptions: answer.assumptions,
  };
}

/** Before the first task that stands further down in the documents. */
function insertByPlace(
  tasks: TaskAnswer[],
  task: TaskAnswer,
  find: (quote: string) => FoundQuote | null,
  documents: readonly PlanDocument[],
): void {
  const place = (one: TaskAnswer): number | null => {
    const found = one.source_quote === null ? null : find(one.source_quote);
    const at = found === null ? null : placeOf(found.source, documents);
    return at === null ? null : documents.indexOf(at.document) * 1e9 + at.span.first;
  };
  const own = place(task);
  const index = own === null ? -1 : tasks.findIndex((other) => (place(other) ?? -1) > own);
  tasks.splice(index < 0 ? tasks.length : index, 0, task);
}

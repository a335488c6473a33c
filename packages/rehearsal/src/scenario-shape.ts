/** What a scenario is made of, as data: the reader and the published JSON Schema both follow it, so that they cannot differ. */

/** What a value may be. */
export type Shape =
  | { readonly a: "text" | "pattern" | "number" | "flag" }
  | { readonly a: "whole"; readonly least: number; readonly most?: number }
  | { readonly a: "choice"; readonly of: readonly (string | number | boolean)[] }
  | { readonly a: "list"; readonly of: Shape; readonly least?: number }
  /** Names of one's own, each with such a value. */
  | { readonly a: "names"; readonly of: Shape }
  | { readonly a: "either"; readonly of: readonly Shape[] }
  /** One of `OBJECTS`. */
  | { readonly a: "object"; readonly name: string }
  /** One of `ACTIONS`, with `when`. */
  | { readonly a: "step" };

export interface Field {
  readonly is: Shape;
  /** Default no. */
  readonly optional?: boolean;
  readonly says: string;
}

export type Fields = Readonly<Record<string, Field>>;

const text: Shape = { a: "text" };
const pattern: Shape = { a: "pattern" };
const number: Shape = { a: "number" };
const flag: Shape = { a: "flag" };
const lines: Shape = { a: "either", of: [text, { a: "list", of: text }] };
const steps: Shape = { a: "list", of: { a: "step" } };
const whole = (least: number, most?: number): Shape => ({ a: "whole", least, ...(most === undefined ? {} : { most }) });
const object = (name: string): Shape => ({ a: "object", name });
const listOf = (of: Shape, least?: number): Shape => ({ a: "list", of, ...(least === undefined ? {} : { least }) });
const must = (is: Shape, says: string): Field => ({ is, says });
const may = (is: Shape, says: string): Field => ({ is, says, optional: true });

/** The keys of each action; the first names it. */
export const ACTIONS: Readonly<Record<string, Fields>> = {
  say: { say: must(text, "Prints a line.") },
  sleep: { sleep: must(number, "Waits so many milliseconds, times the scenario's pace.") },
  write: {
    write: must(text, "Writes a whole file: its path in the clone."),
    content: may(lines, "The text, or its lines."),
    from: may(text, "A file beside the scenario that is copied instead."),
    fill: may(flag, "{{name}} is filled in in the copied file too."),
  },
  patch: {
    patch: must(text, "Changes the one place of this file where `find` stands."),
    find: must(text, "What is looked for."),
    replace: must(text, "What stands there afterwards."),
  },
  delete: { delete: must(text, "Deletes a file or a directory.") },
  run: {
    run: must(text, "A shell command in the clone, reported with its output."),
    expect: may({ a: "choice", of: ["ok", "fail"] }, "The agent ends with exit 1 when it goes otherwise."),
  },
  commit: { commit: must(text, "Commits everything, with this message; nothing when nothing changed.") },
  ask: {
    ask: must(text, "Asks a person and waits for the answer."),
    options: may(listOf(text), "Answers to choose from."),
    default: may(text, "What the agent would take."),
    reversible: may(flag, "A wrong choice can be corrected cheaply later. Default true."),
    as: may(text, "The name of the answer, for {{name}} in later steps."),
  },
  note: { note: must(text, "Leaves a note at the task.") },
  blocker: { blocker: must(text, "Says that the task cannot be done, and why.") },
  tool: {
    tool: must(text, "Reports the use of a tool that did not take place."),
    input: may(text, "What it was given."),
    output: may(text, "What it said."),
    ok: may(flag, "Whether it succeeded. Default true."),
  },
  usage: { usage: must(object("usage"), "Adds to what is reported as used.") },
  repeat: {
    repeat: must(steps, "The same steps again and again: a loop."),
    times: must(whole(0), "How often."),
    untilNudged: may(flag, "A nudge of conductor's ends it early."),
  },
  awaitNudge: {
    awaitNudge: must(number, "Waits for a nudge, at most so many milliseconds."),
    count: may(whole(1), "For so many nudges. Default 1."),
  },
  claim: { claim: must(text, "Says that the task is done, with this evidence.") },
  exit: { exit: must(whole(0, 255), "Ends with this exit code.") },
  crash: { crash: must({ a: "choice", of: ["SIGKILL", "SIGTERM", "SIGABRT", "SIGSEGV"] }, "Dies of this signal.") },
  hang: { hang: must({ a: "choice", of: [true, "deaf"] }, 'Does nothing more; "deaf": not even end on SIGTERM.') },
  daemon: { daemon: must(text, "Starts a command that outlives the agent.") },
  flood: { flood: must(whole(0), "Prints so many bytes.") },
};

/** Every object of a scenario but its steps. */
export const OBJECTS: Readonly<Record<string, Fields>> = {
  scenario: {
    version: must({ a: "choice", of: [1] }, "The version of this format."),
    name: must(text, "What it is called."),
    description: may(text, "What it shows, in a sentence."),
    $schema: may(text, "For editors; it means nothing here."),
    work: may(listOf(object("work"), 1), "The tasks that a rehearsal puts into taskwerk, in this order."),
    files: may({ a: "names", of: lines }, "Files that are committed into the throw-away clone before the run."),
    run: may(object("run"), "How conductor is run."),
    people: may(object("people"), "What the person does who is asked. Without it every card stays open."),
    provider: may(
      listOf(object("trouble"), 1),
      "How the model's provider misbehaves; the agents then speak to a model.",
    ),
    crashes: may(object("crashes"), "How often conductor is killed with kill -9 and gone on with."),
    expect: may(object("expect"), "What the rehearsal must come to; otherwise it ends with exit 14."),
    tasks: must(listOf(object("task")), "What the agents do."),
    otherwise: may(object("try"), "What is done for a task that none matches; without it the agent ends with exit 3."),
    pace: may(number, "Sleeps are multiplied by it. Default 1."),
    reworkPattern: may(pattern, "How a brief tells of an earlier try."),
  },
  work: {
    title: must(text, "What is to be done."),
    description: may(text, "In more words."),
    acceptance: may(listOf(text), "How it can be seen that it is done."),
    after: may(listOf(text, 1), "Titles of tasks that have to land before it."),
  },
  run: {
    concurrency: may(whole(1, 64), "How many agents work at once. Default 3."),
    maxAttempts: may(whole(1, 20), "How often a task goes to an agent. Default 3."),
    budgetUsd: may(number, "What the run may cost; costs are made up by the scenario."),
    taskMinutes: may(number, "How long an agent may work on one task."),
  },
  people: {
    rules: may(listOf(object("reply")), "The first whose pattern matches the card is done."),
    otherwise: may(
      { a: "choice", of: ["recommended", "silent"] },
      "For other cards: the recommended answer and a yes, or nothing. Default recommended.",
    ),
    afterMs: may(number, "How long a person thinks. Default 500."),
  },
  reply: {
    match: must(pattern, "Looked for in the text of the card."),
    answer: may(text, "The answer to a question."),
    approve: may({ a: "choice", of: [true] }, "Says yes to an approval."),
    reject: may(text, "Says no to an approval, with this note."),
    silent: may({ a: "choice", of: [true] }, "Says nothing."),
  },
  trouble: {
    afterRequests: must(whole(0), "Comes once so many requests were answered."),
    times: may(whole(1), "For so many requests. Default 1."),
    status: must({ a: "choice", of: [429, 500, 529] }, "The HTTP status."),
    message: may(text, "What it says."),
    retryAfterSeconds: may(number, "When requests are taken again."),
  },
  crashes: {
    count: must(whole(1, 100), "How many."),
    least: must(whole(1), "A crash comes at least so many events of the journal after the start before it."),
    most: must(whole(1), "And at most so many; the seed says how many."),
  },
  expect: {
    landed: may(whole(0), "Tasks that land."),
    waiting: may(whole(0), "Tasks that wait for a person at the end."),
    stuck: may(whole(0), "Tasks that failed, are blocked, or changed nothing."),
    kills: may(whole(0), "How often conductor was killed, at least."),
    conflicts: may(whole(0), "Conflicts that were met, at least."),
    refused: may(whole(0), "Times that gates or rules sent work back, at least."),
    pauses: may(whole(0), "Times that the provider took no requests and all waited for it, at least."),
  },
  task: {
    match: must(object("match"), "Which task it is; all that is given must match."),
    tries: must(listOf(object("try"), 1), "The first whose `when` holds is done, else the last."),
  },
  match: {
    id: may(pattern, "Of the task's id."),
    title: may(pattern, "Of its title."),
    brief: may(pattern, "Of the brief."),
  },
  try: {
    when: may(object("when"), "When this is done."),
    steps: must(steps, "What is done."),
    onNudge: may(steps, "Done instead of the rest, once conductor has nudged."),
  },
  when: {
    attempt: may(number, "The number of the attempt."),
    rework: may(flag, "The brief tells of an earlier try."),
    nudged: may(flag, "A nudge has come."),
    answers: may({ a: "names", of: text }, "Answers that were given, by the name in `as`."),
  },
  usage: {
    inputTokens: must(number, "Tokens in."),
    outputTokens: must(number, "Tokens out."),
    costUsd: may(number, "What they cost."),
  },
};

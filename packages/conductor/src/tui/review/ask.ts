/** What a review asks for while a task is changed: a text, another task, one of a few. Pure. */
import { counted } from "../../model/counted.ts";
import type { PlanTask } from "../../model/plan.ts";
import { fieldWith } from "../text-field.ts";
import { FIELDS, type FieldOption, linesOf, words } from "./fields.ts";
import { edited, type Mode, numberOf, type Option, type ReviewState, revealed, say, TREE } from "./state.ts";

type Written = Extract<Mode, { kind: "write" }>;

/** A text to be typed. */
export const write = (label: string, text: string, take: Written["take"], more: Partial<Written> = {}): Mode => ({
  kind: "write",
  label,
  hint: more.lines ? "Ctrl-S takes it, Esc leaves it as it was" : "Enter takes it, Esc leaves it as it was",
  lines: false,
  field: fieldWith(text),
  take,
  ...more,
});

/** Which field of the task is to be changed. */
export function askField(state: ReviewState, task: PlanTask): ReviewState {
  const number = numberOf(state, task.key);
  const options = FIELDS.map(
    (field): Option => ({ key: field.key, label: field.label, take: (now) => ({ state: askValue(now, task, field) }) }),
  );
  return { ...state, mode: { kind: "choose", question: `Change ${number}:`, options, canLeave: true } };
}

function askValue(
  state: ReviewState,
  task: PlanTask,
  option: FieldOption,
  text: string = option.text(task),
): ReviewState {
  const { field, label, lines = false, hint } = option;
  const number = numberOf(state, task.key);
  const ending = lines ? "Ctrl-S takes it, Esc leaves it" : "Enter takes it, Esc leaves it";
  return {
    ...state,
    mode: write(
      `${number} ${label}`,
      text,
      (now, typed) => {
        const value = option.value(typed);
        if ("wrong" in value) return { state: say(askValue(now, task, option, typed), value.wrong, "bad") };
        if (JSON.stringify(value.value) === JSON.stringify(task[field]))
          return { state: say({ ...now, mode: TREE }, "as it was") };
        const next = edited(
          now,
          { kind: "set", task: task.key, field, value: value.value },
          `${number}: ${label} changed`,
        );
        // What was typed and refused is not lost: it can be put right.
        const refused = next.editing === now.editing;
        return { state: refused ? { ...askValue(next, task, option, typed), message: next.message } : next };
      },
      { lines, hint: hint === undefined ? ending : `${hint}.  ${ending}` },
    ),
  };
}

/** A new task: beside the one where the reader is, for the requirement that is looked at. */
export function askNew(
  state: ReviewState,
  parent: string | null,
  requirement: { readonly id: string; readonly text: string } | null,
): ReviewState {
  const above = parent === null ? "at the top" : `in ${numberOf(state, parent)}`;
  const served = requirement === null ? "" : ` for ${requirement.id}`;
  return {
    ...state,
    mode: write(
      `New task ${above}${served}`,
      requirement?.text.replace(/\s+/g, " ").slice(0, 200) ?? "",
      (now, typed) => {
        const title = typed.trim();
        if (title === "") return { state: say({ ...now, mode: TREE }, "nothing was added") };
        const requirements = requirement === null ? [] : [requirement.id];
        const next = edited(now, { kind: "add", title, parent, requirements }, `added "${title}"`);
        const had = new Set(now.editing.plan.tasks.map(({ key }) => key));
        const added = next.editing.plan.tasks.find(({ key }) => !had.has(key));
        return { state: added === undefined ? next : revealed(next, added.key) };
      },
    ),
  };
}

/** The parts that a task is split into. */
export function askParts(state: ReviewState, task: PlanTask, chained: boolean, text?: string): ReviewState {
  const number = numberOf(state, task.key);
  const given = text ?? `${task.title}${partMark(task.acceptance.length)}\n`;
  return {
    ...state,
    mode: write(
      `Split ${number}${chained ? ", each part after the one before" : ""}`,
      given,
      (now, typed) => {
        const parts = linesOf(typed).map(partOf);
        const said = `${number} split into ${counted(parts.length, "part")}`;
        const next = edited(now, { kind: "split", task: task.key, parts, chained }, said);
        return {
          state:
            next.editing === now.editing
              ? { ...askParts(next, task, chained, typed), message: next.message }
              : revealed(next, task.key),
        };
      },
      {
        lines: true,
        hint: `one part a line; [1 3]: with these acceptance items.  Ctrl-S takes it, Esc leaves it`,
      },
    ),
  };
}

const partMark = (items: number): string =>
  items === 0 ? "" : ` [${Array.from({ length: items }, (_, n) => n + 1).join(" ")}]`;

function partOf(line: string): { readonly title: string; readonly acceptance?: readonly number[] } {
  const found = /^(.*\S)\s*\[([\d\s,]*)\]$/.exec(line);
  if (found === null) return { title: line };
  return { title: found[1] ?? line, acceptance: words(found[2] ?? "").map((n) => Number(n) - 1) };
}

/** Which task the reader means: he goes there, and says so. */
function pick(
  state: ReviewState,
  label: string,
  subject: string,
  take: Extract<Mode, { kind: "pick" }>["take"],
  top = false,
): ReviewState {
  return { ...state, mode: { kind: "pick", label, subject, take, top } };
}

/** Into which task this one is merged. */
export const askMerge = (state: ReviewState, task: string): ReviewState =>
  pick(state, `Merge ${numberOf(state, task)} into`, task, (now, into) =>
    into === null || into === task
      ? { state: say({ ...now, mode: TREE }, "nothing was merged") }
      : { state: mergeInto(now, into, [task]) },
  );

/** Merges tasks into one, and says so. */
export function mergeInto(state: ReviewState, into: string, others: readonly string[]): ReviewState {
  const said = `${others.map((key) => numberOf(state, key)).join(", ")} merged into ${numberOf(state, into)}`;
  return edited(state, { kind: "merge", tasks: [into, ...others] }, said, into);
}

/** For which task this one waits; one that it waits for already is taken off. */
export const askDependency = (state: ReviewState, task: string): ReviewState =>
  pick(state, `${numberOf(state, task)} waits for (or no more)`, task, (now, on) => {
    const calm = { ...now, mode: TREE };
    if (on === null || on === task) return { state: say(revealed(calm, task), "nothing was changed") };
    const has = now.editing.plan.tasks.find(({ key }) => key === task)?.depends_on.includes(on);
    const [one, other] = [numberOf(now, task), numberOf(now, on)];
    const next = has
      ? edited(now, { kind: "remove-dependency", task, on }, `${one} does not wait for ${other} any more`, task)
      : edited(now, { kind: "add-dependency", task, on }, `${one} waits for ${other}`, task);
    return { state: revealed(next, task) };
  });

/** Into which group this task goes. */
export const askParent = (state: ReviewState, task: string): ReviewState =>
  pick(
    state,
    `Put ${numberOf(state, task)} under`,
    task,
    (now, parent) => {
      if (parent === task) return { state: say({ ...now, mode: TREE }, "nothing was moved") };
      return { state: moveUnder(now, task, parent) };
    },
    true,
  );

/** Puts a task into a group, or at the top (null), and says so. */
export function moveUnder(state: ReviewState, task: string, parent: string | null): ReviewState {
  const where = parent === null ? "at the top" : `under ${numberOf(state, parent)}`;
  const next = edited(state, { kind: "reparent", task, parent }, `${numberOf(state, task)} is ${where} now`, task);
  return revealed(next, task);
}

/** The answer to a question of a task, or of the plan (null). */
export function askAnswer(state: ReviewState, task: string | null, question: number): ReviewState {
  const { plan } = state.editing;
  const asked = task === null ? plan.questions : (plan.tasks.find(({ key }) => key === task)?.questions ?? []);
  const text = asked[question];
  if (text === undefined) return say(state, "there is no question here");
  return {
    ...state,
    mode: write(
      text,
      "",
      (now, typed) =>
        typed.trim() === ""
          ? { state: say({ ...now, mode: TREE }, "not answered") }
          : {
              state: edited(
                now,
                { kind: "answer", task, question, answer: typed },
                "answered; it stands among what is assumed",
              ),
            },
      { hint: "Your answer.  Enter takes it, Esc leaves it open" },
    ),
  };
}

/** Which of several questions is answered. */
export function askQuestion(state: ReviewState, task: string | null, questions: readonly string[]): ReviewState {
  if (questions.length === 1) return askAnswer(state, task, 0);
  const options = questions
    .slice(0, 9)
    .map(
      (text, n): Option => ({ key: String(n + 1), label: text, take: (now) => ({ state: askAnswer(now, task, n) }) }),
    );
  return { ...state, mode: { kind: "choose", question: "Answer which?", options, canLeave: true } };
}

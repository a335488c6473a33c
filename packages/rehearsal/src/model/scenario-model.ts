/** A scenario played by a model: each step of an agent as one answer of the API, and the provider's moods in between. */
import { WerkError } from "@taskwerk/contract/errors";
import { answerInBrief, optionNamed, toldBy, tryFor } from "../agents/told.ts";
import type { Action, Scenario, ScenarioTrouble, Step } from "../scenario.ts";
import type { ModelRequest } from "./request.ts";
import type { ModelScript, ToolCall, Turn } from "./script.ts";

/** Steps that only a program can do. */
const ONLY_PROGRAMS = ["crash", "awaitNudge", "tool", "from"] as const;

/**
 * The script of a model that does what the scenario says, for agents that offer bash, edit, ask_human and claim_done. An answer
 * depends on the conversation alone, so any number can go on at once; what the provider does is counted over all of them.
 * Throws CONFIG_INVALID for a step that a model cannot do.
 */
export function scenarioModel(scenario: Scenario): ModelScript {
  for (const [at, { tries }] of scenario.tasks.entries())
    for (const [n, one] of tries.entries()) refuse(one.steps, `tasks[${at}].tries[${n}].steps`);
  const troubles = (scenario.provider ?? []).map((trouble) => ({ trouble, left: trouble.times ?? 1 }));
  let answered = 0;
  const turn = (request: ModelRequest): Turn => {
    const due = troubles.find(({ trouble, left }) => left > 0 && answered >= trouble.afterRequests);
    if (due !== undefined) {
      due.left -= 1;
      return refusal(due.trouble);
    }
    answered += 1;
    return turnOf(scenario, request);
  };
  return { lanes: [{ name: scenario.name, turns: [turn], loop: true }] };
}

const refusal = ({ status, message, retryAfterSeconds }: ScenarioTrouble): Turn => ({
  error: status,
  ...(message === undefined ? {} : { message }),
  ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
});

/** The next answer of a conversation about one task. */
function turnOf(scenario: Scenario, request: ModelRequest): Turn {
  const brief = request.users.join("\n");
  const title = /^## What to do\n+(?:<data[^>]*>\n+)?(.+)$/m.exec(brief)?.[1] ?? "";
  const [, id = ""] = /^# Task (\S+)$/m.exec(brief) ?? [];
  const [, attempt = "1"] = /\bThis is attempt (\d+)\b/.exec(brief) ?? [];
  const one = tryFor(
    scenario,
    toldBy(null, { CONDUCTOR_TASK: id, CONDUCTOR_TASK_TITLE: title, CONDUCTOR_ATTEMPT: attempt }, brief),
  );
  if (one === null) return { text: `${scenario.name} has nothing for this task.` };
  const said = request.body.messages.filter(({ role }) => role === "assistant").length;
  const answers = answersIn(one.steps, request, brief);
  const fill = (text: string): string =>
    text.replace(/\{\{(\w+)\}\}/g, (whole, name: string) => answers.get(name) ?? (name === "title" ? title : whole));
  const holds = ({ when }: Step): boolean =>
    Object.entries(when?.answers ?? {}).every(([name, value]) => answers.get(name) === value);
  return turnsOf(one.steps.filter(holds), scenario.pace ?? 1, fill, brief)[said] ?? { text: "That is all." };
}

function refuse(steps: readonly Step[], at: string): void {
  for (const [n, step] of steps.entries()) {
    const wrong = ONLY_PROGRAMS.find((name) => name in step);
    if (wrong !== undefined)
      throw new WerkError("CONFIG_INVALID", `the scenario is wrong at ${at}[${n}]: a model cannot do "${wrong}"`, {
        field: `${at}[${n}]`,
        hint: "Leave out provider: then the agents are programs.",
      });
    if ("repeat" in step) refuse(step.repeat, `${at}[${n}].repeat`);
  }
}

/** The answers that people gave so far, by the name in `as`: in this conversation, or before and told in the brief. */
function answersIn(steps: readonly Step[], request: ModelRequest, brief: string): ReadonlyMap<string, string> {
  const asks = steps.filter((step): step is Extract<Step, { readonly ask: string }> => "ask" in step);
  const given = request.calls
    .filter(({ name }) => name === "ask_human")
    .map((call) => request.results.find(({ id }) => id === call.id)?.text);
  const open = asks.filter(({ ask }) => answerInBrief(brief, ask) === null);
  return new Map(
    asks.flatMap((step) => {
      const text = answerInBrief(brief, step.ask) ?? given[open.indexOf(step)];
      if (step.as === undefined || text === undefined) return [];
      return [[step.as, optionNamed(text, step.options ?? [], step.default)] as const];
    }),
  );
}

/** Steps as answers, each with at most one tool: what is said goes with the next, and so does a pause. */
function turnsOf(steps: readonly Step[], pace: number, fill: (text: string) => string, brief: string): readonly Turn[] {
  const turns: Turn[] = [];
  let text = "";
  let delayMs = 0;
  let usage: Record<string, number> = {};
  const push = (turn: Turn): void => {
    turns.push({
      ...(text === "" ? {} : { text }),
      ...(delayMs === 0 ? {} : { delayMs }),
      ...(Object.keys(usage).length === 0 ? {} : { usage }),
      ...turn,
    });
    text = "";
    delayMs = 0;
    usage = {};
  };
  for (const step of steps.flatMap(unrolled)) {
    if ("say" in step) text += `${text === "" ? "" : "\n"}${fill(step.say)}`;
    else if ("sleep" in step) delayMs += step.sleep * pace;
    else if ("usage" in step)
      usage = { input_tokens: step.usage.inputTokens, output_tokens: Math.max(1, step.usage.outputTokens) };
    else if ("hang" in step) push({ hang: true });
    else if ("exit" in step) push({ text: `${text || "I stop here"}.` });
    else if (!("ask" in step) || answerInBrief(brief, step.ask) === null) {
      const tool = callOf(step, fill);
      if (tool !== null) push({ tool });
    }
  }
  if (text !== "") push({});
  return turns;
}

const unrolled = (step: Step): readonly Step[] =>
  "repeat" in step ? Array.from({ length: step.times }, () => step.repeat.flatMap(unrolled)).flat() : [step];

const bash = (command: string): ToolCall => ({ name: "bash", input: { command } });
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

function callOf(step: Action, fill: (text: string) => string): ToolCall | null {
  if ("write" in step) {
    const { content = "" } = step;
    const file_text = fill(typeof content === "string" ? content : `${content.join("\n")}\n`);
    return { name: "edit", input: { command: "create", path: step.write, file_text } };
  }
  if ("patch" in step)
    return {
      name: "edit",
      input: { command: "str_replace", path: step.patch, old_str: step.find, new_str: fill(step.replace) },
    };
  if ("delete" in step) return bash(`rm -r ${quoted(step.delete)}`);
  if ("run" in step) return bash(fill(step.run));
  if ("daemon" in step) return bash(`(${fill(step.daemon)}) >/dev/null 2>&1 &`);
  if ("flood" in step) return bash(`head -c ${step.flood} /dev/zero | tr '\\0' x`);
  if ("commit" in step)
    return bash(
      `git add -A && { git diff --cached --quiet || git -c user.name='Scripted model' -c user.email=agent@localhost commit -q -m ${quoted(fill(step.commit))}; }`,
    );
  if ("ask" in step) {
    const { options, default: otherwise, reversible = true } = step;
    return {
      name: "ask_human",
      input: {
        question: fill(step.ask),
        ...(options === undefined ? {} : { options }),
        ...(otherwise === undefined ? {} : { default: otherwise }),
        reversible,
      },
    };
  }
  if ("note" in step) return { name: "task_note", input: { text: fill(step.note) } };
  if ("blocker" in step) return { name: "report_blocker", input: { reason: fill(step.blocker) } };
  if ("claim" in step) return { name: "claim_done", input: { evidence: fill(step.claim) } };
  return null;
}

import { WerkError } from "@taskwerk/contract/errors";
import type { Scenario } from "./scenario.ts";

type Kind =
  | "text"
  | "number"
  | "flag"
  | "texts"
  | "text-or-texts"
  | "steps"
  | "when"
  | "usage"
  | "hang"
  | "signal"
  | "expect";

/** The keys of each action; those with "?" may be missing. The first names the action. */
const ACTIONS: Readonly<Record<string, Readonly<Record<string, Kind>>>> = {
  say: { say: "text" },
  sleep: { sleep: "number" },
  write: { write: "text", "content?": "text-or-texts", "from?": "text", "fill?": "flag" },
  patch: { patch: "text", find: "text", replace: "text" },
  delete: { delete: "text" },
  run: { run: "text", "expect?": "expect" },
  commit: { commit: "text" },
  ask: { ask: "text", "options?": "texts", "default?": "text", "reversible?": "flag", "as?": "text" },
  note: { note: "text" },
  blocker: { blocker: "text" },
  tool: { tool: "text", "input?": "text", "output?": "text", "ok?": "flag" },
  usage: { usage: "usage" },
  repeat: { repeat: "steps", times: "number", "untilNudged?": "flag" },
  awaitNudge: { awaitNudge: "number", "count?": "number" },
  claim: { claim: "text" },
  exit: { exit: "number" },
  crash: { crash: "signal" },
  hang: { hang: "hang" },
  daemon: { daemon: "text" },
  flood: { flood: "number" },
};

const isNumber = (value: unknown): boolean => typeof value === "number" && Number.isFinite(value) && value >= 0;
const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every((one) => typeof one === "string");

const KINDS: Readonly<Record<Exclude<Kind, "steps" | "when" | "usage">, [(value: unknown) => boolean, string]>> = {
  text: [(value) => typeof value === "string", "a text"],
  number: [isNumber, "a number from 0 on"],
  flag: [(value) => typeof value === "boolean", "true or false"],
  texts: [isTexts, "a list of texts"],
  "text-or-texts": [(value) => typeof value === "string" || isTexts(value), "a text or a list of lines"],
  hang: [(value) => value === true || value === "deaf", 'true or "deaf"'],
  signal: [(value) => /^SIG(?:KILL|TERM|ABRT|SEGV)$/.test(String(value)), "SIGKILL, SIGTERM, SIGABRT or SIGSEGV"],
  expect: [(value) => value === "ok" || value === "fail", '"ok" or "fail"'],
};

const invalid = (at: string, why: string): WerkError =>
  new WerkError("CONFIG_INVALID", `the scenario is wrong at ${at}: ${why}`, { field: at });

/** Checks that parsed JSON or YAML is a scenario. Throws CONFIG_INVALID with the place that is wrong. */
export function readScenario(given: unknown): Scenario {
  const scenario = fieldsOf(given, "scenario", {
    version: "any",
    name: "text",
    tasks: "any",
    "otherwise?": "any",
    "pace?": "number",
    "reworkPattern?": "text",
    "$schema?": "text",
    "description?": "text",
  });
  if (scenario.version !== 1) throw invalid("version", "only version 1 is known");
  if (scenario.reworkPattern !== undefined) checkPattern(scenario.reworkPattern, "reworkPattern");
  for (const [n, task] of listOf(scenario.tasks, "tasks").entries()) {
    const at = `tasks[${n}]`;
    const { match, tries } = fieldsOf(task, at, { match: "any", tries: "any" });
    const patterns = fieldsOf(match, `${at}.match`, { "id?": "text", "title?": "text", "brief?": "text" });
    for (const [name, pattern] of Object.entries(patterns)) checkPattern(pattern, `${at}.match.${name}`);
    const all = listOf(tries, `${at}.tries`);
    if (all.length === 0) throw invalid(`${at}.tries`, "at least one is needed");
    for (const [m, one] of all.entries()) checkTry(one, `${at}.tries[${m}]`);
  }
  if (scenario.otherwise !== undefined) checkTry(scenario.otherwise, "otherwise");
  return given as Scenario;
}

function checkTry(given: unknown, at: string): void {
  const { when, steps, onNudge } = fieldsOf(given, at, { "when?": "any", steps: "any", "onNudge?": "any" });
  if (when !== undefined) checkWhen(when, `${at}.when`);
  checkSteps(steps, `${at}.steps`);
  if (onNudge !== undefined) checkSteps(onNudge, `${at}.onNudge`);
}

function checkSteps(given: unknown, at: string): void {
  for (const [n, step] of listOf(given, at).entries()) checkStep(step, `${at}[${n}]`);
}

function checkStep(given: unknown, at: string): void {
  const names = given !== null && typeof given === "object" ? Object.keys(given) : [];
  const name = names.find((key) => Object.hasOwn(ACTIONS, key));
  const fields = name === undefined ? undefined : ACTIONS[name];
  if (fields === undefined) {
    throw invalid(at, `no such step (${names.join(", ") || "nothing"}); known: ${Object.keys(ACTIONS).join(", ")}`);
  }
  const step = fieldsOf(given, at, { ...fields, "when?": "when" });
  if (name === "write" && (step.content === undefined) === (step.from === undefined))
    throw invalid(at, "write needs either content or from");
}

function checkWhen(given: unknown, at: string): void {
  const { answers } = fieldsOf(given, at, {
    "attempt?": "number",
    "rework?": "flag",
    "nudged?": "flag",
    "answers?": "any",
  });
  if (answers === undefined) return;
  if (answers === null || typeof answers !== "object") throw invalid(`${at}.answers`, "names with texts are needed");
  for (const [name, value] of Object.entries(answers))
    if (typeof value !== "string") throw invalid(`${at}.answers.${name}`, "a text is needed");
}

function checkField(value: unknown, kind: Kind | "any", at: string): void {
  if (kind === "any") return;
  if (kind === "steps") checkSteps(value, at);
  else if (kind === "when") checkWhen(value, at);
  else if (kind === "usage")
    fieldsOf(value, at, { inputTokens: "number", outputTokens: "number", "costUsd?": "number" });
  else if (!KINDS[kind][0](value)) throw invalid(at, `${KINDS[kind][1]} is needed`);
}

function fieldsOf(given: unknown, at: string, fields: Readonly<Record<string, Kind | "any">>): Record<string, unknown> {
  if (given === null || typeof given !== "object" || Array.isArray(given)) throw invalid(at, "an object is needed");
  const known = new Map(
    Object.entries(fields).map(([name, kind]) => [name.replace("?", ""), { kind, optional: name.endsWith("?") }]),
  );
  for (const [name, { kind, optional }] of known) {
    const value = (given as Record<string, unknown>)[name];
    if (value !== undefined) checkField(value, kind, `${at}.${name}`);
    else if (!optional) throw invalid(`${at}.${name}`, "it is missing");
  }
  const unknown = Object.keys(given).find((name) => !known.has(name));
  if (unknown !== undefined)
    throw invalid(`${at}.${unknown}`, `there is no such key; known: ${[...known.keys()].join(", ")}`);
  return given as Record<string, unknown>;
}

function listOf(given: unknown, at: string): readonly unknown[] {
  if (!Array.isArray(given)) throw invalid(at, "a list is needed");
  return given;
}

function checkPattern(given: unknown, at: string): void {
  try {
    new RegExp(String(given), "i");
  } catch (error) {
    throw invalid(at, error instanceof Error ? error.message : String(error));
  }
}

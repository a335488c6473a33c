import { WerkError } from "@taskwerk/contract/errors";
import type { Scenario } from "./scenario.ts";
import { ACTIONS, type Fields, OBJECTS, type Shape } from "./scenario-shape.ts";

const invalid = (at: string, why: string): WerkError =>
  new WerkError("CONFIG_INVALID", `the scenario is wrong at ${at}: ${why}`, { field: at });

/** Checks that parsed JSON or YAML is a scenario. Throws CONFIG_INVALID with the place that is wrong. */
export function readScenario(given: unknown): Scenario {
  checkObject(given, OBJECTS.scenario!, "scenario", "");
  return given as Scenario;
}

/** `at` "" is the whole: its fields have no name before them. */
function checkObject(given: unknown, fields: Fields, says: string, at: string): void {
  const place = at === "" ? says : at;
  if (given === null || typeof given !== "object" || Array.isArray(given)) throw invalid(place, "an object is needed");
  const below = (name: string): string => (at === "" ? name : `${at}.${name}`);
  for (const [name, { is, optional }] of Object.entries(fields)) {
    const value = (given as Record<string, unknown>)[name];
    if (value !== undefined) checkValue(value, is, below(name));
    else if (optional !== true) throw invalid(below(name), "it is missing");
  }
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(fields, name));
  if (unknown !== undefined)
    throw invalid(below(unknown), `there is no such key; known: ${Object.keys(fields).join(", ")}`);
}

function checkValue(value: unknown, shape: Shape, at: string): void {
  switch (shape.a) {
    case "object":
      checkObject(value, OBJECTS[shape.name]!, shape.name, at);
      return;
    case "step":
      checkStep(value, at);
      return;
    case "list":
      if (!Array.isArray(value)) throw invalid(at, "a list is needed");
      if (value.length < (shape.least ?? 0)) throw invalid(at, "at least one is needed");
      for (const [n, one] of value.entries()) checkValue(one, shape.of, `${at}[${n}]`);
      return;
    case "names":
      if (value === null || typeof value !== "object" || Array.isArray(value))
        throw invalid(at, `names, each with ${inWords(shape.of)}, are needed`);
      for (const [name, one] of Object.entries(value)) checkValue(one, shape.of, `${at}.${name}`);
      return;
    case "pattern":
      if (typeof value !== "string") throw invalid(at, `${inWords(shape)} is needed`);
      checkPattern(value, at);
      return;
    default:
      if (!fits(value, shape)) throw invalid(at, `${inWords(shape)} is needed`);
  }
}

function checkStep(given: unknown, at: string): void {
  const names = given !== null && typeof given === "object" ? Object.keys(given) : [];
  const name = names.find((key) => Object.hasOwn(ACTIONS, key));
  const fields = name === undefined ? undefined : ACTIONS[name];
  if (fields === undefined) {
    throw invalid(at, `no such step (${names.join(", ") || "nothing"}); known: ${Object.keys(ACTIONS).join(", ")}`);
  }
  const when = { is: { a: "object", name: "when" }, optional: true, says: "When it is done." } as const;
  checkObject(given, { ...fields, when }, "step", at);
  const { content, from } = given as Readonly<Record<string, unknown>>;
  if (name === "write" && (content === undefined) === (from === undefined))
    throw invalid(at, "write needs either content or from");
}

function fits(value: unknown, shape: Shape): boolean {
  switch (shape.a) {
    case "text":
      return typeof value === "string";
    case "flag":
      return typeof value === "boolean";
    case "number":
      return typeof value === "number" && Number.isFinite(value) && value >= 0;
    case "whole":
      return Number.isInteger(value) && Number(value) >= shape.least && Number(value) <= (shape.most ?? Number(value));
    case "choice":
      return shape.of.some((one) => one === value);
    case "either":
      return shape.of.some((one) => fits(value, one));
    case "list":
      return Array.isArray(value) && value.every((one) => fits(one, shape.of));
    default:
      return false;
  }
}

/** What a value must be, for people. */
function inWords(shape: Shape): string {
  switch (shape.a) {
    case "text":
      return "a text";
    case "pattern":
      return "a regular expression";
    case "flag":
      return "true or false";
    case "number":
      return "a number from 0 on";
    case "whole":
      return `a whole number from ${shape.least} ${shape.most === undefined ? "on" : `to ${shape.most}`}`;
    case "choice": {
      const words = shape.of.map((one) => (typeof one === "string" && !/^SIG/.test(one) ? `"${one}"` : String(one)));
      return words.length === 1 ? words[0]! : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
    }
    case "either":
      return shape.of.map(inWords).join(" or ");
    case "list":
      return `a list of ${shape.of.a === "text" ? "texts" : "them"}`;
    default:
      return "an object";
  }
}

function checkPattern(given: string, at: string): void {
  try {
    new RegExp(given, "i");
  } catch (error) {
    throw invalid(at, error instanceof Error ? error.message : String(error));
  }
}

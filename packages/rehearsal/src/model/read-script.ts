import { WerkError } from "@taskwerk/contract/errors";
import type { Lane, ModelScript, Turn } from "./script.ts";

const LANE = new Set(["name", "match", "turns", "key", "capture", "loop"]);
const MATCH = new Set(["model", "system", "user", "text", "tool", "noTools"]);
const TURN = new Set([
  ...["text", "thinking", "json", "tool", "tools", "stopReason", "usage", "delayMs", "chunkMs", "error", "message"],
  ...["page", "retryAfterSeconds", "streamError", "cut", "hang", "expect", "times"],
]);
const SCRIPT = new Set(["lanes", "turns", "fallback", "models", "keys", "prices"]);

const invalid = (at: string, why: string): WerkError =>
  new WerkError("CONFIG_INVALID", `the model script is wrong at ${at}: ${why}`, { field: at });

function object(value: unknown, at: string, known: ReadonlySet<string>): Record<string, unknown> {
  if (value === null || typeof value !== "object" || Array.isArray(value)) throw invalid(at, "an object is needed");
  const unknown = Object.keys(value).find((name) => !known.has(name));
  if (unknown !== undefined) throw invalid(`${at}.${unknown}`, `there is no such key; known: ${[...known].join(", ")}`);
  return value as Record<string, unknown>;
}

function turns(value: unknown, at: string): readonly Turn[] {
  if (!Array.isArray(value)) throw invalid(at, "a list of turns is needed");
  return value.map((turn, n) => object(turn, `${at}[${n}]`, TURN) as Turn);
}

function pattern(value: unknown, at: string): void {
  if (value === undefined || typeof value === "boolean") return;
  try {
    new RegExp(String(value), "m");
  } catch (error) {
    throw invalid(at, error instanceof Error ? error.message : String(error));
  }
}

/**
 * Reads a script from JSON: `{"lanes": […]}`, or the short form `{"turns": […]}` for one lane that takes everything.
 * Throws CONFIG_INVALID with the place that is wrong.
 */
export function readModelScript(text: string): ModelScript {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new WerkError("CONFIG_INVALID", "the model script is no JSON", { cause: error });
  }
  const { lanes, turns: short, fallback, ...rest } = object(json, "script", SCRIPT);
  if (fallback !== undefined) object(fallback, "fallback", TURN);
  const given = lanes ?? [{ name: "main", turns: short ?? [] }];
  if (!Array.isArray(given)) throw invalid("lanes", "a list is needed");
  const read = given.map((lane: unknown, n): Lane => {
    const at = `lanes[${n}]`;
    const own = object(lane, at, LANE);
    const match = object(own.match ?? {}, `${at}.match`, MATCH);
    for (const [name, value] of Object.entries(match)) pattern(value, `${at}.match.${name}`);
    pattern(own.key, `${at}.key`);
    return { name: `lane ${n + 1}`, ...own, turns: turns(own.turns, `${at}.turns`) } as Lane;
  });
  return { ...rest, lanes: read, ...(fallback === undefined ? {} : { fallback: fallback as Turn }) } as ModelScript;
}

/** An error says what to type next. Where there is nothing to type, it stands here, with the reason. */
import { readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const PACKAGES = resolve(fileURLToPath(import.meta.url), "../../../..");

const FAULT_OF_A_CLIENT = "only a program that speaks HTTP wrongly gets it, and the message says what is right";
const NAMES_THE_PLACE = "the message names the file and the place; its program says where settings come from";
const SAYS_THE_BOUND = "the message says the field and what it takes";

/** `file: code beginning of the message`, as it is in the source. */
const WITHOUT: Readonly<Record<string, string>> = {
  "taskwerk/src/api/guard.ts: the request target must": FAULT_OF_A_CLIENT,
  "taskwerk/src/api/guard.ts: exactly one Host": FAULT_OF_A_CLIENT,
  "taskwerk/src/api/guard.ts: web pages of other sites": "a page of another site is to learn nothing",
  "taskwerk/src/api/guard.ts: bodies are taken as": FAULT_OF_A_CLIENT,
  "taskwerk/src/api/make-app.ts: the header ${name}": FAULT_OF_A_CLIENT,
  "taskwerk/src/api/make-app.ts: something went wrong":
    "what it was stands in the server's own log, and is told to nobody else",
  "taskwerk/src/api/read-input.ts: ${name} stands in": FAULT_OF_A_CLIENT,
  "taskwerk/src/api/read-input.ts: this route takes": FAULT_OF_A_CLIENT,
  "taskwerk/src/api/read-input.ts: the body is not": FAULT_OF_A_CLIENT,
  "taskwerk/src/api/read-input.ts: the body must be": FAULT_OF_A_CLIENT,
  "taskwerk/src/api/read-input.ts: ${name} stands more": FAULT_OF_A_CLIENT,
  "taskwerk/src/core/call-words.ts: ${field} ${wrong}.": SAYS_THE_BOUND,
  "taskwerk/src/core/proof.ts: ${field} ${what}.": SAYS_THE_BOUND,
  "taskwerk/src/operations/batch/run.ts: first!.message": "a line of a batch: the batch says what to do with it",
  "taskwerk/src/operations/op/undo.ts: ${field} ${what}.": SAYS_THE_BOUND,
  "taskwerk/src/operations/task/transition.ts: ${field} goes only": SAYS_THE_BOUND,
  "config/src/parse-yaml.ts: wrongYaml(cause, text, source)": NAMES_THE_PLACE,
  "config/src/parse-yaml.ts: ${source} is nested": NAMES_THE_PLACE,
  "config/src/read-config-file.ts: ${source} must hold": NAMES_THE_PLACE,
  "config/src/read-config-file.ts: ${path} is not": NAMES_THE_PLACE,
  "config/src/read-config-file.ts: ${path} is larger": NAMES_THE_PLACE,
  "config/src/read-config-file.ts: ${path} cannot be": NAMES_THE_PLACE,
};

function sources(directory: string): readonly string[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) return sources(path);
    return /\.ts$/.test(path) && !/\.(test|proof)\.ts$|\/test-[^/]+$/.test(path) ? [path] : [];
  });
}

/** Each `new WerkError(…)` of a text, to its closing bracket. */
function errorsIn(text: string): readonly string[] {
  return Array.from(text.matchAll(/new WerkError\(/g), ({ index }) => {
    let depth = 0;
    let end = index;
    for (; end < text.length; end += 1) {
      if (text[end] === "(") depth += 1;
      if (text[end] === ")") depth -= 1;
      if (text[end] === ")" && depth === 0) break;
    }
    return text.slice(index, end + 1).replace(/\s+/g, " ");
  });
}

const calls = ["taskwerk", "contract", "terminal", "config", "sqlite"].flatMap((name) =>
  sources(join(PACKAGES, name, "src")).flatMap((path) =>
    errorsIn(readFileSync(path, "utf8")).map((call) => ({ path: relative(PACKAGES, path), call })),
  ),
);
const nameOf = (call: string, path: string): string | undefined =>
  Object.keys(WITHOUT).find((name) => {
    const [file, start = ""] = name.split(/: (.*)/s);
    return file === path && call.includes(start);
  });

it("an error has a hint, or stands in the list of those for which there is nothing to type", () => {
  expect(calls.length).toBeGreaterThan(150);
  const bare = calls.filter(({ call }) => !/\bhint\b/.test(call));
  expect(bare.filter(({ path, call }) => nameOf(call, path) === undefined)).toEqual([]);
  // What has one by now leaves the list.
  expect(new Set(bare.map(({ path, call }) => nameOf(call, path)))).toEqual(new Set(Object.keys(WITHOUT)));
});

it("no hint can be run to lose something for good", () => {
  for (const { call } of calls) expect(call).not.toMatch(/taskwerk (purge|delete|db restore) [^`"]*--yes/);
});

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
  "taskwerk/src/api/answer.ts: something went wrong":
    "what it was stands in the server's own log, and is told to nobody else",
  "taskwerk/src/api/guard.ts: ${method} takes no body": FAULT_OF_A_CLIENT,
  "taskwerk/src/api/make-app.ts: the body broke off": FAULT_OF_A_CLIENT,
  "taskwerk/src/api/make-app.ts: DELETE takes its input": FAULT_OF_A_CLIENT,
  "taskwerk/src/api/read-caller.ts: If-Match takes one": FAULT_OF_A_CLIENT,
  "taskwerk/src/api/read-import.ts: ${name} stands in": FAULT_OF_A_CLIENT,
  "taskwerk/src/api/read-import.ts: format must be": SAYS_THE_BOUND,
  "taskwerk/src/api/read-import.ts: ${NAME} is no UTF-8": FAULT_OF_A_CLIENT,
  "taskwerk/src/api/read-import.ts: ${NAME} is empty": FAULT_OF_A_CLIENT,
  "taskwerk/src/api/read-input.ts: If-Match and if_rev": FAULT_OF_A_CLIENT,
  "taskwerk/src/api/read-input.ts: message, { field: name }": FAULT_OF_A_CLIENT,
  "taskwerk/src/api/server-log.ts: cannot write the log": NAMES_THE_PLACE,
  "taskwerk/src/api/stream-export.ts: format must be": SAYS_THE_BOUND,
  "taskwerk/src/cli/api/start.ts: --verbose in the background": "the message says the flag that is missing",
  "taskwerk/src/cli/api/token.ts: is one word too many": SAYS_THE_BOUND,
  "taskwerk/src/cli/api/token.ts: --rotate is for": SAYS_THE_BOUND,
  "taskwerk/src/cli/webhook/update.ts: do not go together": SAYS_THE_BOUND,
  "taskwerk/src/mcp/call-tool.ts: something went wrong": "a defect, and it is told on stderr",
  "taskwerk/src/mcp/claim-task.ts: needs the claim token": SAYS_THE_BOUND,
  "taskwerk/src/mcp/update-task.ts: nothing is to change": SAYS_THE_BOUND,
  "taskwerk/src/mcp/update-task.ts: code ?? error.code": "the hint comes with the options of the first error",
  "taskwerk/src/operations/token/add.ts: message, { field": SAYS_THE_BOUND,
  "taskwerk/src/operations/webhook/rotate.ts: an old secret is kept": SAYS_THE_BOUND,
  "taskwerk/src/store/config-webhooks.ts: a store has at most": NAMES_THE_PLACE,
  "taskwerk/src/webhooks/secrets-of.ts: is not set": NAMES_THE_PLACE,
  "taskwerk/src/webhooks/secrets-of.ts: holds no secret": NAMES_THE_PLACE,
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

/** Does a task by reading its brief: looks around, writes module and test, runs the tests, commits, and says that it is done. */
import { isRework } from "../agents/told.ts";
import type { ModelRequest, Tool } from "../model/request.ts";
import type { ToolCall, Turn } from "../model/script.ts";
import { readOperations } from "./operation.ts";

/** What a brief asks for. */
interface Wanted {
  readonly module: string;
  readonly functionName: string;
  readonly base: { readonly functionName: string; readonly module: string } | null;
  readonly sentences: string;
  readonly examples: readonly { readonly given: string; readonly expected: string }[];
}

/** The next turn of a conversation about one task. It depends on the request alone, so any number can go on at once. */
export function codingTurn(request: ModelRequest): Turn {
  const brief = request.users.join("\n");
  const wanted = readBrief(brief);
  if (wanted === null) return { text: "I cannot find what is to be built." };
  const { tools } = request;
  const claim = tools.find(({ name }) => name.endsWith("claim_done"));
  const turns: readonly Turn[] = [
    { text: "I look around first.", tool: bash("ls src tests && cat test.mjs") },
    {
      text: `${wanted.functionName} and its test.`,
      tools: [
        writing(tools, wanted.module, moduleOf(wanted, isRework(brief))),
        writing(tools, wanted.module.replace(/^src\//, "tests/"), testOf(wanted)),
      ],
    },
    { tool: bash("node --test 2>&1 | tail -n 30") },
    { tool: bash(`git add -A && git commit -q -m ${quoted(`feat: ${wanted.functionName}`)}`) },
    ...(claim === undefined ? [] : [{ tool: { name: claim.name, input: { evidence: "node --test was run." } } }]),
  ];
  const done = request.body.messages.filter(({ role }) => role === "assistant").length;
  return turns[done] ?? { text: `${wanted.functionName} is there, with its test.` };
}

const bash = (command: string): ToolCall => ({ name: "bash", input: { command } });
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** With a tool that creates files where there is one, else with the shell. */
function writing(tools: readonly Tool[], path: string, text: string): ToolCall {
  const editor = tools.find(
    ({ type, name, input_schema }) =>
      type?.startsWith("text_editor_") === true ||
      (name === "edit" && input_schema?.properties?.file_text !== undefined),
  );
  if (editor !== undefined) return { name: editor.name, input: { command: "create", path, file_text: text } };
  return bash(
    `mkdir -p ${quoted(path.replace(/\/[^/]*$/, ""))} && cat > ${quoted(path)} <<'END_OF_FILE'\n${text}END_OF_FILE`,
  );
}

/** The function that is asked for first, from the fullest sentence about it to the end of that paragraph; examples from everywhere. */
function readBrief(brief: string): Wanted | null {
  const all = [...brief.matchAll(/module `?(src\/[\w-]+\.mjs)`? MUST export a function `?(\w+)`?([^\n]*)/g)];
  const [, module, functionName] = all[0] ?? [];
  if (module === undefined || functionName === undefined) return null;
  const tails = all.filter((match) => match[1] === module).map((match) => match[3] ?? "");
  const sentences = tails.reduce((longest, tail) => (tail.length > longest.length ? tail : longest), "");
  const base = /starts from what `?(\w+)`? of `?(src\/[\w-]+\.mjs)`?/.exec(sentences);
  const pattern = new RegExp(`${functionName}\\(("(?:[^"\\\\]|\\\\.)*")\\) is ("(?:[^"\\\\]|\\\\.)*")`, "g");
  const examples = [...brief.matchAll(pattern)].map(([, given = "", expected = ""]) => ({ given, expected }));
  return {
    module,
    functionName,
    base: base === null ? null : { functionName: base[1] ?? "", module: base[2] ?? "" },
    sentences,
    examples: examples.filter(({ given }, at) => examples.findIndex((one) => one.given === given) === at),
  };
}

function moduleOf({ functionName, base, sentences }: Wanted, again: boolean): string {
  const steps = readOperations(sentences).map(({ code, wrongCode }) => wrongCode?.[again ? 1 : 0] ?? code);
  return [
    ...(base === null ? [] : [`import { ${base.functionName} } from "./${base.module.slice("src/".length)}";`, ""]),
    "/** See the PRD. */",
    `export function ${functionName}(given) {`,
    `  let text = ${base === null ? "given" : `${base.functionName}(given)`};`,
    ...steps.map((code) => `  text = ${code};`),
    "  return text;",
    "}",
    "",
  ].join("\n");
}

const testOf = ({ module, functionName, examples }: Wanted): string =>
  [
    'import assert from "node:assert/strict";',
    'import { test } from "node:test";',
    `import { ${functionName} } from "../${module}";`,
    "",
    ...examples.flatMap(({ given, expected }) => [
      `test(${JSON.stringify(`${functionName} of ${given}`)}, () => {`,
      `  assert.equal(${functionName}(${given}), ${expected});`,
      "});",
      "",
    ]),
  ]
    .join("\n")
    .replace(/\n\n$/, "\n");

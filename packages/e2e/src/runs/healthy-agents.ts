/** Agents that do the same thing often, and are in no circle: what a rule about loops must let pass. */
import { agentScript, scenarioOf } from "@taskwerk/rehearsal/agent-script";
import { QUICK } from "./project.ts";

const FILES = 25;
const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i + 1);
const runs = (...commands: readonly string[]) => commands.map((run) => ({ run }));

/** A repository with many small files and one test that can be made red in three ways. */
export const HEALTHY_FILES: Readonly<Record<string, string>> = {
  ...QUICK,
  ...Object.fromEntries(numbers(FILES).map((n) => [`src/part${n}.js`, `export const part${n} = ${n};\n`])),
  "src/main.js": 'export const name = "main";\nexport const steps = 0;\n',
  "src/build.js": "export const steps = 0;\n",
  "old.js": "export const old = 1;\n",
  "old.test.js":
    'import { test } from "node:test";\nimport assert from "node:assert/strict";\nimport { old } from "./old.js";\ntest("old", () => assert.equal(old, 2));\n',
  "sums.js": "export const sum = (a, b) => a - b;\nexport const twice = (a) => a;\nexport const none = () => 1;\n",
  "sums.test.js": [
    'import { test } from "node:test";',
    'import assert from "node:assert/strict";',
    'import { none, sum, twice } from "./sums.js";',
    'test("sum", () => assert.equal(sum(2, 1), 3));',
    'test("twice", () => assert.equal(twice(2), 4));',
    'test("none", () => assert.equal(none(), 0));',
    "",
  ].join("\n"),
};

const TEST = "node --test sums.test.js";
const OLD_TEST = "node --test old.test.js";

const AGENTS = [
  agentScript("Read every part").does(...runs(...numbers(FILES).map((n) => `cat src/part${n}.js`))),
  agentScript("Edit one file often").does(
    ...numbers(20).map((n) => ({ patch: "src/main.js", find: `steps = ${n - 1};`, replace: `steps = ${n};` })),
  ),
  agentScript("Make tests green, one edit each").does(
    ...runs(TEST),
    { patch: "sums.js", find: "a - b", replace: "a + b" },
    ...runs(TEST),
    { patch: "sums.js", find: "(a) => a;", replace: "(a) => 2 * a;" },
    ...runs(TEST),
    { patch: "sums.js", find: "() => 1", replace: "() => 0" },
    ...runs(TEST),
  ),
  agentScript("Try many edits that stay red").does(
    ...numbers(8).flatMap((n) => [
      {
        write: "sums.js",
        content: `export const sum = () => ${n + 10};\nexport const twice = sum;\nexport const none = sum;\n`,
      },
      { run: TEST },
    ]),
  ),
  agentScript("Poll what moves on")
    .forks("for i in $(seq 400); do echo $i > .git/progress; sleep 0.05; done")
    .repeats(14, { run: "sleep 0.2; cat .git/progress" }),
  agentScript("Wait for what does not come yet").repeats(8, { run: "sleep 0.1; curl -sS http://127.0.0.1:9/ || true" }),
  agentScript("Put a header into every file").does(
    ...runs(...numbers(FILES).map((n) => `sed -i '1i // Copyright of the makers' src/part${n}.js`)),
  ),
  agentScript("Compare with the old behaviour")
    .patches("old.js", "old = 1", "old = 2")
    .does(...runs(OLD_TEST, "git stash --quiet", OLD_TEST, "git stash pop --quiet", OLD_TEST)),
  agentScript("Run what is flaky").repeats(3, {
    run: 'n=$(cat .git/tries 2>/dev/null || echo 0); echo $((n + 1)) > .git/tries; if [ "$n" -lt 2 ]; then echo "connection reset"; exit 1; else echo fine; fi',
  }),
  agentScript("Look for many words").does(...runs(...numbers(20).map((n) => `grep -rn "word${n}" src || true`))),
  agentScript("Walk through the history").does(...runs(...numbers(10).map((n) => `git log --oneline --skip ${n} -1`))),
  agentScript("Come back to the main file").does(
    ...numbers(12).flatMap((n) => runs("cat src/main.js", `cat src/part${n}.js`)),
  ),
  agentScript("Commit often").does(
    ...numbers(8).flatMap((n) => [{ write: `notes/${n}.md`, content: `${n}\n` }, { commit: `docs: note ${n}` }]),
  ),
  agentScript("Rename, take one back, rename again").does(
    ...runs(
      "sed -i 's/part/piece/' src/part1.js src/part2.js src/part3.js",
      "git checkout --quiet src/part2.js",
      "git diff --stat",
      "sed -i 's/part2/segment2/' src/part2.js",
      "git diff --stat",
    ),
  ),
  agentScript("Write notes on the way").does(
    ...numbers(10).flatMap((n) => [{ note: `part ${n} is fine` }, { run: `wc -l src/part${n}.js` }]),
  ),
  agentScript("Build with times in its output").does(
    ...numbers(5).flatMap((n) => [
      { patch: "src/build.js", find: `steps = ${n - 1};`, replace: `steps = ${n};` },
      { run: 'echo "built in $(date +%N) ns"' },
    ]),
  ),
  agentScript("Check twice that nothing moves").does(
    ...runs("npm run --silent lint", "npm run --silent lint", "git status --short", "git status --short"),
  ),
  agentScript("Guess three commands").does(
    ...runs(
      "npm run build || true",
      "npm run compile || true",
      "npm run make || true",
      "npm run",
      "npm run --silent lint",
    ),
  ),
];

/** Each ends with a change of its own, so that all of them land. */
export const HEALTHY = scenarioOf(
  AGENTS.map((agent, n) => agent.writes(`done/${n}.txt`, `${n}\n`).finishes()),
  "healthy",
);

/** The titles of their tasks. */
export const HEALTHY_TITLES: readonly string[] = HEALTHY.tasks.map(({ match }) => match.title ?? "");

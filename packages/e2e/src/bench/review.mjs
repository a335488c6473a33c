// @ts-check
// How long a key of `plan review` takes until its picture stands in the terminal: a plan of 300 tasks, in tmux, from the key
// that tmux is told to press to the last thing that the program writes because of it.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hasTmux, openInTmux, p95, pressed } from "./in-tmux.mjs";
import { CONDUCTOR } from "./programs.mjs";
import { ms, print } from "./table.mjs";

const TASKS = 300;
const MOVES = 200;
const EDITS = 60;
/** @param {string} base */
export async function benchReview(base) {
  if (!hasTmux()) {
    print("plan review: not measured, tmux is not here", "", "", "");
    return;
  }
  const dir = join(base, "review");
  mkdirSync(join(dir, ".conductor/plans"), { recursive: true });
  writeFileSync(join(dir, "prd.md"), manyLines(TASKS));
  writeFileSync(join(dir, ".conductor/plans/many.yaml"), JSON.stringify(manyTasks(TASKS)));
  for (const [columns, rows] of /** @type {const} */ ([
    [80, 24],
    [200, 60],
  ])) {
    const terminal = await openInTmux(base, { cwd: dir, argv: [CONDUCTOR, "plan", "review"], columns, rows });
    try {
      const moves = Array.from(
        { length: MOVES },
        (_, n) => ["j", "j", "NPage", "Tab", "k", "Space", "Space", "PPage"][n % 8] ?? "j",
      );
      const edits = Array.from({ length: EDITS }, (_, n) => ["J", "u"][n % 2] ?? "u");
      await pressed(terminal, ["G", "g", "j"]);
      const size = `${TASKS} tasks, ${columns}x${rows}`;
      print(
        `plan review, ${size}: a move, p95`,
        "wall, in tmux",
        "100 ms",
        `${ms(p95(await pressed(terminal, moves)))} ms`,
      );
      print(
        `plan review, ${size}: an edit, p95`,
        "wall, in tmux",
        "100 ms",
        `${ms(p95(await pressed(terminal, edits)))} ms`,
      );
    } finally {
      await terminal.close();
    }
  }
}

/** @param {number} count */
const manyLines = (count) =>
  `# Product\n\n${Array.from({ length: count }, (_, n) => `- R${n + 1}: Part ${n + 1} MUST do what it is made for, and tell of it`).join("\n")}\n`;

/**
 * A plan as a large one is: groups of ten, each task with its requirement, its line, and what it waits for.
 * @param {number} count
 */
function manyTasks(count) {
  const quoted = (/** @type {number} */ n) => ({
    source: `prd.md#L${n + 3}`,
    quote: `- R${n + 1}: Part ${n + 1} MUST do what it is made for, and tell of it`,
  });
  return {
    version: 1,
    id: "many",
    sources: [{ path: "prd.md", sha256: "00" }],
    requirements: Array.from({ length: count }, (_, n) => ({
      id: `R${n + 1}`,
      level: "must",
      text: `Part ${n + 1} must do what it is made for, and tell of it`,
      ...quoted(n),
    })),
    tasks: Array.from({ length: count }, (_, n) => ({
      key: `t${n}`,
      parent: n % 10 === 0 ? null : `t${n - (n % 10)}`,
      title: `Task ${n}: ${["repair", "write", "measure", "remove"][n % 4]} the ${["parser", "index", "page"][n % 3]} of part ${n}`,
      description: `What ${n} is about, in a sentence or so, as people write it.`,
      acceptance: [{ text: `Part ${n} does it`, proof: "npm test" }, { text: "It tells of it" }],
      requirements: [`R${n + 1}`],
      depends_on: n % 10 > 1 ? [`t${n - 1}`] : [],
      estimate_minutes: 30 + (n % 5) * 15,
      files: [`src/part-${n}/**`],
      ...quoted(n),
    })),
  };
}

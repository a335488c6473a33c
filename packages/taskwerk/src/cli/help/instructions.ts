import type { View } from "@taskwerk/terminal/print-success";
import type { Verb } from "../verb.ts";

/** What to tell a coding agent: at most 40 lines, for AGENTS.md or a prompt. */
export const INSTRUCTIONS: readonly string[] = [
  "## Tasks",
  "",
  "Tasks of this repository are in taskwerk. Use its commands; never edit `.taskwerk/`.",
  "Every command takes `--json` (one document on stdout, success or failure) and tells by its",
  "exit code how it went: 0 done, 2 wrong input, 3 not found, 8 conflict, 10 nothing ready.",
  "",
  "To work on a task:",
  "1. Claim one. You alone have it, for 15 minutes:",
  "   `taskwerk claim --next --as NAME --json`   (exit 10: nothing is ready, stop)",
  "   Keep `data.claim.token`, or set TASKWERK_CLAIM to it.",
  "2. Read what it is about: `taskwerk context ID --budget 4000`",
  '3. Say what you find, as you go: `taskwerk note ID "..." --type progress`',
  "   What was decided and why: `--type decision`. Notes need no claim.",
  "4. Every 10 minutes: `taskwerk heartbeat ID --claim TOKEN`",
  "   CLAIM_LOST means that somebody else may have it by now: stop.",
  '5. What holds, with what shows it: `taskwerk ac check ID N --evidence "test name"`',
  "6. Link what you made: `taskwerk link ID --commit SHA`",
  "7. The end: `taskwerk done ID --claim TOKEN` (`--next` claims the next one at once)",
  "   For a person to look at first: `taskwerk review ID --claim TOKEN`",
  '   You cannot go on: `taskwerk block ID --reason "..." --claim TOKEN`',
  "   You give it back: `taskwerk release ID --claim TOKEN`",
  "",
  "More work turns up:",
  '- Another task: `taskwerk add "Title" -p high --parent ID --after ID --ac "..."`',
  '- A task is too big: `taskwerk split ID "First part" "Second part"`',
  "- One waits for another: `taskwerk dep add ID ON`",
  "",
  "To look: `taskwerk ready`, `list`, `show ID`, `tree`, `why ID` (why it is not ready),",
  "`search TEXT`. Choose: `taskwerk list priority:high.. tag:api`, `taskwerk help query`.",
  "Wait for others: `taskwerk wait id:ID --until done --timeout 30m`",
  "",
  "Do not close what you have not checked, and do not work on what another has claimed.",
  "What you did can be taken back: `taskwerk undo`. All commands: `taskwerk help`",
  "If you have the tools task_list, task_claim ... (`taskwerk mcp`), use those instead.",
];

/** `instructions`: prints them; installs nothing. */
export const instructionsVerb: Verb<unknown> = {
  build: (command) => command,
  async run(app) {
    app.show("instructions", { text: `${INSTRUCTIONS.join("\n")}\n` }, VIEW);
    return undefined;
  },
};

const VIEW: View<{ readonly text: string }> = {
  fields: ["text"],
  known: ["text"],
  items: ({ text }) => [{ text }],
  piped: "screen",
  screen: (output, { data }) => output.raw(data.text),
};

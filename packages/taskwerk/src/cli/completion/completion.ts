import { WerkError } from "@taskwerk/contract/errors";
import { nearest } from "@taskwerk/contract/nearest";
import type { View } from "@taskwerk/terminal/print-success";
import { type Verb, wordOf } from "../verb.ts";
import { SCRIPTS, type Shell } from "./scripts.ts";

/** `completion bash|zsh|fish`: the script that makes a shell complete taskwerk's commands, flags, ids and queries. */
export const completionVerb: Verb<unknown> = {
  build: (command) => command.argument("<shell>", "bash, zsh or fish"),
  async run(app, [word]) {
    const shell = shellOf(wordOf(word));
    app.show("completion", { shell, script: SCRIPTS[shell] }, SCRIPT);
    return undefined;
  },
};

function shellOf(word: string): Shell {
  const shells = Object.keys(SCRIPTS);
  if (shells.includes(word)) return word as Shell;
  const near = nearest(word, shells);
  throw new WerkError("USAGE", `no completion for "${word}".${near ? ` Did you mean "${near}"?` : ""}`, {
    hint: `Shells:  ${shells.join(", ")}`,
    field: "shell",
    given: word,
    ...(near ? { candidates: [near] } : {}),
  });
}

const SCRIPT: View<{ readonly shell: Shell; readonly script: string }> = {
  fields: ["script"],
  known: ["shell", "script"],
  ids: ({ shell }) => [shell],
  piped: "screen",
  screen(output, { data }) {
    for (const line of data.script.trimEnd().split("\n")) output.line(line);
  },
};

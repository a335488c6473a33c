import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { STORE_DIRECTORY } from "@taskwerk/contract/api-file";
import { isWerkError, WerkError } from "@taskwerk/contract/errors";
import { dim } from "@taskwerk/terminal/part";
import type { View } from "@taskwerk/terminal/print-success";
import type { App } from "../app.ts";
import type { Verb } from "../verb.ts";

interface Initialised {
  readonly store: string;
  readonly prefix: string;
  readonly created: boolean;
  /** The repository it stands in, if in one. */
  readonly repository: string | null;
}

/**
 * `init`: a store at the top of the repository one stands in, or here. Where there is one, it stays as it is; a linked
 * worktree has that of the main one.
 */
export const initVerb: Verb<{ readonly prefix?: string; readonly here?: boolean }> = {
  build: (command) =>
    command
      .option("--prefix <word>", "ids look like WORD-001 (TASK)")
      .option("--here", "in this directory, not at the top of the repository"),
  async run(app, _, { prefix, here }) {
    app.refuseWhenReadonly("init makes a store");
    app.checkFields(MADE);
    const top = here ? null : repositoryOf(app.target.cwd);
    const named = app.target.store ?? (app.world.env.TASKWERK_DIR ? app.path(app.world.env.TASKWERK_DIR) : undefined);
    const store =
      named ?? (top === null ? null : await storeAt(app, top)) ?? join(top ?? app.target.cwd, STORE_DIRECTORY);
    const wanted = prefixOf(prefix ?? "TASK");
    const { completed, ...made } = await app.world.createStore(store, wanted);
    const keeps = prefix !== undefined && made.prefix !== wanted;
    const warnings = [
      ...(keeps ? [`the ids of this store begin with ${made.prefix}, and go on to.`] : []),
      ...(completed
        ? ["the database was there and empty: it is a new store now. Had it tasks, restore a backup."]
        : []),
    ];
    app.show("store.init", { store, ...made, repository: top }, MADE, warnings);
  },
};

/** The store that a repository has already, in a linked worktree that of the main one; null when it has none. */
async function storeAt(app: App, top: string): Promise<string | null> {
  try {
    return await app.world.locateStore({ cwd: top, upTo: top });
  } catch (error) {
    if (isWerkError(error) && error.code === "STORE_NOT_FOUND") return null;
    throw error;
  }
}

function prefixOf(word: string): string {
  if (/^[A-Za-z][A-Za-z0-9]{0,15}$/.test(word)) return word.toUpperCase();
  throw new WerkError("USAGE", `--prefix: "${word}" is no prefix: letters and digits, at most 16, a letter first.`, {
    hint: "For example:  taskwerk init --prefix WEB   (ids look like WEB-001 then)",
    field: "prefix",
    given: word,
  });
}

/** The nearest directory upwards that has a .git; null outside of a repository. */
function repositoryOf(from: string): string | null {
  for (let dir = from; ; dir = dirname(dir)) {
    if (existsSync(join(dir, ".git"))) return dir;
    if (dirname(dir) === dir) return null;
  }
}

const MADE: View<Initialised> = {
  fields: ["store"],
  known: ["store", "prefix", "created", "repository"],
  items: (made) => [{ ...made, id: made.store }],
  screen(output, { data: { store, created, repository } }) {
    const place =
      repository === dirname(store)
        ? `at the top of this repository (${basename(repository)})`
        : `in ${dirname(store)}`;
    if (!created) {
      output.line(`There is a store ${place} already:`);
      output.line(`  ${store}`);
      return;
    }
    output.line(`Made .taskwerk/ ${place}.`);
    if (repository === dirname(store))
      output.line("Git ignores all of it but config.yml. No hook and no other file was touched.");
    if (!output.isTTY) return;
    output.line();
    output.line("Next   ", 'taskwerk add "What is to be done"');
    output.line("       ", "taskwerk import FILE", dim("        md, json, csv, task-master, Backlog.md, beads"));
    output.line("       ", "taskwerk instructions", dim("       what to tell your coding agent"));
  },
};

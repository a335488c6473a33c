import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { isWerkError } from "@taskwerk/contract/errors";
import type { App } from "../app.ts";
import { nextLines } from "../next-lines.ts";
import { openUserRepository } from "../open-repository.ts";
import { REPOSITORY_FILE, textOf } from "../read-config.ts";
import type { Verb } from "../verb.ts";
import { agreeToConfig } from "./agree-to-config.ts";
import { ensureStore } from "./ensure-store.ts";

interface Initialised {
  readonly root: string;
  readonly store_made: boolean;
  readonly trusted_config: string | null;
  /** What a run still needs of git; null when it has it. Plans need none of it. */
  readonly missing: { readonly what: string; readonly cure: string } | null;
}

/** `init`: conductor's directory and taskwerk's store; agrees to the repository's configuration as it is now. */
export const initVerb: Verb<unknown> = {
  build: (command) => command,
  async run(app) {
    const text = await textOf(join(app.root, REPOSITORY_FILE));
    // Only what is valid can be agreed to.
    await app.config(true);
    await mkdir(app.stateDir, { recursive: true, mode: 0o700 });
    if (text !== null) await agreeToConfig(app, text);
    await app.journal(true);
    const made = await ensureStore(app);
    const missing = await missingForRun(app);
    app.show<Initialised>(
      "init",
      { root: app.root, store_made: made, trusted_config: text === null ? null : REPOSITORY_FILE, missing },
      {
        fields: ["root"],
        known: ["root", "store_made", "trusted_config", "missing"],
        items: (data) => [{ ...data, id: data.root }],
        piped: "screen",
        screen(output, { data }) {
          output.line(
            missing === null
              ? `conductor is ready in ${data.root}.`
              : `conductor can plan in ${data.root}, but not run yet.`,
          );
          if (missing !== null) {
            output.line(`  ${missing.what}:`);
            output.line(`  ${missing.cure}`);
          }
          if (data.store_made) output.line("taskwerk had no store here; it has one now.");
          if (data.trusted_config)
            output.line(`${data.trusted_config} counts from now on, as it is; a change has to be agreed to again.`);
          if (!output.isTTY) return;
          for (const line of nextLines(["conductor doctor", "conductor run PRD.md"], output)) output.line(line);
        },
      },
    );
    return undefined;
  },
};

const COMMIT = 'git add -A && git commit -m "chore: as it is"';

/** Work lands in a repository, on top of a commit. */
async function missingForRun(app: App): Promise<Initialised["missing"]> {
  try {
    await openUserRepository(app);
    return null;
  } catch (error) {
    if (!isWerkError(error)) throw error;
    if (error.code === "GIT_NOT_A_REPOSITORY" && !error.message.includes("bare repository"))
      return { what: "Work can only land in a git repository", cure: `git init && ${COMMIT}` };
    if (error.code === "GIT_NO_COMMITS") return { what: "There is no commit to work on top of", cure: COMMIT };
    return { what: error.message, cure: error.hint ?? "conductor doctor" };
  }
}

import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { REPOSITORY_FILE, textOf } from "../read-config.ts";
import type { Verb } from "../verb.ts";
import { agreeToConfig } from "./agree-to-config.ts";
import { ensureStore } from "./ensure-store.ts";

interface Initialised {
  readonly root: string;
  readonly store_made: boolean;
  readonly trusted_config: string | null;
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
    app.show<Initialised>(
      "init",
      { root: app.root, store_made: made, trusted_config: text === null ? null : REPOSITORY_FILE },
      {
        fields: ["root"],
        known: ["root", "store_made", "trusted_config"],
        items: (data) => [{ ...data, id: data.root }],
        piped: "screen",
        screen(output, { data }) {
          output.line(`conductor is ready in ${data.root}.`);
          if (data.store_made) output.line("taskwerk had no store here; it has one now.");
          if (data.trusted_config)
            output.line(`${data.trusted_config} counts from now on, as it is; a change has to be agreed to again.`);
          if (output.isTTY) output.line("Next   conductor doctor     conductor run PRD.md");
        },
      },
    );
    return undefined;
  },
};

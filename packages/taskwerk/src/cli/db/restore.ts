import { existsSync } from "node:fs";
import { WerkError } from "@taskwerk/contract/errors";
import { dim } from "@taskwerk/terminal/part";
import type { View } from "@taskwerk/terminal/print-success";
import { confirm } from "../confirm.ts";
import { type Verb, wordOf } from "../verb.ts";
import type { RestoredStore } from "../world.ts";

/** `db restore FILE`: a backup in the place of the database, which stays beside it. Asks; no server may run. */
export const dbRestoreVerb: Verb<unknown> = {
  build: (command) => command.argument("<file>", "a file that db backup made"),
  async run(app, [file]) {
    app.refuseWhenReadonly("this replaces the database");
    app.checkFields(RESTORED);
    const files = await app.world.files();
    const running = await (await app.world.api()).find(app.target);
    if (running) {
      throw new WerkError("API_RUNNING", `this store is served at ${running.info.url} (pid ${running.info.pid}).`, {
        hint: "End it first:  taskwerk api stop",
        details: { ...running.info },
      });
    }
    const path = app.path(wordOf(file));
    // Nobody is asked about what cannot be.
    if (!existsSync(path)) {
      throw new WerkError("FILE_NOT_FOUND", `there is no file ${path}`, {
        hint: "A file that db backup made; those of the store lie in its directory, under backups.",
        field: "file",
        given: path,
      });
    }
    await confirm(app, `${path} takes the place of the tasks that are here now; those are kept beside it.`);
    app.show("db.restore", await files.restore(app.target, path), RESTORED);
  },
};

const RESTORED: View<RestoredStore> = {
  fields: ["store", "from", "kept", "tasks"],
  known: ["store", "from", "kept", "tasks"],
  items: (restored) => [{ ...restored, id: restored.store }],
  screen(output, { data }) {
    output.line(`${data.tasks} ${data.tasks === 1 ? "task" : "tasks"} from ${data.from}.`);
    if (data.kept !== null) output.line(dim(`  What was here is kept: ${data.kept}`));
  },
};

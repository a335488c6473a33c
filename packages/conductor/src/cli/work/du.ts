import { journalFile } from "../../journal/directory.ts";
import { type DiskUse, diskUse } from "../../run/disk-use.ts";
import type { Verb } from "../verb.ts";
import { inBytes } from "./bytes.ts";

/** `du`: what conductor keeps for this repository, where, how large, and which command frees it. */
export const duVerb: Verb<unknown> = {
  build: (command) => command,
  async run(app) {
    const uses = await diskUse({ stateDir: app.stateDir, journal: journalFile(app.root) });
    const bytes = uses.reduce((sum, one) => sum + one.bytes, 0);
    app.show<readonly DiskUse[]>("du", uses, {
      items: (all) => all.map((one) => ({ ...one, id: one.what })),
      fields: ["what", "bytes", "files", "path"],
      known: ["what", "bytes", "files", "path", "frees"],
      screen(output) {
        const there = uses.filter(({ files }) => files > 0);
        output.table(
          [{ title: "WHAT" }, { title: "SIZE" }, { title: "FILES" }, { title: "LESS OF IT", shrinks: true }],
          there.map(({ what, bytes: size, files, frees }) => [what, inBytes(size), String(files), frees ?? ""]),
        );
        output.line();
        output.line(
          `${inBytes(bytes)} in all.${there.length < uses.length ? ` ${uses.length - there.length} places are empty.` : ""}`,
        );
        output.line(`  ${app.stateDir}`);
      },
    });
    return undefined;
  },
};

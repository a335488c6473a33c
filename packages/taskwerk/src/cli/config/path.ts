import { existsSync } from "node:fs";
import type { View } from "@taskwerk/terminal/print-success";
import type { Verb } from "../verb.ts";
import { configPlaces } from "./config-places.ts";

interface ConfigFile {
  readonly whose: "user" | "store";
  readonly file: string;
  readonly exists: boolean;
}

/** `config path`: the files, the nearer one last; it wins. */
export const configPathVerb: Verb<unknown> = {
  build: (command) => command,
  async run(app) {
    const { user, file } = await configPlaces(app);
    const files = [
      ...(user === null ? [] : [{ whose: "user", file: user, exists: existsSync(user) } as const]),
      ...(file === null ? [] : [{ whose: "store", file, exists: existsSync(file) } as const]),
    ];
    app.show("config.path", files, PATHS);
    return undefined;
  },
};

const PATHS: View<readonly ConfigFile[]> = {
  fields: ["whose", "file"],
  known: ["whose", "file", "exists"],
  ids: (files) => files.map(({ file }) => file),
  screen(output, { data }) {
    for (const { whose, file, exists } of data)
      output.line(whose === "user" ? "yours        " : "this store's ", file, exists ? "" : " (not there yet)");
  },
};

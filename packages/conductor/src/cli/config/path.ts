import { readLayers } from "../read-config.ts";
import type { Verb } from "../verb.ts";

const WORDS = {
  none: "there is none",
  trusted: "counts",
  new: "does not count yet: conductor trust",
  changed: "has changed, and does not count: conductor trust",
} as const;

/** `config path`: the two files, and whether the repository's counts. */
export const configPathVerb: Verb<unknown> = {
  build: (command) => command,
  async run(app) {
    const { userFile, repositoryFile, trust } = await readLayers(app.configPlaces);
    app.show(
      "config.path",
      { user: userFile, repository: repositoryFile, trust },
      {
        fields: ["user", "repository", "trust"],
        known: ["user", "repository", "trust"],
        items: (data) => [{ ...data, id: data.user }],
        piped: "screen",
        screen(output) {
          output.line("yours        ", userFile);
          output.line("repository's ", `${repositoryFile} (${WORDS[trust]})`);
        },
      },
    );
    return undefined;
  },
};

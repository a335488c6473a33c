import { codeSpans, plainText } from "../../sections/inline.ts";

const PATH = /^(?:[\w@.{}*-]+\/)+[\w@.{}*-]*$/;
const FILE =
  /^[\w.{}*-]+\.(?:[cm]?[jt]sx?|py|go|rs|rb|java|kt|c|h|cc|cpp|cs|php|swift|sh|sql|md|json|ya?ml|toml|html|css|vue|svelte|proto|tf)$/;

/** Without code marks, only what has both a folder and a known ending. */
const BARE =
  /(?<![\w/:.-])(?:[\w-]+\/){1,12}[\w-]+(?:\.[\w-]+){0,3}\.(?:[cm]?[jt]sx?|py|go|rs|rb|java|sql|md|json|ya?ml|toml|html|css|sh)\b/g;

/** Paths of the repository that a text names; routes (`/api/tasks`), hosts and ways out of the tree are not. */
export function filesNamedIn(text: string): readonly string[] {
  const bare = plainText(text).match(BARE) ?? [];
  const named = [...codeSpans(text), ...bare]
    .map((span) => span.trim().replace(/^\.\//, ""))
    .filter((span) => (PATH.test(span) || FILE.test(span)) && !span.split("/").includes(".."))
    .filter((span) => !/^(?:www\.|localhost|\d+\.\d+)|\.(?:com|org|net|io|dev)\//.test(span));
  return [...new Set(named)];
}

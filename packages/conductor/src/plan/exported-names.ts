/** What a source file offers to others, by the look of its lines. Pure; good enough for a map, no parser. */

const NAME = "[A-Za-z_$][\\w$]*";
/** By the ending of a file: each pattern has one group, a name. */
const PATTERNS: readonly { readonly ending: RegExp; readonly patterns: readonly RegExp[] }[] = [
  {
    ending: /\.[cm]?[jt]sx?$/,
    patterns: [
      new RegExp(
        `^export\\s+(?:default\\s+)?(?:declare\\s+)?(?:abstract\\s+)?(?:async\\s+)?(?:function\\*?|class|const|let|var|enum|interface|type)\\s+(${NAME})`,
      ),
      new RegExp(`^(?:module\\.)?exports\\.(${NAME})\\s*=`),
    ],
  },
  { ending: /\.py$/, patterns: [/^(?:async\s+def|def|class)\s+([A-Za-z]\w*)/] },
  {
    ending: /\.go$/,
    patterns: [/^func\s+(?:\([^)]*\)\s*)?([A-Z]\w*)/, /^(?:type|var|const)\s+([A-Z]\w*)/],
  },
  {
    ending: /\.rs$/,
    patterns: [/^pub(?:\([^)]*\))?\s+(?:async\s+)?(?:fn|struct|enum|trait|type|const|static|mod)\s+(\w+)/],
  },
  {
    ending: /\.(?:java|kt|cs|scala)$/,
    patterns: [
      /^\s{0,4}(?:public|open|data|sealed)\s+(?:[\w<>[\]]+\s+){0,4}?(?:class|interface|enum|record|object|fun)\s+(\w+)/,
    ],
  },
  { ending: /\.(?:rb|ex|exs)$/, patterns: [/^\s{0,4}(?:class|module|defmodule|def)\s+([\w.]+)/] },
  {
    ending: /\.(?:c|h|cc|cpp|hpp)$/,
    patterns: [/^(?:[A-Za-z_][\w:<>*&\s]{0,80}?)\b([A-Za-z_]\w*)\s*\([^;{]*\)\s*\{?$/],
  },
  { ending: /\.sql$/, patterns: [/^\s*create\s+(?:table|view|index)\s+(?:if\s+not\s+exists\s+)?["`]?(\w+)/i] },
];

/** Most names of one file. */
export const MOST_NAMES = 24;

/** True when a file of this name can be looked at. */
export const hasNames = (path: string): boolean => PATTERNS.some(({ ending }) => ending.test(path));

/** Names in the order of the file, each once, at most MOST_NAMES. */
export function exportedNames(path: string, text: string): readonly string[] {
  const patterns = PATTERNS.find(({ ending }) => ending.test(path))?.patterns ?? [];
  const names = new Set<string>();
  for (const line of text.split("\n")) {
    if (line.length > 400) continue;
    for (const pattern of patterns) {
      const name = pattern.exec(line)?.[1];
      if (name !== undefined) names.add(name);
    }
    const listed = /^export\s+(?:type\s+)?\{([^}]*)\}/.exec(line)?.[1];
    for (const one of listed?.split(",") ?? []) {
      const name = /(?:\bas\s+)?([\w$]+)\s*$/.exec(one.trim())?.[1];
      if (name !== undefined && name !== "default") names.add(name);
    }
    if (names.size >= MOST_NAMES) break;
  }
  return [...names].slice(0, MOST_NAMES);
}

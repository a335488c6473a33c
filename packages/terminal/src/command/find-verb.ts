/** What a command line is about, found without knowing any verb's flags. */
export interface FoundVerb {
  /** The first word, or null when there is none. */
  readonly word: string | null;
  /** Everything but that word, in order. */
  readonly rest: readonly string[];
}

/** The first argument that is neither a flag nor the value of a global flag (`withValue` lists those). */
export function findVerb(argv: readonly string[], withValue: ReadonlySet<string>): FoundVerb {
  for (let index = 0; index < argv.length; index += 1) {
    const argument = argv[index]!;
    if (argument === "--") break;
    if (withValue.has(argument)) index += 1;
    else if (!argument.startsWith("-") || argument === "-") {
      return { word: argument, rest: argv.toSpliced(index, 1) };
    }
  }
  return { word: null, rest: argv };
}

/** The flags before `--`. */
export const flagsOf = (argv: readonly string[]): readonly string[] => {
  const end = argv.indexOf("--");
  return end < 0 ? argv : argv.slice(0, end);
};

/** True when one JSON document is wanted, also where the rest of the line cannot be understood. */
export function wantsJson(argv: readonly string[]): boolean {
  const flags = flagsOf(argv);
  return (
    flags.includes("--json") ||
    flags.includes("--format=json") ||
    flags.some((flag, at) => flag === "--format" && flags[at + 1] === "json")
  );
}

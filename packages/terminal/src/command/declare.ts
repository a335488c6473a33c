/** What a verb takes, as it says it: a subset of what commander understands, so that either can read it. */
export interface Declaring {
  /** As commander has it: "-s, --status <status>", "--all", "--no-color". `read` gets what the flag gave before. */
  // biome-ignore lint/suspicious/noExplicitAny: each flag has a value of its own type
  option(flags: string, describe?: string, read?: (value: string, previous: any) => unknown): Declaring;
  /** "<id>", "[id]", "<ids...>" or "[ids...]". */
  argument(name: string, describe?: string): Declaring;
}

/** A flag that was declared. */
export interface DeclaredFlag {
  readonly spellings: readonly string[];
  /** What its value is called among all flags. */
  readonly name: string;
  readonly takes: "nothing" | "value" | "maybe";
  /** `--no-color`: yes unless it is typed. */
  readonly negative: boolean;
  readonly read: ((value: string, previous: unknown) => unknown) | undefined;
}

/** An argument that was declared. */
export interface DeclaredArgument {
  readonly required: boolean;
  readonly variadic: boolean;
}

/** What a verb declares, in order, then the flags of every verb that it does not have itself. */
export function declaredBy(
  build: (command: Declaring) => Declaring,
  everywhere: readonly { readonly flags: string }[],
): { readonly flags: readonly DeclaredFlag[]; readonly args: readonly DeclaredArgument[] } {
  const flags: DeclaredFlag[] = [];
  const args: DeclaredArgument[] = [];
  const declaring: Declaring = {
    option(spec, _, read) {
      flags.push(flagOf(spec, read));
      return declaring;
    },
    argument(name) {
      args.push({ required: name.startsWith("<"), variadic: name.includes("...") });
      return declaring;
    },
  };
  build(declaring);
  for (const { flags: spec } of everywhere) {
    const flag = flagOf(spec, undefined);
    if (!flags.some(({ spellings }) => spellings.some((one) => flag.spellings.includes(one)))) flags.push(flag);
  }
  return { flags, args };
}

function flagOf(spec: string, read: DeclaredFlag["read"]): DeclaredFlag {
  const spellings = spec.split(/[ ,|]+/).filter((word) => word.startsWith("-"));
  const long = spellings.find((one) => one.startsWith("--"));
  const negative = long?.startsWith("--no-") ?? false;
  const [first = "", ...more] = (long ?? spellings[0] ?? "").replace(/^--no-|^--?/, "").split("-");
  return {
    spellings,
    name: first + more.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join(""),
    takes: spec.includes("<") ? "value" : spec.includes("[") ? "maybe" : "nothing",
    negative,
    read,
  };
}

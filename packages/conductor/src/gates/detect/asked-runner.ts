/** How vitest and jest are asked for their reports: by words behind a script that runs them last. Pure. */

export interface AskedRunner {
  readonly parse: "vitest-json" | "jest-json";
  /** Words after `npm test`, `pnpm run test` or `yarn run test`. */
  readonly words: string;
}

/** The same for coverage, which both write only into a folder of the checkout. */
export interface AskedCoverage {
  readonly parse: "istanbul";
  readonly words: string;
  /** Where the report will be, from the top of the checkout. */
  readonly report: string;
}

type Scripts = Readonly<Record<string, string>>;
type Manager = "npm" | "pnpm" | "yarn";

/** People read the log, so vitest's usual reporter writes there too; jest writes for people in any case. */
const WORDS = {
  vitest: '--reporter=default --reporter=json --outputFile.json="$CONDUCTOR_VITEST_JSON"',
  jest: '--json --outputFile="$CONDUCTOR_JEST_JSON"',
};

/** A folder of its own: vitest empties the one that it is told, whatever lies there. */
const COVERAGE_FOLDER = ".conductor-coverage";
const COVERAGE_WORDS = {
  vitest: `--coverage.reporter=text-summary --coverage.reporter=json --coverage.reportsDirectory=${COVERAGE_FOLDER}`,
  jest: `--coverageReporters=text-summary --coverageReporters=json --coverageDirectory=${COVERAGE_FOLDER}`,
};

/** What may stand before the runner without taking its words for its own. */
const BEFORE = /^(?:[A-Za-z_]\w*=\S*|npx|bunx|cross-env|env|exec|pnpm|yarn|node|--?[A-Za-z][\w-]*(?:=\S*)?)$/;
const RUNNER = /^(?:\S*\/)?(vitest|jest)(?:\.m?js)?$/;
/** With these it does something else than run tests to their end, or writes a report of its own. */
const OTHERWISE = {
  vitest:
    /^(?:--|watch|dev|bench|list|init|-w|--watch(?:=true)?|--ui|--standalone|--outputFile.*|--mergeReports.*|--merge-reports.*|--help|-h|--version|-v)$/,
  jest: /^(?:--|--watch(?:=true)?|--watchAll(?:=true)?|--json.*|--outputFile.*|--listTests|--showConfig|--clearCache|--init|--help|-h|--version|-v)$/,
};
const MOST_SCRIPTS = 20;

/**
 * The words that make the runner of script `name` write its report. Null where they would not reach one: another program comes
 * last, or none of the two runs at all.
 */
export function askedRunner(scripts: Scripts, name: string, manager: Manager): AskedRunner | null {
  const last = lastRunner(scripts, name, manager);
  if (last === null) return null;
  const { runner, dashes } = last;
  return { parse: runner === "vitest" ? "vitest-json" : "jest-json", words: `${dashes}${WORDS[runner]}` };
}

/**
 * The words that make it write what it measured of coverage. Null where they would not reach it, where script `name` does not
 * ask for coverage, and where it says itself where reports go.
 */
export function askedCoverage(scripts: Scripts, name: string, manager: Manager): AskedCoverage | null {
  const last = lastRunner(scripts, name, manager);
  if (last === null || !last.words.some((word) => /^--coverage(?:=true)?$/.test(word))) return null;
  if (last.words.some((word) => /^--(?:coverage\.reportsDirectory|coverageDirectory)/.test(word))) return null;
  const { runner, dashes } = last;
  return {
    parse: "istanbul",
    words: `${dashes}${COVERAGE_WORDS[runner]}`,
    report: `${COVERAGE_FOLDER}/coverage-final.json`,
  };
}

interface LastRunner {
  readonly runner: "vitest" | "jest";
  /** The words that it is called with already. */
  readonly words: readonly string[];
  /** What has to stand before further words, so that they reach it. */
  readonly dashes: string;
}

/** The runner that script `name` ends in, itself or through scripts that it calls. */
function lastRunner(scripts: Scripts, name: string, manager: Manager): LastRunner | null {
  let dashes = manager === "npm" ? 1 : 0;
  const seen = new Set<string>();
  for (let at: string | undefined = name; at !== undefined && !seen.has(at) && seen.size < MOST_SCRIPTS; ) {
    seen.add(at);
    const words = lastCommand(scripts[at] ?? "");
    if (words === null) return null;
    const called = scriptCalled(words, scripts);
    if (called === null) {
      const runner = runnerIn(words);
      return runner === null ? null : { runner, words, dashes: "-- ".repeat(dashes) };
    }
    // pnpm and yarn hand words on as they are, dashes too.
    if (called.by === "npm" && manager !== "npm") return null;
    if (called.by === "npm" && !called.open) dashes += 1;
    at = called.name;
  }
  return null;
}

/** The words of what a script runs last; null where words behind the script would not reach it as they are. */
function lastCommand(script: string): readonly string[] | null {
  const last =
    script
      .split(/&&|\|\||[;|&\n]/)
      .at(-1)
      ?.trim() ?? "";
  const quotes = (mark: string): number => last.split(mark).length - 1;
  if (last === "" || /[#`()\\]/.test(last) || quotes('"') % 2 === 1 || quotes("'") % 2 === 1) return null;
  return last.split(/\s+/);
}

/** `npm run unit` as a whole command: which script, and whether it has its `--` already. */
function scriptCalled(
  words: readonly string[],
  scripts: Scripts,
): { readonly by: string; readonly name: string; readonly open: boolean } | null {
  const call = /^(npm|pnpm|yarn) (?:run(?:-script)? )?(?:(?:-s|--silent) )*([\w:.-]+)( --)?$/.exec(words.join(" "));
  if (call === null || scripts[call[2]!] === undefined) return null;
  return { by: call[1]!, name: call[2]!, open: call[3] !== undefined };
}

function runnerIn(words: readonly string[]): "vitest" | "jest" | null {
  const at = words.findIndex((word) => RUNNER.test(word));
  if (at < 0 || !words.slice(0, at).every((word) => BEFORE.test(word))) return null;
  const runner = RUNNER.exec(words[at]!)![1] as "vitest" | "jest";
  return words.slice(at + 1).some((word) => OTHERWISE[runner].test(word)) ? null : runner;
}

/** Finds the gates of an npm project in its package.json. The scripts stay as they are; counts are asked for from outside. */
import type { Gate, GateKind } from "../../model/gate.ts";
import { askedCoverage, askedRunner } from "./asked-runner.ts";
import { asked, type BaseTree, type DetectOptions, toolGate } from "./base-tree.ts";

/** Script names by gate, the likeliest first, in the order gates run. */
const SCRIPTS: readonly { readonly id: string; readonly kind: GateKind; readonly names: readonly string[] }[] = [
  { id: "format", kind: "lint", names: ["format:check", "check:format", "fmt:check"] },
  { id: "lint", kind: "lint", names: ["lint", "check"] },
  { id: "types", kind: "types", names: ["typecheck", "type-check", "types", "check:types", "tsc"] },
  { id: "build", kind: "build", names: ["build"] },
  { id: "test", kind: "test", names: ["test"] },
  { id: "coverage", kind: "coverage", names: ["coverage", "test:coverage"] },
];

/**
 * The gates that a base tree brings: format, lint → types → build → test → coverage. Empty when it has no readable
 * package.json or no script that counts. Where node:test is the runner, tests are counted (junit) and coverage is measured (lcov);
 * where vitest or jest comes last in a script, tests are counted and coverage is measured by the reports they are asked for; with
 * any other runner only the exit code speaks.
 */
export async function npmGates(tree: BaseTree, options: DetectOptions): Promise<readonly Gate[]> {
  const scripts = scriptsOf(await tree.readFile("package.json"));
  const runner = await runnerOf(tree);
  const gates: Gate[] = [];
  for (const { id, kind, names } of SCRIPTS) {
    const name = names.find((one) => scripts[one] !== undefined && !isPlaceholder(scripts[one]));
    if (name !== undefined) gates.push(gateOf({ id, kind, name, runner }, scripts, options));
  }
  const test = gates.find((gate) => gate.id === "test");
  const own = gates.find((gate) => gate.id === "coverage");
  if (test?.parse === "junit" && own?.parse !== "lcov" && callsNode(scripts, "test"))
    // The same command as the test gate: one run serves both.
    return [
      ...gates.filter((gate) => gate !== own),
      {
        ...test,
        id: "coverage",
        kind: "coverage",
        parse: "lcov",
        minTests: 0,
        ...asked(options),
      },
    ];
  return gates;
}

/** Who runs the scripts: the tool whose lockfile is there. */
async function runnerOf(tree: BaseTree): Promise<"npm" | "pnpm" | "yarn"> {
  if ((await tree.readFile("pnpm-lock.yaml")) !== null) return "pnpm";
  return (await tree.readFile("yarn.lock")) !== null ? "yarn" : "npm";
}

function gateOf(
  {
    id,
    kind,
    name,
    runner,
  }: {
    readonly id: string;
    readonly kind: GateKind;
    readonly name: string;
    readonly runner: "npm" | "pnpm" | "yarn";
  },
  scripts: Readonly<Record<string, string>>,
  options: DetectOptions,
): Gate {
  const asking = kind === "test" && !runsNodeTest(scripts, name) ? askedRunner(scripts, name, runner) : null;
  const covering = kind === "coverage" && !callsNode(scripts, name) ? askedCoverage(scripts, name, runner) : null;
  const parse =
    kind === "test" && runsNodeTest(scripts, name)
      ? "junit"
      : kind === "coverage" && callsNode(scripts, name)
        ? "lcov"
        : (asking?.parse ?? covering?.parse ?? "exit");
  return toolGate(
    {
      id,
      kind,
      run: name === "test" && (asking === null || runner === "npm") ? `${runner} test` : `${runner} run ${name}`,
      parse,
      ...(asking === null ? {} : { askWith: asking.words }),
      ...(covering === null ? {} : { askWith: covering.words, report: covering.report }),
      origin: `package.json scripts.${name}`,
      ...(parse === "lcov" || parse === "istanbul" ? asked(options) : {}),
    },
    options,
  );
}

/** The string scripts of a manifest; {} when it cannot be read. */
export function scriptsOf(manifest: string | null): Readonly<Record<string, string>> {
  try {
    const scripts: unknown = JSON.parse(manifest ?? "{}")?.scripts;
    if (typeof scripts !== "object" || scripts === null || Array.isArray(scripts)) return {};
    return Object.fromEntries(
      Object.entries(scripts).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
    );
  } catch {
    return {};
  }
}

/** What `npm init` writes. */
const isPlaceholder = (script: string | undefined): boolean =>
  script === undefined || script.trim() === "" || script.includes("no test specified");

const runsNodeTest = (scripts: Readonly<Record<string, string>>, name: string): boolean =>
  bodies(scripts, name).some((body) => /(?:^|[\s;&|])(?:\S*\/)?(?:node|tsx)\s(?:[^;&|]*\s)?--test(?:\s|$)/.test(body));

/** Only plain `node` can be asked for coverage from outside, and not when another tool already collects it. */
const callsNode = (scripts: Readonly<Record<string, string>>, name: string): boolean =>
  !bodies(scripts, name).some((body) => /\b(?:c8|nyc)\b/.test(body)) &&
  bodies(scripts, name).some((body) => /(?:^|[\s;&|])node\s(?:[^;&|]*\s)?--test(?:\s|$)/.test(body));

/** A script and those that it calls with `npm run`, each once. */
function bodies(scripts: Readonly<Record<string, string>>, name: string): readonly string[] {
  const names = new Set([name]);
  for (const one of names)
    for (const match of (scripts[one] ?? "").matchAll(/(?:npm|pnpm|yarn) (?:run(?:-script)? )?(?:-\S+ )*([\w:.-]+)/g))
      names.add(match[1]!);
  return [...names].flatMap((one) => (scripts[one] === undefined ? [] : [scripts[one]]));
}

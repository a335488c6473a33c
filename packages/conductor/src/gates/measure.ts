/** Runs one gate's command in the confinement and brings back all that can be observed of it. */
import { randomBytes } from "node:crypto";
import { mkdir, realpath, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Bind, CommandEnd, Confinement } from "../model/command.ts";
import type { Gate, GateParser } from "../model/gate.ts";
import { outputLog } from "./output-log.ts";
import { MAX_REPORT_BYTES } from "./parse/parsed.ts";
import { SITECUSTOMIZE } from "./python-reports.ts";
import { clearReportFile, readReportFile } from "./report-file.ts";
import { openReportPipe } from "./report-pipe.ts";

/** Where and how gates run. */
export interface GateSurroundings {
  readonly confinement: Confinement;
  /** A fresh checkout of the tree that is judged. */
  readonly checkout: string;
  /** A directory of conductor's own, outside every tree that an agent writes, for reports. It exists. */
  readonly reports: string;
  /** What else the command may see, e.g. installed dependencies. */
  readonly binds: readonly Bind[];
  /** Added to the environment that gates get. No secrets belong here: gates run the agent's code. */
  readonly env: Readonly<Record<string, string>>;
  readonly marker: string;
  readonly signal?: AbortSignal;
}

/** Reports that are written, not printed. */
export const WRITTEN = [
  "junit",
  "vitest-json",
  "jest-json",
  "lcov",
  "istanbul",
  "cobertura",
  "gocover",
  "sarif",
] as const;

/** A report that a command is to leave: in a file of the checkout, or, without `path`, in a pipe of conductor's. */
export interface Wanted {
  readonly parse: GateParser;
  readonly path: string | null;
}

/** A report, or why there is none. */
export interface MeasuredReport extends Wanted {
  readonly found: { readonly text: string; readonly overflow: boolean } | { readonly missing: string };
}

/** What a command did. */
export interface Measurement {
  readonly end: CommandEnd;
  readonly stdout: string;
  readonly log: string;
  readonly reports: readonly MeasuredReport[];
  /** Where the checkout really was, as reports name it. */
  readonly checkout: string;
  readonly durationMs: number;
}

const HEAD_CHARS = 2_000_000;
const TAIL_CHARS = 100_000;

/**
 * The stand-in for `node` that turns coverage on: Node 20 refuses --experimental-test-coverage in NODE_OPTIONS, and
 * the project's scripts stay as they are.
 */
const NODE_WITH_COVERAGE = `#!/bin/sh
for argument in "$@"; do
  if [ "$argument" = --test ]; then exec "$CONDUCTOR_NODE" --experimental-test-coverage "$@"; fi
done
exec "$CONDUCTOR_NODE" "$@"
`;

/**
 * Runs `run` with a shell at the top of the checkout. For `wants` it asks node:test for reports through NODE_OPTIONS,
 * vitest and jest through `askWith`, and reads them from named pipes with names that cannot be guessed; each pipe is in the
 * environment too (CONDUCTOR_JUNIT, CONDUCTOR_SARIF …). A report with a path of its own is read from the checkout; what lay there
 * before is taken away first. Test code can find the pipe (it inherits the
 * environment), but can only add to it: it cannot remove what the runner writes, and what it adds is noticed (parse/junit.ts).
 * What stays possible for hostile test code: where the tests run in the runner's own process (`node some.test.js`), or where the
 * system lets one process trace another of the same user, it can write a whole report of its own and leave with exit code 0.
 * No observer outside that process can tell; the tests themselves are what must be reviewed, and the ratchet counts them.
 */
export async function measure(
  command: {
    readonly run: string;
    readonly network: boolean;
    readonly timeoutMs: number;
    readonly wants: readonly Wanted[];
    /** Which runner is asked; null = node's own. */
    readonly ask: Gate["ask"] | null;
    readonly askWith?: string | undefined;
  },
  around: GateSurroundings,
): Promise<Measurement> {
  const dir = join(around.reports, randomBytes(16).toString("hex"));
  await mkdir(dir, { mode: 0o700 });
  try {
    const kinds = WRITTEN.filter((kind) => command.wants.some(({ parse, path }) => parse === kind && path === null));
    const files = command.wants.flatMap(({ parse, path }) => (path === null ? [] : [{ parse, path }]));
    const pipes = await Promise.all(
      kinds.map(async (kind) => ({ kind, pipe: await openReportPipe(join(dir, kind), MAX_REPORT_BYTES) })),
    );
    for (const { path } of files) await clearReportFile(around.checkout, path);
    const run = command.askWith === undefined ? command.run : `${command.run} ${command.askWith}`;
    const python = command.ask === "unittest" && kinds.includes("junit");
    if (python) {
      await mkdir(join(dir, "python"), { mode: 0o755 });
      await writeFile(join(dir, "python", "sitecustomize.py"), SITECUSTOMIZE, { mode: 0o644, flag: "wx" });
    }
    const withCoverage = command.ask == null && kinds.includes("lcov");
    if (withCoverage) {
      await mkdir(join(dir, "bin"), { mode: 0o755 });
      await writeFile(join(dir, "bin", "node"), NODE_WITH_COVERAGE, { mode: 0o755, flag: "wx" });
    }
    const log = outputLog(HEAD_CHARS, TAIL_CHARS);
    const result = await around.confinement.run({
      argv: ["sh", "-c", withCoverage ? `${coverageOn(join(dir, "bin"))}\n${run}` : run],
      cwd: around.checkout,
      binds: [
        { path: around.checkout, mode: "rw" },
        ...around.binds,
        ...pipes.map(({ pipe }) => ({ path: pipe.path, mode: "rw" }) as const),
        ...(withCoverage ? [{ path: join(dir, "bin"), mode: "ro" } as const] : []),
        ...(python ? [{ path: join(dir, "python"), mode: "ro" } as const] : []),
      ],
      env: {
        CI: "1",
        NO_COLOR: "1",
        npm_config_update_notifier: "false",
        npm_config_fund: "false",
        npm_config_audit: "false",
        npm_config_logs_max: "0",
        ...around.env,
        PYTHONDONTWRITEBYTECODE: "1",
        ...Object.fromEntries(
          pipes.map(({ kind, pipe }) => [`CONDUCTOR_${kind.toUpperCase().replace("-", "_")}`, pipe.path]),
        ),
        ...asking(
          command.ask ?? null,
          pipes.map((one) => [one.kind, one.pipe.path]),
          python ? join(dir, "python") : null,
        ),
      },
      network: command.network ? "host" : "none",
      timeoutMs: command.timeoutMs,
      outputLimitBytes: HEAD_CHARS,
      onOutput: (_, chunk) => log.add(chunk),
      ...(around.signal === undefined ? {} : { signal: around.signal }),
      marker: around.marker,
    });
    const reports: MeasuredReport[] = [];
    for (const { kind, pipe } of pipes)
      reports.push({ parse: kind, path: null, found: (await pipe.end()) ?? { missing: "no report was written" } });
    for (const { parse, path } of files) {
      const file = await readReportFile(around.checkout, path, MAX_REPORT_BYTES);
      reports.push({ parse, path, found: file.kind === "found" ? file : { missing: `${path} ${file.reason}` } });
    }
    const { end, stdout, durationMs } = result;
    return { end, stdout, log: log.text(), reports, checkout: await realpath(around.checkout), durationMs };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** What makes a runner write its report, in the environment. */
function asking(
  ask: Gate["ask"] | null,
  pipes: readonly (readonly [GateParser, string])[],
  python: string | null,
): Readonly<Record<string, string>> {
  const junit = pipes.find(([kind]) => kind === "junit")?.[1];
  if (ask === "pytest") return junit === undefined ? {} : { PYTEST_ADDOPTS: `--junitxml=${junit}` };
  if (ask === "unittest") return python === null ? {} : { PYTHONPATH: python };
  const nodes = pipes.filter(([kind]) => kind === "junit" || kind === "lcov");
  return nodes.length === 0 ? {} : { NODE_OPTIONS: reporters(nodes) };
}

/** People read the log, so the usual reporter writes there too. */
const reporters = (pipes: readonly (readonly [GateParser, string])[]): string =>
  [...pipes.map(([kind, path]) => [kind, path] as const), ["spec", "stdout"] as const]
    .map(([reporter, to]) => `--test-reporter=${reporter} --test-reporter-destination=${quoted(to)}`)
    .join(" ");

/** NODE_OPTIONS knows double quotes and backslashes only. */
const quoted = (path: string): string => (/[\s"\\]/.test(path) ? `"${path.replace(/["\\]/g, "\\$&")}"` : path);

const coverageOn = (bin: string): string =>
  `CONDUCTOR_NODE=$(command -v node) || exit 127; export CONDUCTOR_NODE; PATH='${bin.replaceAll("'", "'\\''")}':$PATH; export PATH`;

/** The gates of a Python project: only what the base names, and unittest where there are tests. */
import type { Gate } from "../../model/gate.ts";
import { asked, type BaseTree, type DetectOptions, toolGate } from "./base-tree.ts";

const MANIFESTS = [
  "pyproject.toml",
  "setup.cfg",
  "setup.py",
  "tox.ini",
  "pytest.ini",
  "requirements.txt",
  "requirements-dev.txt",
  "requirements/dev.txt",
];
const TEST_FILE = /(?:^|\/)test[^/]*\.py$|_test\.py$/;

/** lint (ruff) → types (mypy) → test (pytest or unittest) → coverage. Empty without a sign of Python. */
export async function pythonGates(tree: BaseTree, options: DetectOptions): Promise<readonly Gate[]> {
  const files = await tree.listFiles();
  const there = new Set(files);
  const texts = await Promise.all(MANIFESTS.filter((path) => there.has(path)).map((path) => tree.readFile(path)));
  const said = texts.join("\n");
  const tests = files.filter((path) => TEST_FILE.test(path));
  if (!MANIFESTS.some((path) => there.has(path)) && tests.length === 0) return [];
  const gates: Gate[] = [];
  const add = (gate: Parameters<typeof toolGate>[0]): void => void gates.push(toolGate(gate, options));
  if (said.includes("[tool.ruff") || there.has("ruff.toml") || there.has(".ruff.toml"))
    add({ id: "lint", kind: "lint", run: "ruff check .", origin: "ruff, configured" });
  if (said.includes("[tool.mypy") || said.includes("[mypy") || there.has("mypy.ini"))
    add({ id: "types", kind: "types", run: "mypy .", origin: "mypy, configured" });
  const pytest = /\bpytest\b/.test(said) || there.has("pytest.ini") || there.has("conftest.py");
  if (!pytest && tests.length === 0) return gates;
  const module = pytest ? "pytest" : `unittest discover${whereFrom(tests, there)}`;
  const origin = pytest ? "pytest, named by the project" : "unittest, by its test files";
  const ask = pytest ? ("pytest" as const) : ("unittest" as const);
  add({ id: "test", kind: "test", run: `python3 -m ${module}`, origin, parse: "junit", ask });
  if (/\bcoverage\b|pytest-cov/.test(said) || there.has(".coveragerc"))
    add({
      id: "coverage",
      kind: "coverage",
      run: `python3 -m coverage run -m ${module} && python3 -m coverage lcov -q -o "$CONDUCTOR_LCOV"`,
      origin: "coverage, named by the project",
      parse: "lcov",
      ask,
      ...asked(options),
    });
  return gates;
}

/** unittest finds what lies in packages; a folder of tests that is none has to be named. */
function whereFrom(tests: readonly string[], there: ReadonlySet<string>): string {
  const folder = tests.map((path) => path.split("/")).find((parts) => parts.length > 1)?.[0];
  const atTop = tests.some((path) => !path.includes("/"));
  return folder === undefined || atTop || there.has(`${folder}/__init__.py`) ? "" : ` -s ${folder}`;
}

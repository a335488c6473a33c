/** Gate files: what decides how strictly work is judged. They come from the base; a branch that changes one asks a person first. */
import { createHash } from "node:crypto";
import { matchesAny } from "../model/glob.ts";
import { manifestOf } from "../model/manifest.ts";
import type { ChangedPath } from "../model/repository.ts";
import type { BaseTree } from "./detect/base-tree.ts";
import { scriptsOf } from "./detect/npm.ts";

/** Runner, lint, type, coverage and CI configuration, and what npm and node read on their own. */
const GATE_FILES: readonly string[] = [
  ".npmrc",
  ".yarnrc*",
  ".pnpmfile.*",
  "pnpm-workspace.yaml",
  ".nvmrc",
  ".node-version",
  ".tool-versions",
  // npm puts node_modules/.bin before everything else on PATH.
  "**/node_modules/**",
  ".eslintrc*",
  "eslint.config.*",
  ".eslintignore",
  "biome.json*",
  ".prettierrc*",
  "prettier.config.*",
  ".prettierignore",
  ".stylelintrc*",
  "stylelint.config.*",
  ".oxlintrc*",
  "tsconfig*.json",
  "jsconfig.json",
  "vitest.config.*",
  "vitest.workspace.*",
  "vitest.setup.*",
  "vite.config.*",
  "jest.config.*",
  "jest.setup.*",
  ".mocharc*",
  ".taprc",
  "ava.config.*",
  "playwright.config.*",
  "cypress.config.*",
  "karma.conf.*",
  "babel.config.*",
  ".babelrc*",
  ".swcrc",
  ".c8rc*",
  ".nycrc*",
  "nyc.config.*",
  "codecov.y*ml",
  ".codecov.y*ml",
  "sonar-project.properties",
  "Makefile",
  "makefile",
  "GNUmakefile",
  "justfile",
  "Taskfile.y*ml",
  "turbo.json",
  "nx.json",
  "lerna.json",
  "pyproject.toml",
  "tox.ini",
  "pytest.ini",
  "setup.cfg",
  "noxfile.py",
  "conftest.py",
  ".coveragerc",
  "mypy.ini",
  "ruff.toml",
  ".golangci.*",
  "clippy.toml",
  ".github/**",
  ".gitlab-ci.yml",
  ".circleci/**",
  "azure-pipelines.yml",
  "Jenkinsfile",
  ".buildkite/**",
  ".drone.yml",
  ".woodpecker*",
  ".husky/**",
  "lefthook.y*ml",
  ".pre-commit-config.yaml",
  "commitlint.config.*",
  ".lintstagedrc*",
  "lint-staged.config.*",
  ".conductor.yml",
  ".conductor/**",
  ".gitattributes",
];

/** Keys of a package.json that gates read. */
const MANIFEST_KEYS: readonly string[] = [
  "scripts",
  "jest",
  "vitest",
  "mocha",
  "ava",
  "tap",
  "c8",
  "nyc",
  "eslintConfig",
  "eslintIgnore",
  "prettier",
  "biome",
  "stylelint",
  "babel",
  "lint-staged",
  "husky",
  "pre-commit",
  "config",
  "workspaces",
  "packageManager",
  "commitlint",
];

const isManifest = (path: string): boolean => path === "package.json" || path.endsWith("/package.json");

/** One gate file that differs, and for package.json which keys do. */
export interface GateFileChange {
  readonly path: string;
  readonly keys: readonly string[];
}

/**
 * The gate files among the changed paths. A package.json counts only when a key that gates read differs in meaning;
 * one that cannot be parsed counts. Files that the base's scripts run by name count too, and those that the commands of its gates do;
 * tests excepted.
 */
export async function changedGateFiles(
  changed: readonly Pick<ChangedPath, "path">[],
  base: Pick<BaseTree, "readFile">,
  branch: Pick<BaseTree, "readFile">,
  commands: readonly string[] = [],
): Promise<readonly GateFileChange[]> {
  const named = filesNamedBy([...Object.values(scriptsOf(await base.readFile("package.json"))), ...commands]);
  const changes: GateFileChange[] = [];
  for (const { path } of changed) {
    if (matchesAny(GATE_FILES, path) || named.has(path)) changes.push({ path, keys: [] });
    else if (isManifest(path)) {
      const keys = changedKeys(await base.readFile(path), await branch.readFile(path));
      if (keys.length > 0) changes.push({ path, keys });
    }
  }
  return changes;
}

/** Keys that gates read and that differ between two manifests; `["(unreadable)"]` when one cannot be parsed. */
export function changedKeys(before: string | null, after: string | null): readonly string[] {
  const [old, young] = [manifestOf(before), manifestOf(after)];
  if (old === null || young === null) return ["(unreadable)"];
  return MANIFEST_KEYS.filter((key) => canonical(old[key]) !== canonical(young[key]));
}

/**
 * Digest of each gate file of a tree, by path: what a receipt's configuration hash covers. package.json counts by its gate keys;
 * files that `commands` run by name count as those do that scripts run.
 */
export async function gateFileDigests(
  tree: BaseTree,
  commands: readonly string[] = [],
): Promise<Readonly<Record<string, string>>> {
  const named = filesNamedBy([...Object.values(scriptsOf(await tree.readFile("package.json"))), ...commands]);
  const digests: Record<string, string> = {};
  for (const path of await tree.listFiles()) {
    if (!matchesAny(GATE_FILES, path) && !named.has(path) && !isManifest(path)) continue;
    const text = await tree.readFile(path);
    if (text === null) continue;
    const manifest = isManifest(path) ? manifestOf(text) : null;
    const part =
      manifest === null ? text : canonical(Object.fromEntries(MANIFEST_KEYS.map((key) => [key, manifest[key]])));
    digests[path] = createHash("sha256").update(part).digest("hex");
  }
  return digests;
}

/** Equal for values that mean the same; the order of keys matters nowhere that a gate looks. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "undefined";
  const entries = Object.entries(value).filter(([, one]) => one !== undefined);
  return `{${entries
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, one]) => `${JSON.stringify(key)}:${canonical(one)}`)
    .join(",")}}`;
}

/** Files that commands name, such as `node scripts/check.mjs`; test files are the work itself, not its judge. */
function filesNamedBy(commands: readonly string[]): ReadonlySet<string> {
  const words = commands.flatMap((command) => command.split(/[\s;&|()'"=]+/));
  return new Set(
    words
      .map((word) => word.replace(/^\.\//, ""))
      .filter((word) => /^[\w@.-][\w@./-]*\.(?:[cm]?[jt]sx?|sh|bash|py|json|ya?ml)$/.test(word))
      .filter((word) => !matchesAny(["**/test/**", "**/tests/**", "**/__tests__/**", "*.test.*", "*.spec.*"], word)),
  );
}

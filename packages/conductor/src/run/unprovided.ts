/** Packages that a project asks for and that are not in git: without a setup no clone has them. */
import { manifestOf } from "../model/manifest.ts";
import type { Repository } from "../model/repository.ts";
import { treeReader } from "./tree-reader.ts";

export interface Unprovided {
  readonly problem: string;
  /** What to type. */
  readonly cure: string;
}

/** Lockfiles beside a package.json, and what installs exactly what they say. */
const INSTALLERS: Readonly<Record<string, string>> = {
  "package-lock.json": "npm ci",
  "npm-shrinkwrap.json": "npm ci",
  "pnpm-lock.yaml": "pnpm install --frozen-lockfile",
  "yarn.lock": "yarn install --frozen-lockfile",
  "bun.lock": "bun install --frozen-lockfile",
  "bun.lockb": "bun install --frozen-lockfile",
};

/** Null when nothing is asked for, or what is asked for is in git. */
export async function unprovided(
  repository: Pick<Repository, "listFiles" | "readFile">,
  commit: string,
): Promise<Unprovided | null> {
  const reader = treeReader(repository, commit);
  const paths = await reader.listFiles();
  const lockfile = Object.keys(INSTALLERS).find((name) => paths.includes(name));
  if (lockfile === undefined || paths.some((path) => path.startsWith("node_modules/"))) return goModules(paths);
  const manifest = await reader.readFile("package.json");
  if (!asksForPackages(manifest)) return goModules(paths);
  return {
    problem: `none: what ${lockfile} names is missing in every clone`,
    cure: `conductor config set setup.run "${INSTALLERS[lockfile]}"`,
  };
}

/** Go's own cache is in the home, which no gate has; what lies in `vendor` goes with the clone, and Go looks there first. */
function goModules(paths: readonly string[]): Unprovided | null {
  if (!paths.includes("go.sum") || paths.includes("vendor/modules.txt")) return null;
  return {
    problem: "none: the modules that go.sum names are missing in every clone",
    cure: 'conductor config set setup.run "go mod vendor"',
  };
}

function asksForPackages(manifest: string | null): boolean {
  const { dependencies, devDependencies, workspaces } = manifestOf(manifest) ?? {};
  return Object.keys({ ...Object(dependencies), ...Object(devDependencies), ...Object(workspaces) }).length > 0;
}

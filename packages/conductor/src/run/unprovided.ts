/** Packages that a project asks for and that are not in git: without a setup no clone has them. */
import type { Repository } from "../model/repository.ts";
import { treeReader } from "./tree-reader.ts";

export interface Unprovided {
  readonly lockfile: string;
  /** The command that installs what it names. */
  readonly installer: string;
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

/** Null when nothing is asked for, or node_modules is in git. */
export async function unprovided(
  repository: Pick<Repository, "listFiles" | "readFile">,
  commit: string,
): Promise<Unprovided | null> {
  const reader = treeReader(repository, commit);
  const paths = await reader.listFiles();
  const lockfile = Object.keys(INSTALLERS).find((name) => paths.includes(name));
  if (lockfile === undefined || paths.some((path) => path.startsWith("node_modules/"))) return null;
  const manifest = await reader.readFile("package.json");
  return asksForPackages(manifest) ? { lockfile, installer: INSTALLERS[lockfile]! } : null;
}

function asksForPackages(manifest: string | null): boolean {
  try {
    const { dependencies, devDependencies, workspaces } = JSON.parse(manifest ?? "{}") as Record<string, unknown>;
    return Object.keys({ ...Object(dependencies), ...Object(devDependencies), ...Object(workspaces) }).length > 0;
  } catch {
    return false;
  }
}

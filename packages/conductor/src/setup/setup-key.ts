/** When what a setup command has made can be used again: for the same command on the same lockfiles. Pure. */
import { createHash } from "node:crypto";
import { matchesAny } from "../model/glob.ts";
import { LOCKFILES } from "../model/lockfiles.ts";

/** Where no lockfile is, what is asked for. */
const WISHED: readonly string[] = [
  "package.json",
  "pyproject.toml",
  "setup.py",
  "setup.cfg",
  "Pipfile",
  "Cargo.toml",
  "go.mod",
  "Gemfile",
  "composer.json",
];

/** Of all paths of a tree, those that its setup depends on, sorted. */
export function setupFiles(paths: readonly string[]): readonly string[] {
  const pinned = paths.filter((path) => matchesAny(LOCKFILES, path));
  return (pinned.length > 0 ? pinned : paths.filter((path) => matchesAny(WISHED, path))).toSorted();
}

/** One name for everything that a setup depends on: 64 hex digits. */
export function setupKey(about: {
  readonly command: string;
  readonly network: boolean;
  /** e.g. process.version: what is compiled for one runtime does not run in another. */
  readonly runtime: string;
  readonly files: readonly { readonly path: string; readonly bytes: Uint8Array }[];
}): string {
  const hash = createHash("sha256").update(JSON.stringify([about.command, about.network, about.runtime]));
  for (const { path, bytes } of about.files) hash.update(`\0${path}\0${bytes.length}\0`).update(bytes);
  return hash.digest("hex");
}

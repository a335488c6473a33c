/** How each kind of lockfile is made anew from its manifest, without installing anything and without running what a package brings. Pure. */
import { basename } from "node:path/posix";
import { parse as parseYaml } from "yaml";
import { unionOfGoSums } from "./go-sum.ts";
import { merged } from "./merged-document.ts";

/** What both sides have, as texts; base is null when both have made the file. */
export interface Sides {
  readonly base: string | null;
  readonly ours: string;
  readonly theirs: string;
}

export type LockfileTool =
  /** No program is needed. */
  | {
      readonly kind: "union";
      readonly how: string;
      readonly make: (sides: Sides) => { readonly text: string } | { readonly problem: string };
    }
  /** A program writes it, run beside the lockfile. */
  | {
      readonly kind: "program";
      readonly name: string;
      /** What people are told has made it. */
      readonly how: string;
      readonly argv: readonly string[];
      /** What is added where it may not use the network. */
      readonly offline: readonly string[];
      readonly env: Readonly<Record<string, string>>;
      /** The lockfile that it begins with, so that it keeps the versions of both sides. */
      readonly begin: (sides: Sides) => string;
    };

/** The file as one conflict, all of one side against all of the other: npm merges that by its meaning. */
const wholeConflict = ({ base, ours, theirs }: Sides): string => {
  const part = (text: string): string => (text === "" || text.endsWith("\n") ? text : `${text}\n`);
  return `<<<<<<< ours\n${part(ours)}${base === null ? "" : `||||||| base\n${part(base)}`}=======\n${part(theirs)}>>>>>>> theirs\n`;
};

/**
 * The three as one document, key by key, ours where both have changed the same. pnpm merges a conflict by itself too, but looks
 * everything up again then, which takes a network.
 */
function mergedDocument({ base, ours, theirs }: Sides): string {
  const [old, mine, other] = [base ?? "{}", ours, theirs].map(
    (text) => parseYaml(text, { maxAliasCount: 0 }) as unknown,
  );
  return `${JSON.stringify(merged(old, mine, other), null, 1)}\n`;
}

/** Ours, and those entries of theirs whose heads ours does not have: yarn drops what nobody asks for. */
function unionOfEntries({ ours, theirs }: Sides): string {
  const known = new Set(entriesOf(ours).map(headOf));
  const more = entriesOf(theirs).filter((entry) => !known.has(headOf(entry)));
  return `${ours.trimEnd()}\n\n${more.map((entry) => `${entry.trim()}\n\n`).join("")}`;
}

const entriesOf = (text: string): readonly string[] =>
  text.split(/\n{2,}/).filter((part) => /^(?!#)\S.*:$/m.test(headOf(part)));
const headOf = (entry: string): string => entry.trim().split("\n")[0] ?? "";

/**
 * Ours, and those packages of theirs that ours does not have: what a lockfile has too much of is dropped by cargo, uv and
 * poetry, and what it has is kept.
 */
function unionOfPackages({ ours, theirs }: Sides): string {
  const known = new Set(packageBlocks(ours).map(identityOf));
  const more = packageBlocks(theirs).filter((block) => !known.has(identityOf(block)));
  const first = ours.search(/^\[\[package\]\]$/m);
  if (first < 0) return more.length === 0 ? ours : theirs;
  return `${ours.slice(0, first)}${more.map((block) => `${block.trimEnd()}\n\n`).join("")}${ours.slice(first)}`;
}

const packageBlocks = (text: string): readonly string[] =>
  text
    .split(/^(?=\[\[package\]\]$)/m)
    .slice(1)
    .map((block) => block.split(/^(?=\[(?!\[package\]\]|package\.)[^\n]*\]$)/m)[0] ?? "");

const identityOf = (block: string): string =>
  ["name", "version", "source"].map((key) => new RegExp(`^${key} = (.*)$`, "m").exec(block)?.[1] ?? "").join(" ");

const npm = (how: string): LockfileTool => ({
  kind: "program",
  name: "npm",
  how,
  argv: ["npm", "install", "--package-lock-only", "--ignore-scripts", "--no-audit", "--no-fund"],
  offline: ["--offline"],
  env: { npm_config_update_notifier: "false" },
  begin: wholeConflict,
});
const shell = (script: string): readonly string[] => ["/bin/sh", "-c", script, "sh"];

const TOOLS: Readonly<Record<string, LockfileTool>> = {
  "package-lock.json": npm("npm install --package-lock-only"),
  "npm-shrinkwrap.json": npm("npm install --package-lock-only"),
  "pnpm-lock.yaml": {
    kind: "program",
    name: "pnpm",
    how: "pnpm install --lockfile-only",
    argv: ["pnpm", "install", "--lockfile-only", "--ignore-scripts", "--no-frozen-lockfile"],
    offline: ["--offline"],
    env: {},
    begin: mergedDocument,
  },
  "yarn.lock": {
    kind: "program",
    name: "yarn",
    how: "yarn install",
    // The first yarn cannot write its lockfile alone: what it installs goes with the checkout.
    argv: shell(
      'case "$(yarn --version)" in 1.*) exec yarn install --ignore-scripts --non-interactive "$@";; *) exec yarn install --mode=update-lockfile;; esac',
    ),
    offline: ["--offline"],
    env: { YARN_ENABLE_IMMUTABLE_INSTALLS: "false" },
    begin: unionOfEntries,
  },
  "poetry.lock": {
    kind: "program",
    name: "poetry",
    how: "poetry lock",
    argv: shell(
      'case "$(poetry --version)" in *"version 1."*) exec poetry lock --no-update --no-interaction;; *) exec poetry lock --no-interaction;; esac',
    ),
    offline: [],
    env: {},
    begin: unionOfPackages,
  },
  "uv.lock": {
    kind: "program",
    name: "uv",
    how: "uv lock",
    argv: ["uv", "lock"],
    offline: ["--offline"],
    env: {},
    begin: unionOfPackages,
  },
  "Cargo.lock": {
    kind: "program",
    name: "cargo",
    how: "cargo update --workspace",
    argv: ["cargo", "update", "--workspace"],
    offline: ["--offline"],
    env: {},
    begin: unionOfPackages,
  },
  "go.sum": { kind: "union", how: "the lines of both", make: ({ ours, theirs }) => unionOfGoSums(ours, theirs) },
};

/** How the lockfile at `path` is made anew; null when conductor knows no way. */
export const lockfileTool = (path: string): LockfileTool | null => {
  const name = basename(path);
  return Object.hasOwn(TOOLS, name) ? TOOLS[name]! : null;
};

// @ts-check
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ROOT } from "./programs.mjs";

/**
 * An import that points the wrong way.
 * @typedef {object} Wrong
 * @property {string} rule
 * @property {string} from
 * @property {string} to
 * @property {string | undefined} why
 */

/**
 * Checks the imports of a checkout against the rules in `.dependency-cruiser.cjs`.
 * @param {string} root  a git repository laid out like this one
 * @returns {{ wrong: Wrong[], unseen: string[], seen: number }} unseen: source files that git lists and the check did not read
 */
export function checkArrows(root) {
  const tool = fileURLToPath(new URL("../../bin/dependency-cruise.mjs", import.meta.resolve("dependency-cruiser")));
  const cruised = spawnSync(
    process.execPath,
    [tool, ...["packages", "--config", join(ROOT, ".dependency-cruiser.cjs"), "--output-type", "json"]],
    { cwd: root, encoding: "utf8", maxBuffer: 256 * 1024 * 1024 },
  );
  if (!cruised.stdout.startsWith("{"))
    throw new Error(`dependency-cruiser failed: ${cruised.stderr || cruised.stdout}`);
  /** @type {{ modules: { source: string }[], summary: { violations: any[] } }} */
  const { modules, summary } = JSON.parse(cruised.stdout);
  const read = new Set(modules.map((module) => module.source));
  const sources = listSources(root);
  return {
    seen: sources.filter((source) => read.has(source)).length,
    unseen: sources.filter((source) => !read.has(source)),
    wrong: summary.violations.map(({ rule, from, to, cycle, comment }) => ({
      rule: rule.name,
      from,
      to: cycle === undefined ? to : cycle.map((/** @type {any} */ step) => step.name ?? step).join(" → "),
      why: comment,
    })),
  };
}

/** @param {string} root */
function listSources(root) {
  const patterns = ["packages/*/src/**/*.ts", "packages/*/src/**/*.tsx"];
  const args = [
    "ls-files",
    "--cached",
    "--others",
    "--exclude-standard",
    "-z",
    "--",
    ...patterns.map((p) => `:(glob)${p}`),
  ];
  const listed = execFileSync("git", args, { cwd: root, encoding: "utf8" }).split("\0").filter(Boolean);
  return [...new Set(listed)].filter((file) => existsSync(join(root, file)));
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const { wrong, unseen, seen } = checkArrows(ROOT);
  for (const { rule, from, to, why } of wrong) {
    process.stderr.write(`${rule}: ${from} → ${to}${why ? `\n  ${why}` : ""}\n`);
  }
  for (const file of unseen) process.stderr.write(`not read: ${file}\n`);
  if (seen === 0) process.stderr.write("No module was read at all. Is @swc/core installed?\n");
  const good = wrong.length === 0 && unseen.length === 0 && seen > 0;
  process.stderr.write(good ? `arrows: ${seen} modules, all point the right way\n` : "");
  process.exitCode = good ? 0 : 1;
}

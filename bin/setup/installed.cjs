"use strict";
// What a checkout has and what it lacks, judged by contents; dates only tell whether the lock file changed after a build.
const { spawnSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");

const PROGRAMS = ["taskwerk", "conductor"];

/** True when every package of the lock file is there. npm writes the installed tree's own lock file last, so an
 *  installation that was cut short never matches. */
function treeMatchesLock(root) {
  const wanted = packagesOf(path.join(root, "package-lock.json"));
  const present = packagesOf(path.join(root, "node_modules/.package-lock.json"));
  if (wanted === undefined || present === undefined) return false;
  return Object.entries(wanted).every(([where, entry]) => {
    if (!/(^|\/)node_modules\//.test(where) || entry.link) return true;
    const found = present[where];
    return found === undefined ? entry.optional === true : found.version === entry.version;
  });
}

function packagesOf(file) {
  try {
    return JSON.parse(fs.readFileSync(file, "utf8")).packages;
  } catch {
    return undefined;
  }
}

/** True when SQLite's native file loads in this Node. It is tried in a child: a file made for another may end it. */
function sqliteLoads(root) {
  const file = path.join(root, "node_modules/better-sqlite3/build/Release/better_sqlite3.node");
  if (!fs.existsSync(file)) return false;
  return spawnSync(process.execPath, ["-e", "require(process.argv[1])", file], { stdio: "ignore" }).status === 0;
}

/** True when both programs are built, and (unless atAnyAge) the lock file has not changed since. */
function isBuilt(root, { atAnyAge = false } = {}) {
  const locked = lockedAt(root);
  return sourcePrograms(root).every((program) => {
    const built = fs.statSync(program, { throwIfNoEntry: false });
    return built !== undefined && (atAnyAge || built.mtimeMs >= locked);
  });
}

/** After a build: a lock file dated in the future must not ask for a build at every start. */
function dateAfterLock(root) {
  const locked = lockedAt(root);
  for (const program of sourcePrograms(root)) {
    const built = fs.statSync(program, { throwIfNoEntry: false });
    if (built !== undefined && built.mtimeMs < locked) fs.utimesSync(program, built.atime, new Date(locked + 1));
  }
}

const lockedAt = (root) => fs.statSync(path.join(root, "package-lock.json"), { throwIfNoEntry: false })?.mtimeMs ?? 0;

const sourcePrograms = (root) =>
  PROGRAMS.filter((name) => fs.existsSync(path.join(root, "packages", name, "src/main.ts"))).map((name) =>
    path.join(root, "packages", name, "dist", `${name}.cjs`),
  );

module.exports = { treeMatchesLock, sqliteLoads, isBuilt, dateAfterLock };

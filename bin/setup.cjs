"use strict";
// Makes a checkout ready to run: installs the packages that the lock file names and builds both programs, one process
// at a time. It speaks on stderr only; what npm says goes to setup.log. Killed at any moment, the next run mends it.
//
//   node bin/setup.cjs            what is missing
//   node bin/setup.cjs --build    the same, and builds even if there is a build
const fs = require("node:fs");
const path = require("node:path");
const { acquire } = require("./setup/lock.cjs");
const { dateAfterLock, isBuilt, sqliteLoads, treeMatchesLock } = require("./setup/installed.cjs");
const { npmEnvironment } = require("./setup/npm-environment.cjs");
const { Interrupted, runStep } = require("./setup/run-step.cjs");
const { tell } = require("./setup/tell.cjs");

const NODE_AT_LEAST = [20, 19];
const NPM_CI = ["ci", "--include=dev", "--include=optional", "--no-audit", "--no-fund"];

/** Says what is wrong and what to do; needs no stack. */
class SetupError extends Error {}

/**
 * Sets up what is missing, then runs the program in this process.
 * @param {string} program  absolute path of what a build makes
 */
async function start(program) {
  try {
    await setUp(path.dirname(__dirname), { build: false });
    if (!fs.existsSync(program)) throw new SetupError(`${program} was not built: its package has no src/main.ts.`);
  } catch (error) {
    return fail(error);
  }
  require(program);
}

/**
 * Installs and builds what this checkout lacks.
 * @param {string} root                 the checkout
 * @param {{ build: boolean }} options  build: also when a build is there
 */
async function setUp(root, { build }) {
  refuseOldNode();
  const lock = await takeLock(root, { build });
  if (lock === undefined) return;
  try {
    if (!treeMatchesLock(root) || !sqliteLoads(root)) await install(root, lock);
    if (build || !isBuilt(root)) await buildAll(root, lock);
  } finally {
    lock.release();
  }
}

/** The lock; or undefined where nothing can be written and the build that is there will do. */
async function takeLock(root, { build }) {
  let done = () => {};
  try {
    return await acquire(path.join(root, ".setup.lock"), ({ pid }) => {
      done = tell(`waiting for process ${pid}, which is setting up this checkout`);
    });
  } catch (error) {
    if (!build && isBuilt(root, { atAnyAge: true })) return undefined;
    throw new SetupError(`This checkout cannot be set up: ${error.message}`);
  } finally {
    done();
  }
}

async function install(root, lock) {
  const log = path.join(root, "setup.log");
  const npm = (args) => runStep({ command: "npm", args, cwd: root, env: npmEnvironment(), log, lock });
  fs.writeFileSync(log, "");
  const done = tell("installing packages and building SQLite once, about 2 minutes");
  try {
    if (!treeMatchesLock(root)) {
      const code = await npm(NPM_CI);
      if (code !== 0)
        throw new SetupError(`npm ci ended with exit code ${code}.\n${lastLines(log)}\nAll of it: ${log}`);
    }
    if (sqliteLoads(root)) return;
    await npm(["rebuild", "better-sqlite3"]);
    if (sqliteLoads(root)) return;
    const need = "It needs python3, make and a C++ compiler.";
    throw new SetupError(
      `SQLite was not built for Node ${process.version}. ${need}\n${lastLines(log)}\nAll of it: ${log}`,
    );
  } catch (error) {
    throw error?.code === "ENOENT" ? new SetupError("npm is not on the PATH; it comes with Node.") : error;
  } finally {
    done();
  }
}

async function buildAll(root, lock) {
  const args = [path.join(root, "packages/build/src/build.mjs")];
  const code = await runStep({ command: process.execPath, args, cwd: root, env: process.env, lock });
  if (code !== 0) throw new SetupError("The build failed. `npm run build` shows it again.");
  dateAfterLock(root);
}

function refuseOldNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > NODE_AT_LEAST[0] || (major === NODE_AT_LEAST[0] && minor >= NODE_AT_LEAST[1])) return;
  throw new SetupError(`Node ${NODE_AT_LEAST.join(".")} or newer is needed; this is ${process.version}.`);
}

const lastLines = (file) => fs.readFileSync(file, "utf8").trimEnd().split("\n").slice(-8).join("\n");

function fail(error) {
  if (error instanceof Interrupted) return process.kill(process.pid, error.signal);
  process.stderr.write(`${error instanceof SetupError ? error.message : error.stack}\n`);
  process.exitCode = 1;
}

module.exports = { start };

if (require.main === module) {
  setUp(path.dirname(__dirname), { build: process.argv.includes("--build") }).catch(fail);
}

"use strict";
// A lock between processes of one machine: a folder that holds `owner.json`. Who finds its holder dead, and the holder's
// last child too, takes it over; the take-over itself is done by one process at a time.
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");

const LOOK_EVERY_MS = 100;
/** A lock without a readable owner this old belongs to somebody who died while making it. */
const UNSIGNED_MS = 5000;

/**
 * Waits until the lock is ours.
 * @param {string} dir                                      the lock's folder
 * @param {(holder: { pid: number }) => void} onWait        called once, when somebody else has it
 * @returns {Promise<{ adopt(child: number | null): void, release(): void }>} adopt: names the child whose life keeps
 *   the lock too; release: gives the lock back, and may be called twice
 * @throws the file system's error when the folder cannot be made
 */
async function acquire(dir, onWait) {
  let told = false;
  for (;;) {
    if (make(dir)) return held(dir);
    const owner = ownerOf(dir);
    if (isDead(dir, owner)) {
      removeDead(dir);
      continue;
    }
    if (!told && owner !== undefined) {
      told = true;
      onWait(owner);
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

function held(dir) {
  const owner = { ...identity(process.pid), host: os.hostname(), child: null };
  const sign = () => {
    const temporary = path.join(dir, `owner.${process.pid}`);
    fs.writeFileSync(temporary, JSON.stringify(owner));
    fs.renameSync(temporary, path.join(dir, "owner.json"));
  };
  sign();
  let released = false;
  return {
    adopt(child) {
      if (released) return;
      owner.child = child === null ? null : identity(child);
      sign();
    },
    release() {
      if (released) return;
      released = true;
      fs.rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** Removes a dead holder's lock, looking again while no one else may. */
function removeDead(dir) {
  const guard = `${dir}.takeover`;
  if (!make(guard)) {
    if (ageOf(guard) > UNSIGNED_MS) fs.rmSync(guard, { recursive: true, force: true });
    return;
  }
  try {
    if (isDead(dir, ownerOf(dir))) fs.rmSync(dir, { recursive: true, force: true });
  } finally {
    fs.rmSync(guard, { recursive: true, force: true });
  }
}

function make(dir) {
  try {
    fs.mkdirSync(dir);
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  }
}

function ownerOf(dir) {
  try {
    return JSON.parse(fs.readFileSync(path.join(dir, "owner.json"), "utf8"));
  } catch {
    return undefined;
  }
}

function isDead(dir, owner) {
  if (owner === undefined) return ageOf(dir) > UNSIGNED_MS;
  if (owner.host !== os.hostname()) return false; // another machine's processes cannot be seen from here
  return !isAlive(owner) && (owner.child === null || !isAlive(owner.child));
}

function ageOf(dir) {
  const found = fs.statSync(dir, { throwIfNoEntry: false });
  return found === undefined ? 0 : Date.now() - found.mtimeMs;
}

/** A process, and when it began: a number may come again after a restart of the machine. */
function identity(pid) {
  return { pid, began: beganOf(pid) };
}

function isAlive({ pid, began }) {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (error.code !== "EPERM") return false;
  }
  return began === null || beganOf(pid) === began;
}

/** The start time of a process where /proc tells it (and null for one that has ended but was not waited for). */
function beganOf(pid) {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" ? null : (fields[19] ?? null);
  } catch {
    return null;
  }
}

module.exports = { acquire };

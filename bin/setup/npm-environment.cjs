"use strict";
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");

/** What an outer `npm run` leaves in the environment and an installation must not obey. */
const OUTER =
  /^npm_(lifecycle|package|command|config_(dry_run|global|include|local_prefix|omit|only|prefix|production|workspaces?)$)/;

/**
 * The environment for npm: clean of an outer npm, with this Node's own C++ headers where they are installed beside it
 * (else node-gyp downloads them), and with a cache that can be written also where there is no home.
 */
function npmEnvironment(env = process.env) {
  const clean = Object.fromEntries(Object.entries(env).filter(([name]) => name !== "NODE_ENV" && !OUTER.test(name)));
  const prefix = path.resolve(fs.realpathSync(process.execPath), "../..");
  if (clean.npm_config_nodedir === undefined && headersMatch(prefix)) clean.npm_config_nodedir = prefix;
  if (clean.npm_config_cache === undefined && !canWrite(clean.HOME)) {
    clean.npm_config_cache = path.join(os.tmpdir(), `npm-cache-${process.getuid?.() ?? 0}`);
  }
  return clean;
}

function headersMatch(prefix) {
  try {
    const header = fs.readFileSync(path.join(prefix, "include/node/node_version.h"), "utf8");
    const number = (part) => new RegExp(`define NODE_${part}_VERSION (\\d+)`).exec(header)?.[1];
    return `v${number("MAJOR")}.${number("MINOR")}.${number("PATCH")}` === process.version;
  } catch {
    return false;
  }
}

function canWrite(dir) {
  try {
    fs.accessSync(dir, fs.constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

module.exports = { npmEnvironment };

// What `better-sqlite3` means inside a bundle: its JavaScript is bundled, its native file is taken from the nearest
// node_modules that has it. That spares two searches at every start. If anything about the layout is not as expected,
// the installed package decides for itself.
const { existsSync } = require("node:fs");
const { dirname, join } = require("node:path");

const NATIVE = "node_modules/better-sqlite3/build/Release/better_sqlite3.node";

/** @param {string} from */
function nearest(from) {
  for (let dir = from; ; dir = dirname(dir)) {
    const path = join(dir, NATIVE);
    if (existsSync(path)) return path;
    if (dir === dirname(dir)) return null;
  }
}

function open() {
  const addon = { exports: {} };
  try {
    const path = nearest(__dirname);
    if (path === null) return require("better-sqlite3");
    process.dlopen(addon, path);
  } catch {
    return require("better-sqlite3");
  }
  const Bundled = require("better-sqlite3/lib/index.js");
  return class Database extends Bundled {
    constructor(file, options) {
      super(file, { ...options, nativeBinding: addon.exports });
    }
  };
}

module.exports = open();

// What `better-sqlite3` means inside a bundle: its JavaScript is bundled, its native file is found where the package is
// installed. That spares the `bindings` package's search at every start. If anything about the layout is not as
// expected, the installed package decides for itself.
const { dirname, join } = require("node:path");

function open() {
  let addon;
  try {
    const home = dirname(require.resolve("better-sqlite3/package.json"));
    addon = require(join(home, "build/Release/better_sqlite3.node"));
  } catch {
    return require("better-sqlite3");
  }
  const Bundled = require("better-sqlite3/lib/index.js");
  return class Database extends Bundled {
    constructor(file, options) {
      super(file, { nativeBinding: addon, ...options });
    }
  };
}

module.exports = open();

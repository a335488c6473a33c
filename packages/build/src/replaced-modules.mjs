// @ts-check
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const HERE = fileURLToPath(new URL(".", import.meta.url));

/** In a bundle, `better-sqlite3` is our own way to its native file.
 * @type {import("esbuild").Plugin} */
export const sqlitePlugin = {
  name: "better-sqlite3",
  setup(build) {
    const shim = join(HERE, "better-sqlite3.cjs");
    build.onResolve({ filter: /^better-sqlite3$/ }, ({ importer }) =>
      importer === shim ? { path: "better-sqlite3", external: true } : { path: shim },
    );
    build.onResolve({ filter: /^better-sqlite3\/package\.json$/ }, ({ path }) => ({ path, external: true }));
    // Half of its JavaScript, which would be read at every start: what packages/sqlite does not declare is not used.
    build.onResolve(
      { filter: /^\.\/methods\/(aggregate|backup|function|serialize|table|transaction)$/ },
      ({ importer }) =>
        /[\\/]node_modules[\\/]better-sqlite3[\\/]lib[\\/]/.test(importer)
          ? { path: "unused", namespace: "unused" }
          : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: "unused" }, () => ({
      contents: 'module.exports = () => { throw new Error("this build has no such method"); };',
    }));
  },
};

/** commander can start subcommands that are programs of their own. None here is, and what it would start them with costs
 * a tenth of a start: it is loaded when it is asked for.
 * @type {import("esbuild").Plugin} */
export const commanderPlugin = {
  name: "commander",
  setup(build) {
    build.onResolve({ filter: /^node:child_process$/ }, ({ importer }) =>
      /[\\/]node_modules[\\/]commander[\\/]/.test(importer) ? { path: "child_process", namespace: "late" } : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: "late" }, () => ({
      contents: 'exports.spawn = (...args) => process.getBuiltinModule("node:child_process").spawn(...args);',
    }));
  },
};

import { existsSync, readdirSync } from "node:fs";

const TESTS = "src/**/*.test.{ts,tsx}";

/** What a packed program finds beside it; no source of the program itself names it. */
const AT_RUN_TIME = ["better-sqlite3", "taskwerk"];

/** What the screens are made of; nothing names it until there are screens. */
const SCREENS = existsSync("packages/conductor/src/tui") ? [] : ["ink", "react", "@types/react"];

/**
 * A program is what its main.ts reaches. A package that has no main.ts yet is taken as it is.
 * @param {string} name
 */
const program = (name) =>
  existsSync(`packages/${name}/src/main.ts`)
    ? {
        entry: ["src/main.ts", "bin/*.cjs", TESTS],
        project: ["src/**/*.{ts,tsx}"],
        ignoreDependencies: [...AT_RUN_TIME, ...SCREENS],
      }
    : { entry: ["src/**/*.{ts,tsx}", "bin/*.cjs"], ignoreDependencies: [/./] };

/**
 * A library offers every file of its own (`exports` in its package.json); only its dependencies can be idle.
 * @param {string} name
 */
const library = (name) =>
  existsSync(`packages/${name}/src`) && readdirSync(`packages/${name}/src`).length > 0
    ? { entry: ["src/*.ts", TESTS] }
    : { ignoreDependencies: [/./] };

export default {
  ignoreExportsUsedInFile: true,
  exclude: ["binaries"], // git, bwrap and the like come with the system
  workspaces: {
    ".": {
      entry: ["bin/taskwerk", "bin/conductor", "bin/setup.cjs"],
      project: ["*.{ts,js,cjs}", "bin/**"],
      // dependency-cruiser reads TypeScript with swc; fast-check serves the tests of every package
      ignoreDependencies: ["@swc/core", "fast-check"],
    },
    "packages/build": {
      entry: [
        "src/{build,arrows,docs,pack,pictures,reference}.mjs",
        "src/{better-sqlite3,empty,loader,record-caches}.cjs",
        TESTS,
      ],
      ignoreDependencies: ["better-sqlite3"], // named in a text that becomes part of a bundle
    },
    "packages/taskwerk": program("taskwerk"),
    "packages/conductor": program("conductor"),
    "packages/contract": library("contract"),
    "packages/terminal": library("terminal"),
    "packages/config": library("config"),
    "packages/sqlite": library("sqlite"),
    "packages/rehearsal": library("rehearsal"),
    "packages/e2e": {
      entry: ["src/**/*.{ts,mjs,cjs}", "*.ts"],
      ignoreDependencies: [/./],
      ignoreUnresolved: ["./script"], // a file that a story writes before it runs it
    },
  },
};

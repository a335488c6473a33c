// @ts-check
import { execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { buildProgram } from "./build-program.mjs";
import { programs, ROOT } from "./programs.mjs";

/**
 * Packs a program as it is published: what `files` in its package.json names (from the package or, for what all share,
 * from the root), with a build of its own and only the dependencies that are needed at run time. A `.gitignore` in it
 * becomes `gitignore`: npm drops the one and keeps the other.
 * @param {import("./programs.mjs").Program} program
 * @param {string} out  absolute path of the folder that gets the tarball
 * @returns {Promise<string>} the tarball's path
 */
export async function packProgram(program, out) {
  const stage = mkdtempSync(join(tmpdir(), "pack-"));
  try {
    const {
      devDependencies: _,
      private: __,
      ...manifest
    } = JSON.parse(readFileSync(join(program.dir, "package.json"), "utf8"));
    writeFileSync(join(stage, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
    for (const file of manifest.files) {
      if (file === "dist") await buildProgram(program, join(stage, "dist"));
      else copy(file, [program.dir, ROOT], stage);
    }
    mkdirSync(out, { recursive: true });
    const args = ["pack", "--json", "--ignore-scripts", "--pack-destination", out];
    const [{ filename }] = JSON.parse(execFileSync("npm", args, { cwd: stage, encoding: "utf8" }));
    return join(out, filename);
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
}

/**
 * @param {string} file
 * @param {readonly string[]} from  the first that has it gives it
 * @param {string} to
 */
function copy(file, from, to) {
  const home = from.find((dir) => existsSync(join(dir, file)));
  if (home === undefined)
    throw new Error(`package.json names "${file}", which is neither in the package nor at the root`);
  cpSync(join(home, file), join(to, file), {
    recursive: true,
    filter: (path) => !/[\\/]node_modules([\\/]|$)/.test(path),
  });
  for (const path of readdirSync(to, { recursive: true, encoding: "utf8" })) {
    if (basename(path) === ".gitignore") renameSync(join(to, path), join(to, dirname(path), "gitignore"));
  }
}

// `npm run pack:all [-- FOLDER]`: both tarballs, into dist/ unless told otherwise.
if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  for (const program of programs()) {
    process.stdout.write(`${await packProgram(program, resolve(process.argv[2] ?? join(ROOT, "dist")))}\n`);
  }
}

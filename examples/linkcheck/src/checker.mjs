import { readdir, readFile, stat } from "node:fs/promises";
import { extname, join, relative, resolve } from "node:path";

/** The files that can be read among paths and in folders, sorted. A path that is not there rejects. */
export async function findFiles(paths, formats, cwd) {
  const known = new Set(formats.flatMap(({ extensions }) => extensions));
  const files = [];
  const visit = async (path, named) => {
    if ((await stat(path)).isDirectory()) {
      for (const name of await readdir(path)) {
        if (!name.startsWith(".") && name !== "node_modules") await visit(join(path, name), false);
      }
    } else if (named || known.has(extname(path))) files.push(path);
  };
  for (const path of paths) await visit(resolve(cwd, path), true);
  return [...new Set(files)].sort();
}

/** Every link of every file: `{ file, line, target, problem }`, problem null for a good one. */
export async function checkFiles(files, { formats, checks }, { cwd, requester }) {
  const results = await Promise.all(
    files.map(async (file) => {
      const format = formats.find(({ extensions }) => extensions.includes(extname(file))) ?? formats[0];
      const links = format.links(await readFile(file, "utf8"));
      return Promise.all(
        links.map(async (link) => ({
          file: relative(cwd, file),
          ...link,
          problem: await firstProblem(link, checks, { file, requester, formats }),
        })),
      );
    }),
  );
  return results.flat();
}

async function firstProblem(link, checks, context) {
  for (const { check } of checks) {
    const problem = await check(link, context);
    if (problem !== null) return problem;
  }
  return null;
}

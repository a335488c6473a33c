import { access } from "node:fs/promises";
import { dirname, resolve } from "node:path";

const ELSEWHERE = /^(?:[a-z][a-z0-9+.-]*:|\/\/)/i;

/** Links to files: the file must be there. What stands behind # is not looked at. */
export async function check(link, { file }) {
  if (ELSEWHERE.test(link.target)) return null;
  const [path] = link.target.split(/[?#]/);
  if (path === "") return null;
  try {
    await access(resolve(dirname(file), decoded(path)));
    return null;
  } catch {
    return "no such file";
  }
}

function decoded(path) {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

import { readFile } from "node:fs/promises";
import { dirname, extname, resolve } from "node:path";
import { slugsOf } from "../slugs.mjs";

/** Links to a part of a Markdown page: it must have a heading of that name. */
export async function check({ target }, { file }) {
  const [, path, anchor] = /^([^#]*)#(.+)$/.exec(target) ?? [];
  if (anchor === undefined || /^(?:[a-z][a-z0-9+.-]*:|\/\/)/i.test(path)) return null;
  const page = path === "" ? file : resolve(dirname(file), decoded(path.split("?")[0]));
  if (![".md", ".markdown"].includes(extname(page))) return null;
  const text = await readFile(page, "utf8").catch(() => null);
  // A page that is not there is told of by another check.
  if (text === null || slugsOf(text).includes(decoded(anchor).toLowerCase())) return null;
  return "no such heading";
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** A folder with these files, removed when the test is over. */
export async function folder(test, files) {
  const path = await mkdtemp(join(tmpdir(), "linkcheck-"));
  test.after(() => rm(path, { recursive: true }));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(path, name)), { recursive: true });
    await writeFile(join(path, name), text);
  }
  return path;
}

/** A web of pages: url to status, or to `{ status, retryAfter }`, or to a list of these, one for each request. */
export function web(pages) {
  const asked = [];
  const fetch = async (url) => {
    asked.push(String(url));
    const page = pages[url];
    if (page === undefined) throw new TypeError("fetch failed", { cause: { code: "ENOTFOUND" } });
    const given = Array.isArray(page) ? (page.length > 1 ? page.shift() : page[0]) : page;
    const { status, retryAfter } = typeof given === "number" ? { status: given } : given;
    const headers = retryAfter === undefined ? {} : { "retry-after": String(retryAfter) };
    return new Response(null, { status, headers });
  };
  return { fetch, asked };
}

/** A `sleep` for tests: waiting takes no time, and what only watches over something else never comes to its end. */
export const patient = (_ms, { ref = true } = {}) => (ref ? Promise.resolve() : new Promise(() => {}));

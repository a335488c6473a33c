import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { requester } from "../src/requester.mjs";
import * as cache from "../src/requests/cache.mjs";
import { folder, web } from "./support/folder.mjs";

const [GOOD, BAD] = ["https://example.org/good", "https://example.org/bad"];
const HOUR_MS = 60 * 60 * 1000;

/** One run over both pages, so many hours after the first; answers which pages were asked. */
async function run(cwd, hours, file = "c.json") {
  const { fetch, asked } = web({ [GOOD]: 200, [BAD]: 404 });
  const now = () => 1_000_000 + hours * HOUR_MS;
  const requests = requester([cache], { cache: file }, { fetch, now, cwd });
  const answers = [await requests.request(GOOD), await requests.request(BAD)];
  assert.deepEqual(answers.map(({ status }) => status), [200, 404]);
  await requests.close();
  return asked;
}

test("asks good pages again only after a day, and broken ones every time", async (t) => {
  const cwd = await folder(t, {});
  assert.deepEqual(await run(cwd, 0), [GOOD, BAD]);
  assert.deepEqual(await run(cwd, 23), [BAD]);
  assert.deepEqual(await run(cwd, 25), [GOOD, BAD]);
});

test("asks within one run only once", async (t) => {
  const { fetch, asked } = web({ [GOOD]: 200 });
  const requests = requester([cache], { cache: "c.json" }, { fetch, cwd: await folder(t, {}) });
  await requests.request(GOOD);
  await requests.request(GOOD);
  assert.deepEqual(asked, [GOOD]);
});

test("a cache that cannot be read counts as empty", async (t) => {
  for (const text of ["{", "null", "[]", `{"${GOOD}":"yesterday"}`]) {
    assert.deepEqual(await run(await folder(t, { "c.json": text }), 0), [GOOD, BAD], text);
  }
});

test("keeps what it saw where it is told, and nothing when nothing is good", async (t) => {
  const cwd = await folder(t, { "sub/x": "" });
  await run(cwd, 0, "sub/kept.json");
  assert.ok(existsSync(join(cwd, "sub", "kept.json")));
  const requests = requester([cache], { cache: "none.json" }, { fetch: web({}).fetch, cwd });
  await requests.request(GOOD);
  await requests.close();
  assert.ok(!existsSync(join(cwd, "none.json")));
});

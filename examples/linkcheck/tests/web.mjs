import assert from "node:assert/strict";
import { test } from "node:test";
import { check } from "../src/checks/web.mjs";
import { requester } from "../src/requester.mjs";
import * as timeout from "../src/requests/timeout.mjs";
import { web } from "./support/folder.mjs";

const PAGE = "https://example.org/";
const problem = (target, pages) => check({ target }, { requester: requester([], {}, { fetch: web(pages).fetch }) });

test("a page is good when it answers", async () => {
  assert.equal(await problem(`${PAGE}#part`, { [PAGE]: 200 }), null);
  assert.equal(await problem(PAGE, { [PAGE]: 404 }), "answers 404");
  assert.equal(await problem(PAGE, {}), "ENOTFOUND");
  assert.equal(await problem("a.md", {}), null);
});

test("wrappers are asked in their order", async () => {
  const said = [];
  const layer = (name, order) => ({
    order,
    wrap: (next) => ({ ...next, request: (url) => (said.push(name), next.request(url)) }),
  });
  const web_ = requester([layer("second", 2), layer("first", 1)], {}, { fetch: web({ [PAGE]: 200 }).fetch });
  assert.deepEqual(await web_.request(PAGE), { status: 200, retryAfter: null, error: null });
  assert.deepEqual(said, ["first", "second"]);
});

test("gives up on a page that does not answer", async () => {
  const waited = [];
  const sleep = async (ms) => void waited.push(ms);
  const slow = requester([timeout], { timeout: "3" }, { fetch: () => new Promise(() => {}), sleep });
  assert.equal((await slow.request(PAGE)).error, "no answer in 3 s");
  assert.deepEqual(waited, [3000]);
});

test("tells how long to wait, when the page says so", async () => {
  const { fetch } = web({ [PAGE]: { status: 429, retryAfter: 7 } });
  assert.deepEqual(await requester([], {}, { fetch }).request(PAGE), { status: 429, retryAfter: 7, error: null });
});

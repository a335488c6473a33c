import assert from "node:assert/strict";
import { test } from "node:test";
import { requester } from "../src/requester.mjs";
import * as retry from "../src/requests/retry.mjs";
import { web } from "./support/folder.mjs";

const PAGE = "https://example.org/";

async function ask(pages, retries = "3") {
  const waited = [];
  const { fetch, asked } = web(pages);
  const sleep = async (ms) => void waited.push(ms);
  const { status } = await requester([retry], { retries }, { fetch, sleep }).request(PAGE);
  return { status, times: asked.length, waited };
}

test("asks again after 429 and 503, waiting twice as long each time", async () => {
  assert.deepEqual(await ask({ [PAGE]: [429, 503, 502, 200] }), { status: 200, times: 4, waited: [500, 1000, 2000] });
});

test("asks again after 500", async () => {
  assert.deepEqual(await ask({ [PAGE]: [500, 200] }), { status: 200, times: 2, waited: [500] });
});

test("waits as many seconds as Retry-After says", async () => {
  const busy = { status: 429, retryAfter: 7 };
  assert.deepEqual(await ask({ [PAGE]: [busy, 200] }), { status: 200, times: 2, waited: [7000] });
});

test("asks again where nobody answers", async () => {
  assert.deepEqual(await ask({}, "1"), { status: 0, times: 2, waited: [500] });
});

test("gives up after as many tries as it may", async () => {
  assert.deepEqual(await ask({ [PAGE]: 503 }, "2"), { status: 503, times: 3, waited: [500, 1000] });
  assert.deepEqual(await ask({ [PAGE]: 503 }, "0"), { status: 503, times: 1, waited: [] });
});

test("does not ask again what will stay the same", async () => {
  for (const status of [200, 301, 404, 410]) assert.equal((await ask({ [PAGE]: status })).times, 1);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { wrap } from "../src/requests/limit.mjs";

/** A web that answers when it is told to. */
function slowWeb() {
  const open = [];
  const asked = [];
  let most = 0;
  const request = (url) => {
    asked.push(url);
    return new Promise((answer) => {
      open.push({ url, answer: () => answer({ status: 200 }) });
      most = Math.max(most, open.length);
    });
  };
  const settle = () => new Promise((done) => setImmediate(done));
  const answerAll = async () => {
    for (await settle(); open.length > 0; await settle()) open.shift().answer();
  };
  return { next: { request }, asked, open, settle, answerAll, most: () => most };
}

const pages = (host, count) => Array.from({ length: count }, (_, n) => `https://${host}/${n}`);

test("asks one host at most so often at once, in the order of the links", async () => {
  const web = slowWeb();
  const { request } = wrap(web.next, { "per-host": "4" });
  const all = Promise.all(pages("a.example", 10).map(request));
  await web.settle();
  assert.equal(web.open.length, 4);
  await web.answerAll();
  assert.equal((await all).length, 10);
  assert.equal(web.most(), 4);
  assert.deepEqual(web.asked, pages("a.example", 10));
});

test("a slow host does not hold up others", async () => {
  const web = slowWeb();
  const { request } = wrap(web.next, { "per-host": "1" });
  for (const url of [...pages("slow.example", 3), ...pages("b.example", 1)]) request(url);
  await web.settle();
  assert.deepEqual(web.asked, ["https://slow.example/0", "https://b.example/0"]);
  await web.answerAll();
});

test("a request that fails gives its place back", async () => {
  const failing = { request: () => Promise.reject(new Error("no")) };
  const { request } = wrap(failing, { "per-host": "1" });
  for (const url of pages("a.example", 3)) await assert.rejects(request(url), /no/);
});

test("a number that is none means one at a time", async () => {
  const web = slowWeb();
  const { request } = wrap(web.next, { "per-host": "many" });
  for (const url of pages("a.example", 2)) request(url);
  await web.settle();
  assert.equal(web.open.length, 1);
  await web.answerAll();
});

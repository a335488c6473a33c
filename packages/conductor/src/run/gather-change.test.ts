import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { openRepository, type UserRepository } from "../git/repository.ts";
import { makeTestRepository, type TestRepository } from "../git/test-repository.ts";
import { gatherChange, weakenedBetween } from "./gather-change.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let user: TestRepository;
let repository: UserRepository;
beforeEach(async () => {
  user = makeTestRepository();
  repository = await openRepository(user.root, { env: user.env, storeDir: join(user.top, "store") });
});
afterEach(() => user.remove());

const lines = (count: number, text: (n: number) => string): string =>
  Array.from({ length: count }, (_, n) => `${text(n)}\n`).join("");
async function linesOf(files: Readonly<Record<string, string | Buffer>>): Promise<number | null> {
  const base = user.git("rev-parse", "HEAD");
  for (const [path, text] of Object.entries(files)) writeFileSync(join(user.root, path), text);
  const work = user.commit({});
  return (await gatherChange(repository, { base, work, secrets: [], commands: [] })).change.diffLines;
}

it.each<[string, string | Buffer, number]>([
  ["ordinary lines", lines(100, (n) => `line ${n}`), 100],
  ["lines that look like the head of a difference", lines(100, (n) => `++ ${n}`), 100],
  ["lines that look like comments of SQL", lines(100, (n) => `-- ${n}`), 100],
  ["lines after a byte by which git takes them for binary", `\0\n${lines(100, (n) => `line number ${n}`)}`, 101],
  ["what is no text", randomBytes(100_000), 0],
])("counts %s", async (_name, text, count) => {
  expect(await linesOf({ "a.txt": text })).toBe(count);
});

it("counts what is taken away, whatever it begins with, and whatever attributes say of it", async () => {
  await linesOf({ "a.sql": lines(50, (n) => `-- ${n}`) });
  expect(await linesOf({ "a.sql": "", ".gitattributes": "*.sql binary\n" })).toBe(51);
});

it("says what tests of a base are weaker at the end of several commits, and nothing of what moved", async () => {
  const expects = (count: number): string => lines(count, (n) => `expect(sum(${n})).toBe(${n});`);
  const base = user.commit({
    "a.test.js": expects(3),
    "b.test.js": expects(1),
    "moved.test.js": "expect(one()).toBe(1);\n",
  });
  user.commit({ "a.test.js": expects(1), "new.test.js": "expect(two()).toBe(2);\n" });
  user.git("mv", "moved.test.js", "moved-here.test.js");
  const between = user.commit({});
  user.git("rm", "-q", "new.test.js");
  const end = user.commit({});
  const found = async (to: string): Promise<readonly string[]> =>
    ((await weakenedBetween(repository, base, to)) ?? []).map(({ message }) => message);
  // What came only after the base and went again was never in it.
  expect(await found(end)).toEqual(["a.test.js: 2 assertions of the base are not there any more"]);
  expect(await found(between)).toEqual(await found(end));
  expect(await found(base)).toEqual([]);
});

import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { LANDED_AS } from "../model/landed-as.ts";
import { lookAtIntegration } from "./integration.ts";
import { openRepository, type UserRepository } from "./repository.ts";
import { makeTestRepository, type TestRepository } from "./test-repository.ts";

// Real processes take their time on a busy machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

let user: TestRepository;
let repository: UserRepository;
/** What has landed, one on the other; both change the same line. */
let landed: readonly [string, string];

beforeEach(async () => {
  user = makeTestRepository();
  user.commit({ "a.txt": "1\n2\n3\n" });
  user.git("checkout", "-q", "-b", "conductor/main");
  landed = [user.commit({ "a.txt": "1\ntwo\n3\n" }), user.commit({ "a.txt": "1\nTWO\n3\n" })];
  user.git("checkout", "-q", "main");
  repository = await openRepository(user.root, { env: user.env, storeDir: join(user.top, "store") });
});
afterEach(() => user.remove());

const looked = () => lookAtIntegration(repository, "refs/heads/main");
const takes = (files: Readonly<Record<string, string>>, as = landed[0]): string =>
  user.commit(files, `feat: two\n\nTask: TASK-001\n${LANDED_AS}: ${as}`);

describe("a run that begins after the user has taken a part", () => {
  it("knows it again, and keeps what has landed since on the same lines", async () => {
    takes({ "a.txt": "1\ntwo\n3\n" });
    user.commit({ "mine.txt": "m\n" });
    const place = await looked();
    if (place.kind !== "merged") throw new Error(place.kind);
    expect(user.git("show", `${place.start}:a.txt`)).toBe("1\nTWO\n3");
    expect(user.git("show", `${place.start}:mine.txt`)).toBe("m");
  });

  it("loses nothing of a commit in which the user has changed more than had landed", async () => {
    takes({ "a.txt": "1\ntwo\n3\n", "mine.txt": "m\n" });
    expect(await looked()).toMatchObject({ kind: "conflict", paths: ["a.txt"] });

    user.git("reset", "-q", "--hard", "HEAD^");
    takes({ "a.txt": "1\nTWO\n3\n", "mine.txt": "m\n" });
    const place = await looked();
    if (place.kind !== "merged") throw new Error(place.kind);
    expect(user.git("show", `${place.start}:mine.txt`)).toBe("m");
  });

  it("believes no commit that only names one that had landed", async () => {
    takes({ "mine.txt": "m\n" }, landed[1]);
    const place = await looked();
    if (place.kind !== "merged") throw new Error(place.kind);
    expect(user.git("show", `${place.start}:mine.txt`)).toBe("m");
  });
});

import { chmodSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { API_FILE } from "@taskwerk/contract/api-file";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { connectTaskwerk } from "./connect.ts";

/** When this very process began, as a server of its would write it down. */
const began = (): string => {
  const [, ...fields] = readFileSync("/proc/self/stat", "utf8")
    .replace(/^.*\) /s, "")
    .split(" ");
  return `${readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()}:${fields[18]}`;
};

describe.runIf(process.platform === "linux")("the server beside a repository", () => {
  let root = "";
  beforeEach(() => {
    root = realpathSync(mkdtempSync(join(tmpdir(), "connect-")));
    mkdirSync(join(root, ".taskwerk"));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const leave = (change: Readonly<Record<string, unknown>> = {}, mode = 0o600): void => {
    const store = join(root, ".taskwerk");
    const file = { v: 1, url: "http://127.0.0.1:45670", pid: process.pid, process_start: began(), store, token: "t" };
    writeFileSync(join(store, API_FILE), JSON.stringify({ ...file, ...change }));
    chmodSync(join(store, API_FILE), mode);
  };
  /** taskwerk itself cannot be started here, so that an answer can only be that of the server that runs. */
  const storeFound = (env: Readonly<Record<string, string>> = {}): Promise<string> =>
    connectTaskwerk({
      cwd: root,
      taskwerk: ["/nonexistent/taskwerk"],
      url: null,
      token: null,
      env,
      actor: "conductor",
    }).store();
  const ASKED = { code: "TASKWERK_UNREACHABLE" };

  it("is taken as it is while it runs", async () => {
    leave();
    expect(await storeFound()).toBe(join(root, ".taskwerk"));
  });

  it("is asked of taskwerk when its process is gone or another one has its number", async () => {
    leave({ pid: 2 ** 22 + 1 });
    await expect(storeFound()).rejects.toMatchObject(ASKED);
    leave({ process_start: "some-boot:1" });
    await expect(storeFound()).rejects.toMatchObject(ASKED);
  });

  it("is not believed from a file that came with the repository, for another store or another machine", async () => {
    leave({}, 0o644);
    await expect(storeFound()).rejects.toMatchObject(ASKED);
    leave({ store: join(root, "elsewhere") });
    await expect(storeFound()).rejects.toMatchObject(ASKED);
    leave({ url: "http://192.0.2.1:80" });
    await expect(storeFound()).rejects.toMatchObject(ASKED);
  });

  it("is not taken where the environment names another store", async () => {
    leave();
    await expect(storeFound({ TASKWERK_DIR: "/elsewhere" })).rejects.toMatchObject(ASKED);
  });
});

describe("a taskwerk that does not do what it should", () => {
  let root = "";
  beforeEach(() => {
    root = realpathSync(mkdtempSync(join(tmpdir(), "connect-")));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));
  /** A connection to what this script does when it is called as taskwerk. */
  const played = (script: string, url: string | null): Promise<string> =>
    connectTaskwerk({
      cwd: root,
      taskwerk: ["sh", "-c", script],
      url,
      token: null,
      env: { PATH: process.env.PATH },
      actor: "conductor",
      answerMs: 100,
    }).store();

  it("is not waited for without end", async () => {
    await expect(played("exec sleep 600", "http://127.0.0.1:45671")).rejects.toMatchObject({
      code: "TASKWERK_UNREACHABLE",
      message: "taskwerk api status --json gave no answer in 0.1 s",
      hint: expect.stringContaining("taskwerk api status"),
    });
  });

  it.each(["hello", "null", "[]"])("is told from another program, which says %s", async (said) => {
    await expect(played(`echo '${said}'; exec cat`, null)).rejects.toMatchObject({
      code: "TASKWERK_UNREACHABLE",
      message: expect.stringContaining(`"${said}"`),
      hint: expect.stringContaining("--version"),
    });
  });

  it("is said to have left no token, with what to type", async () => {
    const answer = JSON.stringify({ ok: true, v: 1, kind: "api", data: { store: root }, warnings: [], meta: {} });
    await expect(played(`echo '${answer}'; exec cat`, null)).rejects.toMatchObject({
      code: "TASKWERK_UNREACHABLE",
      message: expect.stringContaining("left no token"),
      hint: expect.stringContaining("taskwerk api status"),
    });
  });
});

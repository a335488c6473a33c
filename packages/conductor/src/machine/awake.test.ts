import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type AwakeOptions, holdAwake } from "./awake.ts";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "awake-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** Puts a program on the PATH that the tests hand in. */
function program(name: string, script: string): void {
  writeFileSync(join(dir, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(dir, name), 0o755);
}
/** It does as systemd-inhibit does: takes its lock, runs its command, and lets go when that ends. */
const INHIBIT = `echo "$*" > "$(dirname "$0")/asked"
echo $$ > "$(dirname "$0")/pid"
while [ "\${1#--}" != "$1" ]; do shift; done
"$@"
echo gone > "$(dirname "$0")/gone"`;
const options = (over: Partial<AwakeOptions> = {}): AwakeOptions => ({
  path: `${dir}:/usr/bin:/bin`,
  platform: "linux",
  pid: process.pid,
  env: {},
  ...over,
});
const isAlive = (pid: number): boolean => existsSync(`/proc/${pid}`);
const until = async (is: () => boolean): Promise<void> => {
  while (!is()) await sleep(20);
};

describe("the machine", () => {
  it("is held awake by systemd-inhibit until it is let go", async () => {
    program("systemd-inhibit", INHIBIT);
    const awake = await holdAwake(options());
    expect(awake.problem).toBeNull();
    expect(readFileSync(join(dir, "asked"), "utf8")).toMatch(
      /^--what=idle:sleep --who=conductor .*--mode=block sh -c /,
    );
    const pid = Number(readFileSync(join(dir, "pid"), "utf8"));
    expect(isAlive(pid)).toBe(true);
    await awake.release();
    await awake.release();
    await until(() => !isAlive(pid));
  });
  it("is let go when who held it is killed", async () => {
    program("systemd-inhibit", INHIBIT);
    const bundle = join(dir, "hold.mjs");
    await build({
      stdin: {
        contents: `import { holdAwake } from "./awake.ts";
          const { problem } = await holdAwake(JSON.parse(process.argv[2])); console.log(problem); setInterval(() => {}, 1000);`,
        resolveDir: fileURLToPath(new URL(".", import.meta.url)),
      },
      ...{ bundle: true, platform: "node", format: "esm", outfile: bundle, logLevel: "error" },
    });
    const child = spawn(process.execPath, [bundle, JSON.stringify(options())], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [said] = (await once(child.stdout, "data")) as [Buffer];
    expect(String(said)).toBe("null\n");
    child.kill("SIGKILL");
    await until(() => existsSync(join(dir, "gone")));
    await until(() => !isAlive(Number(readFileSync(join(dir, "pid"), "utf8"))));
  });
  it("may sleep where there is no such program, where it fails, and where nothing is known", async () => {
    expect((await holdAwake(options({ path: dir }))).problem).toBe("systemd-inhibit is not there");
    program("systemd-inhibit", "echo 'Failed to connect to bus: No such file' >&2; exit 1");
    expect((await holdAwake(options())).problem).toBe("systemd-inhibit: Failed to connect to bus: No such file");
    program("systemd-inhibit", "exit 1");
    expect((await holdAwake(options())).problem).toBe("systemd-inhibit: it ended at once");
    expect((await holdAwake(options({ platform: "aix" }))).problem).toBe("nothing is known to keep aix awake");
  });
  it("is held awake on macOS by a program that looks after this process itself", async () => {
    program("caffeinate", `echo "$*" > "$(dirname "$0")/asked"; exec sleep 1000`);
    const awake = await holdAwake(options({ platform: "darwin" }));
    expect(awake.problem).toBeNull();
    await until(() => existsSync(join(dir, "asked")));
    expect(readFileSync(join(dir, "asked"), "utf8")).toBe(`-i -w ${process.pid}\n`);
    await awake.release();
  });
});

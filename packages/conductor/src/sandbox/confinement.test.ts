import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { startTimeOf } from "@taskwerk/contract/is-running";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { Command, Confinement } from "../model/command.ts";
import { detectConfinement } from "./confinement.ts";
import { plainConfinement } from "./plain.ts";
import { findMarked, listProcesses } from "./process-table.ts";
import { ATTEMPT, endProcess, sweep } from "./sweep.ts";

// Real processes take their time on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const top = mkdtempSync(join(tmpdir(), "conductor-sandbox-"));
const stateDir = join(top, "state");
const work = join(top, "work");
mkdirSync(stateDir);
mkdirSync(work);
const LIMITS = { memoryBytes: 400 * 1024 ** 2, processes: 60, diskBytes: 100 * 1024 ** 2 };
const home = join(top, "home");
mkdirSync(home);
writeFileSync(join(home, "canary"), "secret of the home");
const detected = await detectConfinement({ env: { ...process.env, HOME: home }, stateDir, limits: LIMITS });
const required = process.env.TASKWERK_REQUIRE_SANDBOX === "1";
const confined = detected.level === "full" || required;
if (!confined) process.stderr.write(`SKIPPED: no sandbox here, its tests do not run: ${detected.problem}\n`);

afterAll(() => rmSync(top, { recursive: true, force: true }));

let count = 0;
function command(script: string, more: Partial<Command> = {}): Command {
  count += 1;
  return {
    argv: ["/bin/sh", "-c", script],
    cwd: work,
    binds: [{ path: work, mode: "rw" }],
    env: {},
    network: "none",
    timeoutMs: 20_000,
    outputLimitBytes: 100_000,
    marker: `test/${process.pid}/${count}`,
    ...more,
  };
}
const lastMarker = (): string => `test/${process.pid}/${count}`;

/** What holds at every level. */
function conformance(name: string, confinement: () => Confinement): void {
  describe(name, () => {
    it("runs a command with its input, its environment, and nothing of ours", async () => {
      const result = await confinement().run(
        command(
          'cat; printf "%s|" "$GIVEN" "$HOME" "$TMPDIR" "$LANG"; env | cut -d= -f1 | sort | tr "\\n" " "; exit 3',
          {
            stdin: "input\n",
            env: { GIVEN: "yes", HOME: work, TMPDIR: work },
          },
        ),
      );
      expect(result.end).toEqual({ kind: "exited", code: 3 });
      expect(result.stdout).toMatch(new RegExp(`^input\nyes\\|${work}\\|${work}\\|C\\.UTF-8\\|`));
      const names = result.stdout.split("|").at(-1)!.trim().split(" ");
      const known = "CONDUCTOR_ATTEMPT CONDUCTOR_COMMAND GIVEN HOME LANG OLDPWD PATH PWD SHLVL TMPDIR _".split(" ");
      expect(names.filter((each) => !known.includes(each))).toEqual([]);
    });

    it("finds node and git", async () => {
      const result = await confinement().run(command("node -e 'console.log(6*7)' && git version"));
      expect(result.stdout).toMatch(/^42\ngit version/);
    });

    it("has a HOME and a TMPDIR that can be written when none is given", async () => {
      const result = await confinement().run(command('echo x > "$HOME/x" && echo y > "$TMPDIR/y" && cat "$HOME/x"'));
      expect(result).toMatchObject({ end: { kind: "exited", code: 0 }, stdout: "x\n" });
      expect(existsSync(join(homedir(), "x"))).toBe(false);
    });

    it("says that a program does not exist instead of throwing", async () => {
      const result = await confinement().run(command("", { argv: ["no-such-program-here"] }));
      expect(result.end.kind).toBe("spawn-failed");
      expect((await confinement().run(command("", { argv: [] }))).end.kind).toBe("spawn-failed");
    });

    it("keeps the head and the tail of a flood and passes all of it on", async () => {
      let bytes = 0;
      const before = process.memoryUsage().rss;
      const result = await confinement().run(
        command("echo first; head -c 300000000 /dev/zero | tr '\\0' x; echo; echo last; echo err >&2", {
          timeoutMs: 60_000,
          onOutput: (_stream, chunk) => {
            bytes += chunk.length;
          },
        }),
      );
      expect(result.truncated).toBe(true);
      expect(result.stdout.length).toBeLessThan(101_000);
      expect(result.stdout).toMatch(/^first\n/);
      expect(result.stdout).toMatch(/last\n$/);
      expect(result.stderr).toBe("err\n");
      expect(bytes).toBe(300_000_000 + "first\n\nlast\nerr\n".length);
      expect(process.memoryUsage().rss - before).toBeLessThan(200_000_000);
    });

    it("ends a command that takes too long, with its children, even those that ignore TERM", async () => {
      const result = await confinement().run(
        command("trap '' TERM; (trap '' TERM; setsid sleep 1000) & sleep 1000; sleep 1000", { timeoutMs: 300 }),
      );
      expect(result.end).toEqual({ kind: "timed-out" });
      expect(await findMarked(ATTEMPT, lastMarker())).toEqual([]);
    });

    it("lets a command that is cancelled clean up first", async () => {
      const stop = new AbortController();
      const running = await confinement().start(
        command("trap 'echo cleaned; exit 0' TERM; echo ready; while :; do sleep 0.05; done", {
          signal: stop.signal,
          onOutput: (_stream, chunk) => {
            if (chunk.includes("ready")) stop.abort();
          },
        }),
      );
      expect(running.pid).toBeGreaterThan(0);
      expect(running.startTime).toMatch(/^\d+$/);
      const result = await running.result;
      expect(result.end).toEqual({ kind: "cancelled" });
      expect(result.stdout).toBe("ready\ncleaned\n");
      const aborted = await confinement().run(command("echo no", { signal: AbortSignal.abort() }));
      expect(aborted).toMatchObject({ end: { kind: "cancelled" }, stdout: "" });
    });

    it("leaves no daemon behind when a command ends by itself", async () => {
      const result = await confinement().run(
        command("setsid sleep 1000 >/dev/null 2>&1 & setsid sleep 1001 & echo done"),
      );
      expect(result).toMatchObject({ end: { kind: "exited", code: 0 }, stdout: "done\n" });
      expect(await findMarked(ATTEMPT, lastMarker())).toEqual([]);
    });

    it("does not end another command of the same attempt", async () => {
      const marker = "test/shared";
      const stop = new AbortController();
      const long = await confinement().start(command("sleep 1000", { marker, signal: stop.signal }));
      await confinement().run(command("sleep 0.1 & true", { marker }));
      expect(startTimeOf(long.pid)).toBe(long.startTime);
      stop.abort();
      expect((await long.result).end.kind).toBe("cancelled");
    });

    it("ends a command that takes more memory than it may", async () => {
      const eat = "const held=[];setInterval(()=>held.push(Buffer.alloc(50e6,1)),50)";
      const result = await confinement().run(command("", { argv: ["node", "-e", eat] }));
      expect(result.end).toMatchObject({ kind: "over-limit", limit: "memory" });
      expect(result.end).toMatchObject({
        reason: expect.stringMatching(/^it held \d+ MB of memory, and 400 are allowed \(limits\.memory\)$/),
      });
    });

    it("ends a command that starts more processes than it may, and all of them", async () => {
      const result = await confinement().run(command("while :; do sleep 1000 & sleep 0.005; done"));
      expect(result.end).toMatchObject({ kind: "over-limit", limit: "processes" });
      expect(await findMarked(ATTEMPT, lastMarker())).toEqual([]);
    });

    it("ends a command that writes more than it may", async () => {
      const result = await confinement().run(command("while :; do head -c 20000000 /dev/zero >> big; sleep 0.1; done"));
      expect(result.end).toMatchObject({ kind: "over-limit", limit: "disk" });
      expect(result.end).toMatchObject({
        reason: expect.stringMatching(/^it wrote \d+ MB of files, and 100 are allowed \(limits\.disk\)$/),
      });
    });

    it("can be swept by its mark from outside", async () => {
      const running = await confinement().start(command("sleep 1000"));
      expect(await sweep(lastMarker(), 200)).toBeGreaterThan(0);
      expect(["signalled", "exited"]).toContain((await running.result).end.kind);
      expect(await findMarked(ATTEMPT, lastMarker())).toEqual([]);
    });
  });
}

conformance("level none", () => plainConfinement({ path: process.env.PATH ?? "", stateDir, limits: LIMITS }));

describe.skipIf(!confined)("level full (needs bubblewrap)", () => {
  beforeAll(() => {
    if (required) expect(detected).toMatchObject({ level: "full", problem: null });
  });
  conformance("full", () => detected.confinement);

  it("shows the clone and the system, and neither the home nor conductor's state nor anything that is not named", async () => {
    writeFileSync(join(stateDir, "token"), "secret");
    writeFileSync(join(work, "file"), "mine");
    const result = await detected.confinement.run(
      command(
        `cat ${work}/file; cat ${stateDir}/token; cat ${home}/canary; ls /home; ls ${top}; ls /proc | grep -c '^[0-9]'`,
      ),
    );
    expect(result.stdout).toMatch(/^minework\n\d\n$/);
  });

  it("writes nowhere but into what is bound for writing", async () => {
    const readOnly = join(top, "ro");
    mkdirSync(readOnly, { recursive: true });
    const result = await detected.confinement.run(
      command(
        `echo x > ${readOnly}/x; echo x > /usr/x; echo x > /etc/x; echo x > /x; echo x > ${work}/ok; cat ${work}/ok`,
        {
          binds: [
            { path: work, mode: "rw" },
            { path: readOnly, mode: "ro" },
          ],
        },
      ),
    );
    expect(result.stdout).toBe("x\n");
    expect(existsSync(join(readOnly, "x"))).toBe(false);
    expect(existsSync("/usr/x")).toBe(false);
  });

  it("reaches no listener of this machine, except where the network is given", async () => {
    let reached = 0;
    const server = createServer((socket) => {
      reached += 1;
      socket.end("hello\n");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { port: number };
    const connect = `require('net').connect(${port},'127.0.0.1').on('error',()=>console.log('refused')).pipe(process.stdout)`;
    const argv = ["node", "-e", connect];
    expect((await detected.confinement.run(command("", { argv }))).stdout).toBe("refused\n");
    expect(reached).toBe(0);
    expect((await detected.confinement.run(command("", { argv, network: "host" }))).stdout).toBe("hello\n");
    server.close();
  });

  it("cannot change a setting of the machine's kernel, also not as root", async () => {
    const before = readFileSync("/proc/sys/kernel/core_pattern", "utf8");
    await detected.confinement.run(command("echo '|/bin/false' > /proc/sys/kernel/core_pattern"));
    const after = readFileSync("/proc/sys/kernel/core_pattern", "utf8");
    if (after !== before) writeFileSync("/proc/sys/kernel/core_pattern", before);
    expect(after).toBe(before);
  });

  it("is never given the home, conductor's state or anything above them", async () => {
    for (const path of [home, "/", top, stateDir, join(top, "missing")]) {
      const result = await detected.confinement.run(command("true", { binds: [{ path, mode: "ro" }] }));
      expect(result.end.kind).toBe("spawn-failed");
    }
  });

  it("shows no value of the environment in the machine's list of processes", async () => {
    const running = await detected.confinement.start(command("sleep 0.5", { env: { KEY: "sk-canary-value" } }));
    await sleep(100);
    expect(readFileSync(`/proc/${running.pid}/cmdline`, "utf8")).not.toContain("sk-canary-value");
    await running.result;
  });

  it("ends everything inside when the process that started it is killed", async () => {
    const marker = `test/orphan/${process.pid}`;
    const parent = spawn(
      process.execPath,
      [
        "--experimental-strip-types",
        "--no-warnings",
        "-e",
        `require("node:child_process").spawn("bwrap",["--unshare-all","--die-with-parent","--ro-bind","/","/","--proc","/proc",
         "--setenv","${ATTEMPT}","${marker}","sh","-c","setsid sleep 1000 & sleep 1000"],{stdio:"ignore"})`,
      ].filter((arg) => !arg.startsWith("--")),
      { stdio: "ignore" },
    );
    while ((await findMarked(ATTEMPT, marker)).length < 2) await sleep(20);
    parent.kill("SIGKILL");
    while ((await findMarked(ATTEMPT, marker)).length > 0) await sleep(20);
  });
});

describe("detecting", () => {
  it("says what is missing and how to get it", async () => {
    const found = await detectConfinement({ env: { ...process.env, PATH: "/nonexistent" }, stateDir });
    if (found.level === "none") expect(found.problem).not.toBeNull();
    expect(found.durationMs).toBeGreaterThanOrEqual(0);
  });
});

describe("ending one process", () => {
  it("ends it with its children, and never one that only has the same number", async () => {
    const child = spawn("sh", ["-c", "sleep 1000 & sleep 1000"], { detached: true, stdio: "ignore" });
    const start = startTimeOf(child.pid!);
    expect(await endProcess(child.pid!, "1", 100)).toBe(false);
    expect(startTimeOf(child.pid!)).toBe(start);
    expect(await endProcess(child.pid!, start, 100)).toBe(true);
    expect(await endProcess(child.pid!, start, 100)).toBe(false);
  });

  const RESTLESS = "i=0; while [ $i -lt 1000 ]; do sleep 1000 & i=$((i+1)); done";
  it.each([
    ["one that starts others all the time", RESTLESS],
    ["one whose children and grandchildren do", `(${RESTLESS}; wait) & ( (${RESTLESS}; wait) & wait) & wait`],
  ])("ends at once also %s, with every one of them", async (_, script) => {
    const mark = `restless-${process.pid}`;
    for (const foreground of [false, true]) {
      const child = spawn("sh", ["-c", script], { stdio: "ignore", env: { ...process.env, [ATTEMPT]: mark } });
      await expect.poll(async () => (await findMarked(ATTEMPT, mark)).length, { timeout: 30_000 }).toBeGreaterThan(20);
      try {
        expect(await endProcess(child.pid!, startTimeOf(child.pid!), 0, { foreground })).toBe(true);
        // What the one in the foreground has started between the look and its end is found by its mark.
        if (!foreground) expect(await findMarked(ATTEMPT, mark)).toEqual([]);
      } finally {
        await sweep(mark, 0);
      }
    }
  });

  it("kills one in the foreground without holding it first, so that its shell does not take it for put aside", async () => {
    // With job control a shell goes on when its command is held, and its exit code says so.
    const shell = spawn("bash", ["-c", "set -m; sleep 1000; echo $?"], { stdio: ["ignore", "pipe", "ignore"] });
    const said = text(shell.stdout);
    const sleeper = async () => (await listProcesses()).find(({ parent }) => parent === shell.pid);
    await expect.poll(sleeper, { timeout: 30_000 }).toBeDefined();
    const { pid, startTime } = (await sleeper())!;
    expect(await endProcess(pid, startTime, 0, { foreground: true })).toBe(true);
    expect(await said).toBe("137\n");
  });
});

import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { ConfigValues } from "@taskwerk/config/schema";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { App } from "./app.ts";
import { digestOf, readConfig } from "./read-config.ts";
import { settleWhoPays, VIA } from "./who-pays.ts";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "who-pays-"));
  mkdirSync(join(dir, "bin"));
  writeFileSync(join(dir, "bin/claude"), "#!/bin/sh\necho '{\"loggedIn\": true}'\n");
  chmodSync(join(dir, "bin/claude"), 0o755);
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const own = (): string => join(dir, "home/.config/conductor/config.yml");

/** A machine with a key and a login. `says`: what a person types; null = nobody sits there. */
function machine(says: string | null, { key = "sk-ant-7Qf2", repository = "" } = {}) {
  const asked: string[] = [];
  const told: string[] = [];
  const configPlaces = {
    root: dir,
    env: { PATH: `${join(dir, "bin")}:${process.env.PATH}` },
    homeDir: join(dir, "home"),
    pinFile: join(dir, "pin"),
  };
  if (repository !== "") {
    writeFileSync(join(dir, ".conductor.yml"), repository);
    writeFileSync(join(dir, "pin"), digestOf(repository));
  }
  const tty = says !== null;
  const app = {
    world: {
      env: { ...configPlaces.env, ...(key === "" ? {} : { ANTHROPIC_API_KEY: key }) },
      ...{ homeDir: configPlaces.homeDir, tmpDir: dir, pid: process.pid, stdinIsTTY: tty, stdoutIsTTY: tty },
      ask: async (question: string) => {
        asked.push(question);
        return says;
      },
    },
    ...{ output: { format: "auto", quiet: false }, globals: {}, cwd: dir, root: dir, configPlaces },
    config: (): Promise<ConfigValues> => readConfig(configPlaces),
    note: (line: string) => void told.push(line),
  } as unknown as App;
  return {
    app,
    asked,
    told,
    settle: async (agent: string | null = "claude") => settleWhoPays(app, await app.config(), agent),
  };
}

describe("who pays for claude", () => {
  it.each([
    ["1", "api", "cli"],
    ["2", "cli", "api"],
  ])("is asked once at a terminal, and kept in the user's own file: %s", async (says, way, other) => {
    const { asked, told, settle } = machine(says);
    expect((await settle())[VIA]).toBe(way);
    expect(told).toEqual([
      "Who pays for planning and for the agent claude? This is asked once.",
      "  1  the API key ending in 7Qf2",
      "  2  the login of Claude Code (its subscription)",
      `Kept in ${own()}`,
      `Change it:  conductor config set ${VIA} ${other}`,
    ]);
    expect(readFileSync(own(), "utf8")).toContain(`via: ${way}`);
    expect((await settle())[VIA]).toBe(way);
    expect((await machine(null).settle())[VIA]).toBe(way);
    expect(asked).toEqual(["1 or 2? "]);
  });

  it("is nobody's to guess where nobody can be asked: it says what to type, and keeps nothing", async () => {
    await expect(machine(null).settle()).rejects.toMatchObject({
      code: "USAGE",
      message: "who pays for the agent claude? There are the API key ending in 7Qf2 and a login of Claude Code.",
      hint: `This time:  --agent claude-cli, for the login\nFor good:   conductor config set ${VIA} api  or  cli`,
    });
    expect(existsSync(own())).toBe(false);
  });

  it.each(["", "3", "yes"])("is not decided by an answer that names neither: %j", async (says) => {
    const { settle } = machine(says);
    await expect(settle()).rejects.toMatchObject({
      code: "CONFIRMATION_REQUIRED",
      hint: `conductor config set ${VIA} api  or  cli`,
    });
    expect(existsSync(own())).toBe(false);
  });

  it("is never said by a repository, although its file was agreed to", async () => {
    const repository = "orchestration: {agents: {claude: {via: api}}}\n";
    const { asked, settle } = machine("2", { repository });
    await expect(settle()).rejects.toMatchObject({ code: "CONFIG_INVALID", message: expect.stringContaining(VIA) });
    expect(asked).toEqual([]);
    expect(existsSync(own())).toBe(false);
    // Nor is what the user has chosen overruled by it.
    mkdirSync(dirname(own()), { recursive: true });
    writeFileSync(own(), "orchestration: {agents: {claude: {via: cli}}}\n");
    await expect(settle()).rejects.toMatchObject({ code: "CONFIG_INVALID" });
  });

  it("is asked only where both are there, and only for claude", async () => {
    for (const [given, agent] of [
      [machine("1", { key: "" }), "claude"],
      [machine("1"), "command"],
      [machine("1"), "claude-cli"],
    ] as const) {
      expect((await given.settle(agent))[VIA]).toBeUndefined();
      expect(given.asked).toEqual([]);
    }
    writeFileSync(join(dir, "bin/claude"), "#!/bin/sh\necho '{\"loggedIn\": false}'\n");
    const without = machine("1");
    expect((await without.settle())[VIA]).toBeUndefined();
    expect(without.asked).toEqual([]);
  });
});

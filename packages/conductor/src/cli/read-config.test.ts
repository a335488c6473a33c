import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { digestOf, readConfig } from "./read-config.ts";

let top: string;
const places = () => ({ root: join(top, "repo"), env: {}, homeDir: join(top, "home"), pinFile: join(top, "pin") });
const write = (path: string, text: string) => writeFile(join(top, path), text);

beforeEach(async () => {
  top = await mkdtemp(join(tmpdir(), "config-"));
  await mkdir(join(top, "repo"));
  await mkdir(join(top, "home/.config/conductor"), { recursive: true });
});
afterEach(() => rm(top, { recursive: true, force: true }));

it("is empty where nothing was configured", async () => {
  expect(await readConfig(places())).toEqual({});
});

it("takes the repository's file only as it was agreed to", async () => {
  const text = "gates:\n  timeout: 5m\n";
  await write("repo/.conductor.yml", text);
  await expect(readConfig(places())).rejects.toMatchObject({ code: "CONFIG_UNTRUSTED" });
  await write("pin", `${digestOf(text)}\n`);
  expect(await readConfig(places())).toMatchObject({ "gates.timeout": "5m" });
  await write("repo/.conductor.yml", `${text}# changed\n`);
  await expect(readConfig(places())).rejects.toMatchObject({ code: "CONFIG_UNTRUSTED" });
});

it.each(["budget:\n  session_usd: 600\n", "orchestration:\n  agent: command\n"])(
  "never lets a repository say who pays or who works: %j",
  async (text) => {
    await write("repo/.conductor.yml", text);
    await expect(readConfig({ ...places(), agreeing: true })).rejects.toMatchObject({ code: "CONFIG_INVALID" });
    await write("home/.config/conductor/config.yml", text);
    await rm(join(top, "repo/.conductor.yml"));
    expect(Object.keys(await readConfig(places())).length).toBe(1);
  },
);

it("lays what a demo needs over what the user has said, and takes nothing else of that away", async () => {
  await write("home/.config/conductor/config.yml", "orchestration:\n  agent: claude\nbudget:\n  day_usd: 5\n");
  await write("demo.yml", "orchestration:\n  agent: command\n");
  expect(await readConfig({ ...places(), demoFile: join(top, "demo.yml") })).toEqual({
    "orchestration.agent": "command",
    "budget.day_usd": 5,
  });
});

it("reads the short names as the long ones", async () => {
  await write("home/.config/conductor/config.yml", "safety:\n  max_attempts: 2\n");
  expect(await readConfig(places())).toEqual({ "orchestration.safety.max_attempts": 2 });
});

it("says that a digest given at the command line is not this file's, whatever was agreed to before", async () => {
  const text = "gates:\n  timeout: 5m\n";
  await write("repo/.conductor.yml", text);
  await expect(readConfig({ ...places(), trusting: "abc" })).rejects.toMatchObject({
    code: "CONFIG_UNTRUSTED",
    message: ".conductor.yml is not the one that --trust-config names",
  });
  expect(await readConfig({ ...places(), trusting: digestOf(text) })).toMatchObject({ "gates.timeout": "5m" });
});

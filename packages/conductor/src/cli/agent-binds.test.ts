import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { agentBinds } from "./agent-binds.ts";

let top = "";
const at = (...parts: readonly string[]): string => join(top, ...parts);
const shown = (argv: readonly string[], configured: readonly string[] = []): readonly string[] =>
  agentBinds(argv, configured, [at("home"), at("home/repository")]).map(({ path }) => path);

beforeEach(() => {
  top = realpathSync(mkdtempSync(join(tmpdir(), "agent-binds-")));
  for (const dir of ["home/agents", "home/repository", "opt"]) mkdirSync(at(dir), { recursive: true });
  for (const file of ["home/agent.mjs", "home/agents/agent.mjs", "home/repository/agent.mjs", "opt/agent.mjs"])
    writeFileSync(at(file), "");
});
afterEach(() => rmSync(top, { recursive: true, force: true }));

it("a program in a folder of its own is shown with that folder", () => {
  expect(shown(["node", at("home/agents/agent.mjs")])).toEqual([at("home/agents")]);
  expect(shown(["node", at("opt/agent.mjs"), at("opt/agent.mjs")])).toEqual([at("opt")]);
});

it("of a folder that is the home, the repository, or above them, only the program itself is shown", () => {
  expect(shown(["node", at("home/agent.mjs")])).toEqual([at("home/agent.mjs")]);
  expect(shown(["node", at("home/repository/agent.mjs")])).toEqual([at("home/repository/agent.mjs")]);
});

it("a configured path that can never be shown is refused, also through a symbolic link", () => {
  symlinkSync(at("home"), at("opt/link"));
  for (const path of [at("home"), at("opt/link"), top, "/"])
    expect(() => shown(["node"], [path])).toThrow(
      expect.objectContaining({ code: "CONFIG_INVALID", message: expect.stringContaining("which no agent is shown") }),
    );
  expect(() => shown(["node"], [at("nothing")])).toThrow(`there is no ${at("nothing")}`);
  expect(shown(["node"], [at("opt")])).toEqual([at("opt")]);
});

import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { refuseRelative } from "./refuse-relative.ts";

let top = "";
const check = (...argv: readonly string[]): Promise<void> =>
  refuseRelative(argv, { from: [top, join(top, "sub")], isCommitted: async (path) => path === "tools/agent.mjs" });

beforeEach(() => {
  top = realpathSync(mkdtempSync(join(tmpdir(), "relative-")));
  for (const dir of ["tools", "sub"]) mkdirSync(join(top, dir));
  for (const file of ["tools/agent.mjs", "tools/own.mjs", "agent.sh", "sub/here.sh", "node"])
    writeFileSync(join(top, file), "");
});
afterEach(() => rmSync(top, { recursive: true, force: true }));

it("refuses a path that no clone has, and says the whole one", async () => {
  await expect(check("./agent.sh", "--fast")).rejects.toMatchObject({
    code: "CONFIG_INVALID",
    field: "orchestration.agents.command.argv",
    hint: expect.stringContaining(`argv '${top}/agent.sh,--fast'`),
  });
  await expect(check("node", "tools/own.mjs")).rejects.toThrow('"tools/own.mjs" is a path from here');
  await expect(check("./here.sh")).rejects.toMatchObject({ hint: expect.stringContaining(`${top}/sub/here.sh`) });
});

it("lets pass what is committed, absolute, on PATH, filled in, or no path at all", async () => {
  await check("node", "tools/agent.mjs");
  await check("./tools/agent.mjs");
  await check("node", join(top, "agent.sh"));
  await check("node", "--import=./agent.sh", "{brief}", "please");
});

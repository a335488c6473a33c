import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { changedSet, makeGateSets } from "../../run/gate-set.ts";
import { configuredGates } from "./configured-gates.ts";

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "gate-set-"));
  await mkdir(join(home, ".config/conductor"), { recursive: true });
});
afterEach(() => rm(home, { recursive: true, force: true }));

const MANIFEST = JSON.stringify({ scripts: { lint: "eslint .", test: "vitest run" } });
type Tree = Readonly<Record<string, string>>;

/** The gates of commits, each a tree of files by its name; `user`: the user's own file. */
async function gateSets(commits: Readonly<Record<string, Tree>>, user = "") {
  await writeFile(join(home, ".config/conductor/config.yml"), user);
  const repository = {
    treeOf: async (commit: string) => commit,
    readFile: async (tree: string, path: string) => {
      const text = commits[tree]?.[path];
      return text === undefined ? null : Buffer.from(text);
    },
    listFiles: async (tree: string) => Object.keys(commits[tree]!),
  };
  return makeGateSets(repository, {
    ...{ minCoverage: null, requireTests: false, timeoutMs: 1_000 },
    configured: await configuredGates({ root: home, env: {}, homeDir: home, pinFile: join(home, "pin") }),
  });
}

const E2E = "gates:\n  - id: e2e\n    run: sh tools/e2e.sh\n    phase: merged\n    timeout: 90s\n";

describe("the gates of a commit", () => {
  it("are those that it configures itself, with those that are found", async () => {
    const sets = await gateSets({
      old: { "package.json": MANIFEST },
      young: { "package.json": MANIFEST, ".conductor.yml": E2E, "tools/e2e.sh": "true" },
      alone: { "package.json": MANIFEST, ".conductor.yml": `${E2E}gates_detect: false\n` },
    });
    const ids = async (commit: string) => (await sets(commit)).gates.map(({ id }) => id);
    expect(await ids("old")).toEqual(["lint", "test"]);
    expect(await ids("young")).toEqual(["lint", "test", "e2e"]);
    expect(await ids("alone")).toEqual(["e2e"]);
    const young = await sets("young");
    expect(young.gates.at(-1)).toMatchObject({
      ...{ run: "sh tools/e2e.sh", phases: ["merged"], timeoutMs: 90_000, required: true, network: false },
      ...{ parse: "exit", origin: "gates in .conductor.yml" },
    });
    // What the command runs by name, and where it is written down, belong to every receipt's configuration.
    expect(Object.keys(young.gateFiles).sort()).toEqual([".conductor.yml", "package.json", "tools/e2e.sh"]);
    expect(changedSet(await sets("old"), young).changed.map(({ path }) => path)).toEqual([
      ".conductor.yml",
      "tools/e2e.sh",
    ]);
  });

  it("have the network only where the user's own file says so of the same command", async () => {
    const own = E2E.replace("phase: merged", "network: true");
    const commits = { a: { ".conductor.yml": E2E }, b: { ".conductor.yml": E2E.replace("tools/e2e.sh", "other.sh") } };
    const networks = async (sets: Awaited<ReturnType<typeof gateSets>>, commit: string) =>
      (await sets(commit)).gates.map(({ network, run }) => `${run} ${network}`);
    expect(await networks(await gateSets(commits, own), "a")).toEqual(["sh tools/e2e.sh true"]);
    expect(await networks(await gateSets(commits, own), "b")).toEqual(["sh other.sh false"]);
    const theirs = await gateSets({ a: { ".conductor.yml": own } }, own);
    await expect(theirs("a")).rejects.toMatchObject({
      code: "CONFIG_INVALID",
      message: expect.stringContaining("gates[0].network in .conductor.yml counts only in your own file"),
    });
  });

  it("cannot be read where its configuration is wrong: that says where, and what was meant", async () => {
    const sets = await gateSets({
      a: { ".conductor.yml": E2E.replace("timeout", "timeuot") },
      b: { ".conductor.yml": `${E2E}    report: out.xml\n` },
    });
    await expect(sets("a")).rejects.toMatchObject({
      code: "CONFIG_INVALID",
      message: '.conductor.yml line 5 has an unknown key "timeuot" in gates[0].',
      hint: 'Did you mean "timeout"?',
    });
    await expect(sets("b")).rejects.toMatchObject({
      message: "gates[0].report in .conductor.yml line 6: no report is read where parse is not set, or is exit.",
    });
  });
});

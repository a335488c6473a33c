/** What a start loads: counted, since what it costs in time is another thing on every machine. */
import { readFileSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeRig, type Program, type Rig } from "./rig.ts";

const PRELOADED = fileURLToPath(new URL("./tell-loaded.cjs", import.meta.url));

interface Loaded {
  readonly parts: readonly { readonly file: string; readonly cached: boolean; readonly commander: boolean }[];
  readonly modules: readonly string[];
}

let rig: Rig;
beforeEach(async () => {
  rig = await makeRig();
});
afterEach(() => rig.remove());

async function loadedBy(program: Program, words: readonly string[]): Promise<Loaded> {
  const log = join(rig.dir, "..", "loaded.json");
  rmSync(log, { force: true });
  const ran = await rig.run(program, words, { env: { NODE_OPTIONS: `--require ${PRELOADED}`, LOADED: log } });
  expect(ran.code, ran.stderr).toBe(0);
  return JSON.parse(readFileSync(log, "utf8")) as Loaded;
}

/** Each part with what it is for: the hot bundle, a group of parts, or one alone. */
const kindsOf = ({ parts }: Loaded): readonly string[] =>
  parts.map(({ file }) => basename(file).replace(/-[^-]+$/, ""));

describe("a start", () => {
  it.each([
    ["--help", ["hot"]],
    ["list --json", ["hot", "group"]],
    ["ready --json", ["hot", "group"]],
    ["list --status todo -q", ["hot", "group"]],
    ["show 1 --json", ["hot", "group", "group"]],
    ["add two", ["hot", "group", "group"]],
  ])(
    "of taskwerk %s loads few files, all with their code cache, and no module of Node's that it can do without",
    async (words, kinds) => {
      await rig.taskwerk("init");
      await rig.taskwerk("add", "one");
      const loaded = await loadedBy("taskwerk", words.split(" "));
      expect(kindsOf(loaded)).toEqual(kinds);
      expect(loaded.parts.filter(({ cached }) => !cached)).toEqual([]);
      expect(loaded.parts.filter(({ commander }) => commander)).toEqual([]);
      expect(loaded.modules).toEqual([]);
    },
  );

  it("of a flag that is not plain loads commander too", async () => {
    await rig.taskwerk("init");
    const { parts } = await loadedBy("taskwerk", ["list", "--limit=1", "--json"]);
    expect(parts.filter(({ commander }) => commander)).toHaveLength(1);
  });

  it("of conductor's help and of its status where nothing ever ran loads as little", async () => {
    expect(kindsOf(await loadedBy("conductor", ["--help"]))).toEqual(["hot"]);
    const status = await loadedBy("conductor", ["status", "--json"]);
    expect(kindsOf(status)).toEqual(["hot", "group"]);
    expect(status.parts.filter(({ cached, commander }) => !cached || commander)).toEqual([]);
    expect(status.modules.filter((name) => /crypto|child_process|http|net$|promises|perf_hooks/.test(name))).toEqual(
      [],
    );
  });
});

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkValue } from "@taskwerk/config/check-value";
import type { ConfigRecord, KeySpec } from "@taskwerk/config/schema";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { GATE_PARSERS } from "../model/gate.ts";
import { CONFIG_KEYS, KEY_ALIASES } from "./config-keys.ts";
import { GATE_RECORD } from "./gate-fields.ts";
import { settingsOf } from "./orchestrate/settings-of.ts";
import { digestOf, readConfig } from "./read-config.ts";

const EXAMPLE = readFileSync(new URL("../../../../.conductor.example.yml", import.meta.url), "utf8");
const [repositorys = "", users = "", atTheTop = ""] = EXAMPLE.split(/^# --- .* ---$/m).map((part, n) =>
  n === 0 ? part : part.replace(/^# ?/gm, ""),
);

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "example-config-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** What is read when the repository's file, which was agreed to, and the user's hold these texts. */
function read(texts: { readonly repository?: string; readonly user?: string }) {
  mkdirSync(join(dir, "home/conductor"), { recursive: true });
  if (texts.repository !== undefined) {
    writeFileSync(join(dir, ".conductor.yml"), texts.repository);
    writeFileSync(join(dir, "pin"), digestOf(texts.repository));
  }
  writeFileSync(join(dir, "home/conductor/config.yml"), texts.user ?? "");
  return readConfig({
    root: dir,
    env: { XDG_CONFIG_HOME: join(dir, "home") },
    homeDir: dir,
    pinFile: join(dir, "pin"),
  });
}

describe(".conductor.example.yml", () => {
  it("is a repository's configuration as it stands, and becomes a run's settings", async () => {
    expect(settingsOf(await read({ repository: EXAMPLE }), "claude")).toMatchObject({
      maxRounds: 3,
      maxTaskMs: 1_800_000,
    });
  });

  it("names every key, those of the user's own file apart", async () => {
    const keys = Object.entries(CONFIG_KEYS).map(([key, spec]) => ({ key, own: "userOnly" in spec && spec.userOnly }));
    const of = (own: boolean) => keys.filter((one) => one.own === own).map(({ key }) => key);
    // A list of gates is anybody's; its network is the user's.
    expect(Object.keys(await read({ user: users })).sort()).toEqual([...of(true), "gates"].sort());
    expect(Object.keys(await read({ repository: repositorys })).sort()).toEqual(of(false).sort());
  });

  it("has a valid default for every key that has one", () => {
    for (const [key, spec] of Object.entries<KeySpec>(CONFIG_KEYS))
      if (spec.default !== undefined) expect(checkValue(key, spec, spec.default, "default")).toBe(spec.default);
  });

  it("shows that a repository may not say what only its user may", async () => {
    await expect(read({ repository: users })).rejects.toMatchObject({ code: "CONFIG_INVALID" });
  });

  it("names every field of a gate, and gives the network to the repository's from the user's file only", async () => {
    const gates = async (texts: { readonly repository?: string; readonly user?: string }) =>
      (await read(texts)).gates as readonly ConfigRecord[];
    const [own] = await gates({ repository: repositorys });
    expect([...Object.keys(own!), "network"].sort()).toEqual(Object.keys(GATE_RECORD.fields).sort());
    expect(await gates({ repository: repositorys, user: users })).toEqual([{ ...own, network: true }]);
    for (const parser of GATE_PARSERS) expect(EXAMPLE).toMatch(new RegExp(`\\b${parser}\\b`));
  });

  it("holds the other spellings, which mean the same", async () => {
    for (const alias of Object.keys(KEY_ALIASES)) expect(EXAMPLE).toContain(`${alias.split(".").at(-1)}: `);
    const short = await read({ repository: atTheTop });
    expect(Object.keys(short).sort()).toEqual(Object.values(KEY_ALIASES).sort());
    expect(await read({ repository: repositorys })).toMatchObject(short);
  });
});

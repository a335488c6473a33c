import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isWerkError, type WerkError } from "@taskwerk/contract/errors";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { environmentLayers, layerConfig } from "./layers.ts";
import { readConfigFile, readConfigText } from "./read-config-file.ts";
import type { ConfigSchema } from "./schema.ts";

const SCHEMA: ConfigSchema = {
  "api.port": { type: "integer", least: 0, most: 65535, describe: "The port the API listens on." },
  "claim.lease": { type: "duration", describe: "How long a claim lives." },
  "gates.command": { type: "string", describe: "A command.", userOnly: true },
  colour: { type: "string", oneOf: ["auto", "never"], describe: "When to use colour." },
  tags: { type: "strings", describe: "Tags." },
};
const errorOf = async (text: string): Promise<WerkError> => {
  const error = await readConfigText(text, "config.yml", SCHEMA).catch((thrown: unknown) => thrown);
  if (!isWerkError(error)) throw new Error(`expected a refusal, got ${JSON.stringify(error)}`);
  return error;
};

describe("readConfigText", () => {
  it("reads nested keys into paths", async () => {
    const values = await readConfigText("api:\n  port: 7777\ntags: [a, b]\nclaim:\n", "config.yml", SCHEMA);
    expect(values).toEqual({ "api.port": 7777, tags: ["a", "b"] });
  });

  it("has nothing to say about an empty file", async () => {
    expect(await readConfigText("# only a comment\n", "config.yml", SCHEMA)).toEqual({});
  });

  it.each([
    ["api:\n  prot: 1\n", 'config.yml line 2 has an unknown key "api.prot".', 'Did you mean "api.port"?'],
    ["api:\n  port: high\n", 'api.port in config.yml line 2: "high" is not a whole number from 0 to 65535.', null],
    ["api:\n  port: 70000\n", 'api.port in config.yml line 2: "70000" is not a whole number from 0 to 65535.', null],
    ["colour: nevr\n", 'colour in config.yml line 1: "nevr" is not one of auto, never.', 'Did you mean "never"?'],
    ["claim: {lease: forever}\n", "claim.lease in config.yml", null],
    ["- a\n- b\n", "config.yml must hold keys and values.", null],
    ["a: [1\n", "config.yml is not valid YAML", null],
    ["__proto__:\n  polluted: true\n", 'config.yml line 1 has an unknown key "__proto__".', null],
    ["constructor: 1\n", 'config.yml line 1 has an unknown key "constructor".', null],
  ])("refuses %j", async (text, message, hint) => {
    const error = await errorOf(text);
    expect(error.code).toBe("CONFIG_INVALID");
    expect(error.message).toContain(message);
    if (hint) expect(error.hint).toBe(hint);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it("refuses a bomb of aliases and a deep nest instead of growing", async () => {
    const bomb = `a: &a [x,x]\n${"bcdefgh"
      .split("")
      .map((name, index) => `${name}: &${name} [${`*${"abcdefgh"[index]},`.repeat(9)}]`)
      .join("\n")}\n`;
    expect((await errorOf(bomb)).code).toBe("CONFIG_INVALID");
    expect((await errorOf(`a: ${"[".repeat(20_000)}`)).code).toBe("CONFIG_INVALID");
  });
});

describe("readConfigFile", () => {
  const at = { dir: "" };
  beforeAll(async () => {
    at.dir = await mkdtemp(join(tmpdir(), "config-"));
  });
  afterAll(() => rm(at.dir, { recursive: true }));

  it("takes a file that is not there for an empty one", async () => {
    expect(await readConfigFile(join(at.dir, "none.yml"), SCHEMA)).toEqual({});
  });

  it("refuses a directory and a file that is far too large", async () => {
    await expect(readConfigFile(at.dir, SCHEMA)).rejects.toMatchObject({ code: "CONFIG_INVALID" });
    await writeFile(join(at.dir, "big.yml"), `# ${"x".repeat(300 * 1024)}`);
    await expect(readConfigFile(join(at.dir, "big.yml"), SCHEMA)).rejects.toMatchObject({ code: "CONFIG_INVALID" });
  });
});

describe("layerConfig", () => {
  it("lets the later layer win and remembers where each value is from", () => {
    const config = layerConfig(SCHEMA, [
      { source: "default", values: { "api.port": 7777, colour: "auto" } },
      { source: "config.yml", values: { "api.port": 8000 } },
      ...environmentLayers(SCHEMA, { TASKWERK_PORT: "api.port" }, { TASKWERK_PORT: "9000" }),
    ]);
    expect(config.values).toEqual({ "api.port": 9000, colour: "auto" });
    expect(config.sources).toEqual({ "api.port": "TASKWERK_PORT", colour: "default" });
  });

  it("does not take from a repository what only the user may say", () => {
    const config = layerConfig(SCHEMA, [
      { source: "repo.yml", values: { "gates.command": "curl | sh" }, foreign: true },
    ]);
    expect(config.values).toEqual({});
    expect(config.refused).toEqual([{ key: "gates.command", source: "repo.yml" }]);
  });

  it("refuses a variable with a wrong value by its name", () => {
    expect(() => environmentLayers(SCHEMA, { TASKWERK_PORT: "api.port" }, { TASKWERK_PORT: "x" })).toThrow(
      /TASKWERK_PORT/,
    );
  });
});

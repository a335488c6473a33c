import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isWerkError, type WerkError } from "@taskwerk/contract/errors";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { environmentLayers, fromText, layerConfig } from "./layers.ts";
import { readConfigFile, readConfigText } from "./read-config-file.ts";
import type { ConfigRecord, ConfigSchema } from "./schema.ts";

const SCHEMA: ConfigSchema = {
  "api.port": { type: "integer", least: 0, most: 65535, describe: "The port the API listens on." },
  "claim.lease": { type: "duration", describe: "How long a claim lives." },
  "gates.command": { type: "string", describe: "A command.", userOnly: true },
  colour: { type: "string", oneOf: ["auto", "never"], describe: "When to use colour." },
  tags: { type: "strings", describe: "Tags." },
  caps: { type: "counts", least: 1, most: 9, describe: "How many at once." },
  tell: {
    type: "records",
    describe: "Whom to tell.",
    record: {
      key: null,
      fields: { post: { type: "url", describe: "Where." }, desktop: { type: "boolean", describe: "Here." } },
      check: (one) => (Object.keys(one).length === 1 ? null : { field: "post", problem: "one of them" }),
    },
  },
  gates: {
    type: "records",
    describe: "Gates.",
    record: {
      key: "id",
      fields: {
        id: { type: "name", describe: "Its name.", required: true },
        run: { type: "string", describe: "What is run.", required: true },
        when: { type: "strings", describe: "Which files." },
        phase: { type: "string", oneOf: ["pre", "merged"], describe: "When." },
        network: { type: "boolean", describe: "It may.", userOnly: true },
        report: { type: "path", describe: "Where." },
      },
      check: ({ report, phase }) =>
        report !== undefined && phase === "pre" ? { field: "report", problem: "not in this phase" } : null,
    },
  },
};
const record = (id: string, run: string, more: ConfigRecord = {}): ConfigRecord => ({ id, run, ...more });
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

  it("refuses an alias that stands within what it names, and reads any other", async () => {
    expect(await errorOf("claim: &c { lease: *c }\n")).toMatchObject({
      code: "CONFIG_INVALID",
      message: "config.yml line 1: the alias *c stands within what it names.",
    });
    expect(await readConfigText("caps: &c { a: 1 }\ntags: &t [a]\n", "config.yml", SCHEMA)).toEqual({
      caps: { a: 1 },
      tags: ["a"],
    });
  });

  it("has nothing to say about an empty file", async () => {
    expect(await readConfigText("# only a comment\n", "config.yml", SCHEMA)).toEqual({});
  });

  it.each([
    ["api:\n  prot: 1\n", 'config.yml line 2 has an unknown key "api.prot".', 'Did you mean "api.port"?'],
    ["api:\n  port: high\n", 'api.port in config.yml line 2: "high" is not a whole number from 0 to 65535.', null],
    ["api:\n  port: 70000\n", 'api.port in config.yml line 2: "70000" is not a whole number from 0 to 65535.', null],
    ["colour: nevr\n", 'colour in config.yml line 1: "nevr" is not one of auto, never.', 'Did you mean "never"?'],
    ["caps:\n  gpu: 1\n  db: many\n", 'caps.db in config.yml line 3: "many" is not a whole number from 1 to 9.', null],
    ["caps:\n  a b: 1\n", 'caps.a b in config.yml line 2: "a b" is not a name of letters, digits', null],
    ["caps: [gpu]\n", 'caps in config.yml line 1: "["gpu"]" is not names with a whole number each', null],
    ["tell:\n  - psot: x\n", 'config.yml line 2 has an unknown key "psot" in tell[0].', 'Did you mean "post"?'],
    ["tell:\n  - {}\n", "tell[0].post in config.yml line 2: one of them.", null],
    ["claim: {lease: forever}\n", "claim.lease in config.yml", null],
    ["- a\n- b\n", "config.yml must hold keys and values.", null],
    ["a: [1\n", "config.yml line 2, column 1 is not valid YAML: Flow sequence", null],
    [
      "a: 1\nb: {c: 1\nd: 2\n",
      "line 3, column 1 is not valid YAML: Flow map in block collection must be sufficiently indented and end with a }.\nd: 2",
      null,
    ],
    ["__proto__:\n  polluted: true\n", 'config.yml line 1 has an unknown key "__proto__".', null],
    ["constructor: 1\n", 'config.yml line 1 has an unknown key "constructor".', null],
  ])("refuses %j", async (text, message, hint) => {
    const error = await errorOf(text);
    expect(error.code).toBe("CONFIG_INVALID");
    expect(error.message).toContain(message);
    if (hint) expect(error.hint).toBe(hint);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it("reads a list of records, and keys under the same name where there is no list", async () => {
    const text =
      "gates:\n  - id: e2e\n    run: npm run e2e\n    when: ['src/**']\n  - { id: a:b, run: x, report: out/r.json }\n";
    expect(await readConfigText(text, "config.yml", SCHEMA)).toEqual({
      gates: [
        { id: "e2e", run: "npm run e2e", when: ["src/**"] },
        { id: "a:b", run: "x", report: "out/r.json" },
      ],
    });
    expect(await readConfigText("gates:\n  command: x\n", "config.yml", SCHEMA)).toEqual({ "gates.command": "x" });
    expect(await readConfigText("gates: []\n", "config.yml", SCHEMA)).toEqual({ gates: [] });
  });

  const two = "gates:\n  - id: a\n    run: x\n  - id: b\n    ";
  it.each([
    ["gates:\n  - 1\n", "gates[0] in config.yml line 2 is no record.", null],
    ["gates: yes\n", 'gates in config.yml line 1: "yes" is not a list of records.', null],
    ["gates:\n  - id: a\n", 'gates[0] in config.yml line 2 has no "run".', "What is run."],
    [`${two}runn: y\n`, 'config.yml line 5 has an unknown key "runn" in gates[1].', 'Did you mean "run"?'],
    [`${two}frobnicate: y\n`, 'unknown key "frobnicate"', "Fields there are:  id, run, when, phase, network, report"],
    [`${two}run: 1\n`, 'gates[1].run in config.yml line 5: "1" is not a text.', null],
    [`${two}run: ''\n`, "gates[1].run in config.yml line 5 is empty.", null],
    [`${two}phase: mergd\n`, '"mergd" is not one of pre, merged.', 'Did you mean "merged"?'],
    [`${two}when: src\n`, 'gates[1].when in config.yml line 5: "src" is not a list of texts.', null],
    [`${two}run: y\n  - id: a\n    run: z\n`, 'gates[2].id in config.yml line 6: "a" is there twice.', null],
    [
      `${two}run: y\n    phase: pre\n    report: r\n`,
      "gates[1].report in config.yml line 7: not in this phase.",
      "Where.",
    ],
    [`${two}__proto__: {}\n`, 'unknown key "__proto__"', null],
    ["gates: [{id: ../a, run: x}]\n", "is not a name", null],
    ["gates: [{id: a, run: x, report: /etc/passwd}]\n", "is not a path below the top", null],
    ["gates: [{id: a, run: x, report: a/../../b}]\n", "is not a path below the top", null],
    ["gates: [{id: a, run: x, report: .}]\n", "is not a path below the top", null],
  ])("refuses %j", async (text, message, hint) => {
    const error = await errorOf(text);
    expect(error.code).toBe("CONFIG_INVALID");
    expect(error.message).toContain(message);
    if (hint) expect(error.hint).toBe(hint);
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

  it("lays records over each other by name; only the user says what only the user may, of what is the same", () => {
    const mine = {
      source: "mine",
      values: { gates: [record("a", "x", { network: true }), record("b", "y", { network: true })] },
    };
    const theirs = { source: "repo.yml", foreign: true };
    const config = layerConfig(SCHEMA, [
      mine,
      { ...theirs, values: { gates: [record("c", "z"), record("a", "x", { phase: "pre" }), record("b", "curl")] } },
    ]);
    expect(config.values.gates).toEqual([
      record("a", "x", { phase: "pre", network: true }),
      record("b", "curl"),
      record("c", "z"),
    ]);
    expect(config.sources).toEqual({
      gates: "mine, repo.yml",
      "gates.a": "repo.yml",
      "gates.b": "repo.yml",
      "gates.c": "repo.yml",
    });
    expect(config.refused).toEqual([]);
    const asked = layerConfig(SCHEMA, [mine, { ...theirs, values: { gates: [record("d", "z", { network: true })] } }]);
    expect(asked.refused).toEqual([{ key: "gates[0].network", source: "repo.yml" }]);
    expect((asked.values.gates as readonly ConfigRecord[]).at(-1)).toEqual(record("d", "z"));
  });

  it("has a list without names as the last one has it, and names with numbers likewise", () => {
    const config = layerConfig(SCHEMA, [
      { source: "mine", values: { tell: [{ desktop: true }], caps: { gpu: 1, db: 2 } } },
      { source: "later", values: { tell: [{ post: "http://x" }, { post: "http://x" }], caps: { gpu: 3 } } },
    ]);
    expect(config.values).toEqual({ tell: [{ post: "http://x" }, { post: "http://x" }], caps: { gpu: 3 } });
    expect(config.sources).toEqual({ tell: "later", caps: "later" });
  });

  it("reads names with numbers as one types them", () => {
    expect(fromText("counts", "gpu=1, db = 2")).toEqual({ gpu: 1, db: 2 });
    expect(fromText("counts", '{"gpu": 1}')).toEqual({ gpu: 1 });
    expect(fromText("counts", "gpu")).toBe("gpu");
  });

  it("refuses a variable with a wrong value by its name", () => {
    expect(() => environmentLayers(SCHEMA, { TASKWERK_PORT: "api.port" }, { TASKWERK_PORT: "x" })).toThrow(
      /TASKWERK_PORT/,
    );
  });
});

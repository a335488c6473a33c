/**
 * The answers of every command, frozen: which kind, which keys, which types (`envelope.golden.txt`), and that each fits its JSON
 * Schema. A line that goes away or changes its type is a new major version of the envelope; one that comes is a minor one.
 */
import { Ajv2020, type AnySchemaObject } from "ajv/dist/2020.js";
import { afterAll, beforeAll, expect, it } from "vitest";
import { addShape, PARTS, type Shape, shapeText } from "./shape.ts";
import { beginWalk, type Step, TOUR, type Walk } from "./tour.ts";

/** Stands for fields that the kind has. */
const FIELDS = "FIELDS";

interface Answer {
  readonly line: string;
  readonly kind: string;
  readonly document: unknown;
}

let walk: Walk;
const answers: Answer[] = [];

beforeAll(async () => {
  walk = await beginWalk();
  for (const step of TOUR) {
    const args = [...walk.words(step), "--json"];
    const { code, stdout, stderr } = await walk.rig.run("taskwerk", args, { stdin: step.stdin ?? "" });
    const line = step.args.join(" ");
    expect([line, code, stderr]).toEqual([line, step.exit ?? 0, ""]);
    const document = JSON.parse(stdout);
    expect([line, document.kind]).toEqual([line, step.kind]);
    walk.remember(document);
    answers.push({ line, kind: step.kind, document });
  }
}, 180_000);
afterAll(() => walk?.rig.remove());

it("has exactly these keys and types", async () => {
  const shapes = new Map<string, Shape>();
  const common: Shape = new Map();
  for (const { kind, document } of answers) {
    const shape = shapes.get(kind) ?? new Map();
    shapes.set(kind, shape);
    // What a schema is made of is what the schemas are about.
    if (kind === "schema") continue;
    const { data, ...envelope } = document as { readonly data?: unknown };
    addShape(kind === "error" ? shape : common, "", envelope);
    if (data !== undefined) addShape(shape, "data", data);
  }
  const named: [string, Shape][] = [
    ["Every success", common],
    ...PARTS.map(({ name, shape }): [string, Shape] => [name, shape]),
  ];
  const kinds = [...named, ...[...shapes].sort(([a], [b]) => (a < b ? -1 : 1))];
  await expect(`${kinds.map(([kind, shape]) => `${kind}\n${shapeText(shape)}\n`).join("\n")}`).toMatchFileSnapshot(
    "envelope.golden.txt",
  );
});

/** The other looks of every reading command; of long ones the beginning. */
const LOOKS = [
  ["--fields", FIELDS],
  ["-q"],
  ["--format", "tsv"],
  ["--format", "csv"],
  ["--format", "md"],
  ["--format", "ndjson"],
];

/** What these print is a document, in formats of their own: their stories are elsewhere. */
const OWN_FORMATS: ReadonlySet<string> = new Set(["tree", "context", "export"]);

it("looks so in every other format", async () => {
  const reads = TOUR.filter(
    ({ writes, kind, args }) =>
      !writes && !/^(help|version|schema$|completion|api)/.test(kind) && !OWN_FORMATS.has(args[0]!),
  );
  const parts: string[] = [];
  for (const step of reads) {
    const runs = LOOKS.map(async (look) => {
      const words = look.map((word) => (word === FIELDS ? fieldsOf(step) : word));
      const { code, stdout } = await walk.rig.run("taskwerk", [...walk.words(step), ...words]);
      expect([words, code]).toEqual([words, step.exit ?? 0]);
      return `$ ${[...step.args, ...words].join(" ")}\n${beginningOf(stdout)}`;
    });
    parts.push(...(await Promise.all(runs)));
  }
  await expect(parts.join("\n")).toMatchFileSnapshot("looks.golden.txt");
}, 180_000);

/** Some fields of the kind, one of them within another. */
function fieldsOf({ kind }: Step): string {
  if (kind === "task.stats") return "value,total";
  if (kind === "graph.cycles") return "path";
  if (/^task\.(list|ready|next|show|search|wait)$|^claim/.test(kind)) return "id,title,claim.by";
  const { data } = answers.find((one) => one.kind === kind)!.document as { data?: unknown };
  const [first = {}] = Array.isArray(data) ? data : [data];
  return (
    Object.keys(first ?? {})
      .slice(0, 2)
      .join(",") || "id"
  );
}

const beginningOf = (text: string): string =>
  text
    .replaceAll(walk.rig.dir, "DIR")
    .replaceAll(walk.rig.env.HOME!, "HOME")
    .replaceAll(walk.key() || "APIKEY", "APIKEY")
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "TIME")
    .replace(/http:\/\/127\.0\.0\.1:\d+/g, "ADDRESS")
    .replace(/msg_01[0-9A-HJKMNP-TV-Z]{24}/g, "msg_ULID")
    .replace(/\b01[0-9A-HJKMNP-TV-Z]{24}\b/g, "ULID")
    .replace(/took back [0-9A-Z]{8}/g, "took back OP")
    .replace(/\d{4}-\d\d-\d\d/g, "DAY")
    .replace(/\b\d+\.\d+\.\d+\b/g, "VERSION")
    .split("\n")
    .slice(0, 3)
    .map((line) => `${line.replaceAll("\t", "→")}\n`)
    .join("")
    .trimEnd()
    .concat("\n");

it("fits the schema of its kind and of every envelope; the schemas name every key that comes", async () => {
  const ajv = new Ajv2020({ strict: true, strictTypes: false, allErrors: true });
  const schemas = new Map<string, AnySchemaObject>();
  const kinds = ["envelope", ...new Set(answers.map((one) => one.kind))];
  const printed = await Promise.all(kinds.map((kind) => walk.rig.taskwerk("schema", kind)));
  for (const [at, kind] of kinds.entries()) {
    const { code, stdout } = printed[at]!;
    expect([kind, code]).toEqual([kind, 0]);
    const schema = JSON.parse(stdout) as AnySchemaObject;
    expect(schema.$schema).toBe("https://json-schema.org/draft/2020-12/schema");
    expect(schema.$id).toBe(`urn:taskwerk:v1:${kind}`);
    expect(ajv.validateSchema(schema)).toBe(true);
    schemas.set(kind, schema);
  }
  const validators = new Map(Array.from(schemas, ([kind, schema]) => [kind, ajv.compile(schema)]));
  const closed = new Ajv2020({ strict: false, allErrors: true });
  const exact = new Map(
    Array.from(schemas, ([kind, schema]) => [
      kind,
      closed.compile(closedSchema({ ...schema, $id: `${schema.$id}:closed` })),
    ]),
  );
  for (const { line, kind, document } of answers) {
    for (const validate of [validators.get(kind)!, validators.get("envelope")!, exact.get(kind)!]) {
      validate(document);
      expect([line, validate.errors]).toEqual([line, null]);
    }
  }
}, 120_000);

it("a document of another shape does not fit", async () => {
  const schema = JSON.parse((await walk.rig.taskwerk("schema", "task.list")).stdout);
  const validate = new Ajv2020({ strict: false }).compile(schema);
  const good = answers.find(({ kind }) => kind === "task.list")!.document as { data: object[] };
  expect(validate(good)).toBe(true);
  for (const bad of [
    { ...good, v: 2 },
    { ...good, data: {} },
    { ...good, kind: "task.show" },
    { ...good, data: [{ ...good.data[0], title: 7 }] },
    { ...good, data: [{ ...good.data[0], tags: undefined }] },
    { ...good, warnings: undefined },
  ])
    expect(validate(JSON.parse(JSON.stringify(bad)))).toBe(false);
});

it("every kind that has a schema is on the walk, and a wrong one is answered with the nearest", async () => {
  const kinds = await walk.rig.data<{ kind: string }[]>("schema");
  const walked = new Set(answers.map(({ kind }) => kind));
  // What only the API asks for is tested there.
  const missing = kinds.map(({ kind }) => kind).filter((kind) => !walked.has(kind) && kind !== "envelope");
  expect(missing).toEqual(["task.last"]);
  expect(await walk.rig.failure("schema", "task.lits")).toMatchObject({ exit: 2, candidates: ["task.list"] });
});

/** The same schema, which takes nothing that it does not name. */
function closedSchema<T>(schema: T): T {
  if (Array.isArray(schema)) return schema.map(closedSchema) as T;
  if (typeof schema !== "object" || schema === null) return schema;
  const entries = Object.entries(schema).map(([key, value]) => [key, closedSchema(value)]);
  const closed = "properties" in schema && !("additionalProperties" in schema) ? { additionalProperties: false } : {};
  return { ...Object.fromEntries(entries), ...closed };
}

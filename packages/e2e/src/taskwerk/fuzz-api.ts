/** Calls every address of the OpenAPI document with what it takes and what it does not, and judges what comes back by it. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ApiFile } from "@taskwerk/contract/api-file";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import fc from "fast-check";
import { makeRig, type Rig } from "../rig.ts";

/** A JSON Schema, as far as the document uses it. */
interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
}
interface Parameter {
  readonly name: string;
  readonly in: "path" | "query" | "header";
  readonly required: boolean;
  readonly schema: Schema;
}
interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly (Parameter | { readonly $ref: string })[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema: Schema }>> }>
  >;
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

/** One address of the document. */
interface Address {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

/** A served store with something in it, and the document that its server gives. */
export interface Target {
  readonly rig: Rig;
  readonly addresses: readonly Address[];
  /** Calls every address `runs` times; gives the first call of each that was not answered as it should be. */
  readonly attack: (options: { readonly runs: number; readonly seed: number }) => Promise<readonly string[]>;
  readonly close: () => Promise<void>;
}

interface Call {
  readonly path: Readonly<Record<string, string>>;
  readonly query: readonly (readonly [string, string])[];
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

const STORE = `
{"ref":"a","title":"Crawl","tags":["net"],"acceptance":["It ends","It is polite"],"key":"k-1"}
{"ref":"b","title":"Limit requests","parent":"a","priority":"high"}
{"ref":"c","title":"Report","depends_on":["a"],"due_at":"2026-12-01T00:00:00Z"}
{"ref":"d","title":"Ship","depends_on":["c"]}
{"title":"Old idea","status":"done"}
{"title":"Another"}
`;

/** Serves a new store and reads its document. */
export async function makeTarget(): Promise<Target> {
  const rig = await makeRig();
  await rig.data("init");
  await rig.run("taskwerk", ["import", "-", "--session", "s1"], { stdin: STORE });
  await rig.data("api", "start", "--port", "0", "--detach");
  const file = async () => JSON.parse(await readFile(join(rig.dir, ".taskwerk/api.json"), "utf8")) as ApiFile;
  const { url, token } = await file();
  const at = { authorization: `Bearer ${token}` };
  const document = (await (await fetch(`${url}/v1/openapi.json`, { headers: at })).json()) as Document;
  const ajv = new Ajv2020({ strict: false, allErrors: false, validateFormats: false });
  ajv.addSchema(document, "api");
  const found = (ref: string): unknown =>
    ref
      .slice(2)
      .split("/")
      .reduce((value: unknown, key) => (value as Record<string, unknown>)[key], document);
  const compiled = new Map<string, ValidateFunction>();
  const judgeOf = (address: Address, status: string, type: string): ValidateFunction | null => {
    const name = [address.method, address.path, "responses", status, type].join(" ");
    const known = compiled.get(name);
    if (known) return known;
    const content = address.operation.responses[status]?.content;
    if (!content?.[type]) return null;
    const escaped = (part: string): string => part.replaceAll("~", "~0").replaceAll("/", "~1");
    const at = ["paths", address.path, address.method, "responses", status, "content", type, "schema"].map(escaped);
    const judge = ajv.compile({ $ref: `api#/${at.map(encodeURIComponent).join("/")}` });
    compiled.set(name, judge);
    return judge;
  };
  const addresses = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method, path, operation })),
  );

  const send = async (address: Address, call: Call): Promise<void> => {
    const target = address.path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(call.path[name]!));
    const query = new URLSearchParams(call.query.map(([name, value]): [string, string] => [name, value]));
    const answer = await fetch(`${url}${target}${query.size > 0 ? `?${query}` : ""}`, {
      method: address.method.toUpperCase(),
      headers: { ...at, ...call.headers, ...(call.body ? { "content-type": "application/json" } : {}) },
      ...(call.body === undefined ? {} : { body: call.body }),
    });
    const text = await answer.text();
    const type = answer.headers.get("content-type")!.split(";", 1)[0]!;
    // That may have been the end of the token.
    if (address.operation.operationId === "api.rotate") at.authorization = `Bearer ${(await file()).token}`;
    const blame = (why: string): Error =>
      new Error(
        `${why}: ${address.method} ${target}?${query} ${JSON.stringify(call).slice(0, 2_000)} → ${answer.status} ${text.slice(0, 2_000)}`,
      );
    if (answer.status >= 500) throw blame("a defect");
    const judge = judgeOf(address, String(answer.status), type);
    if (!judge) throw blame(`an answer that the document does not have (${answer.status} ${type})`);
    if (type !== "application/json") return;
    const body = JSON.parse(text) as { ok?: boolean };
    const picked = answer.ok && call.query.some(([name]) => name === "fields");
    if (!picked && !judge(body)) throw blame(`not what the document says (${ajv.errorsText(judge.errors)})`);
  };
  return {
    rig,
    addresses,
    async attack({ runs, seed }) {
      const wrong: string[] = [];
      for (const address of addresses) {
        const property = fc.asyncProperty(callOf(address, found), (call) => send(address, call));
        const { failed, errorInstance } = await fc.check(property, { numRuns: runs, seed, endOnFailure: true });
        if (failed) wrong.push(String(errorInstance));
      }
      return wrong;
    },
    async close() {
      await rig.taskwerk("api", "stop");
      await rig.remove();
    },
  };
}

/** Words that mean something to the store, so that a call gets further than the door. */
const POOL: Readonly<Record<string, readonly string[]>> = {
  id: ["1", "TASK-2", "task-003", "1.1", "@last", "4", "5", "99", "TASK-1.9", "ZZZZZZ"],
  query: ["is:ready", "tag:net", "status:done", "priority:high..", "(", "due:..7d", "crawl or ship", "nonsense:1", ""],
  since: ["0", "3", "2h", "yesterday", "x"],
  session: ["s1", "s2", "nobody"],
  op: ["last", "ZZZZZZ", "01J00000000000000000000000"],
  token: ["x", "01J00000000000000000000000.1"],
  sort: ["-priority,due", "id", "nope"],
  cursor: ["", "x", "5", "-1"],
  due_at: ["fri", "+2d", "2027-01-01", "never"],
  kind: ["task.list", "error", "nope"],
  fields: ["id", "id,title", "nope", "claim.by"],
  status: ["todo", "done", "completed", "nope"],
  ref: ["a"],
  key: ["k-1", "k-2"],
};
const ALIAS: Readonly<Record<string, string>> = {
  ids: "id",
  parent: "id",
  task: "id",
  depends_on: "id",
  blocks: "id",
  depends_on_add: "id",
  depends_on_remove: "id",
  add: "id",
  remove: "id",
  defer_until: "due_at",
  where: "query",
  claim: "token",
};

const anything = fc.oneof(
  fc.constantFrom<unknown>(null, true, -1, 0, 1.5, 1e21, "", "x", [], {}, [null], "\u0000", "𝒳", "a".repeat(70_000)),
  fc.jsonValue({ maxDepth: 2 }),
);

function callOf({ operation }: Address, found: (ref: string) => unknown): fc.Arbitrary<Call> {
  const all = (operation.parameters ?? []).map((one) => ("$ref" in one ? (found(one.$ref) as Parameter) : one));
  const of = (place: Parameter["in"]) => all.filter((one) => one.in === place);
  const path = fc.record(Object.fromEntries(of("path").map((one) => [one.name, pathWord(one.name)])));
  const query = fc
    .tuple(...of("query").map((one) => queryValue(one, found)))
    .map((values) => values.filter((value) => value !== null));
  const headers = fc.record(
    {
      "idempotency-key": fc.constantFrom("key-1", "key-2", `UTF-8''J%C3%B6rg`, " "),
      "x-taskwerk-session": fc.constantFrom("s1", "s3", "%ff"),
      "x-taskwerk-actor": fc.constantFrom("ann", "UTF-8''%ff", "bob"),
      "if-match": fc.constantFrom('"1"', '"2"', "*", "x"),
    },
    { requiredKeys: [] },
  );
  const json = operation.requestBody?.content["application/json"];
  const body = json
    ? fc.oneof(
        { weight: 6, arbitrary: valid(json.schema, found, "").map((value) => JSON.stringify(value)) },
        { weight: 3, arbitrary: spoilt(valid(json.schema, found, "")) },
        { weight: 1, arbitrary: fc.constantFrom("", "{", "[]", "null", '{"__proto__":{}}', "[".repeat(9_000)) },
      )
    : fc.constant(undefined);
  return fc.record({ path, query, headers, body });
}

const pathWord = (name: string): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...(POOL[name] ?? ["x"])) },
    { weight: 1, arbitrary: fc.string({ minLength: 1, maxLength: 30, unit: "binary" }).map(wellFormed) },
  );
/** A path with dots alone is another path. */
const wellFormed = (text: string): string => {
  const whole = text.toWellFormed();
  return /^\.{1,2}$/.test(whole) ? "x" : whole;
};

function queryValue(
  { name, schema, required }: Parameter,
  found: (ref: string) => unknown,
): fc.Arbitrary<readonly [string, string] | null> {
  const value = fc.oneof(
    {
      weight: 4,
      arbitrary: valid(schema, found, name).map((one) => (Array.isArray(one) ? one.join(",") : String(one))),
    },
    { weight: 1, arbitrary: fc.string({ maxLength: 20, unit: "binary" }).map((one) => one.toWellFormed()) },
  );
  const given = value.map((one) => [name, one] as const);
  return fc.oneof(
    { weight: required ? 9 : 1, arbitrary: given },
    { weight: required ? 1 : 2, arbitrary: fc.constant(null) },
  );
}

/** Something that this schema takes, small, with words that the store knows. */
function valid(schema: Schema, found: (ref: string) => unknown, name: string, depth = 0): fc.Arbitrary<unknown> {
  if (schema.$ref) return valid(found(schema.$ref) as Schema, found, name, depth);
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map((one) => valid(one, found, name, depth)));
  const types = typeof schema.type === "string" ? [schema.type] : (schema.type ?? ["any"]);
  return fc.oneof(...types.map((type) => ofType(type, schema, found, name, depth)));
}

function ofType(
  type: string,
  schema: Schema,
  found: (ref: string) => unknown,
  name: string,
  depth: number,
): fc.Arbitrary<unknown> {
  switch (type) {
    case "string":
      return words(schema, name);
    case "integer":
    case "number": {
      const least = Math.max(schema.minimum ?? -3, -3);
      return fc.integer({ min: least, max: Math.min(schema.maximum ?? 60, least + 60) });
    }
    case "boolean":
      return fc.boolean();
    case "null":
      return fc.constant(null);
    case "array":
      return fc.array(valid(schema.items ?? {}, found, name, depth + 1), {
        minLength: schema.minItems ?? 0,
        maxLength: 3,
      });
    case "object": {
      const known = Object.entries(schema.properties ?? {}).map(
        ([key, one]) => [key, valid(one, found, key, depth + 1)] as const,
      );
      if (known.length === 0) return fc.dictionary(fc.constantFrom("a", "b", "title"), fc.constantFrom(1, "x", null));
      return fc.record(Object.fromEntries(known), { requiredKeys: [...(schema.required ?? [])] });
    }
    default:
      return name === "operations" || name === "tasks" ? TASKS_OR_OPERATIONS : anything;
  }
}

const TASKS_OR_OPERATIONS = fc.oneof(
  fc.record({ title: fc.constantFrom("x", "y", ""), ref: fc.constantFrom("a", "b") }, { requiredKeys: ["title"] }),
  fc.record({ op: fc.constantFrom("add", "note", "done", "nope"), id: fc.constantFrom("1", "@a"), title: fc.string() }),
  anything,
);

function words({ minLength = 0, maxLength = 40 }: Schema, name: string): fc.Arbitrary<string> {
  const pool = POOL[ALIAS[name] ?? name];
  const free = fc.string({ minLength, maxLength: Math.min(maxLength, 40) });
  return pool ? fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...pool) }, { weight: 1, arbitrary: free }) : free;
}

/** The same with one thing of it wrong: another kind of value, a field that is none, one that is missing. */
const spoilt = (good: fc.Arbitrary<unknown>): fc.Arbitrary<string> =>
  fc.tuple(good, anything, fc.nat(), fc.constantFrom("change", "add", "drop")).map(([value, wrong, at, how]) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return JSON.stringify(wrong);
    const copy: Record<string, unknown> = { ...value };
    const keys = Object.keys(copy);
    const key = keys[at % Math.max(1, keys.length)] ?? "title";
    if (how === "change") copy[key] = wrong;
    else if (how === "add") copy.nonsense = wrong;
    else delete copy[key];
    return JSON.stringify(copy);
  });

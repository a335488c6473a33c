/** For tests: random stores with everything in them, and what an export must keep of them. */
import type { ExportedTask } from "@taskwerk/contract/export";
import fc from "fast-check";
import { openRig, type Rig } from "../test-rig.ts";
import { step, tried, type World } from "../test-steps.ts";
import { streamExport } from "./export.ts";

/** Texts that formats stumble over. */
const text = fc.oneof(
  fc.constantFrom(
    "plain",
    "=1+1",
    "'=quoted",
    "- [ ] no criterion",
    "## TASK-001: no task",
    "### Notes\n- x",
    "---\na: b\n---",
    'a "quoted", comma; semicolon\ttab',
    "two\n\nparagraphs\n",
    "  indented\n\tmore",
    "trailing  \nspaces ",
    "null",
    "true",
    "0123",
    "2027-01-01",
    "@x: {y} [z] # c | > & * ! %",
    "\u0085\u2028\ufeff\u202e\u00a0",
    "\u{1f600} e\u0301 \u05d0",
    "a\r\nb\rc",
    "\\## back\\slash \\n",
    "- Status: done",
    "``` code\n## TASK-009: inside\n```",
    "\u001b[31mred\u0007",
  ),
  fc.string({ unit: "binary", maxLength: 30 }).map((one) => one.replace(/[\0\p{Surrogate}]/gu, "")),
);
const line = text.map((one) => one.replace(/[\r\n\0]/g, " ").trim()).filter((one) => one !== "");
const word = fc.constantFrom("a", "B-c", "x/y", "é", "null", "12", "=x");
const maybe = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: undefined });

/** A row of an import with all that people and other programs may say in it. */
export const richRow = fc.record({
  title: line,
  description: maybe(text),
  status: maybe(fc.constantFrom("todo", "in-progress", "review", "blocked", "paused", "done", "cancelled")),
  status_reason: maybe(text),
  priority: maybe(fc.constantFrom("critical", "high", "medium", "low")),
  type: maybe(line.map((one) => one.slice(0, 20)).filter((one) => one.trim() !== "")),
  assignee: maybe(word),
  category: maybe(line),
  tags: maybe(fc.uniqueArray(word, { maxLength: 3 })),
  acceptance: maybe(
    fc.array(fc.record({ text: line, checked: fc.boolean(), evidence: fc.option(text, { nil: null }) }), {
      maxLength: 3,
    }),
  ),
  files: maybe(fc.uniqueArray(line, { maxLength: 3 })),
  capabilities: maybe(fc.uniqueArray(word, { maxLength: 2 })),
  due_at: maybe(fc.constantFrom("2027-05-01", "+3d")),
  defer_until: maybe(fc.constant("2027-04-01T10:00:00.000Z")),
  estimate_minutes: maybe(fc.nat({ max: 1000 })),
  evidence: maybe(fc.dictionary(word, fc.oneof(text, fc.integer(), fc.boolean()), { maxKeys: 3 })),
  links: maybe(fc.array(fc.record({ type: fc.constantFrom("commit", "pr", "url"), target: line }), { maxLength: 3 })),
  notes: maybe(
    fc.array(
      fc.record({
        type: fc.constantFrom("comment", "decision", "question"),
        text: text.filter((one) => one.trim() !== ""),
        by: word,
      }),
      { maxLength: 3 },
    ),
  ),
  // No door takes a key that could change a prototype.
  metadata: maybe(
    fc
      .dictionary(word, fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<unknown>, { maxKeys: 3 })
      .filter((one) => !JSON.stringify(one).includes("__proto__")),
  ),
});

/** What a random store is made of. */
export const recipe = fc.record({
  rows: fc.array(richRow, { maxLength: 4 }),
  steps: fc.array(step, { minLength: 3, maxLength: 25, size: "max" }),
});
export type Recipe = typeof recipe extends fc.Arbitrary<infer T> ? T : never;

/** Makes the store. */
export async function cook({ rows, steps }: Recipe): Promise<Rig> {
  const rig = await openRig();
  const world: World = { rig, ids: [], tokens: [] };
  const tasks = rows.map((row, n) => ({ ...clean(row), key: `row ${n}` }));
  world.ids.push(...(await rig.call("task.import", { tasks }, { session: "first", actor: "ann" })).data.new_ids);
  for (const one of steps) await tried(world, one);
  return rig;
}

const clean = (row: object): object =>
  Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined));

/** All rows of an export, as texts. */
export async function exported(
  rig: Rig,
  input: { query?: string; history?: boolean } = {},
): Promise<readonly string[]> {
  const rows: string[] = [];
  await streamExport(contextOf(rig), input, { begin: () => {}, rows: (some) => void rows.push(...some) });
  return rows;
}

const contextOf = (rig: Rig) => ({
  store: rig.store,
  now: rig.now,
  newUid: () => "",
  actor: "tester",
  session: null,
  idempotencyKey: null,
});

export const parsed = (rows: readonly string[]): readonly ExportedTask[] => rows.map((row) => JSON.parse(row));

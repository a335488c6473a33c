import { isWerkError } from "@taskwerk/contract/errors";
import type { ExportedTask } from "@taskwerk/contract/export";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readTasks } from "../../formats/read-tasks.ts";
import { EXPORT_FORMATS, type ExportFormat } from "../../formats/write/task-writer.ts";
import { WRITERS } from "../../formats/writers.ts";
import { openRig, type Rig } from "../test-rig.ts";
import { sound } from "../test-sound.ts";
import { step, tried } from "../test-steps.ts";
import { cook, exported, parsed, recipe } from "./test-export.ts";

const RUNS = { numRuns: 6 };

function documentOf(rows: readonly string[], format: ExportFormat): string {
  const writer = WRITERS[format]();
  return [writer.begin({ prefix: "TASK" }), ...rows.map((row) => writer.row(row)), writer.end()].join("");
}

async function importInto(rig: Rig, text: string, format: ExportFormat | "auto", more: object = {}) {
  const read = readTasks([{ name: "f", text }], format);
  return (await rig.call("task.import", { tasks: [...read.rows], places: [...read.places], ...more })).data;
}

/** What Markdown cannot say: line breaks of other systems, and lines that are empty at either end of a text. */
function inMarkdown(value: unknown): unknown {
  if (typeof value === "string") return value.replace(/\r(?=\n)/g, "").replace(/^(?:\s*\n)+|(?:\n\s*)+$|^\s+$/g, "");
  if (Array.isArray(value)) return value.map(inMarkdown);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, inMarkdown(one)]));
}

/** What people write into a task: all that `update` brings. */
const contentOf = (rows: readonly string[]) =>
  parsed(rows).map(
    ({
      id,
      uid,
      title,
      description,
      status,
      priority,
      type,
      assignee,
      category,
      tags,
      acceptance,
      files,
      ...rest
    }) => ({
      ...{ id, uid, title, description, status, priority, type, assignee, category, tags, acceptance, files },
      ...{ capabilities: rest.capabilities, due_at: rest.due_at, defer_until: rest.defer_until },
      ...{ estimate: rest.estimate_minutes, metadata: rest.metadata, key: rest.key, depends_on: rest.depends_on },
    }),
  );

/** Steps after which there would be tasks that the export does not know. */
const MAKES_TASKS: ReadonlySet<string> = new Set(["add", "batch", "import", "rewrite", "split"]);

describe("import of an export, where its tasks are already", () => {
  it("with update makes them what the file says, and then changes nothing more", async () => {
    await fc.assert(
      fc.asyncProperty(recipe, fc.array(step, { maxLength: 12, size: "max" }), async (one, later) => {
        const rig = await cook(one);
        const before = await exported(rig);
        const world = { rig, ids: parsed(before).map(({ id }) => id), tokens: [] };
        for (const next of later) if (!MAKES_TASKS.has(next.kind)) await tried(world, next);
        const changed = await exported(rig);
        const text = documentOf(before, "json");
        try {
          await importInto(rig, text, "auto", { on_conflict: "update" });
        } catch (error) {
          // What the rules refuse to a person they refuse to a file, and then nothing of it is done.
          if (!isWerkError(error) || !REFUSED.has(error.code)) throw error;
          expect(await exported(rig)).toEqual(changed);
          await rig.close();
          return;
        }
        expect(contentOf(await exported(rig))).toEqual(contentOf(before));
        const { op } = (await rig.call("op.list", { limit: 1 })).data[0] ?? {};
        expect(await importInto(rig, text, "auto", { on_conflict: "update" })).toMatchObject({
          created: 0,
          updated: 0,
        });
        expect((await rig.call("op.list", { limit: 1 })).data[0]?.op).toBe(op);
        expect(await sound(rig)).toEqual([]);
        await rig.close();
      }),
      { numRuns: 30 },
    );
  }, 120_000);

  it("with renumber puts two stores into one, all ties kept, and twice puts them once", async () => {
    await fc.assert(
      fc.asyncProperty(recipe, recipe, async (one, two) => {
        const [rig, other] = [await cook(one), await cook(two)];
        // Keys are one space; each of these stores began to count its own.
        const theirs = parsed(await exported(other)).map((task) => ({ ...task, key: task.key && `other ${task.key}` }));
        const mine = await exported(rig);
        const renumbered = { on_conflict: "renumber" } as const;
        await rig.call("task.import", { tasks: theirs, ...renumbered });
        const both = parsed(await exported(rig));
        expect(both.slice(0, mine.length)).toEqual(parsed(mine));
        const added = both.slice(mine.length);
        const uidOf = new Map(both.map(({ id, uid }) => [id, uid]));
        expect(uidOf.size).toBe(both.length);
        const theirUid = new Map(theirs.map(({ id, uid }) => [id, uid]));
        expect(added.map((task) => tiesOf(task, uidOf))).toEqual(theirs.map((task) => tiesOf(task, theirUid)));
        expect(await rig.call("task.import", { tasks: theirs, ...renumbered })).toMatchObject({
          data: { created: 0, updated: 0, skipped: theirs.length },
        });
        expect(await sound(rig)).toEqual([]);
        await Promise.all([rig.close(), other.close()]);
      }),
      { numRuns: 15 },
    );
  }, 120_000);
});

const REFUSED = new Set([
  "INVALID_TRANSITION",
  "HIERARCHY_CONFLICT",
  "DUPLICATE_KEY",
  "IMPORT_INVALID",
  "DEPENDENCY_CYCLE",
]);

/** A task without its number, its ties by uid. */
function tiesOf(task: ExportedTask, uidOf: ReadonlyMap<string, string>) {
  const { id: _, parent, depends_on, ...rest } = task;
  return {
    ...rest,
    parent: parent && uidOf.get(parent),
    depends_on: depends_on.map((id) => uidOf.get(id)).sort(),
  };
}

describe("export, then import into an empty store", () => {
  it.each(EXPORT_FORMATS)(
    "makes the same tasks of %s, and twice makes them once",
    async (format) => {
      await fc.assert(
        fc.asyncProperty(recipe, async (one) => {
          const rig = await cook(one);
          const rows = await exported(rig);
          fc.pre(rows.length > 0);
          const [same, other] = [format === "md" ? inMarkdown : (value: unknown) => value, await openRig()];
          const text = documentOf(rows, format);
          await importInto(other, text, format === "csv-raw" ? format : "auto");
          expect(same(parsed(await exported(other)))).toEqual(same(parsed(rows)));
          expect(await sound(other)).toEqual([]);
          other.pass(rig.now().getTime() - other.now().getTime());
          expect(await other.ready()).toEqual(await rig.ready());
          const before = await exported(other);
          expect(await importInto(other, text, format, { on_conflict: "skip" })).toMatchObject({
            created: 0,
            updated: 0,
            skipped: rows.length,
          });
          expect(await exported(other)).toEqual(before);
          await Promise.all([rig.close(), other.close()]);
        }),
        RUNS,
      );
    },
    120_000,
  );
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readTasks } from "../../formats/read-tasks.ts";
import { EXPORT_FORMATS, type ExportFormat } from "../../formats/write/task-writer.ts";
import { WRITERS } from "../../formats/writers.ts";
import { openRig, type Rig } from "../test-rig.ts";
import { sound } from "../test-sound.ts";
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
  if (typeof value === "string") return value.replace(/\r(?=\n)/g, "").replace(/^(?:\s*\n)+|(?:\n\s*)+$/g, "");
  if (Array.isArray(value)) return value.map(inMarkdown);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, inMarkdown(one)]));
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

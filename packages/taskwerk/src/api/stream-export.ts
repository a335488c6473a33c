import { isWerkError, WerkError } from "@taskwerk/contract/errors";
import { ExportTasks } from "@taskwerk/contract/export";
import { EXPORT_HEADERS } from "@taskwerk/contract/headers";
import { nearest } from "@taskwerk/contract/nearest";
import { EXPORT_FORMATS, type ExportFormat } from "../formats/write/task-writer.ts";
import { WRITERS } from "../formats/writers.ts";
import { COMMON_HEADERS } from "./answer.ts";
import type { ApiCaller } from "./read-caller.ts";
import { checkInput } from "./read-input.ts";

/** Where an export goes, piece by piece: `begin` first, then tasks, each as one JSON text. What it throws ends it. */
export interface ExportSink {
  readonly begin: (info: { readonly prefix: string; readonly total: number }) => void;
  readonly rows: (rows: readonly string[]) => Promise<void> | void;
}
export type ExportTasksTo = (
  input: { readonly query?: string; readonly history?: boolean },
  caller: ApiCaller,
  sink: ExportSink,
) => Promise<unknown>;

const TYPES: Readonly<Record<ExportFormat, string>> = {
  json: "application/json; charset=utf-8",
  ndjson: "application/x-ndjson; charset=utf-8",
  yaml: "application/yaml; charset=utf-8",
  md: "text/markdown; charset=utf-8",
  csv: "text/csv; charset=utf-8",
  "csv-raw": "text/csv; charset=utf-8",
  tsv: "text/tab-separated-values; charset=utf-8",
};
/** The type of each format of a document of tasks. */
export const EXPORT_TYPES: Readonly<Record<ExportFormat, string>> = TYPES;

const MOST_AT_ONCE = 4;
/** Bytes that wait for the reader. */
const AHEAD = 65_536;
/** Nobody reads on. */
class Gone extends Error {}
const running = new WeakMap<object, { count: number }>();

interface Exporting {
  readonly exportTasks: ExportTasksTo;
  readonly onDefect: (error: unknown) => void;
}
/** Who reads it. */
interface Reader {
  /** Wants to know what the document would be, and not the document. */
  readonly headOnly: boolean;
  /** How long he may let it stand, milliseconds: it holds a snapshot of the store. */
  readonly stallMs: number;
  /** Breaks the connection off. */
  readonly hangUp: () => void;
}

/**
 * Tasks as a document, as they are read: in memory that does not grow with them. What is wrong with the call, or with the
 * store before the first task, is an error as ever; later the connection breaks off, so that half of it is not taken for
 * all. A reader who goes away, or reads nothing for too long, ends it.
 */
export async function streamExport(
  operations: Exporting,
  { format, ...given }: Record<string, unknown>,
  caller: ApiCaller,
  { headOnly, stallMs, hangUp }: Reader,
): Promise<Response> {
  const wanted = formatOf(format);
  const input = checkInput(DOCUMENT, given) as { query?: string; history?: boolean };
  const headers = { ...COMMON_HEADERS, "content-type": TYPES[wanted] };
  if (headOnly) return new Response(null, { headers });
  const state = running.get(operations) ?? { count: 0 };
  running.set(operations, state);
  if (state.count >= MOST_AT_ONCE) {
    throw new WerkError("STORE_BUSY", `${MOST_AT_ONCE} exports are running; no more are made at once.`, {
      hint: "Try again when one of them is done.",
    });
  }
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>(
    {},
    new ByteLengthQueuingStrategy({ highWaterMark: AHEAD }),
  );
  const target = writable.getWriter();
  target.closed.catch(() => undefined);
  const encoder = new TextEncoder();
  const write = async (text: string): Promise<void> => {
    if (text === "") return;
    await within(stallMs, target.ready);
    target.write(encoder.encode(text)).catch(() => undefined);
  };
  const writer = WRITERS[wanted]();
  return new Promise<Response>((resolve, reject) => {
    const start = { text: "", begun: false };
    state.count += 1;
    operations
      .exportTasks(input, caller, {
        begin({ prefix, total }) {
          start.text = writer.begin({ prefix });
          start.begun = true;
          const said = { [EXPORT_HEADERS.prefix]: prefix, [EXPORT_HEADERS.total]: String(total) };
          resolve(new Response(readable, { headers: { ...headers, ...said } }));
        },
        async rows(rows) {
          let text = start.text;
          start.text = "";
          for (const row of rows) text += writer.row(row);
          await write(text);
          // Only between two turns is it heard that the reader went away.
          await new Promise(setImmediate);
        },
      })
      .then(() => write(start.text + writer.end()))
      .then(() => within(stallMs, target.close()))
      .catch((error: unknown) => {
        if (!start.begun) return reject(error);
        // Not by an error in the stream: whoever writes it out would say so on stderr.
        hangUp();
        if (!known(error)) operations.onDefect(error);
      })
      .finally(() => {
        state.count -= 1;
      });
  });
}

/** A document is whole: pages are for the answer. */
const DOCUMENT = ExportTasks.pick({ query: true, history: true });

/** It is no defect that nobody reads on: then what is to be written has nowhere to go. */
const known = (error: unknown): boolean => error === undefined || error instanceof Gone || isWerkError(error);

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  const timer = { id: undefined as NodeJS.Timeout | undefined };
  const late = new Promise<never>((_, reject) => {
    timer.id = setTimeout(() => reject(new Gone("nobody reads the export")), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer.id);
  }
}

function formatOf(format: unknown): ExportFormat {
  const found = EXPORT_FORMATS.find((one) => one === format);
  if (found) return found;
  const near = nearest(String(format), EXPORT_FORMATS);
  throw new WerkError("VALIDATION_FAILED", `format must be one of ${EXPORT_FORMATS.join(", ")}.`, {
    field: "format",
    given: String(format).slice(0, 100),
    ...(near ? { candidates: [near] } : {}),
  });
}

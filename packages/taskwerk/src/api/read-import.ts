import { WerkError } from "@taskwerk/contract/errors";
import { LIMITS } from "@taskwerk/contract/limits";
import type { ZodType } from "zod";
import { decodeText } from "../formats/decode-text.ts";
import { rowsByLine } from "../formats/read/json.ts";
import { READ_FORMATS, type ReadFormat, readTasks } from "../formats/read-tasks.ts";
import { IMPORT_TYPES } from "./import-types.ts";
import { checkInput, fromQuery } from "./read-input.ts";

/** Documents that can only be read when they are whole are shorter. */
const WHOLE_MOST = 64 * 1_048_576;
const NAME = "the body";

const typeOf = (header: string | undefined): string => (header ?? "").split(";", 1)[0]!.trim().toLowerCase();

/** True for a document of tasks; false for the operation's own input, as every other route takes it. */
export const isDocument = (contentType: string | undefined, query: URLSearchParams): boolean =>
  query.size > 0 || Object.hasOwn(IMPORT_TYPES, typeOf(contentType));

/** What an import reads: the operation's input, and what of the document is not taken over. */
export interface ReadImport {
  readonly input: unknown;
  readonly warnings: readonly string[];
}

/**
 * Reads a document of tasks. NDJSON is read line by line as it comes, so that neither its text nor more than the rows is
 * ever held; the rest is read when it is whole. Throws IMPORT_INVALID with every bad line, PAYLOAD_TOO_LARGE as soon as it
 * is too long, VALIDATION_FAILED, and whatever ends a body that breaks off.
 */
export async function readImport(request: Request, query: URLSearchParams, schema: ZodType): Promise<ReadImport> {
  const { format, ...said } = fromQuery(schema, query);
  for (const name of ["tasks", "places"]) {
    if (name in said) throw new WerkError("VALIDATION_FAILED", `${name} stands in the body`, { field: name });
  }
  const wanted = formatOf(format, typeOf(request.headers.get("content-type") ?? ""));
  checkInput(schema, { ...said, tasks: [] });
  const read = wanted === "ndjson" ? { format: wanted, ...(await lines(request)) } : await whole(request, wanted);
  const input = checkInput(schema, { ...said, tasks: read.rows, places: read.places, format: read.format });
  return { input, warnings: read.warnings ?? [] };
}

function formatOf(format: unknown, type: string): ReadFormat | "auto" {
  if (format === undefined) return IMPORT_TYPES[type] ?? "json";
  const found = (["auto", ...READ_FORMATS] as const).find((one) => one === format);
  if (found) return found;
  throw new WerkError("VALIDATION_FAILED", `format must be one of auto, ${READ_FORMATS.join(", ")}.`, {
    field: "format",
    given: String(format).slice(0, 100),
  });
}

/** The body's bytes, piece by piece, and no more of them than are taken. */
async function* bytesOf({ body }: Request, most: number): AsyncGenerator<Uint8Array> {
  let size = 0;
  if (!body) return;
  for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > most) {
      throw new WerkError("PAYLOAD_TOO_LARGE", `the body has more than ${Math.floor(most / 1_000_000)} MB.`, {
        hint: "Import it in parts.",
      });
    }
    yield chunk;
  }
}

async function whole(request: Request, format: ReadFormat | "auto") {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytesOf(request, WHOLE_MOST)) chunks.push(chunk);
  return readTasks([{ name: NAME, text: decodeText(Buffer.concat(chunks), NAME) }], format);
}

async function lines(request: Request) {
  const reader = rowsByLine(NAME);
  const state = { number: 0, pieces: [] as string[], length: 0 };
  const line = (end: string): void => {
    state.number += 1;
    reader.line((state.pieces.join("") + end).replace(/\r$/, ""), state.number);
    Object.assign(state, { pieces: [], length: 0 });
  };
  const take = (text: string): void => {
    let from = 0;
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", from)) {
      line(text.slice(from, end));
      from = end + 1;
    }
    state.pieces.push(text.slice(from));
    state.length += text.length - from;
    if (state.length > LIMITS.importLine) line("");
    if (reader.count() > LIMITS.importTasks) {
      throw new WerkError("PAYLOAD_TOO_LARGE", `more than ${LIMITS.importTasks} tasks at once.`, {
        hint: "Import it in parts.",
      });
    }
  };
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const decode = (bytes?: Uint8Array): string => {
    try {
      return bytes ? decoder.decode(bytes, { stream: true }) : decoder.decode();
    } catch {
      throw new WerkError("IMPORT_INVALID", `${NAME} is no UTF-8 text near line ${state.number + 1}.`, {
        field: "body",
      });
    }
  };
  for await (const chunk of bytesOf(request, LIMITS.importBytes)) take(decode(chunk));
  take(decode());
  line("");
  const read = reader.end();
  if (read.rows.length === 0) throw new WerkError("IMPORT_INVALID", `${NAME} is empty.`, { field: "body" });
  return read;
}

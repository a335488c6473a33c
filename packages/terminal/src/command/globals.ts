import { WerkError } from "@taskwerk/contract/errors";
import { nearest } from "@taskwerk/contract/nearest";
import { FORMATS, type Format } from "../output.ts";

/** The flags every command of both programs takes. */
export interface GlobalFlags {
  readonly json?: boolean;
  readonly format?: string;
  readonly fields?: string;
  readonly quiet?: boolean;
  readonly color?: boolean;
  readonly C?: string;
  readonly yes?: boolean;
  readonly input?: boolean;
  readonly debug?: boolean;
}

/** A global flag: how it is typed, and what it does. */
export interface GlobalOption {
  /** As commander reads it, e.g. "--fields <a,b>". */
  readonly flags: string;
  readonly describe: string;
}

/** What both programs take everywhere. A program may have more. */
export const COMMON_OPTIONS: readonly GlobalOption[] = [
  { flags: "--json", describe: "one JSON document on stdout, success or failure" },
  { flags: "--format <format>", describe: "table, json, ndjson, tsv, csv or md" },
  { flags: "--fields <a,b>", describe: "only these fields" },
  { flags: "-q, --quiet", describe: "ids only, one a line" },
  { flags: "--no-color", describe: "no colour" },
  { flags: "-C <dir>", describe: "as if started there" },
  { flags: "--yes", describe: "answer yes to what would be asked" },
  { flags: "--no-input", describe: "never ask" },
  { flags: "--debug", describe: "with the stack of an error" },
  { flags: "-h, --help", describe: "this text" },
];

/** The spellings of those that take a value: what the search for the verb must step over. */
export const spellingsWithValue = (options: readonly GlobalOption[]): ReadonlySet<string> =>
  new Set(
    options
      .filter(({ flags }) => flags.includes("<"))
      .flatMap(({ flags }) =>
        flags
          .replace(/<.*$/, "")
          .split(",")
          .map((one) => one.trim()),
      ),
  );

/** The format that was asked for; USAGE for one that does not exist. */
export function formatOf(flags: GlobalFlags): Format | undefined {
  if (flags.format === undefined) return flags.json ? "json" : undefined;
  const found = FORMATS.find((format) => format === flags.format);
  if (found) return flags.json ? "json" : found;
  const near = nearest(flags.format, FORMATS);
  throw new WerkError("USAGE", `no format "${flags.format}".${near ? ` Did you mean "${near}"?` : ""}`, {
    hint: `Formats:  ${FORMATS.join(", ")}`,
    field: "format",
    given: flags.format,
  });
}

/** The fields that were asked for. */
export const fieldsOf = (flags: GlobalFlags): readonly string[] | undefined =>
  flags.fields
    ?.split(",")
    .map((field) => field.trim())
    .filter((field) => field !== "");

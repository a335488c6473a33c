import { WerkError } from "@taskwerk/contract/errors";
import { nearest } from "@taskwerk/contract/nearest";
import { FORMATS, type Format } from "@taskwerk/terminal/output";
import { Option } from "commander";

/** The flags every command takes. */
export interface GlobalFlags {
  readonly json?: boolean;
  readonly format?: string;
  readonly fields?: string;
  readonly quiet?: boolean;
  readonly color?: boolean;
  readonly C?: string;
  readonly store?: string;
  readonly yes?: boolean;
  readonly input?: boolean;
  readonly session?: string;
  readonly actor?: string;
  readonly idempotencyKey?: string;
  readonly debug?: boolean;
}

/** Global flags that take a value: what the search for the verb must step over. */
export const GLOBALS_WITH_VALUE: ReadonlySet<string> = new Set([
  "-C",
  "--store",
  "--format",
  "--fields",
  "--session",
  "--actor",
  "--idempotency-key",
]);

/** The global options, as commander wants them. */
export const globalOptions = (): readonly Option[] => [
  new Option("--json", "one JSON document on stdout, success or failure"),
  new Option("--format <format>", "table, json, ndjson or tsv"),
  new Option("--fields <a,b>", "only these fields"),
  new Option("-q, --quiet", "ids only, one a line"),
  new Option("--no-color", "no colour"),
  new Option("-C <dir>", "as if started there"),
  new Option("--store <dir>", "the .taskwerk directory itself"),
  new Option("--session <name>", "the session this belongs to (or TASKWERK_SESSION)"),
  new Option("--actor <name>", "who does it (or TASKWERK_ACTOR)"),
  new Option("--idempotency-key <key>", "do it once, however often it is sent"),
  new Option("--yes", "answer yes to what would be asked"),
  new Option("--no-input", "never ask"),
  new Option("--debug", "with the stack of an error"),
  new Option("-h, --help", "this text"),
];

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

import { WerkError } from "@taskwerk/contract/errors";
import { nearest } from "@taskwerk/contract/nearest";
import { FORMATS, type Format } from "@taskwerk/terminal/output";

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

/** What a value is. `name`: letters, digits and . : _ - only; `path`: one that stays below where it
 * begins; `person`: `Name <address>`; `counts`: names with a whole number each, `{gpu: 1}`. */
export type ConfigType =
  | "string"
  | "integer"
  | "number"
  | "boolean"
  | "strings"
  | "records"
  | "counts"
  | "url"
  | "duration"
  | "size"
  | "name"
  | "path"
  | "person";

/** What a configuration key takes. */
export interface KeySpec {
  readonly type: ConfigType;
  /** One sentence for the reference and for `config explain`. */
  readonly describe: string;
  /** The only values a string may have, or each of several. */
  readonly oneOf?: readonly string[];
  readonly least?: number;
  readonly most?: number;
  /** What counts where nobody has set it. */
  readonly default?: ConfigValue;
  /** Only the user's own file, the environment or a flag may set it: a repository is somebody else's text. */
  readonly userOnly?: boolean;
  /** For records: what each of them takes. */
  readonly record?: RecordSpec;
}

/**
 * What a record in a list takes. Records are laid over each other by `key`, which no two in a list have in common; where they
 * have no name (null), a later list takes the place of an earlier one.
 */
export interface RecordSpec {
  readonly key: string | null;
  readonly fields: Readonly<Record<string, KeySpec & { readonly required?: boolean }>>;
  /** The field that a plain text in the place of a record stands for; a single record or text then is a list of one. */
  readonly shorthand?: string;
  /** At least one of these must be there; `problem` says why, and is told at the field `at`. */
  readonly some?: { readonly fields: readonly string[]; readonly at: string; readonly problem: string };
  /** A field that may only be there where another one has one of these values. */
  readonly only?: Readonly<
    Record<string, { readonly field: string; readonly is: readonly string[]; readonly problem: string }>
  >;
  /** What else is wrong with fields that each are right; null = nothing. */
  readonly check?: (record: ConfigRecord) => { readonly field: string; readonly problem: string } | null;
}

/** Every key a program knows, by its path: `{"api.port": {…}}`. */
export type ConfigSchema = Readonly<Record<string, KeySpec>>;

export type ConfigRecord = Readonly<Record<string, string | number | boolean | readonly string[]>>;
/** Values by names that the user chooses. */
export type ConfigCounts = Readonly<Record<string, number>>;
export type ConfigValue = string | number | boolean | readonly string[] | readonly ConfigRecord[] | ConfigCounts;
/** Values by path. A key nobody set is absent. */
export type ConfigValues = Readonly<Record<string, ConfigValue>>;

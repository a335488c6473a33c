/** What a configuration key takes. */
export interface KeySpec {
  readonly type: "string" | "integer" | "number" | "boolean" | "strings" | "url" | "duration" | "size";
  /** One sentence for the reference and for `config explain`. */
  readonly describe: string;
  /** The only values a string may have. */
  readonly oneOf?: readonly string[];
  readonly least?: number;
  readonly most?: number;
  /** What counts where nobody has set it. */
  readonly default?: ConfigValue;
  /** Only the user's own file, the environment or a flag may set it: a repository is somebody else's text. */
  readonly userOnly?: boolean;
}

/** Every key a program knows, by its path: `{"api.port": {…}}`. */
export type ConfigSchema = Readonly<Record<string, KeySpec>>;

export type ConfigValue = string | number | boolean | readonly string[];
/** Values by path. A key nobody set is absent. */
export type ConfigValues = Readonly<Record<string, ConfigValue>>;

/** One line of `doctor`. */
export interface Check {
  readonly id: string;
  /** `warn`: a run is possible, with less. `missing`: none is, before that is there. */
  readonly state: "ok" | "warn" | "missing";
  readonly what: string;
  readonly cure: string | null;
}

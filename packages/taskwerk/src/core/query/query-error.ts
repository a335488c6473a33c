import { WerkError } from "@taskwerk/contract/errors";

/** What else can be said of a query that is wrong. */
interface Said {
  readonly hint?: string;
  readonly given?: string;
  readonly candidates?: readonly string[];
}

/** The error for a query: what is wrong, and where in its text (`at`, from 0). Code INVALID_QUERY. */
export const queryError = (message: string, at: number, { hint, given, candidates }: Said = {}): WerkError =>
  new WerkError("INVALID_QUERY", message, {
    hint: hint ?? "All of it:  taskwerk help query",
    field: "query",
    ...(given === undefined ? {} : { given: given.slice(0, 100) }),
    ...(candidates && candidates.length > 0 ? { candidates } : {}),
    details: { position: at + 1 },
  });

import { HEADERS } from "@taskwerk/contract/headers";

const header = (name: string, description: string, example: string) => ({
  name,
  in: "header",
  required: false,
  description,
  schema: { type: "string" },
  example,
});

const ENCODED = "What is not ASCII is written as UTF-8''J%C3%B6rg.";

/** Headers that a call may have. */
export const HEADER_PARAMETERS = {
  Actor: header(HEADERS.actor, `Who calls; default api. ${ENCODED}`, "ann"),
  Session: header(HEADERS.session, `The session that a change belongs to; it is made with it. ${ENCODED}`, "release-2"),
  IdempotencyKey: header(
    HEADERS.idempotency,
    "The same call with the same key is done once and answered with the same bytes; another call with it is IDEMPOTENCY_MISMATCH",
    "import-2027-03-01",
  ),
  IfMatch: header(
    "if-match",
    'The ETag of the task as it was seen, e.g. "3"; REV_MISMATCH where it changed since. Writes that do not list it refuse it',
    '"3"',
  ),
} as const;

/** A reference to one of them. */
export const headerRef = (name: keyof typeof HEADER_PARAMETERS) => ({ $ref: `#/components/parameters/${name}` });

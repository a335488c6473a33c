import { expect, it } from "vitest";
import { readModelError } from "./model-error.ts";

const NOW = new Date("2026-11-20T12:00:00Z");
const RESET = { "anthropic-ratelimit-unified-reset": String(NOW.getTime() / 1000 + 3_600) };
const refused = (status: number, headers: Readonly<Record<string, string>>) =>
  readModelError(Object.assign(new Error("no"), { status, headers: new Headers(headers) }), NOW);

it.each([
  ["a limit waits until it is filled again", 429, RESET, 3_600_000],
  ["what the answer itself asks for comes first", 429, { ...RESET, "retry-after": "7" }, 7_000],
  ["an overloaded provider says nothing of a limit", 529, RESET, null],
  ["nor does one that failed", 500, RESET, null],
  [
    "of several limits those count that have nothing left",
    429,
    {
      "anthropic-ratelimit-requests-remaining": "3",
      "anthropic-ratelimit-requests-reset": "2026-11-20T15:00:00Z",
      "anthropic-ratelimit-tokens-remaining": "0",
      "anthropic-ratelimit-tokens-reset": "2026-11-20T12:01:00Z",
    },
    60_000,
  ],
  ["an empty header says nothing", 429, { "anthropic-ratelimit-unified-reset": "" }, null],
] as const)("%s", (_, status, headers, afterMs) => {
  expect(refused(status, headers)).toMatchObject({ kind: "retry", afterMs });
});

it("says what the API says, in its words and not in JSON", () => {
  const body = { type: "error", error: { type: "authentication_error", message: "invalid x-api-key" } };
  const thrown = Object.assign(new Error(`401 ${JSON.stringify(body)}`), { status: 401, error: body });
  expect(readModelError(thrown, NOW)).toEqual({ kind: "end", reason: "auth", error: "401 invalid x-api-key" });
  expect(readModelError(Object.assign(new Error("401 no body"), { status: 401 }), NOW)).toMatchObject({
    error: "401 no body",
  });
});

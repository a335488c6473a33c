import { WerkError } from "@taskwerk/contract/errors";

/** What went wrong with a call: `again` may be tried after a wait, `final` may not. */
export type Failure =
  | { readonly kind: "again"; readonly reason: string; readonly retryAfterMs: number | null; readonly limited: boolean }
  | { readonly kind: "final"; readonly error: WerkError };

interface ApiErrorLike {
  readonly status?: number;
  readonly headers?: { get?(name: string): string | null };
  readonly message?: string;
  readonly error?: { readonly error?: { readonly type?: string; readonly message?: string } };
  readonly type?: string | null;
}

const PASSING = new Set(["overloaded_error", "api_error", "rate_limit_error", "timeout_error"]);

/** Tells what an error of the SDK, a cut connection or a broken stream means. `model` only names it. */
export function failureOf(thrown: unknown, model: string): Failure {
  const error = (thrown ?? {}) as ApiErrorLike;
  const said = error.error?.error?.message ?? error.message ?? String(thrown);
  const { status } = error;
  const type = error.error?.error?.type ?? error.type ?? null;
  if (status === 401) {
    return final("CREDENTIAL_MISSING", `the key for ${model} was refused: ${said}`, "Check the key: conductor doctor");
  }
  if (status === 403) return final("FORBIDDEN", `this key may not use ${model}: ${said}`, "Use another key or model.");
  if (status === 402)
    return final(
      "MODEL_ERROR",
      `the account for ${model} has no credit: ${said}`,
      "Add credit, or use --planner outline.",
    );
  if (status === 404)
    return final(
      "MODEL_ERROR",
      `there is no model ${model}: ${said}`,
      "Choose another: orchestration.agents.claude.model in ~/.config/conductor/config.yml",
    );
  if (status === 413) return final("MODEL_ERROR", `the documents are too large for ${model}: ${said}`, "Split them.");
  const limited = status === 429 || type === "rate_limit_error";
  const passing =
    status === undefined
      ? type === null || PASSING.has(type)
      : status === 408 || status === 409 || status === 429 || status >= 500;
  if (passing)
    return {
      kind: "again",
      reason: status === undefined ? said : `${status} ${said}`,
      retryAfterMs: retryAfterOf(error),
      limited,
    };
  return final(
    "MODEL_ERROR",
    `${model} refused the call: ${status ?? type} ${said}`,
    "Run it again with --debug and report it, or use --planner outline.",
  );
}

const final = (code: "CREDENTIAL_MISSING" | "FORBIDDEN" | "MODEL_ERROR", message: string, hint: string): Failure => ({
  kind: "final",
  error: new WerkError(code, message, { hint }),
});

function retryAfterOf({ headers }: ApiErrorLike): number | null {
  const value = headers?.get?.("retry-after") ?? null;
  if (value === null) return null;
  const seconds = Number(value);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1_000);
  const at = Date.parse(value);
  return Number.isNaN(at) ? null : Math.max(0, at - Date.now());
}

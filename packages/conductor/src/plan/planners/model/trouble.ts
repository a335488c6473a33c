/** What can go wrong with a question to a model, each with a word of its own, and what a person is told about it. Pure. */
import { WerkError } from "@taskwerk/contract/errors";

/** `again` may be tried after a wait, `final` may not. */
export type Trouble =
  | {
      readonly kind: "again";
      readonly outcome: PassingOutcome;
      readonly reason: string;
      readonly retryAfterMs: number | null;
    }
  | { readonly kind: "final"; readonly outcome: FinalOutcome; readonly reason: string };

/**
 * `limited`: the account has had its share (429). `overloaded`: the provider has too much to do (529). `failing`: it has a
 * fault. `broken-off`: the answer ended in the middle. `silent`: nothing came for too long.
 */
export type PassingOutcome = "limited" | "overloaded" | "failing" | "broken-off" | "silent";

/**
 * `unauthorized`: the credential was refused (401). `forbidden`: it may not use this model. `no-credit`: nobody pays.
 * `no-such-model`, `no-model`: something else answers there. `too-long`: the documents have no room. `cut-off`: the longest
 * answer was too short. `refused`: the model would not. `malformed`: no JSON. `other-shape`: JSON of another shape. `unavailable`:
 * the program that asks cannot be run. `rejected`: the provider takes the call for a mistake.
 */
export type FinalOutcome =
  | "unauthorized"
  | "forbidden"
  | "no-credit"
  | "no-such-model"
  | "no-model"
  | "too-long"
  | "cut-off"
  | "refused"
  | "malformed"
  | "other-shape"
  | "unavailable"
  | "rejected";

const OUTLINE = "--planner outline makes a plan without a model.";

/** The error of a trouble that stays; details hold its outcome, the tries, and when the provider takes calls again. */
export function errorOf(trouble: Trouble, model: string, tries = 1): WerkError {
  const { outcome, reason } = trouble;
  const retryAfterMs = trouble.kind === "again" ? trouble.retryAfterMs : null;
  const told = (code: Code, message: string, hint: string): WerkError =>
    new WerkError(code, message, { hint, details: { outcome, tries, retryAfterMs } });
  switch (outcome) {
    case "limited":
      return told(
        "RATE_LIMITED",
        `${model} takes no more calls of this account: ${reason}${retryAfterMs === null ? "" : `; it takes them again in ${inWords(retryAfterMs)}`}`,
        `Run the same command again then: what was answered is kept. ${OUTLINE}`,
      );
    case "overloaded":
      return told(
        "MODEL_ERROR",
        `${model} has too much to do: ${reason} (${counted(tries)})`,
        "Run the same command again later: what was answered is kept.",
      );
    case "failing":
    case "broken-off":
    case "silent":
      return told(
        "MODEL_ERROR",
        `${model} did not answer: ${reason} (${counted(tries)})`,
        "Run the same command again: what was answered is kept.",
      );
    case "unauthorized":
      return told(
        "CREDENTIAL_MISSING",
        `the credential for ${model} was refused: ${reason}`,
        "Check the key or the login: conductor doctor",
      );
    case "forbidden":
      return told("FORBIDDEN", `this account may not use ${model}: ${reason}`, "Use another account or model.");
    case "no-credit":
      return told("MODEL_ERROR", `the account for ${model} has no credit: ${reason}`, `Add credit. ${OUTLINE}`);
    case "no-such-model":
      return told(
        "MODEL_ERROR",
        `there is no model ${model}: ${reason}`,
        "Choose another:  conductor config set orchestration.agents.claude.model NAME",
      );
    case "no-model":
      return told(
        "MODEL_ERROR",
        reason,
        "Check the address of the model, and whether a proxy is in between: conductor doctor",
      );
    case "too-long":
      return told(
        "MODEL_ERROR",
        `the documents are too long for ${model}: ${reason}`,
        "Split them, and plan one after the other.",
      );
    case "cut-off":
      return told(
        "MODEL_ERROR",
        `the answer of ${model} was cut off at its longest: ${reason}`,
        `Split the document, or raise orchestration.agents.claude.max_tokens. ${OUTLINE}`,
      );
    case "refused":
      return told("MODEL_ERROR", `${model} refused to answer`, `Look at what the document asks for. ${OUTLINE}`);
    case "malformed":
      return told("MODEL_ERROR", `${model} did not answer in JSON: ${reason}`, `Run it again. ${OUTLINE}`);
    case "other-shape":
      return told("MODEL_ERROR", `${model} answered in another shape: ${reason}`, `Run it again. ${OUTLINE}`);
    case "unavailable":
      return told("AGENT_UNAVAILABLE", reason, "See what is there: conductor doctor");
    case "rejected":
      return told(
        "MODEL_ERROR",
        `${model} does not take the call: ${reason}`,
        "Run it again with --debug and report it. --planner outline makes a plan without a model.",
      );
    default: {
      const never: never = outcome;
      throw new Error(`unknown outcome ${never}`);
    }
  }
}

type Code = "RATE_LIMITED" | "MODEL_ERROR" | "CREDENTIAL_MISSING" | "FORBIDDEN" | "AGENT_UNAVAILABLE";

const counted = (tries: number): string => (tries === 1 ? "asked once" : `asked ${tries} times`);

/** "40 s", "5 min", "2 h": rounded up, as nothing is open before. */
export function inWords(ms: number): string {
  if (ms < 90_000) return `${Math.max(1, Math.ceil(ms / 1_000))} s`;
  if (ms < 90 * 60_000) return `${Math.ceil(ms / 60_000)} min`;
  return `${Math.ceil(ms / 3_600_000)} h`;
}

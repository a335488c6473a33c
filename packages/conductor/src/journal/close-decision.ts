/** What may close a decision: the words people can get wrong, checked against the state. Pure. */
import { WerkError } from "@taskwerk/contract/errors";
import type { Decision, DecisionKind, Remembered } from "../model/decision.ts";
import { type Outcome, outcomeOf } from "../model/decision-outcome.ts";
import type { Fact } from "../model/event.ts";
import { type RunState, replacementOf } from "../model/state.ts";
import { refusePrinted } from "./own-words.ts";

/** What somebody says to a decision. Nothing but these words of a person approves. */
export type DecisionWord =
  /** An answer in words, or the number (from 1) of an option. */
  | { readonly kind: "answer"; readonly text: string }
  /** The option of that number, from 1. */
  | { readonly kind: "option"; readonly number: string }
  /** `remember`: what else of its run the yes covers. */
  | { readonly kind: "approve"; readonly note: string | null; readonly remember?: readonly Remembered[] }
  | { readonly kind: "reject"; readonly note: string }
  /** What was shown has changed, or nobody needs it any more. */
  | { readonly kind: "void"; readonly reason: string }
  /** The deadline has passed; what follows is the decision's own `onExpiry`. */
  | { readonly kind: "expire" };

/**
 * The fact that closes a decision. Throws DECISION_NOT_FOUND (with the ids that are open), DECISION_CLOSED when somebody
 * was first (names who, when and what), REV_MISMATCH for a void one (with the id in its place), VALIDATION_FAILED for a
 * word that does not fit its kind.
 */
export function closeDecision(state: RunState, id: string, word: DecisionWord, by: string): Fact {
  const decision = state.decisions.get(id) ?? state.decisions.get(id.toUpperCase());
  if (decision === undefined) throw notFound(state, id);
  if (decision.state !== "open") throw closedAlready(state, decision);
  const close = (to: Exclude<Decision["state"], "open">, answer: string | null): Fact => ({
    type: "decision.closed",
    decision: decision.id,
    state: to,
    answer,
    by,
  });
  switch (word.kind) {
    case "answer":
      assertKind(decision, "question");
      return close("answered", answerOf(decision, word.text));
    case "option":
      assertKind(decision, "question");
      return close("answered", optionOf(decision, word.number));
    case "approve": {
      assertKind(decision, "approval");
      const { remember = [] } = word;
      return { ...close("approved", word.note), ...(remember.length > 0 && { remember }) };
    }
    case "reject":
      assertKind(decision, "approval");
      if (word.note.trim() === "") {
        throw new WerkError("VALIDATION_FAILED", `${decision.id} needs a note: the agent works on with it.`, {
          hint: `conductor reject ${decision.id} --note "why"`,
          field: "note",
        });
      }
      refusePrinted(word.note, "note", `What it shows:  conductor review ${decision.id}`);
      return close("rejected", word.note.trim());
    case "void":
      return close("void", word.reason);
    case "expire":
      return close("expired", null);
  }
}

/** The text of an answer: an option's own words when its number is given, else what was said. Throws VALIDATION_FAILED. */
export function answerOf(decision: Pick<Decision, "id" | "options" | "kept">, given: string): string {
  const text = given.trim();
  if (text === "") {
    throw new WerkError("VALIDATION_FAILED", `${decision.id} needs an answer.`, {
      hint: `conductor answer ${decision.id} ${decision.options.length > 0 ? "1" : '"..."'}`,
      field: "answer",
    });
  }
  if (decision.options.includes(text)) return text;
  const { id, kept } = decision;
  refusePrinted(text, "text", `What is asked:  conductor ${kept === null ? `inbox ${id}` : "report assumptions"}`);
  if (!/^\d{1,6}$/.test(text) || decision.options.length === 0) return text;
  return optionOf(decision, text);
}

/** The words of the option with this number. Throws VALIDATION_FAILED. */
export function optionOf({ id, options }: Pick<Decision, "id" | "options">, number: string): string {
  const option = /^\d{1,6}$/.test(number) ? options[Number(number) - 1] : undefined;
  if (option !== undefined) return option;
  const [what, hint] =
    options.length === 0
      ? [`${id} has no options: it takes an answer in words.`, `conductor answer ${id} "..."`]
      : [
          `${id} has ${options.length === 1 ? "1 option" : `${options.length} options`}: there is none with the number ${number}.`,
          `${options.map((one, i) => `${i + 1}  ${one}`).join("\n")}\nOr an answer in words:  conductor answer ${id} "..."`,
        ];
  throw new WerkError("VALIDATION_FAILED", what, { hint, field: "answer", given: number, candidates: options });
}

function assertKind(decision: Decision, kind: DecisionKind): void {
  if (decision.kind === kind) return;
  const { id } = decision;
  throw decision.kind === "question"
    ? new WerkError("VALIDATION_FAILED", `${id} is a question: it takes an answer, not a yes or no.`, {
        hint: `conductor answer ${id} "..."`,
      })
    : new WerkError("VALIDATION_FAILED", `${id} is an approval: it takes a yes or a no.`, {
        hint: `conductor approve ${id}   or   conductor reject ${id} --note "why"`,
      });
}

function notFound(state: RunState, id: string): WerkError {
  const open = [...state.decisions.values()].filter((one) => one.state === "open").map((one) => one.id);
  return new WerkError("DECISION_NOT_FOUND", `There is no question or approval ${id}.`, {
    hint:
      open.length > 0 ? `Open are ${open.slice(0, 10).join(", ")}: conductor inbox` : "Nothing waits for an answer.",
    given: id,
    candidates: open,
  });
}

/** The error about a card that is not open: unknown, or dealt with already. */
export function notOpen(state: RunState, id: string): WerkError {
  const decision = state.decisions.get(id);
  return decision === undefined || decision.state === "open" ? notFound(state, id) : closedAlready(state, decision);
}

/** What followed. */
const EXPIRED: Readonly<Partial<Record<Outcome["kind"], string>>> = {
  no: ", which counts as no",
  answer: ", so its default was taken",
};

function closedAlready(state: RunState, decision: Decision): WerkError {
  const { id, answeredBy, answeredAt, answer } = decision;
  const next = replacementOf(state, id);
  const details = { decision: id, state: decision.state, by: answeredBy, at: answeredAt, answer };
  if (decision.state === "void") {
    const replacement = next?.id ?? null;
    return new WerkError(
      "REV_MISMATCH",
      `${decision.task} changed since you saw ${id}.${replacement === null ? ` ${id} is void.` : ` It is ${replacement} now.`}`,
      {
        hint:
          replacement === null
            ? "What is open now:  conductor inbox"
            : decision.kind === "approval"
              ? `What changed:  conductor review ${replacement} --since ${id}`
              : `Look again:  conductor inbox ${replacement}`,
        details: { ...details, replacement },
      },
    );
  }
  const replacement = next?.state === "open" ? next.id : null;
  const how =
    decision.state === "expired"
      ? `${id} expired at ${answeredAt}; it was not answered in time${EXPIRED[outcomeOf(decision).kind] ?? ""}.`
      : `${id} was ${decision.state} by ${answeredBy} at ${answeredAt}${answer === null ? "" : `: ${answer}`}.`;
  return new WerkError("DECISION_CLOSED", how, {
    hint:
      replacement !== null
        ? `${decision.task} asks again: ${replacement}`
        : decision.state === "expired" && decision.kept !== null
          ? `Say otherwise:  conductor answer ${decision.kept} "..."`
          : "What is open now: conductor inbox",
    details: { ...details, replacement },
  });
}

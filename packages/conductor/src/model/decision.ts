/** Decisions: what waits for a person, and what was said. Types only. */

export type DecisionKind = "question" | "approval";

/** What happens when nobody answers in time. None of them approves. */
export type OnExpiry = "park" | "deny" | "safe-default";

/** Who waits for it: one task, with the attempt that asked last. */
export interface Asker {
  readonly task: string;
  readonly attempt: string;
}

/** What a yes covers beside its card, for the rest of the run: changes of one protected class in these files. */
export interface Remembered {
  readonly class: string;
  /** A directory with everything below it, `db/migrations/**`, or one file. */
  readonly paths: string;
}

export interface Decision {
  /** Q1, Q2, … or A1, A2, …: belongs to what was shown. */
  readonly id: string;
  readonly kind: DecisionKind;
  readonly session: string;
  /** Who asked first. */
  readonly task: string;
  readonly attempt: string;
  /** Everybody who asked, also the first. */
  readonly askers: readonly Asker[];
  /** The plan that its task came from, where it came from one: what is said holds for all of it. */
  readonly plan: string | null;
  /** The question, or what would be allowed. */
  readonly text: string;
  readonly options: readonly string[];
  readonly recommended: string | null;
  readonly reversible: boolean;
  /** Why it is asked: the rule, the paths. */
  readonly evidence: readonly string[];
  /** approval: the tree it was asked about; a change makes it void. */
  readonly tree: string | null;
  readonly base: string | null;
  readonly deadline: string | null;
  readonly onExpiry: OnExpiry;
  readonly askedAt: string;
  readonly state: "open" | "answered" | "approved" | "rejected" | "void" | "expired";
  readonly answer: string | null;
  readonly answeredBy: string | null;
  readonly answeredAt: string | null;
  /** D1, D2, …: its place among what was decided, once a question has an answer or its default was taken. */
  readonly kept: string | null;
  readonly remembered: readonly Remembered[];
}

/** What policy says of an action. */
export type Verdict =
  | { readonly kind: "allow"; readonly rule: string }
  | { readonly kind: "deny"; readonly rule: string; readonly reason: string }
  | {
      readonly kind: "ask";
      readonly rule: string;
      readonly reason: string;
      readonly paths: readonly string[];
      /** One line a finding: what a decision about it must have shown. */
      readonly evidence: readonly string[];
    };

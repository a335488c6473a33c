/** What people are told while nobody looks, and the ways to them. Types only. */

/** A way to a person, as their own configuration names it. */
export type Way =
  | { readonly kind: "post"; readonly url: string }
  | { readonly kind: "command"; readonly argv: readonly string[] }
  | { readonly kind: "desktop" };

export interface Notice {
  /** What it is about, once and for all: the same key is told once. */
  readonly key: string;
  /** One line. */
  readonly title: string;
  readonly text: string;
  /** Told although many were told already: how a run ended, a test. */
  readonly urgent: boolean;
}

/** One line, and text of several; both already fit to be shown. */
export interface Message {
  readonly title: string;
  readonly text: string;
}

/** How one way went. */
export interface Told {
  readonly kind: Way["kind"];
  /** Where to, in words that give no secret away: a host and the beginning of a path, a program's name. */
  readonly to: string;
  /** Why it did not arrive; null = it did. */
  readonly problem: string | null;
}

/** Tells people; a port. Nothing it does keeps a run from going on, or makes one fail. */
export interface Sender {
  /** Returns at once; it is told by and by. */
  tell(notice: Notice): void;
  /** Tells it by every way now, all at once, and says how each went. */
  test(notice: Notice): Promise<readonly Told[]>;
  /** Waits for what is still to be told, 15 seconds at most. */
  close(): Promise<void>;
}

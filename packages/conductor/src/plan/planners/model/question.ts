/** A question to a model and what can become of one try at it. Types only. */
import type { Usage } from "../../../model/agent.ts";
import type { Trouble } from "./trouble.ts";

/** What a try has used, before it has a price. */
export type Tokens = Omit<Usage, "usd">;

/** A piece of what all questions of one plan begin with. */
export type PrefixBlock =
  | { readonly kind: "text"; readonly text: string }
  /** A PDF as it is; a model sees its tables and figures, too. */
  | { readonly kind: "pdf"; readonly title: string; readonly base64: string };

/** What a model is asked, with the shape of its answer. */
export interface Question {
  readonly instructions: string;
  /** Documents, requirements, repository: byte-equal in all questions of a plan, so that a provider can keep them. */
  readonly prefix: readonly PrefixBlock[];
  readonly text: string;
  readonly schema: Readonly<Record<string, unknown>>;
}

/** What came of one try. */
export type Attempt =
  /** Parsed, and not yet checked against the schema. */
  { readonly kind: "answer"; readonly json: unknown } | { readonly kind: "trouble"; readonly trouble: Trouble };

/** How a model is reached. A try never throws, but for the reason of an aborted signal and for mistakes of our own. */
export interface Transport {
  /** As in `--planner NAME`. */
  readonly name: string;
  readonly model: string;
  /** So many questions at the same time. */
  readonly atOnce: number;
  /** Longest answer, in tokens. */
  readonly maxTokens: number;
  /** So many requests one try can be, each paid for. */
  readonly requests: number;
  attempt(
    question: Question,
    watch: {
      readonly signal: AbortSignal | undefined;
      readonly onTokens: (tokens: Tokens) => void;
      /** Longest answer of this try, where it is to be shorter. */
      readonly maxTokens?: number;
    },
  ): Promise<Attempt>;
}
